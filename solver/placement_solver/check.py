"""The independent check of a finished plan: every rule in plain Python, and every figure computed again.

The check shares no code with the search. A claim of the plan that does not agree with the problem, such as an unknown
id or an objective that does not add up, is a breach of ``document``. Those breaches come first, then the rules in
order.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from placement_solver.rules import RULES, Breach
from placement_solver.wishes import WISHES
from placement_solver.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.plan import Placement, Plan
    from placement_solver.problem import Problem

DOCUMENT = "document"


def check(problem: Problem, placements: Sequence[Placement]) -> tuple[Breach, ...]:
    """Return every breach in some placements: first unknown ids, then rule by rule."""
    unknown = tuple(_find_unknown(problem, placements))
    known = _leave_out_unknown(problem, placements)
    return unknown + tuple(breach for rule in RULES for breach in rule.check(problem, known))


def check_plan(problem: Problem, plan: Plan) -> tuple[Breach, ...]:
    """Return every breach in a whole plan: first false claims and miscounts, then rule by rule."""
    return (
        *_find_false_claims(problem, plan),
        *_find_miscounts(problem, plan),
        *check(problem, plan.placements),
    )


def objective_terms(problem: Problem, placements: Sequence[Placement]) -> dict[str, int]:
    """Return what placements cost under each wish. Placements with unknown ids are left out."""
    known = _leave_out_unknown(problem, placements)
    return {wish.key: wish.score(problem, known) for wish in WISHES if wish.is_asked(problem)}


def _document(sv: str, en: str, *requests: str) -> Breach:
    return Breach(DOCUMENT, requests, Words(sv, en))


def _find_unknown(problem: Problem, placements: Sequence[Placement]) -> Iterator[Breach]:
    """Yield each id in placements that the problem does not have."""
    for placement in placements:
        if placement.request not in problem.request:
            yield _document(
                f"{placement.request}: ingen sådan begäran finns i problemet",
                f"{placement.request}: the problem has no such request",
                placement.request,
            )
        if placement.unit not in problem.unit:
            yield _document(
                f"{placement.request}: ingen enhet {placement.unit} finns i problemet",
                f"{placement.request}: the problem has no unit {placement.unit}",
                placement.request,
            )
        if placement.supervisor is not None and placement.supervisor not in problem.supervisor:
            yield _document(
                f"{placement.request}: ingen handledare {placement.supervisor} finns i problemet",
                f"{placement.request}: the problem has no supervisor {placement.supervisor}",
                placement.request,
            )


def _leave_out_unknown(problem: Problem, placements: Sequence[Placement]) -> tuple[Placement, ...]:
    return tuple(placement for placement in placements if not any(_find_unknown(problem, (placement,))))


def _find_false_claims(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Yield each figure of the plan that does not agree with the problem and the placements."""
    if plan.problem_sha256 != problem.sha256:
        yield _document("Planen gäller ett annat problem", "The plan belongs to another problem")
    terms = objective_terms(problem, plan.placements)
    for key in sorted({*terms, *plan.terms}):
        if plan.terms.get(key) != terms.get(key):
            yield _document(
                f"Termen {key} är {terms.get(key)}, inte {plan.terms.get(key)}",
                f"The term {key} is {terms.get(key)}, not {plan.terms.get(key)}",
            )
    objective = sum(terms.values())
    if plan.objective != objective:
        yield _document(
            f"Målvärdet är {objective}, inte {plan.objective}",
            f"The objective is {objective}, not {plan.objective}",
        )
    if plan.bound > plan.objective:
        yield _document(
            f"Gränsen {plan.bound} är högre än målvärdet {plan.objective}",
            f"The bound {plan.bound} is above the objective {plan.objective}",
        )
    if (plan.status == "optimal") != (plan.objective == plan.bound):
        yield _document(
            f"Status är {plan.status} med målvärdet {plan.objective} och gränsen {plan.bound}",
            f"The status is {plan.status} with the objective {plan.objective} and the bound {plan.bound}",
        )


def _find_miscounts(problem: Problem, plan: Plan) -> Iterator[Breach]:
    """Yield each request that is not listed exactly once, as placed or as unplaced."""
    placed = {placement.request for placement in plan.placements}
    unplaced = Counter(line.request for line in plan.unplaced)
    for name, lines in unplaced.items():
        if name not in problem.request:
            yield _document(
                f"{name}: ingen sådan begäran finns i problemet",
                f"{name}: the problem has no such request",
                name,
            )
        if lines > 1:
            yield _document(
                f"{name}: är listad flera gånger utan plats", f"{name}: is listed as unplaced more than once", name
            )
        if name in placed:
            yield _document(f"{name}: är både placerad och utan plats", f"{name}: is both placed and unplaced", name)
    for name in problem.request:
        if name not in placed and name not in unplaced:
            yield _document(
                f"{name}: är varken placerad eller utan plats", f"{name}: is neither placed nor unplaced", name
            )
