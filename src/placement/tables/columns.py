"""Columns: what every table is built from, such as ids, references, weeks, moments and lists, and their CHECKs."""

import datetime as dt
import enum
import re
import secrets
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, DateTime, Enum, ForeignKey, MetaData, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import declared_attr
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field, SQLModel

from placement_solver.weeks import IsoWeek

LONGEST_ID = 128
_MOST_DIGITS_OF_AN_ID = 6
LONGEST_NAME = 200
MOST = 1_000_000
MOST_WEEKS = 60

SENSITIVE = {"sensitive": True}
"""Marks a column whose values the audit trail must not contain."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel):
    """The base of every table: it is named after its class, and its constraints follow one convention."""

    metadata = MetaData(naming_convention=NAMING)

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805 (a directive is given the class)
        """Return the table's name, singular as its class: ``CapacityOffer`` is stored in ``capacity_offer``."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


class Versioned(SQLModel):
    """The base of rows that people change: a write based on an older version than the stored one is refused."""

    version: int = Field(default=1, nullable=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 (a directive is given the class)
        """Make every UPDATE and DELETE require the version that was read."""
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]


def new_id(prefix: str) -> str:
    """Make an opaque id whose prefix tells the kind of object, such as ``unt_…`` for a unit.

    It has so few digits that no part of it, nor a pseudonym made of it, is taken for a personal identity number.
    """
    made = secrets.token_hex(8)
    while sum(map(str.isdigit, made)) > _MOST_DIGITS_OF_AN_ID:
        made = secrets.token_hex(8)
    return f"{prefix}_{made}"


class Moment(TypeDecorator[dt.datetime]):
    """A time in UTC, with its time zone on every database; a time without a zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, _dialect: Dialect) -> dt.datetime | None:
        """Store the time in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"{value} has no time zone"
            raise ValueError(message)
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, _dialect: Dialect) -> dt.datetime | None:
        """Restore the time zone if the database has dropped it (SQLite)."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Week(TypeDecorator[IsoWeek]):
    """An ISO week, stored as ``2026-W53`` so that text order is calendar order."""

    impl = String(8)
    cache_ok = True

    def process_bind_param(self, value: IsoWeek | None, _dialect: Dialect) -> str | None:
        """Store the week as text."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> IsoWeek | None:
        """Read the week; a week that the year does not have is refused."""
        return None if value is None else IsoWeek.parse(value)


def json_type() -> TypeEngine[Any]:
    """Store a JSON document: JSONB on PostgreSQL, text on SQLite, and None as SQL's own NULL."""
    return JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def word_list() -> TypeEngine[Any]:
    """Store a list of texts; changes in place are detected."""
    return MutableList.as_mutable(json_type())


def one_of(words: type[enum.StrEnum], name: str) -> Enum:
    """Store an enumeration's value as text, bounded by a CHECK and readable in any SQL client."""
    return Enum(
        words,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


def reference(
    target: str,
    *,
    null: bool = False,
    key: bool = False,
    cascade: bool = False,
    index: bool = True,
    sensitive: bool = False,
) -> Column[str]:
    """Refer to another row, checked when the transaction commits, so that rows may be written in any order.

    ``key`` makes it part of the primary key; ``cascade`` removes this row together with the one referred to;
    ``sensitive`` keeps it out of the audit trail.
    """
    column = target.split(".")[1]
    return Column(
        String(4 if column == "code" else LONGEST_ID),
        ForeignKey(target, ondelete="CASCADE" if cascade else None, deferrable=True, initially="DEFERRED"),
        nullable=null,
        primary_key=key,
        index=index and not key,
        info=SENSITIVE if sensitive else {},
    )


def bounded(column: str, low: float, high: float) -> CheckConstraint:
    """Bound a number by two limits, both inclusive."""
    return CheckConstraint(f"{column} BETWEEN {low} AND {high}", name=f"{column}_bounds")


def sized(column: str, longest: int = LONGEST_NAME) -> CheckConstraint:
    """Bound a text's length between one character and a maximum."""
    return CheckConstraint(f"length({column}) BETWEEN 1 AND {longest}", name=f"{column}_length")


def some_words(column: str) -> CheckConstraint:
    """Require a JSON column to be a list with at least one text."""
    return CheckConstraint(f"""substr(CAST({column} AS TEXT), 1, 2) = '["'""", name=f"{column}_words")


def a_week(column: str) -> CheckConstraint:
    """Require a text to have the form of an ISO week of this century or the next."""
    return CheckConstraint(
        f"length({column}) = 8 AND substr({column}, 1, 4) BETWEEN '2000' AND '2199'"
        f" AND substr({column}, 5, 2) = '-W' AND substr({column}, 7, 2) BETWEEN '01' AND '53'",
        name=f"{column}_week",
    )


def on_earth() -> tuple[CheckConstraint, CheckConstraint]:
    """Require ``lat`` and ``lon`` to be a point on Earth."""
    return bounded("lat", -90, 90), bounded("lon", -180, 180)
