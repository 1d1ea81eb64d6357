"""What every schema is built of: camelCase names, bounded numbers and texts, no unknown fields."""

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

from placement.refusals import form, refused
from placement_solver.weeks import IsoWeek

MOST = 1_000_000
FIRST_YEAR, LAST_YEAR = 2000, 2199
_ID = form(
    r"^[A-Za-z0-9][A-Za-z0-9_.:-]*$",
    "ett id: bokstäverna A–Z och a–z, siffror och tecknen _ . : -, med en bokstav eller siffra först",
    "an id: the letters A–Z and a–z, digits and the signs _ . : -, beginning with a letter or a digit",
)
_WEEK = r"^2[01][0-9]{2}-W(0[1-9]|[1-4][0-9]|5[0-3])$"
_PRINTABLE = form(
    r"^[^\x00-\x20\x7f]([^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?$",
    "en text på en rad, utan blanksteg först eller sist",
    "a text on one line, without a space at its beginning or end",
)
_WORD = form(
    r"^[a-z][a-z0-9_-]*$",
    "ett ord med små bokstäver a–z, siffror och tecknen _ -, som elderly-care",
    "a word of small letters a–z, digits and the signs _ -, such as elderly-care",
)


ACCEPT_UNUSUAL = (
    "Accept what is asked about: very large numbers, and pseudonyms that look like names. "
    "Godta det som tjänsten annars frågar om: mycket stora tal, och pseudonymer som ser ut som namn."
)


class Given(BaseModel):
    """What a caller sends; an unknown field is refused."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", allow_inf_nan=False)


class Shown(BaseModel):
    """What the service answers."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=False,  # rows have no camelCase attributes, and looking for them takes most of the time
        from_attributes=True,
    )


class Changeable(Shown):
    """A row that can be changed; its ETag is its ``version`` in quotes."""

    id: str
    version: int = Field(
        description="Put in quotes, it is the ETag for If-Match. Inom citattecken är den ETag för If-Match."
    )


class Change(BaseModel):
    """Makes every field of the ``Given`` it is combined with optional; a field that is left out keeps its value."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: object) -> None:
        """Give every field a default that is neither validated nor published."""
        super().__pydantic_init_subclass__(**kwargs)
        for field in cls.model_fields.values():
            field.default, field.default_factory = PydanticUndefined, _left_out
        cls.model_rebuild(force=True)

    def changes(self) -> dict[str, Any]:
        """Return the fields that the caller sent, by their names in the database."""
        return self.model_dump(exclude_unset=True)


def _left_out() -> None:
    """Return the default of a field that was left out."""


def _not_coerced(value: object) -> object:
    """Refuse true, false and text where a number is expected; pydantic would convert them."""
    if isinstance(value, bool | str | bytes):
        raise refused("ange ett tal", "give a number")
    return value


def _as_written(value: object) -> object:
    """Refuse a number where a date is expected; pydantic would read it as seconds since 1970."""
    if not isinstance(value, str | dt.date):
        raise refused("ange ett datum, som 2027-01-18", "give a date such as 2027-01-18")
    return value


def _within_years(day: dt.date) -> dt.date:
    """Refuse a date that is far from every term."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise refused(
            f"ange ett datum från åren {FIRST_YEAR} till {LAST_YEAR}",
            f"give a date in the years {FIRST_YEAR} to {LAST_YEAR}",
        )
    return day


def _as_week(value: object) -> IsoWeek:
    """Read an ISO week; refuse a week that its year does not have."""
    try:
        week = IsoWeek.parse(value) if isinstance(value, str) else value
    except ValueError:
        week = None
    if not isinstance(week, IsoWeek) or not FIRST_YEAR <= week.year <= LAST_YEAR:
        raise refused(
            "ange en ISO-vecka som året har, som 2027-W03",
            "give an ISO week such as 2027-W03 that its year has",
        )
    return week


def _written_week(week: IsoWeek, info: SerializationInfo) -> IsoWeek | str:
    """Write a week as text in JSON; the database layer gets it as a week."""
    return str(week) if info.mode_is_json() else week


def _all_different(values: list[Any]) -> list[Any]:
    """Refuse a list with a repeated value."""
    if len(set(values)) < len(values):
        raise refused("varje värde får finnas bara en gång", "each value may occur only once")
    return values


Different = AfterValidator(_all_different)
Number = BeforeValidator(_not_coerced)

Id = Annotated[str, Field(min_length=1, max_length=128, pattern=_ID)]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=_PRINTABLE)]
Evidence = Annotated[str, Field(min_length=1, max_length=1_000, pattern=_PRINTABLE)]
ExternalId = Annotated[str, Field(min_length=1, max_length=128, pattern=_PRINTABLE)]
Word = Annotated[str, Field(min_length=1, max_length=64, pattern=_WORD)]
Listed = Annotated[str, Field(min_length=1, max_length=200)]
Profession = Annotated[
    Listed,
    Field(
        description="A profession of /v1/professions: its code, or its name in Swedish or English. "
        "Ett yrke från /v1/professions: koden, eller namnet på svenska eller engelska."
    ),
]
Professions = Annotated[
    list[Listed],
    Field(
        min_length=1,
        max_length=50,
        description="Professions of /v1/professions: their codes, or their names in Swedish or English. "
        "Yrken från /v1/professions: koderna, eller namnen på svenska eller engelska.",
    ),
]
UnitKind = Annotated[
    Listed,
    Field(
        description="A kind of unit of /v1/unit-kinds: its code, or its name in Swedish or English. "
        "Ett slag av enhet från /v1/unit-kinds: koden, eller namnet på svenska eller engelska."
    ),
]
UnitKinds = Annotated[
    list[Listed],
    Field(
        min_length=1,
        max_length=50,
        description="Kinds of units of /v1/unit-kinds: their codes, or their names in Swedish or English. "
        "Slag av enheter från /v1/unit-kinds: koderna, eller namnen på svenska eller engelska.",
    ),
]
Ids = Annotated[list[Id], Field(max_length=2_000), Different]
Count = Annotated[int, Field(ge=0, le=MOST), Number]
Latitude = Annotated[
    float,
    Field(
        ge=-90,
        le=90,
        allow_inf_nan=False,
        description="Degrees north (WGS 84); the point lies in Sweden, or at most some 15 km over its border. "
        "Grader nord (WGS 84); punkten ligger i Sverige, eller högst omkring 15 km bortom gränsen.",
    ),
    Number,
]
Longitude = Annotated[
    float, Field(ge=-180, le=180, allow_inf_nan=False, description="Degrees east. Grader öst."), Number
]
Switch = Annotated[bool, Field(strict=True)]
Day = Annotated[dt.date, BeforeValidator(_as_written), AfterValidator(_within_years)]
Week = Annotated[
    IsoWeek,
    BeforeValidator(_as_week),
    PlainSerializer(_written_week),
    WithJsonSchema({"type": "string", "pattern": _WEEK, "examples": ["2027-W03"]}),
]


def example(body: Mapping[str, JsonValue]) -> ConfigDict:
    """Give a schema its example, which every operation that uses the schema shows."""
    return ConfigDict(json_schema_extra={"example": dict(body)})


def example_of(row: type[BaseModel]) -> Mapping[str, Any]:
    """Return the example of a schema."""
    extra: Any = row.model_config.get("json_schema_extra", {})
    found: Mapping[str, Any] = extra["example"]
    return found
