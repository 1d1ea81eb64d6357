"""Site rounds drawn at random: small ones with priorities, pairs, floors and students who have ranked nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from placement_solver.site_choice.quotas import Kind, Quota, Room, scale, shortfalls
from placement_solver.site_choice.turns import Entrant, Priority, are_a_pair

SITES = ("ett", "två", "tre", "fyra")


@dataclass(frozen=True)
class Round:
    """A round that can be drawn: the sites' quotas, and who takes part."""

    quotas: tuple[Quota, ...]
    entrants: tuple[Entrant, ...]

    @property
    def rooms(self) -> dict[str, Room]:
        return scale(self.quotas, len(self.entrants))

    def but(self, changed: Entrant) -> tuple[Entrant, ...]:
        """Return those who take part, one of them otherwise."""
        return tuple(changed if each.student == changed.student else each for each in self.entrants)

    def pairs(self) -> list[tuple[Entrant, Entrant]]:
        return [
            (one, other)
            for one in self.entrants
            for other in self.entrants
            if one.student < other.student and are_a_pair(one, other)
        ]

    def singles(self) -> list[Entrant]:
        paired = {each.student for pair in self.pairs() for each in pair}
        return [each for each in self.entrants if each.student not in paired]


@st.composite
def rounds(draw: st.DrawFn, most: int = 7) -> Round:
    """Draw a round whose quotas hold everyone."""
    sites = SITES[: draw(st.integers(2, len(SITES)))]
    number = draw(st.integers(1, most))
    quotas = tuple(draw(_quotas(sites)))
    if list(shortfalls(quotas, number)):
        quotas = (Quota(sites[0], Kind.REST), *(Quota(site, Kind.FIXED, 2) for site in sites[1:]))
    numbers = draw(st.permutations(range(1, number + 1)))
    entrants = [
        Entrant(f"s{at}", numbers[at], tuple(draw(st.permutations(sites))), draw(_priorities(sites)))
        for at in range(number)
    ]
    if draw(st.booleans()):
        entrants[-1] = replace(entrants[-1], ranking=())
    for at in range(0, draw(st.integers(0, number // 2)) * 2, 2):
        one, other = entrants[at], entrants[at + 1]
        entrants[at] = replace(one, partner=other.student)
        entrants[at + 1] = replace(other, partner=one.student, ranking=one.ranking)
    return Round(quotas, tuple(entrants))


@st.composite
def _quotas(draw: st.DrawFn, sites: tuple[str, ...]) -> list[Quota]:
    if draw(st.booleans()):
        return [Quota(site, Kind.SHARE, draw(st.integers(1, 40)), floor=draw(st.integers(0, 1))) for site in sites]
    return [
        Quota(site, Kind.REST, floor=draw(st.integers(0, 2)))
        if draw(st.booleans())
        else Quota(site, Kind.FIXED, draw(st.integers(2, 4)), floor=draw(st.integers(0, 2)))
        for site in sites
    ]


@st.composite
def _priorities(draw: st.DrawFn, sites: tuple[str, ...]) -> Priority | None:
    if draw(st.integers(0, 2)):
        return None
    if draw(st.booleans()):
        return Priority(draw(st.integers(1, 2)))
    return Priority(3, frozenset(draw(st.lists(st.sampled_from(sites), min_size=1, max_size=2))))
