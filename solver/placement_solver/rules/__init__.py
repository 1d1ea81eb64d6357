"""All hard rules, in the reading order of the normative format."""

from __future__ import annotations

from placement_solver.rules.agreement import AgreementRule
from placement_solver.rules.agreement_ceiling import AgreementCeiling
from placement_solver.rules.base import Admission, Breach, Itinerary, Limit, Rule, Uses
from placement_solver.rules.blocked_unit import BlockedUnit
from placement_solver.rules.capacity import CapacityRule
from placement_solver.rules.course_window import CourseWindow
from placement_solver.rules.distinct_units import DistinctUnits
from placement_solver.rules.no_overlap import NoOverlap
from placement_solver.rules.one_placement import OnePlacement
from placement_solver.rules.order import Order
from placement_solver.rules.pin import Pin
from placement_solver.rules.site import Site
from placement_solver.rules.supervision import SupervisionRule
from placement_solver.rules.supervisor_load import SupervisorLoad
from placement_solver.rules.travel_limit import TravelLimit
from placement_solver.rules.unit_ceiling import UnitCeiling
from placement_solver.rules.unit_kind import UnitKind
from placement_solver.rules.university_healthcare import UniversityHealthcare

SUPERVISOR_LOAD = SupervisorLoad()
NO_OVERLAP = NoOverlap()
PIN = Pin()

RULES: tuple[Rule, ...] = (
    OnePlacement(),
    CourseWindow(),
    UnitKind(),
    Site(),
    UniversityHealthcare(),
    BlockedUnit(),
    TravelLimit(),
    CapacityRule(),
    UnitCeiling(),
    AgreementRule(),
    AgreementCeiling(),
    SupervisionRule(),
    SUPERVISOR_LOAD,
    NO_OVERLAP,
    Order(),
    DistinctUnits(),
    PIN,
)
ADMISSIONS: tuple[Admission, ...] = tuple(rule for rule in RULES if isinstance(rule, Admission))
LIMITS: tuple[Limit, ...] = tuple(rule for rule in RULES if isinstance(rule, Limit))
ITINERARIES: tuple[Itinerary, ...] = tuple(rule for rule in RULES if isinstance(rule, Itinerary))

__all__ = [
    "ADMISSIONS",
    "ITINERARIES",
    "LIMITS",
    "NO_OVERLAP",
    "PIN",
    "RULES",
    "SUPERVISOR_LOAD",
    "Admission",
    "Breach",
    "Itinerary",
    "Limit",
    "Rule",
    "Uses",
]
