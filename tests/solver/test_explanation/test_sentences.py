"""Explanations as sentences that a coordinator can read out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from placement_solver.columns import Columns
from placement_solver.explanation.groups import Choice, explain_group, find_short_groups
from placement_solver.explanation.hindrances import explain_request
from placement_solver.explanation.remedies import find_remedies
from placement_solver.explanation.sentences import (
    name_span,
    tell_group,
    tell_reasons,
    tell_remedies,
    tell_request,
    tell_short_groups,
)
from placement_solver.plan import Full, Reasons, Remaining
from placement_solver.problem import ProviderId, RequestId, StudentId, Supervision, SupervisorId, UnitId
from placement_solver.search.clock import Clock
from placement_solver.weeks import IsoWeek
from tests.solver.small import agreement, capacity, placed, problem, request, student, supervisor, taken, unit
from tests.solver.test_explanation.plans import plan_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from placement_solver.plan import Placement
    from placement_solver.problem import Problem
    from placement_solver.words import Words

HOME = UnitId("home")
GUIDED = Supervision(7.5)


def both(words: Iterable[Words]) -> tuple[str, str]:
    """Join lines, in Swedish and in English."""
    lines = list(words)
    return "\n".join(line.sv for line in lines), "\n".join(line.en for line in lines)


def about(term: Problem, *placements: Placement) -> tuple[str, str]:
    """Tell why Anna's request is placed or unplaced as it is."""
    return both(
        tell_request(term, explain_request(term, Columns(term), plan_of(term, *placements), RequestId("anna-1")))
    )


def help_for(term: Problem, *placements: Placement) -> tuple[str, str]:
    """Tell what would place Anna's request."""
    plan = plan_of(term, *placements)
    return both(tell_remedies(term, find_remedies(term, Columns(term), plan, RequestId("anna-1"), seconds=60.0)))


def test_weeks_in_a_row_are_one_span_and_a_new_year_is_told() -> None:
    assert name_span(problem(), (0, 1, 3)) == "2026-W50–W51, 2026-W53"
    assert name_span(problem(), (4, 3)) == "2026-W53–2027-W01"
    assert name_span(problem(), ()) == ""


def test_an_unplaced_request_is_explained_rule_by_rule_and_then_by_what_is_full() -> None:
    term = problem(
        units=(unit(max_students=1), unit("home", kinds=("elderly-care",))),
        capacities=(capacity(places=1),),
        agreements=(agreement(max_student_weeks=2),),
        requests=(request(starts=(0,), supervision=GUIDED), request("bo-1"), request("anna-2")),
    )
    sv, en = about(term, placed("bo-1", by="karin"))
    assert sv.splitlines() == [
        "anna-1 är utan plats.",
        "  Enheter kvar efter ”Kursens veckor”: 2",
        "  Enheter kvar efter ”Rätt slags enhet”: 1",
        "Erbjudanden som är fulla: 1",
        "  places, ward, 2026-W50–W51: 1/1; ki nurse (medicine): 1",
        "Enheter som har nått sitt tak: 1",
        "  ward, 2026-W50–W51: 1/1; ki nurse (medicine): 1",
        "Avtal som har nått sitt tak: 1",
        "  ki-region, region: 2/2 studentveckor; ki nurse (medicine): 1",
        "Handledare som är upptagna: 1",
        "  karin, ward, 2026-W50–W51: 1/1; ki nurse (medicine): 1",
        "Det som är fullt används av ki nurse (medicine): 1.",
    ]
    assert "Units left after “Right kind of unit”: 1" in en
    assert "2/2 student-weeks" in en


def test_sixty_full_units_are_counted_and_not_listed() -> None:
    names = [f"u{number:02d}" for number in range(60)]
    term = problem(
        units=tuple(unit(name) for name in names),
        capacities=tuple(capacity(f"c-{name}", unit=UnitId(name), places=0) for name in names),
        supervisors=(),
    )
    sv, en = about(term)
    assert "Erbjudanden som är fulla: 60" in sv
    assert "och 55 till" in sv
    assert "and 55 more" in en
    assert "nobody" in en
    assert len(en.splitlines()) < 10


def test_many_holders_are_told_as_the_largest_groups_and_the_rest_together() -> None:
    names = [f"p{number}" for number in range(7)]
    term = problem(
        capacities=(capacity(places=7, professions=("nurse", *names)),),
        students=(student(), *(student(name, profession=name) for name in names)),
        requests=(request(starts=(0,)), *(request(f"{name}-1") for name in names)),
    )
    sv, en = about(term, *(placed(f"{name}-1") for name in names))
    assert "och 5 grupper till: 5" in sv.splitlines()[-2]
    assert "and 2 more groups: 2" in en.splitlines()[-1]
    offer = replace(term.capacities[0], places=6)
    six = replace(term, capacities=(offer,), students=term.students[:7], requests=term.requests[:7])
    sv, en = about(six, *(placed(f"{name}-1") for name in names[:6]))
    assert "och 4 grupper till: 4" in sv
    assert "and one more group: 1" in en.splitlines()[-1]


def test_own_placements_and_dear_units_are_told() -> None:
    own = problem(requests=(request(starts=(0,)), request("anna-2")))
    assert "Studentens egna placeringar är i vägen: anna-2." in about(own, placed("anna-2"))[0]
    dear = problem(weights=replace(problem().weights, unplaced=5))
    assert "costs more than it gives: 1." in about(dear)[1]
    assert "nothing has to change, but the objective rises" in help_for(dear)[1]


def test_a_placed_request_is_told_where_it_is_and_why_not_elsewhere() -> None:
    term = problem(
        units=(unit(), unit("home", lat=59.1)),
        capacities=(capacity(places=1), capacity("home", unit=HOME, places=1)),
        requests=(request(starts=(0,), preferences=(HOME,)), request("bo-1"), request("anna-2")),
    )
    sv, en = about(term, placed("anna-1"), placed("bo-1", at="home"))
    assert sv.splitlines()[0] == "anna-1 är placerad: ward, 2026-W50–W51, 10 minuters resa."
    assert "The first preference, home (32 min), is full:\n  home, 2026-W50–W51: 1/1" in en
    assert "has room, but the objective would change by +2." in about(term, placed("anna-1"))[1]
    assert "Närmaste enhet, ward (10 min), är full" in about(term, placed("anna-1", at="home"), placed("bo-1"))[0]
    happy = replace(term, requests=(request(), request("bo-1")))
    assert "No suitable unit is nearer" in about(happy, placed("anna-1"))[1]
    blocked = replace(term, students=(student(blocked_units=(HOME,)), student("bo")))
    assert "does not meet the rule “" in about(blocked, placed("anna-1"))[1]
    curious = replace(term, students=(student(distinct_units=True), student("bo")))
    assert "egna placeringar: anna-2" in about(curious, placed("anna-1"), placed("anna-2", at="home", start=3))[0]


def test_each_change_is_told_with_what_the_coordinator_has_to_ask_for() -> None:
    asks = (request(starts=(0,)), request("bo-1", starts=(0,)))
    guided = tuple(replace(each, supervision=GUIDED) for each in asks)
    beside = placed("bo-1")
    one = problem(capacities=(capacity(places=1),), requests=asks)
    assert "en plats till i places, 2026-W50–W51. Planens målvärde" in help_for(one, beside)[0]
    ceiling = problem(units=(unit(max_students=1),), requests=asks)
    assert "2026-W50–W51, under the unit's ceiling" in help_for(ceiling, beside)[1]
    nothing = problem(capacities=(), requests=asks)
    assert "in a new offer" in help_for(nothing)[1]
    short = problem(agreements=(agreement(max_student_weeks=3),), requests=asks)
    assert "1 studentvecka till i avtalet ki-region (ki – region)" in help_for(short, beside)[0]
    none = problem(agreements=(agreement(provider=ProviderId("nacka")),), requests=asks)
    assert "an agreement ki – region, 2026-W50–W51, 2 student-weeks" in help_for(none)[1]
    untrained = problem(supervisors=(supervisor(credits=1.5),), requests=guided)
    assert "handledarutbildning för karin: 6 hp till, från 1,5 till 7,5" in help_for(untrained)[0]
    busy = help_for(problem(requests=guided), placed("bo-1", by="karin"))
    assert "one more student with karin, 2026-W50–W51 (now 1 at a time)" in busy[1]
    assert "Plats: ward, 2026-W50–W51, handledare: karin. Planens målvärde sjunker" in busy[0]
    assert "The plan's objective falls, which is better, from 1,010 to 20." in busy[1]
    assert "från 1\N{NO-BREAK SPACE}010 till 20." in busy[0]
    far = problem(units=(unit(lat=59.5),), students=(student(max_travel=60), student("bo")), requests=asks)
    assert "a journey 61 minutes over the limit, 121 instead of at most 60" in help_for(far)[1]
    both_needed = problem(capacities=(), students=far.students, units=far.units, requests=asks)
    assert "in a new offer + a journey" in help_for(both_needed)[1]


def test_moves_are_told_one_by_one_with_what_they_cost() -> None:
    term = problem(capacities=(capacity(places=1),), requests=(request(starts=(0,)), request("bo-1")))
    sv, en = help_for(term, placed("bo-1"))
    assert "1 other moves (the fewest possible), 0 change only supervisor. Place: ward, 2026-W50–W51" in en
    assert "    bo-1: från ward, 2026-W50–W51 till ward, 2026-W52–W53" in sv
    plan = plan_of(term, placed("bo-1"))
    found = find_remedies(term, Columns(term), plan, RequestId("anna-1"), seconds=60.0)
    doubtful = [replace(remedy, smallest=False) for remedy in found if remedy.moves]
    assert "färst funna" in both(tell_remedies(term, doubtful))[0]


def test_where_nothing_helps_that_is_told() -> None:
    assert "No change of places" in help_for(problem(units=(unit(kinds=("surgery",)),)))[1]


def test_a_group_is_told_in_one_line_and_who_holds_the_rest_in_another() -> None:
    term = problem(
        students=(student(), student("bo"), student("cai"), student("dan", institution="rkh")),
        agreements=(agreement(), agreement("rkh", institution="rkh")),
        requests=tuple(request(f"{name}-1", starts=(0,)) for name in ("anna", "bo", "cai", "dan")),
    )
    choice = Choice(institution="ki", profession="nurse", weeks=(0, 3))
    plan = plan_of(term, placed("anna-1"), placed("dan-1"))
    outcome = explain_group(term, Columns(term), plan, choice, Clock(60.0))
    sv, en = both(tell_group(term, outcome))
    assert sv.splitlines() == [
        "ki, nurse, 2026-W50–W53: 3 begärda, 2 platser inom räckhåll, 1 placerade.",
        "1 får inte plats ens om gruppen ensam fick använda alla erbjudanden (bevisat).",
        "1 till hade fått plats om gruppen vore ensam; de fulla platserna används av rkh nurse (medicine): 1.",
    ]
    assert "1 more would fit if the group were alone" in en
    vague = replace(outcome, choice=Choice(), within_reach=2, at_most=3, competitors=())
    assert both(tell_group(term, vague))[1] == "all: 3 asked, 2–3 places within reach, 1 placed."
    placed_all = replace(outcome, placed=3, within_reach=3, at_most=3)
    assert len(list(tell_group(term, placed_all))) == 1


def test_groups_are_listed_or_everyone_is_placed() -> None:
    term = problem()
    assert both(tell_short_groups(term, find_short_groups(term, plan_of(term, placed())))) == (
        "ki nurse (medicine), start 2026-W50–2027-W01: 1 av 2 utan plats",
        "ki nurse (medicine), starting 2026-W50–2027-W01: 1 of 2 unplaced",
    )
    assert both(tell_short_groups(term, ())) == ("Alla är placerade.", "Everyone is placed.")


def test_the_reasons_of_a_plan_are_told_without_its_problem_and_long_lists_are_cut() -> None:
    reasons = Reasons(
        remaining=(Remaining("unit-kind", 9), Remaining("site", 9), Remaining("agreement", 3)),
        capacities=tuple(Full(f"off-{number}", (0, 1, 3)) for number in range(7)),
        unit_ceilings=(),
        agreements=(Full("ki-region", ()),),
        supervisors=(),
        own_placements=(RequestId("anna-2"),),
        dearer_units=2,
    )
    sv, en = both(tell_reasons(IsoWeek(2026, 50), reasons))
    assert sv.split("\n") == [
        "Enheter kvar efter ”Rätt slags enhet”: 9",
        "Enheter kvar efter ”Gällande avtal”: 3",
        "Erbjudanden som är fulla: "
        + ", ".join(f"off-{n} (2026-W50–W51, 2026-W53)" for n in range(5))
        + " och 2 till.",
        "Avtal som har nått sitt tak: ki-region.",
        "Studentens egna placeringar är i vägen: anna-2.",
        "Enheter som har plats, men där den kostar mer än den ger: 2.",
    ]
    assert en.split("\n")[2].endswith(" and 2 more.")
    assert en.split("\n")[3] == "Agreements at their ceiling: ki-region."


def test_what_another_term_has_taken_is_told_with_the_term() -> None:
    term = problem(
        units=(unit(max_students=(2, 1, 2, 2, 2, 2)),),
        requests=(request(starts=(0,)), request("bo-1")),
        taken=(taken(), taken("spring", term="VT27", profession="midwife")),
    )
    sv, _ = about(term, placed("bo-1"))
    assert sv.splitlines()[2:] == [
        "Erbjudanden som är fulla: 1",
        "  places, ward, 2026-W51: 2/2; ki nurse (medicine): 1; delvis upptaget av en annan termin (ST26)",
        "Enheter som har nått sitt tak: 1",
        "  ward, 2026-W51: 3/1; ki nurse (medicine): 1; delvis upptaget av andra terminer (ST26, VT27)",
        "Det som är fullt används av ki nurse (medicine): 1.",
    ]
    assert "  ward, 2026-W51: 2/1; taken by other terms (ST26, VT27)" in about(term)[1].splitlines()


def test_the_student_s_own_weeks_in_another_term_are_told() -> None:
    away = taken(student=StudentId("anna"), unit=HOME)
    term = problem(requests=(request(starts=(1,)),), taken=(away,))
    sv, en = about(term)
    assert sv.splitlines()[-1] == "Studentens veckor 2026-W51–W52: upptaget av en annan termin (ST26)."
    assert en.splitlines()[-1] == "The student's weeks 2026-W51–W52: taken by the other term (ST26)."
    (line,) = plan_of(term).unplaced
    assert both(tell_reasons(term.term.first_week, line.reasons))[0].splitlines()[-1] == sv.splitlines()[-1]


def test_a_unit_that_was_wanted_may_be_out_of_reach_because_of_the_student_s_weeks_in_another_term() -> None:
    away = taken(student=StudentId("anna"), first_week=1, last_week=1)
    term = problem(
        units=(unit(), unit("home", lat=59.1)),
        capacities=(capacity(), capacity("home", unit=HOME, places=(2, 2, 2, 0, 0, 0))),
        requests=(request(starts=(0, 3), preferences=(HOME,)),),
        taken=(away,),
    )
    told = about(term, placed("anna-1", start=3))[0].splitlines()
    assert told[1] == "Förstahandsvalet, home (32 min), är full:"
    assert told[-1] == "  studentens veckor 2026-W51: upptaget av en annan termin (ST26)"


def test_the_reasons_of_a_plan_name_the_other_terms() -> None:
    term = problem(
        capacities=(capacity(places=1),),
        agreements=(agreement(max_student_weeks=2),),
        requests=(request(starts=(0,)),),
        taken=(taken(),),
    )
    (line,) = plan_of(term).unplaced
    assert both(tell_reasons(term.term.first_week, line.reasons))[0].splitlines()[2:] == [
        "Erbjudanden som är fulla: places (2026-W51, upptaget av en annan termin (ST26)).",
        "Avtal som har nått sitt tak: ki-region (upptaget av en annan termin (ST26)).",
    ]


def test_what_both_this_term_and_another_have_is_told_as_partly_taken() -> None:
    """Of two places Bo has one and another term the other; where the other term is alone, it has all there is."""
    term = problem(
        units=(unit(max_students=(2, 2, 1, 2, 2, 2)),),
        requests=(request(starts=(1,)), request("bo-1", weeks=1)),
        taken=(taken(),),
    )
    (line,) = plan_of(term, placed("bo-1", start=1)).unplaced
    assert [words.en for words in tell_reasons(term.term.first_week, line.reasons)][-2:] == [
        "Offers that are full: places (2026-W51, partly taken by the other term (ST26)).",
        "Units at their ceiling: ward (2026-W51–W52, partly taken by the other term (ST26)).",
    ]
    (line,) = plan_of(replace(term, taken=(taken(first_week=2),)), placed("bo-1", start=0)).unplaced
    assert [words.sv for words in tell_reasons(term.term.first_week, line.reasons)][-1] == (
        "Enheter som har nått sitt tak: ward (2026-W52, upptaget av en annan termin (ST26))."
    )


def test_as_many_more_are_asked_for_as_other_terms_have_taken_too_many() -> None:
    much = taken(), taken("more"), taken("most", supervisor=SupervisorId("karin"))
    asks = (request(starts=(1,), supervision=GUIDED),)
    full = problem(capacities=(capacity(places=1),), requests=asks, taken=much[:2])
    assert "2 platser till i places, 2026-W51–W52. Placeringen" in help_for(full)[0]
    assert "2 more places in places, 2026-W51–W52. The placement" in help_for(full)[1]
    one = problem(capacities=(capacity(places=9),), requests=asks, taken=much[2:])
    assert "one more student with karin, 2026-W51–W52 (now 1 at a time). Place" in help_for(one)[1]
    both_hers = replace(one, taken=(much[2], replace(much[2], id=much[1].id)))
    assert "2 more students with karin, 2026-W51–W52 (now 1 at a time). Place" in help_for(both_hers)[1]
    assert "2 studenter till hos karin" in help_for(both_hers)[0]


def test_a_new_offer_and_a_new_agreement_are_as_large_as_it_takes_beside_another_term() -> None:
    term = problem(capacities=(), requests=(request(starts=(1,)),), taken=(taken(),))
    assert "2 more places at ward, 2026-W51–W52, in a new offer" in help_for(term)[1]
    midwife = replace(term, taken=(taken(profession="midwife"),))
    assert "one more place at ward, 2026-W51–W52, in a new offer" in help_for(midwife)[1]
    none = problem(agreements=(), requests=(request(starts=(1,)),), taken=(taken(),))
    assert "an agreement ki – region, 2026-W51–W52, 4 student-weeks" in help_for(none)[1]


def test_a_group_is_told_which_other_terms_have_part_of_what_is_full() -> None:
    asks = tuple(request(f"{name}-1", starts=(0,)) for name in ("anna", "bo"))
    term = problem(requests=asks, taken=(taken(),))
    outcome = explain_group(term, Columns(term), plan_of(term, placed("anna-1")), Choice(), Clock(60.0))
    assert (outcome.within_reach, outcome.at_most, outcome.terms) == (1, 1, ("ST26",))
    sv, en = both(tell_group(term, outcome))
    assert sv.splitlines()[-1] == "En del av det som är fullt är upptaget av en annan termin (ST26)."
    assert en.splitlines()[-1] == "Part of what is full is taken by the other term (ST26)."
