"""Insert or update, as each database says it (they say it alike, from different modules)."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from appliance.store.engine import Tx


def upsert(tx: Tx, table: Table, row: Mapping[str, Any], *, on: Sequence[str], update: Sequence[str]) -> Any:
    """An insert of `row` that updates the columns `update` when the unique columns `on` are taken."""
    return _statement(tx.dialect.name, table, tuple(on), tuple(update)).values(**row)


async def upsert_all(
    tx: Tx, table: Table, rows: Sequence[Mapping[str, Any]], *, on: Sequence[str], update: Sequence[str]
) -> None:
    """The same for many rows of the same columns, in one go."""
    await tx.execute(_statement(tx.dialect.name, table, tuple(on), tuple(update)), list(rows))


def insert_if_new(tx: Tx, table: Table) -> Any:
    """An insert that does nothing where the row, by whatever is unique of it, is there already."""
    return (sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert)(table).on_conflict_do_nothing()


@lru_cache(maxsize=64)
def _statement(dialect: str, table: Table, on: tuple[str, ...], update: tuple[str, ...]) -> Any:
    """Building it costs more than running it does."""
    statement = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table)
    return statement.on_conflict_do_update(
        index_elements=list(on), set_={name: statement.excluded[name] for name in update}
    )
