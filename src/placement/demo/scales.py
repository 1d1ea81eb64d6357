"""Scales: how large the synthetic county is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ScaleName = Literal["thirtieth", "small", "eighth", "quarter", "half", "county"]


@dataclass(frozen=True, slots=True)
class Scale:
    """The shares of the county's units and students that are made; the value is the scale's name."""

    name: ScaleName
    units: float
    students: float


SCALES: dict[ScaleName, Scale] = {
    "thirtieth": Scale("thirtieth", units=1 / 30, students=1 / 30),
    "small": Scale("small", units=0.05, students=0.05),
    "eighth": Scale("eighth", units=0.125, students=0.125),
    "quarter": Scale("quarter", units=0.25, students=0.25),
    "half": Scale("half", units=0.5, students=0.5),
    "county": Scale("county", units=1.0, students=1.0),
}
