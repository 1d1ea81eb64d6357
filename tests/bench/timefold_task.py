"""The whole problem written for a local-search peer, and its choices read back as a plan.

The peer has the same task as every contender: each request chooses one of its options and, if it needs a supervisor, a
team. Cells, teams and itineraries are hard constraints; costs and floors are soft.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from placement_solver.search.draft import Draft


def describe(draft: Draft) -> dict[str, Any]:
    """Return each request's options with their costs, what each slot uses and gives, and the supply."""
    market = draft.market
    problem, columns = market.columns.problem, market.columns
    cells = len(market.scarcity.supply)
    weeks = columns.weeks
    example: dict[int, int] = dict(zip(market.slot.tolist(), range(len(market.slot)), strict=True))
    slots: dict[int, Any] = {}
    for slot, row in example.items():
        start = int(market.slots.start[slot])
        end = start + problem.requests[int(market.request[row])].weeks
        uses = slice(market.scarcity.first[slot], market.scarcity.first[slot + 1])
        gives = slice(market.floor.first[slot], market.floor.first[slot + 1])
        slots[slot] = {
            "unit": int(market.slots.unit[slot]),
            "start": start,
            "end": end,
            "uses": list(zip(market.scarcity.cell[uses].tolist(), market.scarcity.amount[uses].tolist(), strict=True)),
            "gives": list(zip(market.floor.line[gives].tolist(), market.floor.amount[gives].tolist(), strict=True)),
            "teams": [
                [team, [cells + team * weeks + week for week in range(start, end)]] for team in draft.fitting_teams(row)
            ],
        }
    return {
        "supply": [*market.scarcity.supply.tolist(), *draft.teams.supply.reshape(-1).tolist()],
        "need": market.floor.need.tolist(),
        "short": market.floor.weight,
        "slots": slots,
        "requests": [
            {
                "student": int(columns.request_student[number]),
                "distinct": problem.student[request.student].distinct_units,
                "after": [columns.request_index[name] for name in request.after],
                "unplaced": int(market.unplaced[number]),
                "slots": market.slot[begin:until].tolist(),
                "costs": market.cost[begin:until].tolist(),
            }
            for number, (request, (begin, until)) in enumerate(
                zip(problem.requests, pairwise(market.first.tolist()), strict=True)
            )
        ],
    }


def carry_out(draft: Draft, choices: list[tuple[int, int] | None]) -> None:
    """Take the choices (slot, team) in the order of the requests; skip one that breaks a rule with earlier ones."""
    market = draft.market
    for request, choice in enumerate(choices):
        if choice is not None:
            slot, team = choice
            rows = np.arange(market.first[request], market.first[request + 1])
            row = rows[market.slot[rows] == slot]
            if draft.can_take(int(row[0]), team) and draft.compatible(request, row)[0]:
                draft.take(request, int(row[0]), team)
