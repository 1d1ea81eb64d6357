"""How large a county to make up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ScaleName = Literal["small", "county"]


@dataclass(frozen=True, slots=True)
class Scale:
    """The shares of the county's units and students that are made, and the codes that tell the two apart."""

    name: ScaleName
    units: float
    students: float


SCALES: dict[ScaleName, Scale] = {
    "small": Scale("small", units=0.05, students=0.05),
    "county": Scale("county", units=1.0, students=1.0),
}
