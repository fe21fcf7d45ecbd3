"""What a shell and `man` know of the command: made from the commands themselves, so that it is never behind."""

import inspect
from collections.abc import Iterator
from datetime import UTC, datetime

import click
from click.shell_completion import BashComplete, FishComplete, ZshComplete

SHELLS = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}
_VARIABLE = "_MAITRE_COMPLETE"


def completion(command: click.Command, shell: str) -> str:
    """The script that a shell reads; it asks the program itself what there is."""
    asked = SHELLS[shell](command, {}, "maitre", _VARIABLE)
    words = {"complete_func": asked.func_name, "complete_var": _VARIABLE, "prog_name": "maitre"}
    return str(asked.source_template % words)


def manual(command: click.Command, *, version: str, epoch_s: int) -> str:
    """maitre(1): every verb with its options, on one page."""
    day = datetime.fromtimestamp(epoch_s, UTC).date().isoformat()
    lines = [f'.TH MAITRE 1 "{day}" "maitre {version}" "Maitre"', ".SH NAME"]
    lines += [rf"maitre \- {_plain(_first_line(command))}", ".SH SYNOPSIS", r".B maitre", r"\fIVERB\fR [\fIOPTIONS\fR]"]
    lines += [".SH DESCRIPTION", *_paragraphs(command), ".SH VERBS", *_verbs(command, ("maitre",)), *_ENDING]
    return "\n".join(lines) + "\n"


_ENDING = (
    ".SH EXIT STATUS",
    "0 fine, 1 failed, 2 wrong usage, 99 a load test that missed its criteria.",
    ".SH FILES",
    ".I /etc/maitre/maitre.toml",
    "the settings;",
    ".I /var/lib/maitre",
    "the data. Each setting is also a variable of the environment, MAITRE_ and its name.",
)


def _verbs(group: click.Command, path: tuple[str, ...]) -> Iterator[str]:
    assert isinstance(group, click.Group)
    context = click.Context(group, info_name=path[-1])
    for name in group.list_commands(context):
        _, verb, _ = group.resolve_command(context, [name])
        assert verb is not None
        if verb.hidden:
            continue
        if isinstance(verb, click.Group):
            yield from _verbs(verb, (*path, name))
        else:
            yield from _verb(verb, (*path, name))


def _verb(verb: click.Command, path: tuple[str, ...]) -> Iterator[str]:
    context = click.Context(verb, info_name=path[-1])
    arguments = [_plain(piece) for piece in verb.collect_usage_pieces(context) if piece != "[OPTIONS]"]
    yield f".SS {' '.join((*path[1:], *arguments))}"
    yield from _paragraphs(verb)
    for option in verb.get_params(context):
        record = option.get_help_record(context)
        if record and "--help" not in option.opts:
            yield from (".TP", rf"\fB{_plain(record[0])}\fR", _plain(" ".join(record[1].split())) or r"\&")


def _paragraphs(command: click.Command) -> Iterator[str]:
    for paragraph in inspect.cleandoc(command.help or command.short_help or "").split("\n\n"):
        yield ".PP"
        yield _plain(" ".join(paragraph.replace("\b", "").split()))


def _first_line(command: click.Command) -> str:
    return (command.help or "").strip().splitlines()[0].rstrip(".")


def _plain(text: str) -> str:
    """What roff takes for text and nothing else."""
    plain = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{plain}" if plain.startswith((".", "'")) else plain
