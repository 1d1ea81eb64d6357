"""All wishes, the terms of the objective, in the reading order of the normative format; those that may be off last."""

from __future__ import annotations

from placement_solver.wishes.agreement_floor import AgreementFloor
from placement_solver.wishes.base import Cost, Counts, Gathering, Needs, Shortfall, Wish
from placement_solver.wishes.carried_burden import CarriedBurden
from placement_solver.wishes.change import Change
from placement_solver.wishes.interprofessional import Interprofessional
from placement_solver.wishes.long_travel import LongTravel
from placement_solver.wishes.pairs import Pairs
from placement_solver.wishes.preference import Preference
from placement_solver.wishes.travel import TravelWish
from placement_solver.wishes.unplaced import Unplaced

WISHES: tuple[Wish, ...] = (
    Unplaced(),
    TravelWish(),
    LongTravel(),
    Preference(),
    AgreementFloor(),
    Change(),
    Interprofessional(),
    Pairs(),
    CarriedBurden(),
)
COSTS: tuple[Cost, ...] = tuple(wish for wish in WISHES if isinstance(wish, Cost))
SHORTFALLS: tuple[Shortfall, ...] = tuple(wish for wish in WISHES if isinstance(wish, Shortfall))
GATHERINGS: tuple[Gathering, ...] = tuple(wish for wish in WISHES if isinstance(wish, Gathering))

__all__ = [
    "COSTS",
    "GATHERINGS",
    "SHORTFALLS",
    "WISHES",
    "Cost",
    "Counts",
    "Gathering",
    "Needs",
    "Shortfall",
    "Wish",
]
