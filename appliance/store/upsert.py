"""Insert or update, as each database says it (they say it alike, from different modules)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from appliance.store.engine import Tx


def upsert(tx: Tx, table: Table, row: Mapping[str, Any], *, on: Sequence[str], update: Sequence[str]) -> Any:
    """An insert of `row` that updates the columns `update` when the unique columns `on` are taken."""
    insert = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table).values(**row)
    return statement.on_conflict_do_update(
        index_elements=list(on), set_={name: statement.excluded[name] for name in update}
    )
