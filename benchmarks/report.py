"""The tables that are printed: for the terminal, or in Markdown for the README."""

import os
import platform
import sys
from collections.abc import Sequence

from msgspec import Struct
from rich.console import Console
from rich.table import Table

from benchmarks import databases

_FILE_COLUMNS = 160
"""A file or a pipe is as wide as the tables; of itself rich would take it for a terminal of 80 columns."""


class Section(Struct, frozen=True, kw_only=True):
    """A table: its first column is text, the others are figures."""

    head: Sequence[str]
    rows: list[Sequence[str]]


def mark(*, met: bool) -> str:
    return "✓" if met else "✗"


def machine() -> str:
    """What the figures were measured on."""
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}; "
        f"the disk takes {databases.flush_ms():.2f} ms for a durable write."
    )


def show(sections: list[Section], *, markdown: bool) -> None:
    console = Console() if sys.stdout.isatty() else Console(width=_FILE_COLUMNS)
    for section in sections:
        print()
        if markdown:
            print(_markdown(section))
        else:
            console.print(_table(section))
    print(f"\n{machine()}")


def _markdown(section: Section) -> str:
    rule = ("---", *("---:" for _ in section.head[1:]))
    return "\n".join(f"| {' | '.join(row)} |" for row in (section.head, rule, *section.rows))


def _table(section: Section) -> Table:
    table = Table()
    for place, title in enumerate(section.head):
        table.add_column(title, justify="right" if place else "left", no_wrap=not place)
    for row in section.rows:
        table.add_row(*(cell.replace("**", "") for cell in row))
    return table
