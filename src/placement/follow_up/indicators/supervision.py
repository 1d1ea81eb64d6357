"""Supervision: whether a supervisor is named, has the training, and has the student's profession."""

from __future__ import annotations

from placement.follow_up.facts import Facts, Stay
from placement.follow_up.indicators.base import EVERYWHERE, PLACEMENTS, Count, Indicator
from placement.follow_up.indicators.placing import of_stays
from placement.follow_up.training import FOR_SUPERVISORS
from placement_solver.words import Source, Words


def _is_trained(stay: Stay) -> bool:
    """Return whether a named supervisor had the training asked for on the placement's first day."""
    asked = FOR_SUPERVISORS.credits if stay.credits_required is None else stay.credits_required
    had = None if stay.guidance is None else stay.guidance.credits
    return had is not None and had >= asked


def _right_profession(facts: Facts, _dense_from: int) -> Count:
    pairs = [
        (case.profession, case.stay.guidance.profession)
        for case in facts.cases
        if case.stay is not None and case.stay.guidance is not None
    ]
    return Count(sum(student == supervisor for student, supervisor in pairs), len(pairs))


NAMED_SUPERVISOR = Indicator(
    "named-supervisor",
    Words("Namngiven handledare", "Named supervisor"),
    Words("Placeringar som har en namngiven handledare.", "Placements that have a named supervisor."),
    Source("Ansvar för VIL på universitetssjukvårdsenheter", "Lunds universitet", 2026),
    PLACEMENTS,
    EVERYWHERE,
    rising=True,
    count=of_stays(lambda stay: stay.guidance is not None),
)
TRAINED_SUPERVISOR = Indicator(
    "trained-supervisor",
    Words("Handledare med utbildning", "Trained supervisor"),
    Words(
        "Placeringar vars namngivna handledare den första dagen hade den handledarutbildning som kursen kräver, eller "
        "minst 1,5 hp om kursen inte kräver något. Utan namngiven handledare räknas utbildningen som okänd, alltså "
        "inte med i delen.",
        "Placements whose named supervisor on the first day had the training in supervision that the course requires, "
        "or at least 1.5 credits where it requires none. Without a named supervisor the training is unknown and is "
        "not counted in the part.",
    ),
    Source("Rekommenderad handledarutbildning", "Region Stockholm", 2026),
    PLACEMENTS,
    EVERYWHERE,
    rising=True,
    count=of_stays(_is_trained),
)
RIGHT_PROFESSION = Indicator(
    "right-profession",
    Words("Handledare med rätt yrke", "Supervisor of the right profession"),
    Words(
        "Placeringar med namngiven handledare, där handledaren har det yrke som programmet utbildar till.",
        "Placements with a named supervisor who has the profession that the programme educates for.",
    ),
    Source("VFU-rapport: 41 procent handleddes av ett annat yrke", "Vårdförbundet Student", 2022),
    Words("placeringar med namngiven handledare", "placements with a named supervisor"),
    EVERYWHERE,
    rising=True,
    count=_right_profession,
)
INDICATORS = (NAMED_SUPERVISOR, TRAINED_SUPERVISOR, RIGHT_PROFESSION)
