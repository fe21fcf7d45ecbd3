"""What the parser says of a document or a parameter, as people say it, and where in it.

Of a body the parser reports the first thing that is wrong; of parameters, each.
"""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, get_args
from urllib.parse import quote

from msgspec import Struct, ValidationError, inspect

from appliance import contract
from appliance.contract import FieldProblem
from appliance.errors import Say
from appliance.web.languages import in_english

_PHONE = r"\+[1-9]\d{6,14}"
MUST_BE: Mapping[str, str] = {
    repr(pattern): f"must be {what}"
    for pattern, what in (
        (get_args(contract.Clock)[1].pattern, "a time such as 21:00"),
        (get_args(contract.Region)[1].pattern, "a country or a part of one, such as ES or ES-VC"),
        (get_args(contract.Url)[1].pattern, "an address such as https://book.example.com/news"),
        (f"^{_PHONE}$", "a telephone number such as +34600123456"),
        (f"^({_PHONE})?$", "a telephone number such as +34600123456"),
        ("^[a-z0-9_]{0,64}$", "of letters a to z, digits and _, at most 64"),
    )
}
"""What to say instead of the pattern that a text must have."""
KINDS: Mapping[str, str] = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "date": "a date such as 2026-11-28",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
BOUNDS: Mapping[tuple[str, str], str] = {
    ("int", ">="): "must be at least {bound}",
    ("int", "<="): "must be at most {bound}",
    ("float", ">="): "must be at least {bound}",
    ("float", "<="): "must be at most {bound}",
    ("str", ">="): "must have {bound} characters or more",
    ("str", "<="): "must have {bound} characters or fewer",
    ("array", ">="): "must have {bound} items or more",
    ("array", "<="): "must have {bound} items or fewer",
}
UNKNOWN, NEAR, MISSING, EMPTY, ONE_OF, KIND, A_DATE, ODD = (
    "there is no such field",
    "there is no such field; did you mean {near}?",
    "is missing",
    "must not be empty",
    "must be one of {choices}",
    "must be {kind}",
    "must be a date such as 2026-11-28",
    "is not valid",
)
SENTENCES = frozenset({*MUST_BE.values(), *KINDS.values(), *BOUNDS.values()})
SENTENCES |= {UNKNOWN, NEAR, MISSING, EMPTY, ONE_OF, KIND, A_DATE, ODD, " or "}
"""All that is ever said here."""

_FIELD = re.compile("^Object (contains unknown|missing required) field `(.*)`$", re.DOTALL)
_PATTERN = re.compile("matching regex (.+)$")
_BOUND = re.compile("^Expected `(int|float|str|array)[^`]*`(?: of length)? (>=|<=) (.+)$")
_PLAIN: Mapping[str, str] = {
    "Invalid RFC3339 encoded date": A_DATE,
    "Expected `str` of length >= 1": EMPTY,
    "Expected `array` of length >= 1": EMPTY,
}
_KIND = re.compile("^Expected `([^`]+)`")
_STEP = re.compile(r"\[[^]]*]|\w+")
_LONGEST_NAME = 80
"""A field's; a longer one is not sent back."""


class Flaw(Struct, frozen=True, kw_only=True):
    """What is wrong at one place: a path in the body as areas[0].name, "" for all of it, or a parameter's name.

    `member`: at that one of what is there, whose name may be anything.
    """

    where: str
    words: str
    member: str = ""
    in_address: bool = False

    def __str__(self) -> str:
        place = ".".join(name for name in (self.where, self.member) if name)
        return f"{place or 'body'}: {self.words}"

    def told(self) -> FieldProblem:
        if self.in_address:
            return FieldProblem(parameter=self.where, detail=self.words)
        return FieldProblem(pointer=pointer(self.where, self.member), detail=self.words)


def pointer(path: str, member: str = "") -> str:
    """A JSON Pointer in a URI fragment (RFC 6901); up to a key of a mapping, which the parser does not name."""
    steps = [step.strip("[]") for step in _STEP.findall(path.partition("[...]")[0])]
    return "#" + "".join(f"/{_escaped(step)}" for step in [*steps, *([member] if member else [])])


def _escaped(step: str) -> str:
    return quote(step.replace("~", "~0").replace("/", "~1"), safe="~")


def field_words(error: ValidationError, kind: Any) -> str:
    """The parser's complaint about a document of the type `kind`: the field, and what is wrong there."""
    message, _, where = str(error).partition(" - at `$.")
    return str(flaw(message, kind, where.removesuffix("`")))


def flaw(message: str, kind: Any, path: str, say: Say = in_english) -> Flaw:
    """What the parser complains of. `kind` is the type of the whole that was read, `path` where in it."""
    field = _FIELD.match(message)
    if field is None:
        return Flaw(where=path, words=plain_words(message, kind, path, say))
    name = field[2] if len(field[2]) <= _LONGEST_NAME else "…"
    words = _unknown(name, kind, path, say) if "unknown" in field[1] else say(MISSING)
    return Flaw(where=path, member=name, words=words)


def _unknown(name: str, kind: Any, path: str, say: Say) -> str:
    structs = (one for one in _at(inspect.type_info(kind), path) if isinstance(one, inspect.StructType))
    known = [field.encode_name for one in structs for field in one.fields]
    near = get_close_matches(name.casefold(), known, n=1)
    return say(NEAR, near=near[0]) if near else say(UNKNOWN)


def plain_words(message: str, kind: Any, path: str, say: Say = in_english) -> str:
    """The parser's complaint as people say it, without where."""
    if message.startswith("Invalid enum value") and (choices := _choices(inspect.type_info(kind), path)):
        return say(ONE_OF, choices=", ".join(choices))
    if pattern := _PATTERN.search(message):
        return say(MUST_BE.get(pattern[1], ODD))
    if plain := _PLAIN.get(message):
        return say(plain)
    if bound := _BOUND.match(message):
        return say(BOUNDS[bound[1], bound[2]], bound=bound[3])
    if expected := _KIND.match(message):
        return say(KIND, kind=_kinds(expected[1], say))
    return say(ODD)


def _kinds(expected: str, say: Say) -> str:
    """Of "int | null": a whole number or null."""
    return say(" or ").join(say(KINDS.get(kind, kind)) for kind in expected.split(" | "))


def leads_somewhere(kind: Any, path: str) -> bool:
    """Whether a document of that type can have something at that path."""
    return bool(_at(inspect.type_info(kind), path))


def _choices(kind: inspect.Type, path: str) -> list[str]:
    """The words that may stand at a path, as "areas[0].tables[1].name"; none where any may."""
    return [str(word) for one in _at(kind, path) for word in _words(one)]


def _at(kind: inspect.Type, path: str) -> tuple[inspect.Type, ...]:
    """The types of what may stand at a path."""
    kinds = _alternatives(kind)
    for step in _STEP.findall(path):
        within = [_within(one, step) for one in kinds]
        kinds = tuple(one for found in within if found for one in _alternatives(found))
    return kinds


def _words(kind: inspect.Type) -> tuple[Any, ...]:
    if isinstance(kind, inspect.LiteralType):
        return kind.values
    return tuple(kind.cls) if isinstance(kind, inspect.EnumType) else ()


def _within(kind: inspect.Type, step: str) -> inspect.Type | None:
    if isinstance(kind, inspect.ListType) and step.startswith("["):
        return kind.item_type
    fields = kind.fields if isinstance(kind, inspect.StructType) else ()
    return next((field.type for field in fields if field.encode_name == step), None)


def _alternatives(kind: inspect.Type) -> tuple[inspect.Type, ...]:
    if isinstance(kind, inspect.Metadata):
        return _alternatives(kind.type)
    if isinstance(kind, inspect.UnionType):
        return tuple(one for inner in kind.types for one in _alternatives(inner))
    return (kind,)
