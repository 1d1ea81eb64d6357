"""Optimum: the sites that wishes alone would give, under the same quotas, floors and pairs, to judge the turns by.

It knows no priority and no lottery. Of all allocations it takes, in this order, one that puts the fewest pairs apart,
has the lowest sum of ranks, has the fewest students at the last choice, then at the last but one and so on, and makes
the fewest students lose against the turns. So all its figures are determined, and the same on every machine.

Students who rank alike and got the same by turns are counted together, so the model grows with the number of different
wishes and not with the number of students. CP-SAT proves each step.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from placement_solver.search.clock import Clock
from placement_solver.search.engines import Model, by_cp_sat
from placement_solver.site_choice.quotas import Room
from placement_solver.site_choice.turns import Entrant, Turn, are_a_pair

SECONDS = 20.0
"""The longest time for all steps; a round of a programme takes a small part of a second."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What an allocation gives: how many got each choice from the first on, how many ranked nothing, pairs apart."""

    choices: tuple[int, ...]
    unranked: int
    pairs_apart: int

    @property
    def total_rank(self) -> int:
        """Return the sum of the ranks: 1 for a first choice, 2 for a second, and so on."""
        return sum(rank * count for rank, count in enumerate(self.choices, start=1))


@dataclass(frozen=True, slots=True)
class Comparison:
    """The turns beside the optimum: what each gives, and how many would gain, lose or keep their rank by it."""

    rule: Tally
    optimum: Tally
    gain: int
    lose: int
    same: int


class NotProvenError(RuntimeError):
    """The optimum could not be proven within the time."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Units of one or two students with one ranking, whose members have the same ranks by turns."""

    ranking: tuple[str, ...]
    by_turns: tuple[int, ...]


def compare(entrants: Iterable[Entrant], turns: Sequence[Turn], rooms: Mapping[str, Room]) -> Comparison:
    """Compare the turns of a round with its optimum by wishes.

    Raises:
        NotProvenError: the search did not end within its time.

    """
    everyone = {entrant.student: entrant for entrant in entrants}
    unranked = sum(not entrant.ranking for entrant in everyone.values())
    groups = _groups(everyone, turns)
    best = _Search(groups, unranked, rooms)
    choices, apart = best.solve()
    rule = Counter(turn.rank for turn in turns)
    ranked = len(everyone) - unranked
    return Comparison(
        Tally(tuple(rule[rank] for rank in range(1, len(rooms) + 1)), unranked, sum(turn.apart for turn in turns) // 2),
        Tally(tuple(choices), unranked, apart),
        best.gain,
        best.lose,
        ranked - best.gain - best.lose,
    )


def _groups(everyone: Mapping[str, Entrant], turns: Sequence[Turn]) -> Counter[_Group]:
    """Count the students and pairs with equal rankings and equal ranks by turns."""
    rank_of = {turn.student: turn.rank for turn in turns if turn.rank is not None}
    groups: Counter[_Group] = Counter()
    for student in sorted(rank_of):
        entrant = everyone[student]
        partner = everyone.get(entrant.partner or "")
        if partner is None or not are_a_pair(entrant, partner):
            groups[_Group(entrant.ranking, (rank_of[student],))] += 1
        elif student < partner.student:
            groups[_Group(entrant.ranking, tuple(sorted((rank_of[student], rank_of[partner.student]))))] += 1
    return groups


class _Search:
    """The model of one round, solved step by step."""

    def __init__(self, groups: Mapping[_Group, int], unranked: int, rooms: Mapping[str, Room]) -> None:
        self._model = Model()
        self._apart: Counter[int] = Counter()
        self._at_rank: dict[int, Counter[int]] = {rank: Counter() for rank in range(1, len(rooms) + 1)}
        self._gain: Counter[int] = Counter()
        self._lose: Counter[int] = Counter()
        self._seats: dict[str, Counter[int]] = {site: Counter() for site in rooms}
        self.gain = self.lose = 0
        for group, number in groups.items():
            self._add(group, number)
        self._add_unranked(unranked)
        for site, seats in self._seats.items():
            self._row(seats, rooms[site].least, rooms[site].most)

    def solve(self) -> tuple[list[int], int]:
        """Return how many get each choice, and how many pairs are put apart; the gains and losses are kept."""
        clock = Clock(SECONDS)
        ranks = sorted(self._at_rank)
        total = _sum((self._at_rank[rank], rank) for rank in ranks)
        both = sum(count for counts in self._at_rank.values() for count in counts.values()) + 1
        apart = self._least(self._apart, clock)[1]
        self._least(total, clock)
        for rank in reversed(ranks):
            self._least(self._at_rank[rank], clock)
        values, _ = self._least(_sum(((self._lose, both), (self._gain, 1))), clock)
        self.gain, self.lose = _count(self._gain, values), _count(self._lose, values)
        return [_count(self._at_rank[rank], values) for rank in ranks], apart

    def _add(self, group: _Group, number: int) -> None:
        """Add the units of a group: each at one site, or of a pair each member at one."""
        size = len(group.by_turns)
        together = self._choices(group.ranking, number, group.by_turns)
        if size == 1:
            self._model.linear(together, [1] * len(together), number, number)
            return
        apart = self._model.variable(number)
        self._apart[apart] = 1
        self._model.linear([*together, apart], [1] * (len(together) + 1), number, number)
        for rank in group.by_turns:
            alone = self._choices(group.ranking, number, (rank,))
            self._model.linear([*alone, apart], [*[1] * len(alone), -1], 0, 0)

    def _choices(self, ranking: Sequence[str], number: int, by_turns: Sequence[int]) -> list[int]:
        """Add how many units of some members take each site of a ranking."""
        variables = []
        for rank, site in enumerate(ranking, start=1):
            variable = self._model.variable(number)
            variables.append(variable)
            self._seats[site][variable] = self._at_rank[rank][variable] = len(by_turns)
            self._gain[variable] = sum(rank < before for before in by_turns)
            self._lose[variable] = sum(rank > before for before in by_turns)
        return variables

    def _add_unranked(self, number: int) -> None:
        """Add those who have ranked nothing, who fill up what is left."""
        variables = []
        for seats in self._seats.values():
            variable = self._model.variable(number)
            variables.append(variable)
            seats[variable] = 1
        self._model.linear(variables, [1] * len(variables), number, number)

    def _least(self, costs: Mapping[int, int], clock: Clock) -> tuple[list[int], int]:
        """Make a sum as small as it can be, and keep it so small in the steps that follow."""
        self._model.costs = {variable: cost for variable, cost in costs.items() if cost}
        found = by_cp_sat(self._model, clock=clock, seconds=SECONDS, workers=1, seed=0)
        if found.values is None or not found.proven:
            raise NotProvenError
        value = _count(costs, found.values)
        self._row(costs, 0, value)
        self._model.hint = dict(enumerate(found.values))
        return found.values, value

    def _row(self, amounts: Mapping[int, int], least: int, most: int) -> None:
        self._model.linear(list(amounts), list(amounts.values()), least, most)


def _sum(parts: Iterable[tuple[Mapping[int, int], int]]) -> Counter[int]:
    """Add up sums, each with its weight."""
    added: Counter[int] = Counter()
    for amounts, weight in parts:
        for variable, amount in amounts.items():
            added[variable] += weight * amount
    return added


def _count(amounts: Mapping[int, int], values: Sequence[int]) -> int:
    """Return what a sum comes to."""
    return sum(amount * values[variable] for variable, amount in amounts.items())
