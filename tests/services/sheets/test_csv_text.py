import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import Invalid
from appliance.services.sheets import csv_text

CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    ["=1+1", "+34600111222", "-5", "@x", "'=1", "''+", " =1", "\t=1", "\r", "\n", " \n", '"', ";", "a;b,c", "＝1"]
)


@given(rows=st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1), separator=st.sampled_from(";,"))
def test_what_is_written_is_read_again_as_it_was(rows: list[list[str]], separator: str) -> None:
    head = ["a", "b"]
    text = csv_text.BOM + csv_text.lines([head, *rows], separator)
    assert csv_text.read(text.encode()) == [head, *rows]


@given(cell=CELLS)
def test_no_cell_begins_with_what_a_spreadsheet_calculates(cell: str) -> None:
    (written,) = next(csv.reader(io.StringIO(csv_text.lines([[cell]]), newline=""), delimiter=";"), [""])
    assert not written.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert csv_text.bare(written) == cell


def test_an_apostrophe_before_a_word_is_the_word_s_own() -> None:
    assert csv_text.guarded("'t Hart") == csv_text.bare("'t Hart") == "'t Hart"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_the_files_of_all_spreadsheets_are_read(encoding: str, separator: str) -> None:
    text = f"Día{separator}Año\r\nmiércoles{separator}ñandú\r\n"
    assert csv_text.read(text.encode(encoding)) == [["Día", "Año"], ["miércoles", "ñandú"]]


def test_a_quote_that_never_ends_is_refused_rather_than_swallowing_the_rest() -> None:
    with pytest.raises(Invalid, match="CSV"):
        csv_text.read(b'a;b\n"c;d\ne;f\n')
