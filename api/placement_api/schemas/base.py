"""The building stones of every schema: camelCase names, bounded numbers and texts, nothing unknown let in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    PlainSerializer,
    SerializationInfo,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticUndefined

from placement_solver.weeks import IsoWeek

MOST = 1_000_000
FIRST_YEAR, LAST_YEAR = 2000, 2199
_ID = r"^[A-Za-z0-9][A-Za-z0-9_.:-]*$"
_WEEK = r"^2[01][0-9]{2}-W(0[1-9]|[1-4][0-9]|5[0-3])$"
_PRINTABLE = r"^[^\x00-\x20\x7f]([^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?$"


class Given(BaseModel):
    """What a caller sends: every field known, none besides."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", allow_inf_nan=False)


class Shown(BaseModel):
    """What a caller is answered."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=False,  # a row has no camelCase attribute, and looking for one takes longer than all the rest
        from_attributes=True,
    )


class Changeable(Shown):
    """Something with an id that can be changed: ``version`` in quotes is its ETag."""

    id: str
    version: int = Field(description="In quotes, the ETag for If-Match. Inom citattecken: ETag för If-Match.")


class Change(BaseModel):
    """Beside a ``Given``, makes every field of it one that may be left out: what is left out stays as it is."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: object) -> None:
        """Give every field a default that is neither checked nor published."""
        super().__pydantic_init_subclass__(**kwargs)
        for field in cls.model_fields.values():
            field.default, field.default_factory = PydanticUndefined, _left_out
        cls.model_rebuild(force=True)

    def changes(self) -> dict[str, Any]:
        """Return what the caller named, by the store's names."""
        return self.model_dump(exclude_unset=True)


def _left_out() -> None:
    """Stand for a field that was not named."""


def _no_guessing(value: object) -> object:
    """Refuse true, false and text where a number is asked for."""
    if isinstance(value, bool | str | bytes):
        message = "a number is asked for"
        raise ValueError(message)  # noqa: TRY004 (pydantic reports a ValueError as a fault)
    return value


def _as_text(value: object) -> object:
    """Refuse a number where a day is asked for: it would be taken for seconds since 1970."""
    if not isinstance(value, str | dt.date):
        message = "a date such as 2027-01-18 is asked for"
        raise ValueError(message)  # noqa: TRY004 (pydantic reports a ValueError as a fault)
    return value


def _within_our_time(day: dt.date) -> dt.date:
    """Refuse a day that no term will lie near."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        message = f"a day of the years {FIRST_YEAR} to {LAST_YEAR} is asked for"
        raise ValueError(message)
    return day


def _as_week(value: object) -> IsoWeek:
    """Read an ISO week; one the year does not have is refused."""
    message = "an ISO week such as 2027-W03 is asked for, that its year has"
    try:
        week = IsoWeek.parse(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError(message) from None  # the first one repeats what was sent, whatever it was
    if not isinstance(week, IsoWeek) or not FIRST_YEAR <= week.year <= LAST_YEAR:
        raise ValueError(message)
    return week


def _week_out(week: IsoWeek, info: SerializationInfo) -> IsoWeek | str:
    """Write a week as text in JSON, and leave it a week for the access layer."""
    return str(week) if info.mode_is_json() else week


def _all_different(values: list[Any]) -> list[Any]:
    """Refuse a list that names something twice."""
    if len(set(values)) < len(values):
        message = "each may be named once"
        raise ValueError(message)
    return values


Different = AfterValidator(_all_different)
Number = BeforeValidator(_no_guessing)

Id = Annotated[str, Field(min_length=1, max_length=128, pattern=_ID)]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=_PRINTABLE)]
ExternalId = Annotated[str, Field(min_length=1, max_length=128, pattern=_PRINTABLE)]
Word = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_-]*$")]
Words = Annotated[list[Word], Field(min_length=1, max_length=50), Different]
Ids = Annotated[list[Id], Field(max_length=2_000), Different]
Count = Annotated[int, Field(ge=0, le=MOST), Number]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False), Number]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False), Number]
Switch = Annotated[bool, Field(strict=True)]
Day = Annotated[dt.date, BeforeValidator(_as_text), AfterValidator(_within_our_time)]
Week = Annotated[
    IsoWeek,
    BeforeValidator(_as_week),
    PlainSerializer(_week_out),
    WithJsonSchema({"type": "string", "pattern": _WEEK, "examples": ["2027-W03"]}),
]


def example(body: Mapping[str, JsonValue]) -> ConfigDict:
    """Give a schema its example: every operation that uses the schema shows it."""
    return ConfigDict(json_schema_extra={"example": dict(body)})
