"""The gatherings in a model: what the counts come to with the options that it takes, and what they then cost."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from placement_solver.arrays import Ints
    from placement_solver.search.draft import Draft
    from placement_solver.search.engines import Model
    from placement_solver.search.gatherings import Gatherings


@dataclass
class Company:
    """What gatherings add to a model: the cost and the hint of each of their variables.

    ``before`` is what the counts that the model changes cost before it takes any option.
    """

    before: int
    costs: dict[int, int] = field(default_factory=dict)
    hint: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Line:
    """A count as a model sees it: where it begins, which options (by position) add how much, and what it is about.

    Lines that are equal cost what they cost together: those of the weeks that the same options share are.
    """

    begins: int
    stands: int
    positions: tuple[int, ...]
    amounts: tuple[int, ...]
    odd: bool


def gather_company(model: Model, draft: Draft, rest: Draft, rows: Ints, taken: list[int]) -> Company:
    """Add the counts that the rows change to a model. Its other placements are those of ``rest``.

    ``taken`` are the rows' variables; the hint is ``draft`` as it stands.
    """
    gatherings = rest.market.gatherings
    if not gatherings:
        return Company(0)
    weights: defaultdict[_Line, int] = defaultdict(int)
    company = Company(0)
    for line, positions, entries in _changed(gatherings, rest.market.slot[rows]):
        counted = _Line(
            int(rest.counts[line]),
            int(draft.counts[line]),
            tuple(positions.tolist()),
            tuple(gatherings.amount[entries].tolist()),
            bool(gatherings.odd[line]),
        )
        weights[counted] += int(gatherings.weight[line])
        company.before += int(gatherings.cost(rest.counts[line : line + 1], slice(line, line + 1))[0])
    request_of = rest.market.request[rows]
    for counted, weight in weights.items():
        variables = [taken[position] for position in counted.positions]
        if counted.odd:
            _count_odd(model, company, counted, variables, weight)
        else:
            rising = [p for p, amount in zip(counted.positions, counted.amounts, strict=True) if amount > 0]
            _count_above(model, company, counted, variables, weight, len(np.unique(request_of[rising])))
    return company


def _changed(gatherings: Gatherings, slots: Ints) -> Iterator[tuple[int, Ints, Ints]]:
    """Yield each line that some slots add to, with the slots' positions and the entries."""
    position, entries = gatherings.entries(slots)
    order = np.argsort(gatherings.line[entries], kind="stable")
    position, entries = position[order], entries[order]
    lines, begins = np.unique(gatherings.line[entries], return_index=True)
    for line, (begin, end) in zip(lines.tolist(), pairwise([*begins.tolist(), len(entries)]), strict=True):
        yield line, position[begin:end], entries[begin:end]


def _count_above(model: Model, company: Company, line: _Line, variables: list[int], weight: int, requests: int) -> None:
    """Let a variable be what a line counts above 0. At most so many requests add to it.

    Whatever lowers the count lowers it by no more than it can be above 0: that keeps the relaxation tight.
    """
    most = line.begins + requests
    if most <= 0:
        return
    amounts = [max(amount, -most) for amount in line.amounts]
    above = model.variable(most)
    model.linear([above, *variables], [1, *(-amount for amount in amounts)], line.begins, most + sum(map(abs, amounts)))
    company.costs[above] = weight
    company.hint[above] = max(0, line.stands)


def _count_odd(model: Model, company: Company, line: _Line, variables: list[int], weight: int) -> None:
    """Let a variable be whether a line counts an odd number: what it counts is twice the pairs, and that."""
    pairs, odd = model.variable(line.begins + len(variables)), model.variable()
    model.linear([*variables, pairs, odd], [*line.amounts, -2, -1], -line.begins, -line.begins)
    company.costs[odd] = weight
    company.hint[pairs], company.hint[odd] = divmod(line.stands, 2)
