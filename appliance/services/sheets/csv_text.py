"""Tables as CSV for spreadsheets and back: readable by Excel in Spain, harmless to open, the same when read again."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from appliance.errors import Invalid

BOM = "\ufeff"
"""Without it Excel takes UTF-8 for the old Windows alphabet."""

SEPARATOR = ";"
"""What Excel expects where the comma is the decimal mark. LibreOffice and Google Sheets take either."""

_SEPARATORS = ";,\t"
_DANGEROUS = re.compile(r"['\s]*[=+\-@＝＋－＠\t\r\n]")
"""What a spreadsheet may take for a formula; those with apostrophes before it too, so that what is added comes off."""


def lines(rows: Iterable[Sequence[str]], separator: str = SEPARATOR) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return text.getvalue()


def read(data: bytes) -> list[list[str]]:
    """The rows of a CSV file, whatever program wrote it. Raises Invalid."""
    text = _decoded(data)
    head = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        return [[bare(cell) for cell in row] for row in rows]
    except csv.Error as error:
        raise Invalid(
            "The file cannot be read as CSV: look for a quotation mark too many or too few, up to line {line}.",
            line=rows.line_num,
        ) from error


def guarded(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would calculate: a guest's name is no formula."""
    return f"'{cell}" if _DANGEROUS.match(cell) else cell


def bare(cell: str) -> str:
    """The cell as it was before it was guarded."""
    return cell[1:] if cell.startswith("'") and _DANGEROUS.match(cell, 1) else cell


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
