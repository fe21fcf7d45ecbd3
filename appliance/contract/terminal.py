"""What the server tells, made safe to be shown on a terminal: strangers' words are among it."""

import re

_ESCAPED = re.compile(rb"\\(?:u00(?:0[0-8b-f]|[19][0-9a-f]|8[0-9a-f]|7f)|[bfr]|.)", re.IGNORECASE | re.DOTALL)
"""Every escape of a JSON string, so that a backslash which is one itself is passed over."""
_RAW = re.compile(rb"\x7f|\xc2[\x80-\x9f]")
_KEPT = frozenset(rb'"\/nt')
_SIGN = "\N{REPLACEMENT CHARACTER}"
_MARK = _SIGN.encode()
_SIGNS = {code: _SIGN for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}


def harmless(json: bytes) -> bytes:
    """The same JSON with a mark for every control character but tabs and ends of lines: a terminal obeys them."""
    marked = _ESCAPED.sub(_marked, json) if b"\\" in json else json
    return _RAW.sub(_MARK, marked)


def harmless_text(words: str) -> str:
    """The same for words that come from elsewhere than the wire."""
    return words.translate(_SIGNS)


def _marked(escape: re.Match[bytes]) -> bytes:
    said = escape[0]
    return said if said[1] in _KEPT or (said[1] in b"uU" and len(said) == 2) else _MARK
