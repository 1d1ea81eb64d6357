"""Contents: a database's rows as lines of JSON, the same whichever database they are in.

Tables are read as the database describes them, not as this version declares them, so that the backup of an earlier
version can be put back and then migrated. Rows are in the order of their primary key, columns by name, the keys of JSON
by name, and moments in UTC: what is equal has the same lines, and so the same digest.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    collate,
    insert,
    inspect,
    select,
)
from sqlalchemy.types import JSON

from placement.lanes.jobs import QUEUE
from placement.tables import RunWorker

AT_ONCE = 1_000
"""Rows read or written at a time; of tables with whole documents, one."""
OF_ALEMBIC = "alembic_version"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a table holds: its columns, and the number, the bytes and the SHA-256 of its lines."""

    columns: tuple[str, ...]
    rows: int
    bytes: int
    sha256: str


class Tally:
    """Counts lines as they pass, and digests them."""

    def __init__(self) -> None:
        self.rows = self.bytes = 0
        self._digest = hashlib.sha256()

    def pass_on(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Yield each line, and count it."""
        for line in lines:
            self.rows += 1
            self.bytes += len(line)
            self._digest.update(line)
            yield line

    def contents(self, columns: Sequence[str]) -> Contents:
        """Return what has passed."""
        return Contents(tuple(columns), self.rows, self.bytes, self._digest.hexdigest())


def tables_of(connection: Connection) -> dict[str, Table]:
    """Return a database's tables as it describes them, by name; Alembic's own and the queue's are not among them.

    Nor is what this installation's workers say of themselves, by the queue's numbers: elsewhere those are others.
    """
    inspector, described = inspect(connection), MetaData()
    keys, columns = inspector.get_multi_pk_constraint(), inspector.get_multi_columns()
    tables = {}
    for whole_name, there in sorted(columns.items(), key=lambda each: each[0][1]):
        name = whole_name[1]
        if name in {OF_ALEMBIC, RunWorker.__tablename__, *QUEUE}:
            continue
        for column in there:
            if isinstance(column["type"], JSON):
                column["type"].none_as_null = True  # None is SQL's NULL, as the tables declare it
        tables[name] = Table(
            name,
            described,
            *(
                Column(each["name"], each["type"], primary_key=each["name"] in keys[whole_name]["constrained_columns"])
                for each in sorted(there, key=lambda column: column["name"])
            ),
        )
    return tables


def lines_of(connection: Connection, table: Table) -> Iterator[bytes]:
    """Yield a table's rows as lines."""
    bytewise = connection.dialect.name == "postgresql"  # whatever order the database's language has
    order = [collate(key, "C") if bytewise and isinstance(key.type, String) else key for key in table.primary_key]
    some = {"yield_per": _at_once(table)}
    for row in connection.execute(select(table).order_by(*order), execution_options=some):
        told = [_plain(value) for value in row]
        yield (json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()


def measure(connection: Connection, table: Table) -> Contents:
    """Count and digest a table's rows."""
    tally = Tally()
    for _line in tally.pass_on(lines_of(connection, table)):
        pass
    return tally.contents(table.columns.keys())


def fill(connection: Connection, table: Table, lines: Iterable[bytes]) -> None:
    """Write lines as rows of a table."""
    readers = [(column.name, _reader(column)) for column in table.columns]
    passing = iter(lines)
    while some := list(islice(passing, _at_once(table))):
        rows = [
            {name: None if value is None else read(value) for (name, read), value in zip(readers, told, strict=True)}
            for told in map(json.loads, some)
        ]
        connection.execute(insert(table), rows)


def _at_once(table: Table) -> int:
    """Return how many rows of a table are in memory at a time."""
    documents = any(isinstance(column.type, (Text, LargeBinary)) for column in table.columns)
    return 1 if documents else AT_ONCE


def _plain(value: Any) -> Any:  # noqa: ANN401 (a column holds what it holds)
    """Return a value in the form that JSON has for it."""
    if isinstance(value, dt.datetime):
        utc = value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)
        return utc.isoformat(timespec="microseconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _reader(column: Column[Any]) -> Any:  # noqa: ANN401 (a function from one plain value to what the column holds)
    """Return the function that reads a column's values from their form in JSON."""
    if isinstance(column.type, DateTime):
        return dt.datetime.fromisoformat
    if isinstance(column.type, Date):
        return dt.date.fromisoformat
    return base64.b64decode if isinstance(column.type, LargeBinary) else _same


def _same(value: Any) -> Any:  # noqa: ANN401 (as above)
    return value
