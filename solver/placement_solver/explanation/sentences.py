"""Explanations as sentences for the coordinator, every line in Swedish and English."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from placement_solver.explanation.relaxations import (
    MorePlaces,
    MoreStudents,
    MoreTraining,
    Relaxation,
    WiderAgreement,
)
from placement_solver.rules import RULES
from placement_solver.taken import name_terms
from placement_solver.weeks import write_span
from placement_solver.words import Words, say_number, say_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from placement_solver.explanation.groups import Choice, GroupOutcome, ShortGroup
    from placement_solver.explanation.hindrances import Explanation, Hindrance, Wanted
    from placement_solver.explanation.parties import Holding, Party
    from placement_solver.explanation.remedies import Remedy
    from placement_solver.plan import Full, Placement, Reasons, Remaining
    from placement_solver.problem import Problem, RequestId
    from placement_solver.weeks import IsoWeek

MOST_LINES = 5
"""At most this many of a kind are listed; the rest are counted."""
RULE_NAMES = {rule.key: rule.name for rule in RULES}
_FULL = {
    "capacity": Words("Erbjudanden som är fulla", "Offers that are full"),
    "unit-ceiling": Words("Enheter som har nått sitt tak", "Units at their ceiling"),
    "agreement-ceiling": Words("Avtal som har nått sitt tak", "Agreements at their ceiling"),
    "supervisor-load": Words("Handledare som är upptagna", "Supervisors who are taken"),
}
_WISHES = {
    "preference": Words("Förstahandsvalet", "The first preference"),
    "nearest": Words("Närmaste enhet", "The nearest unit"),
}


def name_span(problem: Problem, weeks: Iterable[int]) -> str:
    """Write weeks of a problem's term as calendar weeks."""
    return write_span(problem.term.first_week, weeks)


def name_party(party: Party) -> str:
    """Write a party in short: lärosäte, profession, kinds."""
    return f"{party.institution} {party.profession} ({', '.join(party.kinds)})"


def tell_request(problem: Problem, explanation: Explanation) -> Iterator[Words]:
    """Tell why a request is placed or unplaced as it is."""
    if explanation.placement is not None:
        yield from _tell_placed(problem, explanation, explanation.placement)
        return
    yield Words(f"{explanation.request} är utan plats.", f"{explanation.request} is unplaced.")
    yield from _tell_remaining(explanation.remaining)
    for rule, group in groupby(sorted(explanation.hindrances, key=lambda each: list(_FULL).index(each.rule)), _rule_of):
        those = list(group)
        yield Words(f"{_FULL[rule].sv}: {len(those)}", f"{_FULL[rule].en}: {len(those)}")
        yield from _tell_hindrances(problem, those)
    if explanation.holders:
        holders = _name_holders(explanation.holders)
        yield Words(f"Det som är fullt används av {holders.sv}.", f"What is full is used by {holders.en}.")
    yield from _tell_own_and_dearer(
        problem.term.first_week, explanation.own_placements, explanation.other_terms, explanation.dearer_units
    )


def tell_reasons(first_week: IsoWeek, reasons: Reasons) -> Iterator[Words]:
    """Tell why a request is unplaced by the reasons in its plan, whose weeks are counted from ``first_week``."""
    yield from _tell_remaining(reasons.remaining, margin="")
    parts = (reasons.capacities, reasons.unit_ceilings, reasons.agreements, reasons.supervisors)
    for names, those in zip(_FULL.values(), parts, strict=True):
        if those:
            first = those[:MOST_LINES]
            told = [_name_full(first_week, each) for each in first]
            more = len(those) - len(first)
            sv, en = (f" och {more} till", f" and {more} more") if more > 0 else ("", "")
            yield Words(
                f"{names.sv}: {', '.join(each.sv for each in told)}{sv}.",
                f"{names.en}: {', '.join(each.en for each in told)}{en}.",
            )
    yield from _tell_own_and_dearer(first_week, reasons.own_placements, reasons.other_terms, reasons.dearer_units)


def _name_full(first_week: IsoWeek, full: Full) -> Words:
    """Name what is full, with its weeks and the other terms that have taken it or part of it."""
    weeks = [write_span(first_week, full.weeks)] if full.weeks else []
    terms = [name_terms(full.terms, partly=full.shared)] if full.terms else []
    sv, en = (", ".join([*weeks, *those]) for those in ([each.sv for each in terms], [each.en for each in terms]))
    return Words(f"{full.id} ({sv})" if sv else full.id, f"{full.id} ({en})" if en else full.id)


def tell_remedies(problem: Problem, remedies: Sequence[Remedy], *, by_units: bool = False) -> Iterator[Words]:
    """Tell what would give an unplaced request a place.

    An offer is called by its id, which whoever knows offers puts a name in place of, or ``by_units`` by its unit.
    """
    if not remedies:
        yield Words(
            "Ingen ändring av platser, avtal, handledning, restid eller andras placeringar som hjälper har hittats.",
            "No change of places, agreements, supervision, travel or other placements that helps was found.",
        )
        return
    yield Words(
        "Detta skulle ge en plats (varje svar är prövat):", "Any of these would give it a place (each is proven):"
    )
    for remedy in remedies:
        needs = [tell_relaxation(problem, need, by_units=by_units) for need in remedy.needs]
        what = Words(_joined(need.sv for need in needs), _joined(need.en for need in needs))
        if remedy.moves:
            what = _tell_moves(remedy)
        elif not needs:
            what = Words(
                "ingenting behöver ändras, men målvärdet stiger", "nothing has to change, but the objective rises"
            )
        place, cost = _tell_place(problem, remedy), _tell_cost(remedy)
        yield Words(f"  {what.sv}. {place.sv}{cost.sv}.", f"  {what.en}. {place.en}{cost.en}.")
        for move in remedy.moves[:MOST_LINES]:
            before, after = _name_placement(problem, move.before), _name_placement(problem, move.after)
            yield Words(
                f"    {move.before.request}: från {before.sv} till {after.sv}",
                f"    {move.before.request}: from {before.en} to {after.en}",
            )
        yield from _and_more(len(remedy.moves) - MOST_LINES, "    ")


def _tell_place(problem: Problem, remedy: Remedy) -> Words:
    """Tell the place that a remedy gives, less the unit and the weeks that its one change has told already."""
    placement = remedy.placement
    weeks = range(placement.start, placement.start + problem.request[placement.request].weeks)
    match remedy.needs:
        case (MorePlaces() as need,) if need.unit == placement.unit and not remedy.moves:
            told = [] if need.weeks == tuple(weeks) else [name_span(problem, weeks)]
            guide = placement.supervisor
            sv, en = ([*told, *([f"{word}: {guide}"] if guide else [])] for word in ("handledare", "supervisor"))
            if not sv:
                return Words("", "")
            return Words(f"Placeringen: {', '.join(sv)}. ", f"The placement: {', '.join(en)}. ")
        case _:
            place = _name_placement(problem, placement)
            return Words(f"Plats: {place.sv}. ", f"Place: {place.en}. ")


def _tell_cost(remedy: Remedy) -> Words:
    """Tell what a remedy does to the cost of the plan, which the objective is."""
    before, after = say_whole(remedy.objective_before), say_whole(remedy.objective_after)
    if remedy.objective_after == remedy.objective_before:
        return Words(f"Planens målvärde är fortfarande {after.sv}", f"The plan's objective is still {after.en}")
    if remedy.objective_after < remedy.objective_before:
        turn = Words("sjunker, vilket är bättre,", "falls, which is better,")
    else:
        turn = Words("stiger, vilket är sämre,", "rises, which is worse,")
    return Words(
        f"Planens målvärde {turn.sv} från {before.sv} till {after.sv}",
        f"The plan's objective {turn.en} from {before.en} to {after.en}",
    )


def tell_relaxation(problem: Problem, need: Relaxation, *, by_units: bool = False) -> Words:
    """Tell one relaxation in words, with offers by their ids or by their units."""
    match need:
        case MorePlaces():
            return _tell_more_places(problem, need, by_units=by_units)
        case WiderAgreement():
            parties, span = f"{need.institution} – {need.provider}", range(need.first_week, need.last_week + 1)
            weeks, many = name_span(problem, span), need.student_weeks
            amount = Words("1 studentvecka", "1 student-week")
            if many != 1:
                amount = Words(f"{many} studentveckor", f"{many} student-weeks")
            if need.agreement is None:
                return Words(
                    f"ett avtal {parties}, {weeks}, {amount.sv}", f"an agreement {parties}, {weeks}, {amount.en}"
                )
            return Words(
                f"{amount.sv} till i avtalet {need.agreement} ({parties}), som gäller {weeks}",
                f"{amount.en} more in {need.agreement} ({parties}), in force {weeks}",
            )
        case MoreTraining():
            missing, old, new = map(say_number, (need.asked - need.credits, need.credits, need.asked))
            return Words(
                f"handledarutbildning för {need.supervisor}: {missing.sv} hp till, från {old.sv} till {new.sv}",
                f"training for {need.supervisor}: {missing.en} hp more, from {old.en} to {new.en}",
            )
        case MoreStudents():
            weeks, more = name_span(problem, need.weeks), need.most - need.max_students
            some = Words("en student", "one more student")
            if more > 1:
                some = Words(f"{more} studenter", f"{more} more students")
            return Words(
                f"{some.sv} till hos {need.supervisor}, {weeks} (nu {need.max_students} åt gången)",
                f"{some.en} with {need.supervisor}, {weeks} (now {need.max_students} at a time)",
            )
        case _:
            more = need.minutes - need.limit
            return Words(
                f"{more} minuter längre resa än gränsen, {need.minutes} i stället för högst {need.limit}",
                f"a journey {more} minutes over the limit, {need.minutes} instead of at most {need.limit}",
            )


def _tell_more_places(problem: Problem, need: MorePlaces, *, by_units: bool) -> Words:
    """Tell more places, which are in offers, in a new one, or under the unit's ceiling."""
    weeks = name_span(problem, need.weeks)
    offers = ", ".join(name for name, _ in need.offers)
    sv, en = "under enhetens tak", "under the unit's ceiling"
    if need.new_offer:
        sv, en = "i ett nytt erbjudande", "in a new offer"
    more = need.more(problem)
    places = Words("en plats", "one more place") if more == 1 else Words(f"{more} platser", f"{more} more places")
    if offers and not need.new_offer:
        if by_units:
            several = sum(each.unit == need.unit for each in problem.capacities) > len(need.offers)
            sv, en = (f" (erbjudandet {offers})", f" (the offer {offers})") if several else ("", "")
            return Words(f"{places.sv} till vid {need.unit}{sv}, {weeks}", f"{places.en} at {need.unit}{en}, {weeks}")
        return Words(f"{places.sv} till i {offers}, {weeks}", f"{places.en} in {offers}, {weeks}")
    return Words(f"{places.sv} till vid {need.unit}, {weeks}, {sv}", f"{places.en} at {need.unit}, {weeks}, {en}")


def tell_group(problem: Problem, outcome: GroupOutcome) -> Iterator[Words]:
    """Tell the outcome for a group: "31 asked, 27 places within reach"."""
    who = _name_choice(problem, outcome.choice)
    least, most = outcome.within_reach, outcome.at_most
    some = f"{least}" if least == most else f"{least}–{most}"
    yield Words(
        f"{who.sv}: {outcome.asked} begärda, {some} platser inom räckhåll, {outcome.placed} placerade.",
        f"{who.en}: {outcome.asked} asked, {some} places within reach, {outcome.placed} placed.",
    )
    if outcome.placed == outcome.asked:
        return
    if outcome.at_most < outcome.asked:
        short = outcome.asked - outcome.at_most
        yield Words(
            f"{short} får inte plats ens om gruppen ensam fick använda alla erbjudanden (bevisat).",
            f"{short} would have no place even if the group had all offers to itself (proven).",
        )
    if outcome.within_reach > outcome.placed and outcome.competitors:
        holders, more = _name_holders(outcome.competitors), outcome.within_reach - outcome.placed
        yield Words(
            f"{more} till hade fått plats om gruppen vore ensam; de fulla platserna används av {holders.sv}.",
            f"{more} more would fit if the group were alone; the full places are used by {holders.en}.",
        )
    if outcome.terms:
        terms = name_terms(outcome.terms)
        yield Words(f"En del av det som är fullt är {terms.sv}.", f"Part of what is full is {terms.en}.")


def tell_short_groups(problem: Problem, groups: Sequence[ShortGroup]) -> Iterator[Words]:
    """Tell which groups have requests without a placement, worst first."""
    if not groups:
        yield Words("Alla är placerade.", "Everyone is placed.")
    for group in groups:
        who, weeks = name_party(group.party), name_span(problem, group.starts)
        yield Words(
            f"{who}, start {weeks}: {group.unplaced} av {group.asked} utan plats",
            f"{who}, starting {weeks}: {group.unplaced} of {group.asked} unplaced",
        )


def _tell_placed(problem: Problem, explanation: Explanation, placement: Placement) -> Iterator[Words]:
    place = _name_placement(problem, placement)
    yield Words(
        f"{explanation.request} är placerad: {place.sv}, {explanation.minutes} minuters resa.",
        f"{explanation.request} is placed: {place.en}, {explanation.minutes} minutes of travel.",
    )
    if not explanation.wanted:
        yield Words(
            "Ingen lämplig enhet ligger närmare eller högre upp bland önskemålen.",
            "No suitable unit is nearer or higher among the preferences.",
        )
    for wanted in explanation.wanted:
        yield from _tell_wanted(problem, wanted)


def _tell_wanted(problem: Problem, wanted: Wanted) -> Iterator[Words]:
    what = _WISHES[wanted.wish]
    sv, en = f"{what.sv}, {wanted.unit} ({wanted.minutes} min)", f"{what.en}, {wanted.unit} ({wanted.minutes} min)"
    if wanted.rule is not None:
        rule = RULE_NAMES[wanted.rule]
        yield Words(f"{sv}, uppfyller inte regeln ”{rule.sv}”.", f"{en}, does not meet the rule “{rule.en}”.")
    elif wanted.rise is not None:
        yield Words(
            f"{sv}, har plats, men ändrar målvärdet med {wanted.rise:+d}.",
            f"{en}, has room, but the objective would change by {wanted.rise:+d}.",
        )
    else:
        yield Words(f"{sv}, är full:", f"{en}, is full:")
        yield from _tell_hindrances(problem, wanted.hindrances)
        if wanted.own_placements:
            own = ", ".join(wanted.own_placements)
            yield Words(f"  studentens egna placeringar: {own}", f"  the student's own placements: {own}")
        for each in wanted.other_terms:
            weeks, terms = name_span(problem, each.weeks), name_terms([each.id])
            yield Words(f"  studentens veckor {weeks}: {terms.sv}", f"  the student's weeks {weeks}: {terms.en}")


def _tell_own_and_dearer(
    first_week: IsoWeek, own_placements: Sequence[RequestId], other_terms: Sequence[Full], units: int
) -> Iterator[Words]:
    """Tell which of the student's own placements are in the way, and how many units have room at a higher cost."""
    for each in other_terms:
        weeks, terms = write_span(first_week, each.weeks), name_terms([each.id])
        yield Words(f"Studentens veckor {weeks}: {terms.sv}.", f"The student's weeks {weeks}: {terms.en}.")
    if own_placements:
        own = ", ".join(own_placements)
        yield Words(
            f"Studentens egna placeringar är i vägen: {own}.", f"The student's own placements are in the way: {own}."
        )
    if units:
        yield Words(
            f"Enheter som har plats, men där den kostar mer än den ger: {units}.",
            f"Units that have room, but where it costs more than it gives: {units}.",
        )


def _tell_remaining(remaining: Sequence[Remaining], margin: str = "  ") -> Iterator[Words]:
    """Tell how many units were left after each rule that removed any."""
    before = None
    for step in remaining:
        if step.units != before:
            rule = RULE_NAMES[step.rule]
            yield Words(
                f"{margin}Enheter kvar efter ”{rule.sv}”: {step.units}",
                f"{margin}Units left after “{rule.en}”: {step.units}",
            )
        before = step.units


def _tell_hindrances(problem: Problem, hindrances: Sequence[Hindrance]) -> Iterator[Words]:
    """Tell what is full, the most closing first, and count the rest."""
    for each in hindrances[:MOST_LINES]:
        holders = [name_terms(each.terms, partly=bool(each.holders))] if each.terms else []
        if each.holders or not holders:
            holders.insert(0, _name_holders(each.holders, most=2))
        amount = f"{each.taken}/{each.supply}"
        where = each.id if each.id == each.place else f"{each.id}, {each.place}"
        if each.weeks:
            span = name_span(problem, each.weeks)
            sv = en = f"  {where}, {span}: {amount}"
        else:
            sv, en = f"  {where}: {amount} studentveckor", f"  {where}: {amount} student-weeks"
        yield Words(
            "; ".join([sv, *(words.sv for words in holders)]), "; ".join([en, *(words.en for words in holders)])
        )
    yield from _and_more(len(hindrances) - MOST_LINES, "  ")


def _and_more(number: int, margin: str) -> Iterator[Words]:
    if number > 0:
        yield Words(f"{margin}och {number} till", f"{margin}and {number} more")


def _tell_moves(remedy: Remedy) -> Words:
    moved = sum((move.before.unit, move.before.start) != (move.after.unit, move.after.start) for move in remedy.moves)
    renamed = len(remedy.moves) - moved
    fewest = Words("färst möjliga", "the fewest possible") if remedy.smallest else Words("färst funna", "fewest found")
    one, others = Words("1 annan flyttas", "1 other moves"), Words(f"{moved} andra flyttas", f"{moved} others move")
    who, change = one if moved == 1 else others, "changes" if renamed == 1 else "change"
    return Words(
        f"{who.sv} ({fewest.sv}), {renamed} byter bara handledare",
        f"{who.en} ({fewest.en}), {renamed} {change} only supervisor",
    )


def _name_placement(problem: Problem, placement: Placement) -> Words:
    request = problem.request[placement.request]
    place = f"{placement.unit}, {name_span(problem, range(placement.start, placement.start + request.weeks))}"
    if placement.supervisor is None:
        return Words(place, place)
    return Words(f"{place}, handledare: {placement.supervisor}", f"{place}, supervisor: {placement.supervisor}")


def _name_holders(holders: Sequence[Holding], most: int = MOST_LINES) -> Words:
    """Name the parties that use most, with their numbers."""
    if not holders:
        return Words("ingen", "nobody")
    named = ", ".join(f"{name_party(each.party)}: {each.requests}" for each in holders[:most])
    rest = holders[most:]
    if not rest:
        return Words(named, named)
    requests = sum(each.requests for each in rest)
    if len(rest) == 1:
        return Words(f"{named} och en grupp till: {requests}", f"{named} and one more group: {requests}")
    return Words(
        f"{named} och {len(rest)} grupper till: {requests}", f"{named} and {len(rest)} more groups: {requests}"
    )


def _name_choice(problem: Problem, choice: Choice) -> Words:
    """Name a group by its criteria."""
    parts = [part for part in (choice.institution, choice.profession, choice.kind, choice.site) if part is not None]
    if choice.weeks is not None:
        first, last = choice.weeks
        parts.append(name_span(problem, range(first, last + 1)))
    named = ", ".join(parts)
    return Words(named or "alla", named or "all")


def _rule_of(hindrance: Hindrance) -> str:
    return hindrance.rule


def _joined(parts: Iterable[str]) -> str:
    return " + ".join(parts)
