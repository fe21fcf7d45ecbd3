"""What is taken out of a file for strangers: our secrets by their values, people by their looks and by their names."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

import msgspec

from appliance.config import SETTINGS, Settings
from appliance.config.masks import Mask, mask_channel, mask_password
from appliance.watch.masking import HIDDEN, hide, plain

_LEAST_SECRET = 6
"""A shorter one would take ordinary words with it."""
_LEAST_TOKEN = 10
_PASSWORD = re.compile(r"://[^:/@]*:(.+)@")
_PASSWORD_ASKED = re.compile(r"[?&]\w*password=([^&]+)")
_SEPARATORS = re.compile(r"[/:@?&=]+")
_MOST_WORDS = 5
_PRIORITY = re.compile(r"\A<[0-7]>")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")


class Redactor:
    """`token` is one more secret. `names` are those of guests, as the book has them; None where they are not known."""

    def __init__(self, settings: Settings, *, token: str = "", names: Iterable[str] | None = None) -> None:
        self.knows_people = names is not None
        self._secrets = sorted(_secrets(settings) | ({token} - {""}), key=len, reverse=True)
        self._names = {key for name in names or () if (key := _key(_WORD.findall(name)))}

    def text(self, words: str) -> str:
        """The words without what is nobody's business."""
        for secret in self._secrets:
            words = words.replace(secret, HIDDEN)
        return self._without_names(hide(words))

    def json(self, value: Any, *, by_name: bool = False) -> bytes:
        """The value as a document; `by_name`: whatever stands under the name of a personal thing is hidden."""
        builtins = plain(msgspec.to_builtins(value, str_keys=True), named=by_name)
        return msgspec.json.format(msgspec.json.encode(self._each(builtins)), indent=2)

    def line(self, value: Any) -> bytes:
        """A line of the log, as JSON."""
        return msgspec.json.encode(self._each(plain(msgspec.to_builtins(value))))

    def raw_line(self, line: bytes) -> bytes:
        """A line of a log that may be JSON, or the words of a library."""
        words = _PRIORITY.sub("", line.decode("utf-8", "replace"))
        try:
            return self.line(msgspec.json.decode(words))
        except msgspec.DecodeError:
            return self.text(words).encode()

    def _each(self, value: Any) -> Any:
        """Values, and the names they stand under: an id may be a name."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(key): self._each(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._each(one) for one in value]
        return value

    def _without_names(self, words: str) -> str:
        """Without runs of words that are somebody's name; the longest run counts."""
        if not self._names:
            return words
        found = list(_WORD.finditer(words))
        kept, at, last = [], 0, 0
        while at < len(found):
            run = next(
                (n for n in range(min(_MOST_WORDS, len(found) - at), 0, -1) if self._is_name(found[at : at + n])), 0
            )
            if run:
                kept += [words[last : found[at].start()], HIDDEN]
                last = found[at + run - 1].end()
            at += run or 1
        return "".join([*kept, words[last:]])

    def _is_name(self, run: list[re.Match[str]]) -> bool:
        return _key([one[0] for one in run]) in self._names


def _key(words: Iterable[str]) -> str:
    return " ".join(words).casefold()


def _secrets(settings: Settings) -> set[str]:
    """Keys as they are; of a database's address the password; of a channel's whatever is long enough to be a token."""
    found: set[str] = set()
    for setting in SETTINGS:
        value = getattr(settings, setting.name)
        if setting.mask is None or value == setting.default:
            continue
        for one in value if isinstance(value, tuple) else (value,):
            found.update(_parts(one, setting.mask))
    return {one for one in found if len(one) >= _LEAST_SECRET}


def _parts(secret: str, by: Mask) -> Iterable[str]:
    if by is mask_password:
        quoted = _PASSWORD.findall(secret) + _PASSWORD_ASKED.findall(secret)
        return [*quoted, *map(unquote, quoted)]
    if by is mask_channel:
        tokens = [one for one in _SEPARATORS.split(secret) if len(one) >= _LEAST_TOKEN]
        return [secret, secret.partition("://")[2], *tokens, *map(unquote, tokens)]
    return [secret]
