"""Half-years: how one is written in a call."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, SerializationInfo, WithJsonSchema

from placement.refusals import refused
from placement.settlement.half_years import HalfYear

FORM = r"^2[01][0-9]{2}-H[12]$"
SAID = (
    "January–June or July–December; a week belongs to the half-year that its Monday lies in. "
    "Januari–juni eller juli–december; en vecka hör till det halvår som dess måndag ligger i."
)


def _as_half_year(value: object) -> HalfYear:
    """Read a half-year."""
    try:
        return value if isinstance(value, HalfYear) else HalfYear.parse(str(value))
    except ValueError:
        raise refused(
            "ange ett halvår, som 2027-H1 eller 2027-H2", "give a half-year such as 2027-H1 or 2027-H2"
        ) from None


def _written(half_year: HalfYear, info: SerializationInfo) -> HalfYear | str:
    """Write a half-year as text in JSON; the rooms of `placement` get it as it is."""
    return str(half_year) if info.mode_is_json() else half_year


Half = Annotated[
    HalfYear,
    BeforeValidator(_as_half_year),
    PlainSerializer(_written),
    WithJsonSchema({"type": "string", "pattern": FORM, "examples": ["2027-H1"]}),
    Field(description=SAID),
]
