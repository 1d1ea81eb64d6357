"""Checks that try whether a run would take the term at all, and whether each request has any possible placement.

The other checks look at one lack each. These gather the term and ask the planner's own rules, so that no combination
of lacks escapes: a unit within reach is of no use if its weeks are not those of the agreement.
"""

from __future__ import annotations

from collections import Counter

from placement.planning.readiness.findings import Found, Item, Severity, blocking_if, same, several
from placement.planning.readiness.seen import Seen
from placement.register.names import Names
from placement_solver.explanation.impossible import find_impossible
from placement_solver.explanation.sentences import RULE_NAMES
from placement_solver.problem import Problem
from placement_solver.words import Words

_TOO_DEAR = Words(
    "varje placering kostar mer än den ger med terminens vikter",
    "every placement costs more than it gives by the term's weights",
)


def find_refusal(seen: Seen) -> Found | None:
    """Find what is wrong with the term as a problem: a run would be refused because of it."""
    if not seen.asked or isinstance(seen.posed, Problem):
        return None
    faults = seen.posed
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


def find_impossible_requests(seen: Seen) -> Found | None:
    """Find the caller's requests that no run can place, by the first rule that leaves each no unit."""
    if not seen.asked:
        return None
    if not isinstance(seen.posed, Problem):
        return Found(
            Words(
                "Om varje begäran kan placeras går inte att pröva förrän samordnaren har rättat felen i terminen.",
                "Whether each request can be placed cannot be tried until the coordinator has mended the term.",
            )
        )
    lost = {name: rule for name, rule in find_impossible(seen.posed).items() if name in seen.requests}
    if not lost:
        return None
    rows = Counter((seen.requests[name].course, seen.requests[name].institution, rule) for name, rule in lost.items())
    by_rule = Counter(lost.values())
    number, courses = several(len(lost), "requests"), several(len({course for course, *_ in rows}), "courses")
    reasons = [
        Words(f"{_named(rule).sv} ({count})", f"{_named(rule).en} ({count})") for rule, count in by_rule.most_common()
    ]
    ordered = sorted(rows, key=lambda row: (-by_rule[row[2]], _named(row[2]).sv, -rows[row], row))
    return Found(
        Words(
            f"{number.sv} ({courses.sv}) kan inte placeras, hur en körning än gör. "
            f"Det som inte lämnar någon enhet: {', '.join(each.sv for each in reasons)}.",
            f"{number.en} ({courses.en}) cannot be placed, whatever a run does. "
            f"What leaves no unit: {', '.join(each.en for each in reasons)}.",
        ),
        {"requests": len(lost), "courses": len({course for course, *_ in rows})},
        tuple(
            Item(
                course,
                same(seen.courses[course].name),
                seen.courses[course].code,
                seen.organisations[institution],
                {"requests": rows[course, institution, rule]},
                _named(rule),
            )
            for course, institution, rule in ordered
        ),
        blocking_if(len(lost) == len(seen.requests)),
    )


def _named(rule: str | None) -> Words:
    """Return the name of a rule, or what is said where no rule is in the way."""
    return _TOO_DEAR if rule is None else Words(f"”{RULE_NAMES[rule].sv}”", f"“{RULE_NAMES[rule].en}”")
