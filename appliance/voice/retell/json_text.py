r"""The platform's JSON text, also where a machine has cut it in the middle of a character.

Half a surrogate pair (`"\ud83d"`, an emoji at which a transcript was cut off) is allowed by JSON's grammar and written
by the platform's language, but it is no character: strict decoders refuse the whole body for it, and the live
transcript comes with every question of the call.
"""

import re
from typing import TypeVar

import msgspec

from appliance.errors import Unprocessable

T = TypeVar("T")

_ESCAPE = re.compile(rb"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)", re.DOTALL)
"""Every escape, so that an escaped backslash is not taken for the start of one. The group is half a pair."""
_REPLACEMENT = rb"\ufffd"


def decoded(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    """The body as the decoder has it, half pairs as U+FFFD.

    Raises Unprocessable for what is no JSON, and msgspec.ValidationError for JSON of another shape.
    """
    try:
        return _strictly(decoder, body)
    except Unprocessable:
        mended = _ESCAPE.sub(_whole, body)
        if mended == body:
            raise
    return _strictly(decoder, mended)


def _strictly(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    try:
        return decoder.decode(body)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unprocessable(f"not JSON: {error}") from error


def _whole(escape: re.Match[bytes]) -> bytes:
    return _REPLACEMENT if escape[1] else escape[0]
