"""Turns: students choose in turn, by priority class and then by lottery number, each the best site still open.

Whether a site is open when a student's turn comes depends on those before, never on the student's own ranking. So no
student who chooses alone can gain by ranking the sites otherwise than as they are wished for.

- A class that is given the first choice goes before all without it, by the class's rank. A class with priority to
  certain sites gets the best ranked of these that is open; if none is, its student waits for the ordinary turn.
- A pair has one ranking, the worse of its two numbers, and the weaker of its two priorities, so that nobody gains a
  turn by being in one. It takes sites with room for both. If no site has, the two choose one by one, the better number
  first. Two priorities that are for no site in common give a pair none.
- A site is closed, although it has places, when those left are needed to reach the floors of other sites.
- Those who have ranked no sites come last and get the site with the most places left.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from placement_solver.site_choice.quotas import Room

_LAST_CLASS = 1_000_000
"""The rank of those without priority; every class comes before."""


@dataclass(frozen=True, slots=True)
class Priority:
    """A priority that has been granted: its rank among the classes, and the sites that it is for (None: every site)."""

    rank: int
    sites: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Entrant:
    """A student who takes part: the lottery number, the ranking of all sites, and any priority and partner.

    A ranking of no sites is that of a student who has not sent one. Two entrants are a pair if each names the other and
    both rank alike.
    """

    student: str
    number: int
    ranking: tuple[str, ...] = ()
    priority: Priority | None = None
    partner: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """What a student met when the turn came: which sites were open, full or closed, and the one that was taken.

    ``place`` counts the turns from 1; both of a pair that stays together have the same. ``by_priority`` says that the
    turn was a priority's. ``apart`` says that the student is of a pair for which no site had room.
    """

    place: int
    student: str
    site: str
    rank: int | None
    open_sites: tuple[str, ...]
    full_sites: tuple[str, ...]
    closed_sites: tuple[str, ...]
    by_priority: bool = False
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Vacancy:
    """What one who comes after the draw gets: the best ranked site with a vacancy, and why others were not open."""

    site: str
    rank: int
    full_sites: tuple[str, ...]
    closed_sites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Unit:
    """One student, or a pair, that takes one turn."""

    members: tuple[Entrant, ...]

    @property
    def number(self) -> int:
        return max(member.number for member in self.members)

    @property
    def ranking(self) -> tuple[str, ...]:
        return self.members[0].ranking

    @property
    def priority(self) -> Priority | None:
        """Return the priority that all its members have; one who has ranked nothing has none to use."""
        return shared([member.priority for member in self.members]) if self.ranking else None

    @property
    def ordinary(self) -> int:
        """Return the rank of the turn without priority; those who have ranked nothing come after all others."""
        return _LAST_CLASS if self.ranking else _LAST_CLASS + 1


@dataclass(slots=True)
class _State:
    """How many each site has, and how many students are still to choose."""

    rooms: Mapping[str, Room]
    waiting: int
    held: dict[str, int] = field(default_factory=dict)

    def is_full(self, site: str, size: int) -> bool:
        return self.held.get(site, 0) + size > self.rooms[site].most

    def is_needed_elsewhere(self, site: str, size: int) -> bool:
        """Tell whether too few would be left to reach the floors if so many took the site."""
        missing = sum(
            max(0, room.least - self.held.get(each, 0) - (size if each == site else 0))
            for each, room in self.rooms.items()
        )
        return missing > self.waiting - size

    def take(self, site: str, size: int) -> None:
        self.held[site] = self.held.get(site, 0) + size
        self.waiting -= size

    def free(self, site: str) -> int:
        return self.rooms[site].most - self.held.get(site, 0)


def are_a_pair(one: Entrant, other: Entrant) -> bool:
    """Tell whether two entrants are a pair: each names the other, and both have sent the same ranking."""
    named = one.partner == other.student and other.partner == one.student
    return named and bool(one.ranking) and one.ranking == other.ranking


def shared(priorities: Iterable[Priority | None]) -> Priority | None:
    """Return what several priorities have in common: the weakest rank, for the sites that each is for; None if none."""
    rank, sites = 0, None
    for priority in priorities:
        if priority is None:
            return None
        rank = max(rank, priority.rank)
        if priority.sites is not None:
            sites = priority.sites if sites is None else sites & priority.sites
    return Priority(rank, sites) if sites is None or sites else None


def allocate(entrants: Iterable[Entrant], rooms: Mapping[str, Room]) -> list[Turn]:
    """Return the turns in which all entrants get a site, in order; the rooms hold them all (`quotas.shortfalls`)."""
    everyone = list(entrants)
    state = _State(rooms, len(everyone))
    queue = [(*_first_turn(unit), unit.members[0].student, unit) for unit in _units(everyone)]
    queue.sort(key=_place_in_line)
    turns: list[Turn] = []
    while queue:
        rank, _number, first, unit = queue.pop(0)
        place = turns[-1].place + 1 if turns else 1
        taken = _choose(unit, rank, state, place)
        if taken:
            turns += taken
        elif unit.priority is not None and unit.priority.sites is not None and rank < unit.ordinary:
            insort(queue, (unit.ordinary, unit.number, first, unit), key=_place_in_line)
        else:
            turns += _choose_apart(unit, rank, state, place)
    return turns


def enter_late(ranking: Sequence[str], rooms: Mapping[str, Room], held: Mapping[str, int]) -> Vacancy | None:
    """Return the vacancy that one who comes late takes; None if no site has any. Floors that lack students go first."""
    full = tuple(site for site, room in rooms.items() if held.get(site, 0) >= room.most)
    lacking = [site for site, room in rooms.items() if site not in full and held.get(site, 0) < room.least]
    closed = tuple(site for site in rooms if lacking and site not in full and site not in lacking)
    site = next((each for each in ranking if each not in full and each not in closed), None)
    return None if site is None else Vacancy(site, ranking.index(site) + 1, full, closed)


def _place_in_line(entry: tuple[int, int, str, _Unit]) -> tuple[int, int, str]:
    return entry[:3]


def _units(entrants: Sequence[Entrant]) -> list[_Unit]:
    """Put the entrants together in pairs, where they are pairs."""
    by_student = {entrant.student: entrant for entrant in entrants}
    units, seen = [], set[str]()
    for entrant in entrants:
        if entrant.student in seen:
            continue
        partner = by_student.get(entrant.partner or "")
        members = (entrant, partner) if partner is not None and are_a_pair(entrant, partner) else (entrant,)
        seen.update(member.student for member in members)
        units.append(_Unit(tuple(sorted(members, key=lambda member: member.number))))
    return units


def _first_turn(unit: _Unit) -> tuple[int, int]:
    """Return the class and the number by which a unit first comes."""
    return (unit.priority.rank if unit.priority else unit.ordinary), unit.number


def _choose(unit: _Unit, rank: int, state: _State, place: int) -> list[Turn]:
    """Let a unit take the best site that is open to it; nothing if none is."""
    size, priority = len(unit.members), unit.priority
    full = tuple(site for site in state.rooms if state.is_full(site, size))
    closed = tuple(site for site in state.rooms if site not in full and state.is_needed_elsewhere(site, size))
    open_sites = tuple(site for site in state.rooms if site not in full and site not in closed)
    by_priority = priority is not None and rank < unit.ordinary
    wanted = priority.sites if by_priority and priority is not None else None
    ranked = unit.ranking or sorted(state.rooms, key=lambda site: -state.free(site))
    site = next((each for each in ranked if each in open_sites and (wanted is None or each in wanted)), None)
    if site is None:
        return []
    state.take(site, size)
    got = unit.ranking.index(site) + 1 if unit.ranking else None
    return [
        Turn(place, member.student, site, got, open_sites, full, closed, by_priority=by_priority)
        for member in unit.members
    ]


def _choose_apart(pair: _Unit, rank: int, state: _State, place: int) -> list[Turn]:
    """Let the two of a pair that no site has room for choose one by one."""
    return [
        replace(turn, apart=True)
        for at, member in enumerate(pair.members)
        for turn in _choose(_Unit((member,)), rank, state, place + at)
    ]
