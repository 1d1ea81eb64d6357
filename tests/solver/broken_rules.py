"""Every rule broken as in practice: the term changes under a plan, or a placement is edited by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from placement_solver.problem import (
    AgreementId,
    Decision,
    RequestId,
    StudentId,
    Supervision,
    Supervisor,
    SupervisorId,
    Taken,
    TakenId,
    UnitId,
)
from tests.solver.one_model import holds, is_open_to, minutes_between

if TYPE_CHECKING:
    from placement_solver.plan import Placement
    from placement_solver.problem import Agreement
    from tests.solver.planting import Ground, Planted, Planter

MOON = "moon"
MANY = 1000
MOST_AT_A_TIME = 3
"""No unit of a wider term takes more students at a time."""


def placed_twice(ground: Ground) -> Planted:
    """Give a request a second placement."""
    placement = ground.placement()
    again = replace(placement, unit=ground.chance.choice(ground.term.units).id)
    twice = replace(ground, plan=replace(ground.plan, placements=(*ground.plan.placements, again)))
    return twice.moved("one-placement", placement, placement)


def in_a_closed_week(ground: Ground) -> Planted:
    """Take the week away from the course."""
    placement = ground.placement()
    starts = tuple(start for start in ground.asked(placement).starts if start != placement.start)
    return ground.turned("course-window", placement, ground.altered("requests", placement.request, starts=starts))


def past_the_end(ground: Ground) -> Planted:
    """Begin too late to end within the term."""
    placement = ground.one(each for each in ground.plan.placements if len(ground.weeks(each)) > 1)
    last = ground.term.term.weeks - 1
    late = replace(ground, term=ground.altered("requests", placement.request, starts=(last,)))
    return late.moved("course-window", placement, replace(placement, start=last))


def before_the_beginning(ground: Ground) -> Planted:
    """Begin before the term."""
    placement = ground.placement()
    return ground.moved("course-window", placement, replace(placement, start=-1))


def of_the_wrong_kind(ground: Ground) -> Planted:
    """Turn the unit into one of another kind."""
    placement = ground.placement()
    return ground.turned("unit-kind", placement, ground.altered("units", placement.unit, kinds=(MOON,)))


def at_another_site(ground: Ground) -> Planted:
    """Let the student belong to another site."""
    placement = ground.placement()
    return ground.turned("site", placement, ground.altered("students", ground.student(placement).id, site=MOON))


def outside_university_healthcare(ground: Ground) -> Planted:
    """Let the course ask for university healthcare at a unit without it."""
    plain = (each for each in ground.plan.placements if not ground.unit(each).university_healthcare)
    placement = ground.one(plain)
    asking = ground.altered("requests", placement.request, university_healthcare=True)
    return ground.turned("university-healthcare", placement, asking)


def at_a_blocked_unit(ground: Ground) -> Planted:
    """Block the unit for the student."""
    placement = ground.placement()
    blocked = ground.altered("students", ground.student(placement).id, blocked_units=(placement.unit,))
    return ground.turned("blocked-unit", placement, blocked)


def too_far(ground: Ground) -> Planted:
    """Set the student's limit a minute below the journey."""

    def minutes(placement: Placement) -> int:
        return minutes_between(ground.term, ground.student(placement), ground.unit(placement))

    placement = ground.one(each for each in ground.plan.placements if minutes(each))
    near = ground.altered("students", ground.student(placement).id, max_travel=minutes(placement) - 1)
    return ground.turned("travel-limit", placement, near)


def without_an_offer(ground: Ground) -> Planted:
    """Withdraw everything that the unit offers."""
    placement = ground.placement()
    offers = tuple(each for each in ground.term.capacities if each.unit != placement.unit)
    return ground.turned("capacity", placement, replace(ground.term, capacities=offers))


def over_the_places(ground: Ground) -> Planted:
    """Withdraw a used place in one week."""
    placement = ground.placement()
    offers = [
        each
        for each in ground.term.capacities
        if each.unit == placement.unit and is_open_to(each.professions, each.institutions, ground.student(placement))
    ]
    offer = ground.chance.choice(offers)
    present = [
        each
        for each in ground.plan.placements
        if each.unit == offer.unit and is_open_to(offer.professions, offer.institutions, ground.student(each))
    ]
    fewer = ground.one_too_few(offer.places, placement, present)
    return ground.turned("capacity", placement, ground.altered("capacities", offer.id, places=fewer))


def over_the_ceiling_of_the_unit(ground: Ground) -> Planted:
    """Lower the unit's ceiling below the students present in one week."""
    placement = ground.placement()
    ceiling = ground.unit(placement).max_students
    present = [each for each in ground.plan.placements if each.unit == placement.unit]
    lower = ground.one_too_few(MANY if ceiling is None else ceiling, placement, present)
    return ground.turned("unit-ceiling", placement, ground.altered("units", placement.unit, max_students=lower))


def _agreement(ground: Ground, placement: Placement) -> Agreement:
    (agreement,) = (each for each in ground.term.agreements if _covers(ground, each, placement))
    return agreement


def _covers(ground: Ground, agreement: Agreement, placement: Placement) -> bool:
    student, unit = ground.student(placement), ground.unit(placement)
    return holds(agreement, student, unit, ground.asked(placement), placement.start)


def without_an_agreement(ground: Ground) -> Planted:
    """Give notice of the agreement."""
    placement = ground.placement()
    rest = tuple(each for each in ground.term.agreements if each != _agreement(ground, placement))
    return ground.turned("agreement", placement, replace(ground.term, agreements=rest))


def after_the_agreement(ground: Ground) -> Planted:
    """End the agreement a week before the placement ends."""
    placement = ground.placement()
    last = ground.weeks(placement)[-1] - 1
    ended = ground.altered("agreements", _agreement(ground, placement).id, last_week=last)
    return ground.turned("agreement", placement, ended)


def under_two_agreements(ground: Ground) -> Planted:
    """Add a copy of the agreement."""
    placement = ground.placement()
    again = replace(_agreement(ground, placement), id=AgreementId("again"), max_student_weeks=None)
    both = replace(ground.term, agreements=(*ground.term.agreements, again))
    return ground.turned("agreement", placement, both)


def over_the_ceiling_of_the_agreement(ground: Ground) -> Planted:
    """Set the agreement's ceiling one student-week below what it covers."""
    placement = ground.placement()
    agreement = _agreement(ground, placement)
    used = sum(len(ground.weeks(each)) for each in ground.plan.placements if _covers(ground, agreement, each))
    less = ground.altered("agreements", agreement.id, max_student_weeks=used - 1)
    return ground.turned("agreement-ceiling", placement, less)


def _supervised(ground: Ground) -> tuple[Placement, Supervisor]:
    """Choose a placement whose request requires a supervisor, and return that supervisor too."""
    asking = (each for each in ground.plan.placements if ground.asked(each).supervision is not None)
    return ground.one((each, ground.term.supervisor[each.supervisor]) for each in asking if each.supervisor is not None)


def with_nobody_named(ground: Ground) -> Planted:
    """Name no supervisor where the course requires one."""
    placement, _ = _supervised(ground)
    return ground.moved("supervision", placement, replace(placement, supervisor=None))


def with_somebody_untrained(ground: Ground) -> Planted:
    """Let the course require half a credit more than the supervisor has."""
    placement, supervisor = _supervised(ground)
    more = ground.altered("requests", placement.request, supervision=Supervision(supervisor.credits + 0.5))
    return ground.turned("supervision", placement, more)


def with_somebody_off_duty(ground: Ground) -> Planted:
    """Give the supervisor one of the weeks off."""
    placement, supervisor = _supervised(ground)
    off = ground.chance.choice(ground.weeks(placement))
    weeks = tuple(week for week in supervisor.weeks or range(ground.term.term.weeks) if week != off)
    return ground.turned("supervision", placement, ground.altered("supervisors", supervisor.id, weeks=weeks))


def with_somebody_from_elsewhere(ground: Ground) -> Planted:
    """Move the supervisor to another unit."""
    placement, supervisor = _supervised(ground)
    away = next(each.id for each in ground.term.units if each.id != placement.unit)
    return ground.turned("supervision", placement, ground.altered("supervisors", supervisor.id, unit=away))


def with_somebody_of_another_profession(ground: Ground) -> Planted:
    """Let the supervisor be of another profession."""
    placement, supervisor = _supervised(ground)
    return ground.turned("supervision", placement, ground.altered("supervisors", supervisor.id, profession=MOON))


def with_somebody_overloaded(ground: Ground) -> Planted:
    """Let the supervisor take one student fewer than the supervisor has in some week."""
    placement, supervisor = _supervised(ground)
    present = [each for each in ground.plan.placements if each.supervisor == supervisor.id]
    most = max(ground.one_too_few(0, placement, present))
    return ground.turned("supervisor-load", placement, ground.altered("supervisors", supervisor.id, max_students=most))


def at_the_same_time(ground: Ground) -> Planted:
    """Begin a student's later placement in the last week of an earlier one."""
    earlier, later = ground.one(ground.pairs())
    return ground.moved("no-overlap", later, replace(later, start=ground.weeks(earlier)[-1]))


def _taken_beside(ground: Ground, rule: str, placement: Placement, students: int, **changes: Any) -> Planted:  # noqa: ANN401
    """Let another term have students like a placement's, with some changes, at its unit in one of its weeks."""
    week, own = ground.chance.choice(ground.weeks(placement)), ground.student(placement)
    beside = tuple(
        replace(
            Taken(
                TakenId(f"{MOON}-{n}"),
                MOON,
                StudentId(MOON),
                own.institution,
                own.profession,
                placement.unit,
                None,
                week,
                week,
            ),
            **changes,
        )
        for n in range(students)
    )
    term = replace(ground.term, taken=(*ground.term.taken, *beside))
    return replace(ground.turned(rule, placement, term), alone=False)


def in_a_week_that_another_term_has(ground: Ground) -> Planted:
    """Let the student be out in another term in one of the weeks."""
    placement = ground.placement()
    return _taken_beside(ground, "no-overlap", placement, 1, student=ground.student(placement).id)


def at_places_that_another_term_has(ground: Ground) -> Planted:
    """Let another term have all the places in one of the weeks."""
    return _taken_beside(ground, "capacity", ground.placement(), MOST_AT_A_TIME)


def under_a_ceiling_that_another_term_has_reached(ground: Ground) -> Planted:
    """Let another term have as many students of another profession as the unit takes."""
    placement = ground.one(each for each in ground.plan.placements if ground.unit(each).max_students is not None)
    return _taken_beside(ground, "unit-ceiling", placement, MOST_AT_A_TIME, profession=MOON)


def under_an_agreement_that_another_term_has_used(ground: Ground) -> Planted:
    """Let another term have one student-week of an agreement that is used to the full."""
    placement = ground.placement()
    agreement = _agreement(ground, placement)
    used = sum(len(ground.weeks(each)) for each in ground.plan.placements if _covers(ground, agreement, each))
    full = replace(ground, term=ground.altered("agreements", agreement.id, max_student_weeks=used))
    return _taken_beside(full, "agreement-ceiling", placement, 1)


def with_somebody_whom_another_term_has(ground: Ground) -> Planted:
    """Let the supervisor have as many students of another term as the supervisor takes."""
    placement, supervisor = _supervised(ground)
    return _taken_beside(
        ground, "supervisor-load", placement, supervisor.max_students, supervisor=supervisor.id, profession=MOON
    )


def in_the_wrong_order(ground: Ground) -> Planted:
    """Let a student's earlier placement build on the later one."""
    earlier, later = ground.one(ground.pairs())
    free = replace(ground, term=ground.altered("requests", later.request, after=()))
    return free.turned("order", earlier, free.altered("requests", earlier.request, after=(later.request,)))


def at_the_same_unit(ground: Ground) -> Planted:
    """Require different units of a student who is placed twice at one."""
    pair = ground.one((one, other) for one, other in ground.pairs() if one.unit == other.unit)
    different = ground.altered("students", ground.student(pair[0]).id, distinct_units=True)
    return ground.turned("distinct-units", pair[0], different)


def _pinned(ground: Ground, pin: Decision) -> Planted:
    return ground.turned("pin", pin, replace(ground.term, pins=(*ground.term.pins, pin)))


def pinned_elsewhere(ground: Ground) -> Planted:
    """Pin a placement to another unit."""
    placement = ground.placement()
    other = next(each.id for each in ground.term.units if each.id != placement.unit)
    return _pinned(ground, Decision(placement.request, other, placement.start))


def pinned_to_another_week(ground: Ground) -> Planted:
    """Pin a placement to the week after."""
    placement = ground.placement()
    return _pinned(ground, Decision(placement.request, placement.unit, placement.start + 1))


def pinned_to_another_supervisor(ground: Ground) -> Planted:
    """Pin a placement to another supervisor."""
    placement = ground.placement()
    other = next(each.id for each in ground.term.supervisors if each.id != placement.supervisor)
    return _pinned(ground, Decision(placement.request, placement.unit, placement.start, other))


def pinned_and_left_out(ground: Ground) -> Planted:
    """Pin a request that has no placement."""
    left = ground.one(ground.plan.unplaced)
    return _pinned(ground, Decision(left.request, ground.term.units[0].id, 0))


def of_an_unknown_request(ground: Ground) -> Planted:
    """Place a request that the term does not have."""
    placement, nobody = ground.placement(), RequestId(MOON)
    return ground.moved("document", placement, replace(placement, request=nobody), "has no such request")


def at_an_unknown_unit(ground: Ground) -> Planted:
    """Place a request at a unit that the term does not have."""
    placement, nowhere = ground.placement(), UnitId(MOON)
    return ground.moved("document", placement, replace(placement, unit=nowhere), "has no unit moon")


def with_an_unknown_supervisor(ground: Ground) -> Planted:
    """Name a supervisor whom the term does not have."""
    placement, who = ground.placement(), SupervisorId(MOON)
    return ground.moved("document", placement, replace(placement, supervisor=who), "has no supervisor")


BROKEN_RULES: tuple[Planter, ...] = (
    placed_twice,
    in_a_closed_week,
    past_the_end,
    before_the_beginning,
    of_the_wrong_kind,
    at_another_site,
    outside_university_healthcare,
    at_a_blocked_unit,
    too_far,
    without_an_offer,
    over_the_places,
    over_the_ceiling_of_the_unit,
    without_an_agreement,
    after_the_agreement,
    under_two_agreements,
    over_the_ceiling_of_the_agreement,
    with_nobody_named,
    with_somebody_untrained,
    with_somebody_off_duty,
    with_somebody_from_elsewhere,
    with_somebody_of_another_profession,
    with_somebody_overloaded,
    at_the_same_time,
    in_a_week_that_another_term_has,
    at_places_that_another_term_has,
    under_a_ceiling_that_another_term_has_reached,
    under_an_agreement_that_another_term_has_used,
    with_somebody_whom_another_term_has,
    in_the_wrong_order,
    at_the_same_unit,
    pinned_elsewhere,
    pinned_to_another_week,
    pinned_to_another_supervisor,
    pinned_and_left_out,
    of_an_unknown_request,
    at_an_unknown_unit,
    with_an_unknown_supervisor,
)
