"""Quotas: how many students each site takes, at least and at most, as the numbers scale with those who take part."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from placement_solver.faults import Fault
from placement_solver.words import Words


class Kind(enum.StrEnum):
    """How a site's number of places is given."""

    SHARE = "share"
    FIXED = "fixed"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Quota:
    """What is decided of a site: its share or fixed number of places, at least ``floor`` and at most ``ceiling``.

    Shares are any positive whole numbers, such as 30 to 20 to 34 to 24. They divide what the fixed numbers leave. A
    site that takes the rest has no number: it takes as many as want it, but for those whom the floors of the other
    sites need.
    """

    site: str
    kind: Kind
    number: int | None = None
    floor: int = 0
    ceiling: int | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """How many students a site takes at least and at most in a round of a given size."""

    least: int
    most: int


def scale(quotas: Sequence[Quota], students: int) -> dict[str, Room]:
    """Return each site's room in a round of so many students.

    Shares are scaled by the largest remainder: each site gets the whole part of its exact share, and the places left
    go one by one to the largest remainders. Equal remainders go to the larger share first, and then to the site that
    is named first.
    """
    shared = [quota for quota in quotas if quota.kind is Kind.SHARE]
    divided = max(0, students - sum(quota.number or 0 for quota in quotas if quota.kind is Kind.FIXED))
    parts = dict(
        zip((each.site for each in shared), _divide(divided, [each.number or 0 for each in shared]), strict=True)
    )
    floors = sum(quota.floor for quota in quotas)
    rooms = {}
    for quota in quotas:
        if quota.kind is Kind.REST:
            most = max(0, students - (floors - quota.floor))
        else:
            most = parts.get(quota.site, quota.number or 0)
        rooms[quota.site] = Room(quota.floor, most if quota.ceiling is None else min(most, quota.ceiling))
    return rooms


def _divide(places: int, shares: Sequence[int]) -> list[int]:
    """Divide places by shares with the largest remainder."""
    whole = sum(shares)
    parts = [places * share // whole for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda at: (-(places * shares[at] % whole), -shares[at], at))
    for at in by_remainder[: places - sum(parts)]:
        parts[at] += 1
    return parts


def faults_in(quotas: Sequence[Quota]) -> Iterator[Fault]:
    """Yield what is wrong with quotas whatever the number of students, each at its place in the list."""
    kinds = {quota.kind for quota in quotas}
    for at, quota in enumerate(quotas):
        numbered = quota.kind is not Kind.REST
        if numbered and quota.number is None:
            yield Fault(
                f"/{at}/number", Words("ange andelen eller antalet platser", "give the share or the number of places")
            )
        if not numbered and quota.number is not None:
            yield Fault(
                f"/{at}/number",
                Words(
                    "en ort som tar resten har inget eget antal", "a site that takes the rest has no number of its own"
                ),
            )
        if quota.ceiling is not None and quota.ceiling < quota.floor:
            yield Fault(
                f"/{at}/ceiling",
                Words("taket är lägre än golvet", "the ceiling is lower than the floor"),
            )
        if quota.kind is Kind.FIXED and quota.number is not None and quota.number < quota.floor:
            yield Fault(
                f"/{at}/floor",
                Words("golvet är högre än det fasta antalet", "the floor is higher than the fixed number"),
            )
    if {Kind.SHARE, Kind.REST} <= kinds:
        at = next(at for at, quota in enumerate(quotas) if quota.kind is Kind.REST)
        yield Fault(
            f"/{at}/kind",
            Words(
                "andelarna delar redan ut alla platser, så det finns ingen rest",
                "the shares divide all places already, so there is no rest",
            ),
        )


def shortfalls(quotas: Sequence[Quota], students: int) -> Iterator[Fault]:
    """Yield why quotas cannot hold so many students, each fault at its place in the list; nothing if they can."""
    rooms = scale(quotas, students)
    floors = sum(room.least for room in rooms.values())
    if floors > students:
        yield Fault(
            "",
            Words(
                f"golven är tillsammans {floors}, men studenterna är bara {students}",
                f"the floors add up to {floors}, but there are only {students} students",
            ),
        )
        return
    for at, quota in enumerate(quotas):
        room = rooms[quota.site]
        if room.most < room.least:
            yield Fault(
                f"/{at}/floor",
                Words(
                    f"golvet är {room.least}, men med {students} studenter får orten bara {room.most} "
                    f"{'plats' if room.most == 1 else 'platser'}",
                    f"the floor is {room.least}, but with {students} students the site has only {room.most} "
                    f"place{'s' * (room.most != 1)}",
                ),
            )
    places = sum(room.most for room in rooms.values())
    if places < students:
        yield Fault(
            "",
            Words(
                f"orterna har tillsammans {places} {'plats' if places == 1 else 'platser'}, "
                f"men studenterna är {students}",
                f"the sites have {places} place{'s' * (places != 1)} together, but there are {students} students",
            ),
        )
