"""The law: for every small problem and every plan of it, the search and the check agree, rule by rule."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given

from placement_solver.columns import NOBODY, SOMEBODY, Options
from placement_solver.problem import StudentId, Supervision, SupervisorId, UnitId
from placement_solver.rules import (
    ADMISSIONS,
    LIMITS,
    PIN,
    RULES,
    SUPERVISOR_LOAD,
    Admission,
    Itinerary,
    Limit,
)
from placement_solver.wishes import COSTS, GATHERINGS, SHORTFALLS, WISHES
from tests.effort import drawn_by_hypothesis, has_long_form
from tests.solver import small
from tests.solver.law import Case, amounts, cases, once_each

if TYPE_CHECKING:
    from collections.abc import Callable

    from placement_solver.rules import Rule
    from placement_solver.wishes import Counts

SUPERVISION_RULE = next(rule for rule in ADMISSIONS if rule.key == "supervision")

pytestmark = [pytest.mark.no_cover, has_long_form("50 or 25 examples a law", "1,000 or 500 examples a law")]

SUMMER = (
    small.taken(supervisor=SupervisorId("karin"), first_week=0, last_week=4),
    small.taken("of-anna", student=StudentId("anna"), unit=UnitId("home"), first_week=0, last_week=0),
)
ACROSS_TERMS = Case(
    small.problem(
        units=(small.unit(max_students=1), small.unit("home", kinds=("elderly-care",))),
        capacities=(small.capacity(places=1), small.capacity("home", unit=UnitId("home"))),
        agreements=(small.agreement(max_student_weeks=6),),
        taken=SUMMER,
    ),
    seed=0,
)
"""Another term has something of everything that it can have, so each rule that counts it is broken because of it."""

SUPERVISED = Case(
    small.problem(
        requests=tuple(small.request(name, supervision=Supervision(1.5)) for name in ("anna-1", "bo-1")),
        supervisors=tuple(small.supervisor(name) for name in ("karin", "lars", "eva")),
        taken=SUMMER,
    ),
    seed=0,
)
"""Both requests need a supervisor, and another term has one of the three."""

by_law = drawn_by_hypothesis(50, 1_000)
by_lesser_law = drawn_by_hypothesis(25, 500)


def search_allows(rule: Rule, case: Case) -> Callable[[list[int]], bool]:
    """Return a function that tells whether the search would allow a plan if this were the only rule."""
    verdicts: list[Callable[[list[int]], bool]] = []
    options = case.options
    if isinstance(rule, Admission):
        admits = rule.admits(case.columns, options)
        verdicts.append(lambda plan: bool(admits[plan].all()))
    if isinstance(rule, Limit | Itinerary):
        uses = rule.uses(case.columns, options)
        taken = amounts(uses, len(options))
        verdicts.append(lambda plan: bool((taken[plan].sum(axis=0) <= uses.supply).all()))
    if rule is PIN:
        pinned = set(np.flatnonzero(PIN.must_place(case.columns)).tolist())
        verdicts.append(lambda plan: pinned <= set(options.request[plan].tolist()))
    assert verdicts, rule.key
    return lambda plan: all(verdict(plan) for verdict in verdicts)


def test_every_rule_lets_the_search_make_exactly_the_plans_in_which_its_check_finds_no_breach() -> None:
    seen: Counter[tuple[str, bool]] = Counter()
    across_terms: set[str] = set()

    @by_law
    @given(cases(most_taken=4))
    @example(ACROSS_TERMS)
    def law(case: Case) -> None:
        placements = [case.placement(row) for row in range(len(case.options))]
        for rule in RULES:
            allows = search_allows(rule, case)
            if isinstance(rule, Admission) and not isinstance(rule, Limit) and rule is not PIN:
                verdicts = [not any(rule.check(case.problem, [placement])) for placement in placements]
                assert rule.admits(case.columns, case.options).tolist() == verdicts, rule.key
            singly = isinstance(rule, Itinerary) and rule.key != "one-placement"
            for drawn in case.plans(case.admitted):
                plan = once_each(case, drawn) if singly else drawn
                breaches = list(rule.check(case.problem, [placements[row] for row in plan]))
                allowed = allows(plan)
                assert allowed == (not breaches), (rule.key, plan, breaches)
                assert all(breach.rule == rule.key for breach in breaches)
                seen[rule.key, allowed] += 1
                across_terms.update(breach.rule for breach in breaches if breach.taken)

    law()
    assert {(rule.key, allowed) for rule in RULES for allowed in (True, False)} == set(seen)
    assert across_terms <= {"capacity", "unit-ceiling", "agreement-ceiling", "supervisor-load", "no-overlap"}


def cost_of(gathered: Counts, plan: list[int]) -> int:
    """Return what the counts of a gathering cost in a plan."""
    chosen = np.isin(gathered.option, plan)
    count = np.zeros(gathered.lines, dtype=np.int64)
    np.add.at(count, gathered.line[chosen], gathered.amount[chosen])
    return int(gathered.weight * (count % 2 if gathered.odd else np.maximum(0, count)).sum())


def test_every_wish_costs_in_the_search_what_it_scores_in_the_plan() -> None:
    seen: Counter[tuple[str, bool]] = Counter()

    @by_law
    @given(cases())
    def law(case: Case) -> None:
        plans = [once_each(case, plan) for plan in case.plans(case.admitted)]
        prices = {wish: (wish.of_options(case.columns, case.options), wish.of_unplaced(case.columns)) for wish in COSTS}
        needs = {wish: wish.needs(case.columns, case.options) for wish in SHORTFALLS}
        gathered = {wish: wish.counts(case.columns, case.options) for wish in GATHERINGS}
        for plan in plans:
            placements = [case.placement(row) for row in plan]
            left = np.setdiff1d(np.arange(len(case.problem.requests)), case.options.request[plan])
            costs = {
                wish.key: of_options[plan].sum() + of_unplaced[left].sum()
                for wish, (of_options, of_unplaced) in prices.items()
            }
            for short, need in needs.items():
                chosen = np.isin(need.option, plan)
                reached = np.bincount(need.line[chosen], need.amount[chosen], minlength=len(need.need))
                costs[short.key] = need.weight * np.maximum(0, need.need - reached).sum()
            costs |= {wish.key: cost_of(counts, plan) for wish, counts in gathered.items()}
            for wish in WISHES:
                score = wish.score(case.problem, placements)
                assert costs[wish.key] == score, (wish.key, plan)
                seen[wish.key, score > 0] += 1

    law()
    assert {(wish.key, costly) for wish in WISHES for costly in (True, False)} == set(seen)


def test_what_is_scarce_is_the_same_for_all_requests_of_a_class() -> None:
    @by_lesser_law
    @given(cases())
    def law(case: Case) -> None:
        columns, options = case.columns, case.options
        example = columns.class_example[columns.request_class[options.request]]
        stand_in = Options(example, options.unit, options.start, options.supervisor)
        rows = len(options)
        for admission in ADMISSIONS:
            if not admission.personal:
                verdicts = admission.admits(columns, options)
                assert verdicts.tolist() == admission.admits(columns, stand_in).tolist(), admission.key
        for limit in LIMITS:
            ours, theirs = limit.uses(columns, options), limit.uses(columns, stand_in)
            assert (amounts(ours, rows) == amounts(theirs, rows)).all(), limit.key
        for wish in SHORTFALLS:
            given_by_us, given_by_them = wish.needs(columns, options), wish.needs(columns, stand_in)
            for part in ("option", "line", "amount"):
                assert getattr(given_by_us, part).tolist() == getattr(given_by_them, part).tolist(), part
        for gathering in GATHERINGS:
            counted_by_us, counted_by_them = gathering.counts(columns, options), gathering.counts(columns, stand_in)
            for part in ("option", "line", "amount"):
                assert getattr(counted_by_us, part).tolist() == getattr(counted_by_them, part).tolist(), part

    law()


def unnamed(case: Case, rows: slice | list[int]) -> Options:
    """Forget who supervises: SOMEBODY if the request asks for a supervisor, else NOBODY."""
    options = case.options.take(rows)
    asks = case.columns.request_asks_supervision[options.request]
    return Options(options.request, options.unit, options.start, np.where(asks, SOMEBODY, NOBODY))


def test_somebody_will_do_exactly_where_a_named_supervisor_would() -> None:
    @by_lesser_law
    @given(cases())
    def law(case: Case) -> None:
        columns, options = case.columns, case.options
        asks = columns.request_asks_supervision[options.request]
        somebody = Options(options.request, options.unit, options.start, np.full(len(options), SOMEBODY))
        named = SUPERVISION_RULE.admits(columns, options) & asks
        places = np.stack([options.request, options.unit, options.start], axis=1)
        served = {tuple(place) for place in places[named].tolist()}
        expected = [tuple(place) in served for place in places.tolist()]
        assert SUPERVISION_RULE.admits(columns, somebody).tolist() == expected

    law()


def test_whatever_named_supervisors_can_bear_their_pools_can_bear() -> None:
    borne: Counter[bool] = Counter()

    @by_lesser_law
    @given(cases())
    @example(SUPERVISED)
    def law(case: Case) -> None:
        columns, options = case.columns, case.options
        rows = len(options)
        suits = SUPERVISION_RULE.admits(columns, options)
        uses = SUPERVISOR_LOAD.uses(columns, options)
        by_name = amounts(uses, rows)
        pooled = SUPERVISOR_LOAD.pooled_uses(columns, options)
        anonymous = SUPERVISOR_LOAD.pooled_uses(columns, unnamed(case, slice(None)))
        named_in_pools, unnamed_in_pools = amounts(pooled, rows), amounts(anonymous, rows)
        assert pooled.supply.tolist() == anonymous.supply.tolist()
        for plan in case.plans(suits & columns.request_asks_supervision[options.request]):
            bearable = [row for row in plan if suits[row]]
            if (by_name[bearable].sum(axis=0) <= uses.supply).all():
                mixed = named_in_pools[bearable[::2]].sum(axis=0) + unnamed_in_pools[bearable[1::2]].sum(axis=0)
                assert (unnamed_in_pools[bearable].sum(axis=0) <= pooled.supply).all(), plan
                assert (named_in_pools[bearable].sum(axis=0) <= pooled.supply).all(), plan
                assert (mixed <= pooled.supply).all(), plan
                borne[bool(unnamed_in_pools[bearable].any())] += 1

    law()
    assert borne[True] > 5
