"""Placing: whether students got a place, when they were told, and how far they travel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from placement.follow_up.facts import Facts, Stay
from placement.follow_up.indicators.base import EVERYWHERE, OF_STUDENTS, PLACEMENTS, REQUESTS, Count, Indicator
from placement_solver.words import Source, Words

_FOUR, _TWO = dt.timedelta(weeks=4), dt.timedelta(weeks=2)


def of_stays(holds: Callable[[Stay], bool]) -> Callable[[Facts, int], Count]:
    """Count the placements of which something holds, among all of them."""

    def count(facts: Facts, _dense_from: int) -> Count:
        held = [holds(stay) for stay in facts.stays()]
        return Count(sum(held), len(held))

    return count


def _told(before: dt.timedelta) -> Callable[[Stay], bool]:
    """Return whether a placement's present unit and start were published at least this long before its first day."""
    return lambda stay: stay.told_on <= stay.start.monday() - before


def _in_time(facts: Facts, _dense_from: int) -> Count:
    wanted = [case for case in facts.cases if not case.withdrawn]
    return Count(sum(case.stay is not None and case.stay.first_on <= case.publish_by for case in wanted), len(wanted))


def _unplaced(facts: Facts, _dense_from: int) -> Count:
    wanted = [case for case in facts.cases if not case.withdrawn]
    return Count(sum(case.stay is None for case in wanted), len(wanted))


def _withdrawn(facts: Facts, _dense_from: int) -> Count:
    return Count(sum(case.withdrawn for case in facts.cases), len(facts.cases))


PLACED_IN_TIME = Indicator(
    "placed-in-time",
    Words("Placerade i tid", "Placed in time"),
    Words(
        "Begäranden som inte är återkallade, som har en plats, och vars första plats publicerades senast den dag då "
        "terminens plan skulle publiceras, även om studenten sedan har fått en annan. "
        "På en enhet eller hos en huvudman räknas de som har sin plats där.",
        "Requests that are not withdrawn, that have a place, and whose first place was published by the day on which "
        "the term's plan was due, even if the student has been given another since. "
        "At a unit or a provider, those are counted that have their place there.",
    ),
    Source("VIL-samordnare: förfrågan och besked om utbildningsplatser", "Stockholms läns landsting", 2015),
    REQUESTS,
    EVERYWHERE,
    rising=True,
    count=_in_time,
)
UNPLACED = Indicator(
    "unplaced",
    Words("Utan plats", "Unplaced"),
    Words(
        "Begäranden som inte är återkallade och som ingen placering uppfyller.",
        "Requests that are not withdrawn and that no placement meets.",
    ),
    Source("VFU-rapport: studenter som inte erbjuds plats", "Vårdförbundet Student", 2021),
    REQUESTS,
    OF_STUDENTS,
    rising=False,
    count=_unplaced,
)
WITHDRAWN = Indicator(
    "withdrawn",
    Words("Återkallade begäranden", "Withdrawn requests"),
    Words(
        "Begäranden som har återkallats och som ingen placering uppfyller.",
        "Requests that have been withdrawn and that no placement meets.",
    ),
    Source("Avsiktsförklaring, Gemensam uppföljning", "Kommunförbundet Stockholms län", 2016),
    REQUESTS,
    OF_STUDENTS,
    rising=False,
    count=_withdrawn,
)
LONG_TRAVEL = Indicator(
    "long-travel",
    Words("Lång resa", "Long travel"),
    Words(
        "Placeringar dit resan tar längre tid än vad terminen kallar en lång resa (en timme om terminen inte säger "
        "något annat), enkel väg, räknat som i planeringen.",
        "Placements to which the journey takes longer than what the term calls a long journey (an hour unless the "
        "term says otherwise), one way, reckoned as in planning.",
    ),
    Source("VFU-rapport: 38,5 procent reste över en timme", "Vårdförbundet Student", 2019),
    PLACEMENTS,
    EVERYWHERE,
    rising=False,
    count=of_stays(lambda stay: stay.long),
    personal=True,
)
TOLD_FOUR_WEEKS = Indicator(
    "told-four-weeks",
    Words("Besked minst fyra veckor före", "Told at least four weeks before"),
    Words(
        "Placeringar vars nuvarande enhet och startvecka publicerades minst fyra veckor före första dagen. En "
        "flyttning räknas från flyttningen.",
        "Placements whose present unit and start week were published at least four weeks before the first day. A move "
        "counts from the move.",
    ),
    Source("Besked om placering fyra veckor före start", "Mittuniversitetet", 2026),
    PLACEMENTS,
    EVERYWHERE,
    rising=True,
    count=of_stays(_told(_FOUR)),
)
TOLD_TWO_WEEKS = Indicator(
    "told-two-weeks",
    Words("Besked minst två veckor före", "Told at least two weeks before"),
    Words(
        "Placeringar vars nuvarande enhet och startvecka publicerades minst två veckor före första dagen. En "
        "flyttning räknas från flyttningen.",
        "Placements whose present unit and start week were published at least two weeks before the first day. A move "
        "counts from the move.",
    ),
    Source("VFU-rapport: 53,7 procent fick schemat senare än så", "Vårdförbundet Student", 2019),
    PLACEMENTS,
    EVERYWHERE,
    rising=True,
    count=of_stays(_told(_TWO)),
)
INDICATORS = (PLACED_IN_TIME, UNPLACED, TOLD_FOUR_WEEKS, TOLD_TWO_WEEKS, LONG_TRAVEL, WITHDRAWN)
