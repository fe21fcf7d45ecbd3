"""The sentences that clients are told: each is there in Spanish, and fills in the same words."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter

import pytest

import appliance.app
from appliance import errors
from appliance.domain.reservation import ReservationStatus
from appliance.domain.transitions import Deed
from appliance.errors import Conflict, Invalid, MaitreError, NotFound
from appliance.services.monitoring import alert_words
from appliance.web import complaints, problems
from appliance.web.languages import in_english, in_spanish, spanish

SOURCE = Path(appliance.__file__).parent
ROOMS = ("guard", "services", "store", "voice", "web", "work")
"""What is raised elsewhere is told at the command line."""
NO_WORDS = {"alternatives", "quota", "restaurant_id", "retry_after_s"}
"""Keyword arguments that are not for the sentence."""


assert appliance.app, "brings every class of the tree with it"


def family(kind: type[MaitreError]) -> Iterator[type[MaitreError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from family(child)


SPEAKING = {kind.__name__ for kind in family(MaitreError) if kind.speaks}


def errors_made() -> Iterator[tuple[str, ast.Call]]:
    """Where in our source an error with a sentence for clients is made."""
    for room in ROOMS:
        for file in sorted((SOURCE / room).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SPEAKING:
                    yield f"{file.relative_to(SOURCE)}:{node.lineno}", node


def sentences(call: ast.Call, place: str) -> list[str] | None:
    """Those that the call may raise; None where they are put together only as it runs."""
    given = constants(place.partition(":")[0])
    found = [one for argument in call.args[:1] for one in ways(argument, given)]
    return [one for one in found if one is not None] if None not in found else None


def ways(said: ast.expr, given: Mapping[str, ast.expr]) -> Iterator[str | None]:
    """What an expression may come to, as far as that stands in the source; None for all else."""
    match said:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Name(id=name) if name in given:
            yield from ways(given[name], given)
        case ast.IfExp(body=one, orelse=other):
            yield from (*ways(one, given), *ways(other, given))
        case ast.Dict(values=values):
            yield from (text for value in values for text in ways(value, given))
        case ast.Call(func=ast.Attribute(value=ast.Name() as table, attr="get"), args=[_, otherwise]):
            yield from (*ways(table, given), *ways(otherwise, given))
        case _:
            yield None


def constants(file: str) -> dict[str, ast.expr]:
    """What the names of a module stand for."""
    named: dict[str, ast.expr] = {}
    for node in ast.parse((SOURCE / file).read_text()).body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                named[name] = value
            case _:
                pass
    return named


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def of_classes() -> set[str]:
    return {kind.__doc__ or "" for kind in family(MaitreError) if kind is MaitreError or kind.http_status != 500}


def told() -> set[str]:
    """Every sentence that can be told as it stands in the source."""
    raised = {one for place, call in errors_made() for one in sentences(call, place) or ()}
    raised |= alert_words.all_sentences()
    words = {*ReservationStatus, *Deed, *problems.TITLES.values(), *problems.UNREADABLE.values()}
    return raised | of_classes() | complaints.SENTENCES | words


def test_what_is_raised_is_a_sentence_and_its_words() -> None:
    made = list(errors_made())
    assert len(made) > 60
    assert [place for place, call in made if sentences(call, place) is None] == [], "put together before it is raised"


def test_the_words_of_an_error_are_those_its_sentence_asks_for() -> None:
    for place, call in errors_made():
        words = {keyword.arg for keyword in call.keywords} - NO_WORDS
        for sentence in sentences(call, place) or ():
            assert placeholders(sentence) == words, place


def test_every_sentence_is_there_in_spanish() -> None:
    assert told() - spanish().keys() == set()


def test_no_sentence_is_kept_that_nobody_says() -> None:
    assert spanish().keys() - told() == set()


def test_a_translation_asks_for_the_same_words_and_begins_with_the_same_field() -> None:
    field = re.compile(r"^[\w{}]+: ")
    for english, translated in spanish().items():
        assert placeholders(english) == placeholders(translated), english
        assert field.findall(english) == field.findall(translated), english


def test_every_code_has_a_title() -> None:
    assert {kind.code for kind in family(MaitreError) if kind.http_status != 500} <= problems.TITLES.keys()


@pytest.mark.parametrize(
    ("error", "english", "translated"),
    [
        (NotFound("There is no user {email}.", email="a@b"), "There is no user a@b.", "No existe el usuario a@b."),
        (Conflict("{odd} braces"), "{odd} braces", "{odd} braces"),
        (Invalid(), "The request is not valid.", "La petición no es válida."),
        (
            Conflict("The reservation is {status}: reopen it first.", status=ReservationStatus.NO_SHOW),
            "The reservation is no_show: reopen it first.",
            "La reserva consta como no presentada: reábrala antes.",
        ),
        (
            Conflict("tables: there is no table {names}", names=("T1", "T2")),
            "tables: there is no table T1, T2",
            "tables: no existe la mesa T1, T2",
        ),
        (
            Invalid.all_of([Invalid("password: is too easy to guess"), Invalid("email: is somebody's already")]),
            "password: is too easy to guess\nemail: is somebody's already",
            "password: es demasiado fácil de adivinar\nemail: ya es de alguien",
        ),
        (errors.DatabaseBusy("inside"), "The database is busy; try again shortly.", None),
        (errors.Unprocessable("inside"), "Such work can never succeed as it is.", None),
    ],
)
def test_an_error_says_its_own_sentence_only_where_that_is_for_clients(
    error: MaitreError, english: str, translated: str | None
) -> None:
    assert problems.said(error, in_english) == english
    assert problems.said(error, in_spanish) == (translated or spanish()[english])
