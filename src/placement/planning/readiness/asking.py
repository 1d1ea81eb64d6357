"""Checks of what lärosäten ask for: cohorts, requests, start weeks, and whether there is anything that would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable

from sqlalchemy import func
from sqlmodel import col, select

from placement.callers import Role
from placement.planning.readiness.findings import (
    Found,
    Item,
    Severity,
    blocking_if,
    by_count,
    same,
    say_taken,
    several,
)
from placement.planning.readiness.seen import Asked, Seen
from placement.register.lists import Lists
from placement.tables import Cohort, Programme, Student, UnitRule
from placement_solver.words import Words


def find_no_cohorts(seen: Seen) -> Found | None:
    """Find a term without cohorts; requests of other terms' cohorts still make a run.

    A lärosäte without cohorts stops no run if another has some.
    """
    cohorts = _cohorts(seen)
    if _own(seen, cohorts):
        return None
    words = Words("Terminen har inga kullar.", "The term has no cohorts.")
    if seen.by.role is Role.INSTITUTION:
        words = Words("Ni har inga kullar i terminen.", "You have no cohorts in the term.")
    return Found(words, severity=blocking_if(not cohorts and not seen.anybody_asks))


def find_empty_cohorts(seen: Seen) -> Found | None:
    """Find the cohorts that no student has been entered in."""
    cohorts = _cohorts(seen)
    empty = [(cohort, owner) for cohort, owner, students in _own(seen, cohorts) if not students]
    if not empty:
        return None
    number = several(len(empty), "cohorts")
    words = Words(f"Studenter saknas i {number.sv}.", f"No students in {number.en}.")
    items = (
        Item(cohort.id, same(cohort.name), None, seen.organisations[owner], {"size": cohort.size})
        for cohort, owner in empty
    )
    nobody = not any(students for *_, students in cohorts) and not seen.anybody_asks
    return Found(words, {"cohorts": len(empty)}, by_count(items, "size"), blocking_if(nobody))


def _cohorts(seen: Seen) -> list[tuple[Cohort, str, int]]:
    """Return the term's cohorts, each with its lärosäte and the number of its students."""
    query = (
        select(Cohort, col(Programme.institution_id), func.count(col(Student.id)))
        .join(Programme, col(Programme.id) == Cohort.programme_id)
        .join(Student, col(Student.cohort_id) == Cohort.id, isouter=True)
        .where(Cohort.term_id == seen.term.id)
        .group_by(col(Cohort.id), col(Programme.institution_id))
    )
    return [(cohort, owner, number) for cohort, owner, number in seen.session.exec(query)]


def _own(seen: Seen, cohorts: Iterable[tuple[Cohort, str, int]]) -> list[tuple[Cohort, str, int]]:
    """Return those of some cohorts that the caller is told of: a lärosäte's own, or all."""
    return [each for each in cohorts if seen.by.role is not Role.INSTITUTION or each[1] == seen.by.organisation]


def find_no_requests(seen: Seen) -> Found | None:
    """Find a term without open requests."""
    if seen.asked:
        return None
    words = Words("Det finns inga öppna begäranden i terminen.", "There are no open requests in the term.")
    if seen.by.role is Role.INSTITUTION:
        words = Words("Ni har inga öppna begäranden i terminen.", "You have no open requests in the term.")
    return Found(words, severity=blocking_if(not seen.anybody_asks))


def find_courses_without_windows(seen: Seen) -> Found | None:
    """Find the courses asked for that may start in no week of the term."""
    lost = [each for each in seen.asked if not each.starts]
    return _lost_courses(
        seen, lost, Words("kursen har inga startveckor i terminen", "the course has no start weeks in the term")
    )


def find_windows_without_room(seen: Seen) -> Found | None:
    """Find the courses that do not end within the term, whichever start week they take."""
    lost = [each for each in seen.asked if each.starts and not each.spans]
    return _lost_courses(
        seen,
        lost,
        Words(
            "kursen hinner inte sluta inom terminen från någon av sina startveckor",
            "the course does not end within the term from any of its start weeks",
        ),
    )


def find_courses_at_the_same_unit(seen: Seen) -> Found | None:
    """Find the courses asked for that wish for the same unit as before: no run looks for that."""
    wishing = [each for each in seen.asked if each.course.unit_rule is UnitRule.SAME]
    if not wishing:
        return None
    items = by_count(seen.course_items(wishing), "requests")
    number = sum(each.requests for each in wishing)
    requests, courses = several(number, "requests"), several(len(items), "courses")
    words = Words(
        f"{requests.sv} ({courses.sv}) önskar samma enhet som tidigare. Det noteras men påverkar inte planeringen: "
        "lås placeringen, eller önska enheten i begäran.",
        f"{requests.en} ({courses.en}) wish for the same unit as before. It is noted, but planning does not follow it: "
        "pin the placement, or name the unit among the request's preferences.",
    )
    return Found(words, {"requests": number, "courses": len(items)}, items)


def find_pairs_that_no_course_teaches_in(seen: Seen) -> Found | None:
    """Find that the term weighs even pairs, though no course asked for teaches in pairs: the weight does nothing."""
    if not seen.term.weight_pairs or not seen.asked or any(each.course.teaches_in_pairs for each in seen.asked):
        return None
    words = Words(
        "Terminen vägs för jämna par, men ingen kurs som begärs undervisar i par. Ange det på kurserna, eller ta bort "
        "vikten.",
        "The term is weighed for even pairs, but no course asked for teaches in pairs. Say so on the courses, or "
        "remove the weight.",
    )
    return Found(words, {"requests": sum(each.requests for each in seen.asked)})


def find_professions_not_offered(seen: Seen) -> Found | None:
    """Find the professions asked for that no unit has places for."""
    offered = {profession for offer in seen.every_offer if offer.weeks for profession in offer.professions}
    lost = [each for each in seen.asked if each.profession not in offered]
    requests = _requests_by(lost, lambda each: [each.profession])
    names = Lists(seen.session).professions
    items = (Item(word, names.name_of(word), None, None, {"requests": requests[word]}) for word in requests)
    reason = Words("ingen enhet har platser för yrket", "no unit has places for the profession")
    return _lost(seen, lost, reason, "professions", items)


def find_kinds_not_offered(seen: Seen) -> Found | None:
    """Find the kinds of units that courses accept, where no unit of any of them has places."""
    with_places = {offer.unit for offer in seen.every_offer if offer.weeks}
    offered = {kind for unit in with_places for kind in seen.units[unit].kinds}
    lost = [each for each in seen.asked if offered.isdisjoint(each.course.kinds)]
    requests = _requests_by(lost, lambda each: each.course.kinds)
    names = Lists(seen.session).unit_kinds
    items = (Item(word, names.name_of(word), None, None, {"requests": requests[word]}) for word in requests)
    reason = Words("ingen enhet av rätt slag har platser", "no unit of the right kind has places")
    return _lost(seen, lost, reason, "kinds", items)


def find_courses_without_places(seen: Seen) -> Found | None:
    """Find the courses that no unit with places suits in every way at once."""
    return _lost_courses(
        seen,
        [each for each in seen.asked if not seen.suiting(each)],
        Words(
            "ingen enhet har platser för yrket, slaget, studieorten och lärosätet på en gång",
            "no unit has places for the profession, the kind, the site and the lärosäte at once",
        ),
    )


def find_weeks_without_places(seen: Seen) -> Found | None:
    """Find the courses that some unit has places for, but none in every week of a placement."""

    def is_lost(asked: Asked) -> bool:
        suiting = seen.suiting(asked)
        return bool(suiting and asked.spans) and not any(
            span & weeks == span for weeks in suiting.values() for span in asked.spans
        )

    return _lost_courses(
        seen,
        [each for each in seen.asked if is_lost(each)],
        Words(
            "ingen enhet har platser under alla kursens veckor från någon startvecka",
            "no unit has places in all weeks of the course from any start week",
        ),
    )


def find_no_supervisor(seen: Seen) -> Found | None:
    """Find the courses that require a trained supervisor, where no unit with places has one on duty throughout."""
    required = [each for each in seen.asked if each.course.supervision_credits is not None and seen.suiting(each)]
    return _lost_courses(
        seen,
        [each for each in required if not any(_has_supervisor(seen, each, unit) for unit in seen.suiting(each))],
        Words(
            "kursen kräver en utbildad handledare, men ingen enhet med platser har en i tjänst under kursens veckor",
            "the course requires a trained supervisor, but no unit with places has one on duty in the course's weeks",
        ),
    )


def _has_supervisor(seen: Seen, asked: Asked, unit: str) -> bool:
    """Tell whether a unit has a supervisor for a course, on duty in all weeks of a span if there is any."""
    return any(
        tutor.profession == asked.profession
        and tutor.credits >= (asked.course.supervision_credits or 0)
        and (not asked.spans or any(span & tutor.weeks == span for span in asked.spans))
        for tutor in seen.tutors.get(unit, ())
    )


def compare_places(seen: Seen) -> Found:
    """Compare the student-weeks asked for with those offered, by profession; an offer counts for each it is open to.

    What other terms have taken of an offer is not there to be had.
    """
    asked, offered, taken, terms = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for each in seen.asked:
        asked[each.profession] += each.requests * each.course.weeks
    for offer in seen.offers:
        gone = seen.taken_of_offer(offer)
        terms += gone
        for profession in offer.professions:
            offered[profession] += offer.student_weeks
            taken[profession] += gone.total()
    names = Lists(seen.session).professions
    balances = {word: _balance(asked[word], offered[word], taken[word]) for word in asked | offered}
    items = (Item(word, names.name_of(word), None, None, balance) for word, balance in balances.items())
    missing = sum(balance["missing"] for balance in balances.values())
    total, there = several(asked.total(), "weeks"), sum(offer.student_weeks for offer in seen.offers)
    part = say_taken(terms)
    words = Words(
        f"{total.sv} begärs och {there} erbjuds{f', varav {part.sv}' if part else ''}"
        f"{f'; {missing} saknas, yrke för yrke' if missing else ''}.",
        f"{total.en} asked for and {there} offered{f', of which {part.en}' if part else ''}"
        f"{f'; {missing} missing, profession by profession' if missing else ''}.",
    )
    return Found(
        words,
        {"asked": asked.total(), "offered": there, "taken": terms.total(), "missing": missing},
        by_count(items, "missing"),
        Severity.WARNING if missing else Severity.OK,
    )


def _balance(asked: int, offered: int, taken: int) -> dict[str, int]:
    """Return what is asked for and offered, what of it other terms have taken, and what is missing."""
    return {"asked": asked, "offered": offered, "taken": taken, "missing": max(0, asked - offered + taken)}


def _requests_by(asked: Iterable[Asked], words_of: Callable[[Asked], Collection[str]]) -> Counter[str]:
    """Count requests by the words that each names."""
    requests: Counter[str] = Counter()
    for each in asked:
        for word in words_of(each):
            requests[word] += each.requests
    return requests


def _lost_courses(seen: Seen, lost: Collection[Asked], reason: Words) -> Found | None:
    """Say which courses' requests cannot be placed, and why; None if all can."""
    return _lost(seen, lost, reason, "courses", seen.course_items(lost))


def _lost(seen: Seen, lost: Collection[Asked], reason: Words, noun: str, items: Iterable[Item]) -> Found | None:
    """Say how many requests cannot be placed, why, and which rows that concerns; None if all can."""
    if not lost:
        return None
    listed = by_count(items, "requests")
    number = sum(each.requests for each in lost)
    requests, rows = several(number, "requests"), several(len(listed), noun)
    words = Words(
        f"{requests.sv} ({rows.sv}) kan inte placeras: {reason.sv}.",
        f"{requests.en} ({rows.en}) cannot be placed: {reason.en}.",
    )
    everything = number == sum(each.requests for each in seen.asked)
    return Found(words, {"requests": number, noun: len(listed)}, listed, blocking_if(everything))
