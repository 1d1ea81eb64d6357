"""Endings: placements that were published and then declined, cancelled or left."""

from __future__ import annotations

from collections.abc import Callable

from placement.follow_up.facts import Facts
from placement.follow_up.indicators.base import EVER_PUBLISHED, EVERYWHERE, Count, Indicator
from placement.tables import PlacementStatus
from placement_solver.words import Source, Words

_SOURCE = Source("Avsiktsförklaring, Gemensam uppföljning", "Kommunförbundet Stockholms län", 2016)


def _ended_as(status: PlacementStatus) -> Callable[[Facts, int], Count]:
    """Count the placements that ended with a status, among all that were ever published."""

    def count(facts: Facts, _dense_from: int) -> Count:
        ended = sum(ending.status is status for ending in facts.endings)
        return Count(ended, len(facts.endings) + sum(1 for _ in facts.stays()))

    return count


DECLINED = Indicator(
    "declined",
    Words("Enheten tackade nej", "Declined by the unit"),
    Words("Publicerade placeringar som enheten inte tog emot.", "Published placements that the unit did not receive."),
    _SOURCE,
    EVER_PUBLISHED,
    EVERYWHERE,
    rising=False,
    count=_ended_as(PlacementStatus.DECLINED),
)
CANCELLED = Indicator(
    "cancelled",
    Words("Inställda", "Cancelled"),
    Words(
        "Publicerade placeringar som ställdes in: av lärosätet, eller för att en ny plan inte har kvar dem.",
        "Published placements that were cancelled: by the lärosäte, or because a new plan no longer has them.",
    ),
    _SOURCE,
    EVER_PUBLISHED,
    EVERYWHERE,
    rising=False,
    count=_ended_as(PlacementStatus.CANCELLED),
)
DROPPED_OUT = Indicator(
    "dropped-out",
    Words("Avbrutna", "Dropped out"),
    Words("Publicerade placeringar som studenten avbröt.", "Published placements that the student left."),
    _SOURCE,
    EVER_PUBLISHED,
    EVERYWHERE,
    rising=False,
    count=_ended_as(PlacementStatus.DROPPED_OUT),
)
INDICATORS = (DECLINED, CANCELLED, DROPPED_OUT)
