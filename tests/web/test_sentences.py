"""The sentences that clients are told: each is there in Spanish, and fills in the same words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import appliance.app
from appliance import errors
from appliance.errors import Conflict, Invalid, MaitreError, NotFound
from appliance.services import alert_words
from appliance.web import complaints, problems
from appliance.web.languages import in_english, in_spanish, spanish

SOURCE = Path(appliance.__file__).parent
ROOMS = ("guard", "services", "store", "voice", "web", "work")
"""What is raised elsewhere is told at the command line."""
NOT_YET = {
    "services/csv_text.py",
    "services/edits.py",
    "services/onboarding.py",
    "services/queue.py",
    "services/sheets.py",
    "services/staff.py",
    "services/staff_booking.py",
    "services/staff_words.py",
    "store/restaurants.py",
}
"""Where sentences are still put together before they are raised, and so told in English to everybody."""
NO_WORDS = {"alternatives", "restaurant_id", "retry_after_s"}
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
    argument: ast.expr | None = call.args[0] if call.args else None
    if argument is None:
        return []
    ways = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
    found = [way.value if isinstance(way, ast.Constant) else constant(way, place) for way in ways]
    return [one for one in found if isinstance(one, str)] if all(isinstance(one, str) for one in found) else None


def constant(name: ast.expr, place: str) -> str | None:
    """The text that a name of the module stands for."""
    tree = ast.parse((SOURCE / place.partition(":")[0]).read_text())
    given = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return given.get(name.id) if isinstance(name, ast.Name) else None


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def of_classes() -> set[str]:
    return {kind.__doc__ or "" for kind in family(MaitreError) if kind is MaitreError or kind.http_status != 500}


def told() -> set[str]:
    """Every sentence that can be told as it stands in the source."""
    raised = {one for place, call in errors_made() for one in sentences(call, place) or ()}
    raised |= alert_words.all_sentences()
    return raised | of_classes() | complaints.SENTENCES | {*problems.TITLES.values(), *problems.UNREADABLE.values()}


def test_what_is_raised_is_a_sentence_and_its_words() -> None:
    made = list(errors_made())
    assert len(made) > 60
    files = {place.partition(":")[0] for place, call in made if sentences(call, place) is None}
    assert files == NOT_YET, "a file that is done leaves the list; none joins it"


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
        (errors.DatabaseBusy("inside"), "The database is busy; try again shortly.", None),
        (errors.Unprocessable("inside"), "Such work can never succeed as it is.", None),
    ],
)
def test_an_error_says_its_own_sentence_only_where_that_is_for_clients(
    error: MaitreError, english: str, translated: str | None
) -> None:
    assert problems.said(error, in_english) == english
    assert problems.said(error, in_spanish) == (translated or spanish()[english])
