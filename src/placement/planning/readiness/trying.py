"""Checks that try whether a run would take the term at all, and whether each request has any possible placement.

The other checks look at one lack each. These gather the term and ask the planner's own rules, so that no combination
of lacks escapes: a unit within reach is of no use if its weeks are not those of the agreement.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from placement.callers import Role
from placement.planning.broken import PRIVATE
from placement.planning.decisions import Released, by_hand
from placement.planning.readiness.findings import Found, Item, Severity, blocking_if, same, several
from placement.planning.readiness.seen import Seen
from placement.register.names import Names
from placement_solver.explanation.impossible import ORDER, find_impossible
from placement_solver.explanation.sentences import RULE_NAMES
from placement_solver.faults import Fault
from placement_solver.problem import Problem, RequestId
from placement_solver.taken import name_terms
from placement_solver.words import Words

_TOO_DEAR = Words(
    "varje placering kostar mer än den ger med terminens vikter",
    "every placement costs more than it gives by the term's weights",
)
_NOT_TRIED = Found(
    Words(
        "Om varje begäran kan placeras går inte att pröva förrän samordnaren har rättat felen i terminen.",
        "Whether each request can be placed cannot be tried until the coordinator has mended the term.",
    )
)
_WAITING = Found(
    Words(
        "En körning skulle avvisas tills samordnaren har rättat felen i terminen.",
        "A run would be refused until the coordinator has mended the term.",
    )
)


def find_refusal(seen: Seen) -> Found | None:
    """Find what is wrong with the term as a problem: a run would be refused because of it.

    A pin that cannot be kept refuses only a run that plans anew. A lärosäte is told of the pins of its own requests.
    """
    if not seen.anybody_asks or isinstance(seen.posed, Problem):
        return None
    pins = {row.request_id: row.id for row in by_hand(seen.session, seen.term)}
    released = [] if seen.mended is None else [each for each in seen.mended.released if each.request_id in pins]
    own = [each for each in released if each.request_id in seen.requests]
    if not own:
        return _tell_faults(seen, seen.posed)
    number = several(len(own), "pins")
    return Found(
        Words(
            f"En körning som planerar om från början (plan) skulle avvisas: {number.sv} kan inte behållas. "
            "En körning som reparerar, fyller eller följer väntelistan släpper det som inte kan behållas.",
            f"A run that plans anew (plan) would be refused: {number.en} cannot be kept. "
            "A repair, a run that fills and the waiting list release what cannot be kept.",
        ),
        {"pins": len(own)},
        tuple(_pin_items(seen, own, pins)),
        Severity.BLOCKING,
    )


def _tell_faults(seen: Seen, faults: Collection[Fault]) -> Found:
    """Tell a coordinator what is wrong with the term, and a lärosäte only that something is."""
    if seen.by.role is Role.INSTITUTION:
        return _WAITING
    names = Names(seen.session, seen.by, texts=[fault.words for fault in faults])
    number = several(len(faults), "faults")
    return Found(
        Words(
            f"En körning skulle avvisas: {number.sv} i det som är inlagt.",
            f"A run would be refused: {number.en} in what has been entered.",
        ),
        {"faults": len(faults)},
        tuple(Item(fault.pointer, names.put_in(fault.words)) for fault in faults),
        Severity.BLOCKING,
    )


def _pin_items(seen: Seen, released: Collection[Released], pins: Mapping[str, str]) -> Iterator[Item]:
    """Yield pins by student, course, unit and first week, each with the rule that it breaks."""
    ids = [name for each in released for name in (each.request_id, each.unit_id)]
    names = Names(seen.session, seen.by, ids, [Words(each.why_sv, each.why_en) for each in released])
    for each in released:
        owner = seen.organisations[seen.requests[each.request_id].institution]
        name = names.put_in(same(f"{each.request_id}, {each.unit_id}, {each.start}"))
        yield Item(pins[each.request_id], name, None, owner, {}, names.put_in(Words(each.why_sv, each.why_en)))


def find_impossible_requests(seen: Seen) -> Found | None:
    """Find the caller's requests that no run can place, by the first rule that leaves each no unit."""
    if not seen.asked:
        return None
    if seen.mended is None:
        return _NOT_TRIED
    problem = seen.mended.problem
    rules = find_impossible(problem)
    lost = {name: rule for name, rule in rules.items() if name in seen.requests}
    if not lost:
        return None
    by_others = _lost_to_others(problem, lost)
    reasons = {name: _reason(rule, by_others.get(name)) for name, rule in lost.items()}
    rows = Counter((seen.requests[name].course, seen.requests[name].institution, why) for name, why in reasons.items())
    by_reason = Counter(reasons.values())
    number, courses = several(len(lost), "requests"), several(len({course for course, *_ in rows}), "courses")
    told = [Words(f"{why.sv} ({count})", f"{why.en} ({count})") for why, count in by_reason.most_common()]
    ordered = sorted(rows, key=lambda row: (-by_reason[row[2]], row[2].sv, -rows[row], row[:2]))
    return Found(
        Words(
            f"{number.sv} ({courses.sv}) kan inte placeras, hur en körning än gör. "
            f"Det som inte lämnar någon enhet: {', '.join(each.sv for each in told)}.",
            f"{number.en} ({courses.en}) cannot be placed, whatever a run does. "
            f"What leaves no unit: {', '.join(each.en for each in told)}.",
        ),
        {"requests": len(lost), "courses": len({course for course, *_ in rows})},
        tuple(
            Item(
                course,
                same(seen.courses[course].name),
                seen.courses[course].code,
                seen.organisations[institution],
                {"requests": rows[course, institution, why]},
                why,
            )
            for course, institution, why in ordered
        ),
        blocking_if(len(lost) == len(seen.requests)),
    )


def find_unusable_places(seen: Seen) -> Found | None:
    """Find that no request of the term can use any place of the caller's units, each looked at alone.

    What came nearest says why: of the rules that leave the requests no place there, the last. A rule that is about the
    student is not told, and neither is anything about who asks. Others' units are tried as units of no kind.
    """
    if not seen.offers or not seen.anybody_asks:
        return None
    if seen.mended is None:
        return _WAITING
    problem = seen.mended.problem
    pinned = {pin.request: pin.unit for pin in problem.pins}
    free = {request.id for request in problem.requests} - pinned.keys()
    units = tuple(unit if unit.id in seen.own_units else replace(unit, kinds=()) for unit in problem.units)
    lost = find_impossible(replace(problem, units=units, pins=()))
    if free - lost.keys() or not seen.own_units.isdisjoint(pinned.values()):
        return None
    first_rules = {rule for name, rule in lost.items() if name in free}
    last = next((rule for rule in reversed(ORDER) if rule in first_rules), None)
    why = Words("", "")
    if None not in first_rules and last is not None and last not in PRIVATE:
        why = Words(f" Det som står i vägen: {_named(last).sv}.", f" What stands in the way: {_named(last).en}.")
    whose = Words("era enheters platser", "the places of your units")
    if seen.by.role is Role.UNIT:
        whose = Words("enhetens platser", "the places of your unit")
    return Found(
        Words(
            f"Ingen begäran i terminen kan använda {whose.sv}.{why.sv}",
            f"No request in the term can use {whose.en}.{why.en}",
        ),
        severity=blocking_if(not pinned and len(find_impossible(problem)) == len(problem.requests)),
    )


def _lost_to_others(problem: Problem, lost: Mapping[RequestId, str | None]) -> Mapping[RequestId, Words]:
    """Say of those of some lost requests that other terms alone stand in the way of, which terms these are."""
    terms = {each.term for each in problem.taken}
    if not terms:
        return {}
    freed = lost.keys() - _still_lost(problem, terms)
    guilty: defaultdict[RequestId, list[str]] = defaultdict(list)
    for term in terms if len(terms) > 1 else ():
        for name in freed - _still_lost(problem, {term}):
            guilty[name].append(term)
    return {name: name_terms(guilty[name] or terms) for name in freed}


def _still_lost(problem: Problem, without: Container[str]) -> AbstractSet[RequestId]:
    """Return the requests that no run could place either if some other terms had taken nothing."""
    taken = tuple(each for each in problem.taken if each.term not in without)
    return find_impossible(replace(problem, taken=taken)).keys()


def _reason(rule: str | None, by_others: Words | None) -> Words:
    """Return the name of a rule, and which other terms have taken what it asks for, if that alone is in the way."""
    named = _named(rule)
    return named if by_others is None else Words(f"{named.sv}: {by_others.sv}", f"{named.en}: {by_others.en}")


def _named(rule: str | None) -> Words:
    """Return the name of a rule, or what is said where no rule is in the way."""
    return _TOO_DEAR if rule is None else Words(f"”{RULE_NAMES[rule].sv}”", f"“{RULE_NAMES[rule].en}”")
