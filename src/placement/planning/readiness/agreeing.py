"""Checks of agreements: pairs without one, agreements that end, and what their volumes leave room for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from sqlmodel import col, select

from placement.planning.readiness.findings import Found, Item, blocking_if, by_count, say_taken, several
from placement.planning.readiness.seen import Asked, Seen
from placement.register.agreements import agreements_of
from placement.tables import Agreement, AgreementVolume, agreement_party, ends_on
from placement_solver.words import Words


def find_no_agreement(seen: Seen) -> Found | None:
    """Find the pairs of lärosäte and provider without an agreement, where the students' courses could be placed."""
    students: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    nowhere = 0
    for asked in seen.asked:
        agreed, lacking = _parties(seen, asked)
        nowhere += asked.requests if lacking and not agreed else 0
        for provider in lacking - agreed:
            students[asked.institution, provider] |= asked.students
    if not students:
        return None
    items = (
        Item(f"{one}/{other}", _between(seen, one, other), None, None, {"students": len(those)})
        for (one, other), those in students.items()
    )
    everybody = len(set().union(*students.values()))
    pairs, concerned, lost = (
        several(len(students), "pairs"),
        several(everybody, "students"),
        several(nowhere, "requests"),
    )
    words = Words(
        f"Avtal saknas för {pairs.sv} av lärosäte och huvudman med platser för {concerned.sv}. "
        f"Utan avtal någonstans: {lost.sv}.",
        f"No agreement for {pairs.en} of lärosäte and provider with places for {concerned.en}. "
        f"Without an agreement anywhere: {lost.en}.",
    )
    counts = {"pairs": len(students), "students": everybody, "requests": nowhere}
    everything = nowhere == sum(each.requests for each in seen.asked)
    return Found(words, counts, by_count(items, "students"), blocking_if(everything))


def _parties(seen: Seen, asked: Asked) -> tuple[set[str], set[str]]:
    """Return the providers with places for a course: those with a unit that an agreement covers, and with one not."""
    agreed, lacking = set[str](), set[str]()
    for unit in seen.suiting(asked):
        (agreed if seen.covering(asked, unit) else lacking).add(agreement_party(seen.units[unit]))
    return agreed, lacking


def find_ended_agreements(seen: Seen) -> Found | None:
    """Find the pairs none of whose agreements holds for a whole week of the term; the latest of each is named."""
    holding = {(each["institution"], each["provider"]) for each in seen.own_agreements}
    latest = {(row.institution_id, row.provider_id): row for row in _rows(seen).values()}
    over = [row for pair, row in latest.items() if pair not in holding]
    if not over:
        return None
    number = several(len(over), "agreements")
    words = Words(
        f"{number.sv} gäller inte under någon hel vecka av terminen, och parterna har inget annat avtal då.",
        f"{number.en} without any whole week in the term, and no other agreement between the parties then.",
    )
    return Found(words, {"agreements": len(over)}, _items(seen, over))


def find_agreements_for_a_part(seen: Seen) -> Found | None:
    """Find the agreements that begin or end within the term: no placement may reach outside the weeks they cover."""
    last = seen.term.weeks - 1
    part = [each["id"] for each in seen.own_agreements if each["first_week"] > 0 or each["last_week"] < last]
    if not part:
        return None
    number = several(len(part), "agreements")
    words = Words(f"{number.sv} gäller bara en del av terminen.", f"{number.en} in force for only a part of the term.")
    rows = _rows(seen)
    return Found(words, {"agreements": len(part)}, _items(seen, (rows[each] for each in part)))


def find_agreements_without_volume(seen: Seen) -> Found | None:
    """Find the agreements without a volume for the term: they have neither floor nor ceiling."""
    volumes = set(
        seen.session.exec(select(AgreementVolume.agreement_id).where(AgreementVolume.term_id == seen.term.id))
    )
    bare = [each["id"] for each in seen.own_agreements if each["id"] not in volumes]
    if not bare:
        return None
    number = several(len(bare), "agreements")
    words = Words(
        f"Volym för terminen saknas i {number.sv}, som räknas utan golv och tak.",
        f"No volume for the term in {number.en}, which will count without floor and ceiling.",
    )
    rows = _rows(seen)
    return Found(words, {"agreements": len(bare)}, _items(seen, (rows[each] for each in bare)))


def find_low_ceilings(seen: Seen) -> Found | None:
    """Find the agreements whose ceilings are together below what can be placed under them alone.

    What other terms have taken under an agreement in the weeks of the term counts against its ceiling.
    A provider is told only of requests that no other provider's agreement covers.
    """
    asked, own = _weeks_by_agreements(seen), {each["id"]: each for each in seen.own_agreements}
    limited = {name for name, each in own.items() if each["max_student_weeks"] is not None}
    taken = {name: seen.taken_under(own[name]) for name in limited}
    items, missing, full = [], 0, set[str]()
    for group in asked:
        room = sum(max(0, own[each]["max_student_weeks"] - taken[each].total()) for each in group & limited)
        needed = sum(number for others, number in asked.items() if others and others <= group)
        if group and group <= limited and room < needed:
            counts = {
                "asked": needed,
                "ceiling": sum(own[each]["max_student_weeks"] for each in group),
                "taken": sum(taken[each].total() for each in group),
                "missing": needed - room,
            }
            items.append(_short_group(seen, group, counts))
            missing, full = max(missing, needed - room), full | group
    if not items:
        return None
    weeks_short, terms = several(missing, "weeks"), sum((taken[each] for each in full), Counter[str]())
    part = say_taken(terms)
    words = Words(
        f"Avtalens tak räcker inte till det som begärs: minst {weeks_short.sv} får inte plats"
        f"{f'; {part.sv}' if part else ''}.",
        f"The ceilings of agreements do not suffice for what is asked: at least {weeks_short.en} too many"
        f"{f'; {part.en}' if part else ''}.",
    )
    return Found(words, {"weeks": missing}, by_count(items, "missing"))


def _weeks_by_agreements(seen: Seen) -> Counter[frozenset[str]]:
    """Return the student-weeks asked for, by the agreements under which they can be placed."""
    weeks: Counter[frozenset[str]] = Counter()
    for asked in seen.asked:
        under = {each["id"] for unit in seen.fitting(asked) for each in seen.covering(asked, unit)}
        weeks[frozenset(under)] += asked.requests * asked.course.weeks
    return weeks


def _short_group(seen: Seen, group: Collection[str], counts: Mapping[str, int]) -> Item:
    """Return agreements that together have too low a ceiling: by their parties, or by lärosäte if there are several."""
    those = [each for each in seen.own_agreements if each["id"] in group]
    first = those[0]
    if len(those) == 1:
        return Item(first["id"], _between(seen, first["institution"], first["provider"]), counts=counts)
    name, number = seen.organisations[first["institution"]], several(len(those), "agreements")
    return Item(first["institution"], Words(f"{name.sv} ({number.sv})", f"{name.en} ({number.en})"), counts=counts)


def _rows(seen: Seen) -> Mapping[str, Agreement]:
    """Return the caller's agreements by id, the earliest first."""
    query = select(Agreement).where(agreements_of(seen.by)).order_by(col(Agreement.valid_from), col(Agreement.id))
    return {row.id: row for row in seen.session.exec(query)}


def _items(seen: Seen, rows: Iterable[Agreement]) -> tuple[Item, ...]:
    """Return agreements by their parties and the days on which they are valid."""
    items = []
    for row in rows:
        names, days = _between(seen, row.institution_id, row.provider_id), f"({row.valid_from} – {ends_on(row) or ''})"
        items.append(Item(row.id, Words(f"{names.sv} {days}", f"{names.en} {days}")))
    return tuple(sorted(items, key=lambda item: (item.name.sv, item.id)))


def _between(seen: Seen, institution: str, provider: str) -> Words:
    """Return the names of a pair."""
    one, other = seen.organisations[institution], seen.organisations[provider]
    return Words(f"{one.sv} – {other.sv}", f"{one.en} – {other.en}")
