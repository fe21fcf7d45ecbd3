"""How verbs print: tables for people, JSON for programs."""

import sys
from collections.abc import Iterable, Sequence

import click
import msgspec

from appliance.contract import harmless_text


def print_json(value: object) -> None:
    """One line of JSON."""
    click.echo(msgspec.json.encode(value))


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A drawn table on a terminal; aligned text, fit for grep and awk, elsewhere."""
    rows = [[harmless_text(cell) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _print_drawn(headings, rows)
    else:
        _print_aligned([headings, *rows])


def _print_drawn(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD)
    for number, heading in enumerate(headings):
        table.add_column(heading, overflow="fold", no_wrap=number == 0)
    for row in rows:
        table.add_row(*map(Text, row))  # Text: brackets in a value are no markup
    Console().print(table)


def _print_aligned(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
