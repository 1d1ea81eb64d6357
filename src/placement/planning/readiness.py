"""Readiness: what a term still lacks before a run of it makes sense, as the run itself would see it.

The term is gathered as for a run; each check is one function over it, so that what it says is what the run will meet.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.planning.gather import open_requests, write_term
from placement.register.lists import Lists
from placement.store.access import COORDINATORS, allow, found
from placement.tables import (
    AgreementVolume,
    CapacityOffer,
    OfferStatus,
    Organisation,
    RunMode,
    Supervisor,
    Term,
    Training,
    Unit,
)
from placement_solver.words import Words

MOST_ITEMS = 50
BLOCKING, WARNING = "blocking", "warning"


@dataclass(frozen=True, slots=True)
class Item:
    """A row that a finding is about: our id, what it is called, and its owner's own id."""

    id: str
    name: str
    own_id: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a term lacks. ``count`` is how many requests, students, units or rows it concerns.

    A blocking finding leaves some request without any place, whatever else is planned.
    """

    code: str
    severity: str
    words: Words
    count: int
    items: tuple[Item, ...] = ()

    @property
    def shown(self) -> tuple[Item, ...]:
        """The first of the items."""
        return self.items[:MOST_ITEMS]


@dataclass(frozen=True, slots=True)
class Readiness:
    """A term and everything that it lacks, what blocks first."""

    term: Term
    findings: tuple[Finding, ...]

    @property
    def ready(self) -> bool:
        """Tell whether nothing blocks."""
        return all(finding.severity != BLOCKING for finding in self.findings)


def judge_readiness(session: Session, by: Caller, term_id: str) -> Readiness:
    """Tell what a term still lacks before a run makes sense."""
    allow(by, COORDINATORS)
    term = found(session.get(Term, term_id), term_id)
    seen = _Seen(session, term)
    findings = [finding for check in CHECKS for finding in check(seen)]
    return Readiness(term, tuple(sorted(findings, key=lambda finding: finding.severity != BLOCKING)))


class _Seen:
    """A term as a run would see it, and the names of what it holds."""

    def __init__(self, session: Session, term: Term) -> None:
        self.session, self.term = session, term
        self.rows = open_requests(session, term, RunMode.PLAN)
        self.document = write_term(session, term, self.rows, (), ())
        self.requests: list[dict[str, Any]] = self.document["requests"]
        self.student = {each["id"]: each for each in self.document["students"]}
        self.unit = {each["id"]: each for each in self.document["units"]}
        self.course_of = {request.id: course for request, _, course, _ in self.rows}

    @cached_property
    def offers(self) -> list[dict[str, Any]]:
        """The answered offers that have a place in some week."""
        return [each for each in self.document["capacities"] if any(each["places"])]

    @cached_property
    def suiting(self) -> dict[str, set[str]]:
        """The units with places that suit each request, by its course's kinds and its student's profession."""
        open_to: defaultdict[str, set[str]] = defaultdict(set)
        for offer in self.offers:
            for profession in offer["professions"]:
                open_to[profession].add(offer["unit"])
        by_class: dict[tuple[str, frozenset[str]], set[str]] = {}
        found_units = {}
        for request in self.requests:
            key = self.student[request["student"]]["profession"], frozenset(request["kinds"])
            if key not in by_class:
                by_class[key] = {unit for unit in open_to[key[0]] if key[1] & set(self.unit[unit]["kinds"])}
            found_units[request["id"]] = by_class[key]
        return found_units

    def courses(self, requests: Iterable[str]) -> tuple[Item, ...]:
        """Return the courses of some requests, those with most requests first."""
        counts = Counter(self.course_of[request].id for request in requests)
        rows = {course.id: course for course in self.course_of.values()}
        return tuple(Item(key, rows[key].name, rows[key].code) for key, _ in counts.most_common())

    def units(self, ids: Iterable[str]) -> tuple[Item, ...]:
        """Return some units by name."""
        wanted = set(ids)
        rows = self.session.exec(select(Unit).order_by(col(Unit.name), col(Unit.id)))
        return tuple(Item(row.id, row.name, row.hsa_id) for row in rows if row.id in wanted)


def _nothing_asked(seen: _Seen) -> Iterator[Finding]:
    if not seen.requests:
        words = Words("Det finns inga öppna begäranden i terminen.", "There are no open requests in the term.")
        yield Finding("no-requests", BLOCKING, words, 0)


def _nothing_offered(seen: _Seen) -> Iterator[Finding]:
    if not seen.offers:
        words = Words(
            "Ingen enhet har besvarat med platser i terminen.", "No unit has answered with places in the term."
        )
        yield Finding("no-places", BLOCKING, words, 0)


def _courses_without_windows(seen: _Seen) -> Iterator[Finding]:
    lost = [request["id"] for request in seen.requests if not request["starts"]]
    if lost:
        items = seen.courses(lost)
        words = Words(
            f"{len(items)} kurser saknar startveckor i terminen: {len(lost)} begäranden kan inte placeras.",
            f"{len(items)} courses have no start weeks in the term: {len(lost)} requests cannot be placed.",
        )
        yield Finding("courses-without-windows", BLOCKING, words, len(lost), items)


def _courses_without_places(seen: _Seen) -> Iterator[Finding]:
    lost = [request["id"] for request in seen.requests if not seen.suiting[request["id"]]] if seen.offers else []
    if lost:
        items = seen.courses(lost)
        words = Words(
            f"Ingen enhet erbjuder platser av rätt slag och yrke för {len(items)} kurser: "
            f"{len(lost)} begäranden kan inte placeras.",
            f"No unit offers places of the right kind and profession for {len(items)} courses: "
            f"{len(lost)} requests cannot be placed.",
        )
        yield Finding("courses-without-places", BLOCKING, words, len(lost), items)


def _no_agreement(seen: _Seen) -> Iterator[Finding]:
    """Find lärosäten and providers without an agreement, for whose students the provider's units have places."""
    agreed: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for agreement in seen.document["agreements"]:
        agreed[agreement["institution"], agreement["provider"]].append(agreement)
    students: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    nowhere = set()
    for request in seen.requests:
        student = seen.student[request["student"]]
        providers = {seen.unit[unit]["provider"] for unit in seen.suiting[request["id"]]}
        covered = {
            provider
            for provider in providers
            if any(
                each["professions"] is None or student["profession"] in each["professions"]
                for each in agreed[student["institution"], provider]
            )
        }
        if providers and not covered:
            nowhere.add(request["id"])
        for provider in providers - covered:
            students[student["institution"], provider].add(student["id"])
    if not students:
        return
    names = {row.id: row for row in seen.session.exec(select(Organisation))}
    pairs = sorted(students.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    items = tuple(
        Item(f"{one}/{other}", f"{names[one].name_sv} – {names[other].name_sv}: {len(those)}")
        for (one, other), those in pairs
    )
    words = Words(
        f"Avtal saknas mellan {len(items)} par av lärosäte och huvudman vars enheter har platser för dess studenter. "
        f"{len(nowhere)} begäranden har inget avtal alls.",
        f"{len(items)} pairs of lärosäte and provider have no agreement, though there are places for the students. "
        f"{len(nowhere)} requests have no agreement at all.",
    )
    yield Finding("no-agreement", BLOCKING if nowhere else WARNING, words, len(nowhere), items)


def _no_supervisor(seen: _Seen) -> Iterator[Finding]:
    trained: defaultdict[tuple[str, str], float] = defaultdict(float)
    for each in seen.document["supervisors"]:
        if each["max_students"] and each["weeks"] != []:
            key = each["unit"], each["profession"]
            trained[key] = max(trained[key], each["credits"], 1e-9)
    lost = []
    for request in seen.requests:
        if request["supervision"] is not None and seen.suiting[request["id"]]:
            asked = max(request["supervision"]["credits"], 1e-9)
            profession = seen.student[request["student"]]["profession"]
            if all(trained[unit, profession] < asked for unit in seen.suiting[request["id"]]):
                lost.append(request["id"])
    if lost:
        items = seen.courses(lost)
        words = Words(
            f"{len(items)} kurser kräver en utbildad handledare, men ingen finns vid enheterna med platser: "
            f"{len(lost)} begäranden kan inte placeras.",
            f"{len(items)} courses require a trained supervisor, but the units with places have none: "
            f"{len(lost)} requests cannot be placed.",
        )
        yield Finding("no-supervisor", BLOCKING, words, len(lost), items)


def _units_without_answer(seen: _Seen) -> Iterator[Finding]:
    statuses: defaultdict[str, set[OfferStatus]] = defaultdict(set)
    for unit, status in seen.session.exec(
        select(col(CapacityOffer.unit_id), col(CapacityOffer.status)).where(CapacityOffer.term_id == seen.term.id)
    ):
        statuses[unit].add(status)
    never = [unit for unit in seen.unit if unit not in statuses]
    silent = [unit for unit, those in statuses.items() if those == {OfferStatus.UNANSWERED}]
    if never:
        words = Words(
            f"{len(never)} enheter har inget platserbjudande i terminen.",
            f"{len(never)} units have no offer of places in the term.",
        )
        yield Finding("units-without-offers", WARNING, words, len(never), seen.units(never))
    if silent:
        words = Words(f"{len(silent)} enheter har inte svarat.", f"{len(silent)} units have not answered.")
        yield Finding("units-unanswered", WARNING, words, len(silent), seen.units(silent))


def _agreements_that_end(seen: _Seen) -> Iterator[Finding]:
    last = seen.term.weeks - 1
    part = [each for each in seen.document["agreements"] if each["first_week"] > 0 or each["last_week"] < last]
    volumes = set(
        seen.session.exec(select(AgreementVolume.agreement_id).where(AgreementVolume.term_id == seen.term.id))
    )
    bare = [each for each in seen.document["agreements"] if each["id"] not in volumes]
    names = {row.id: row.name_sv for row in seen.session.exec(select(Organisation))}

    def items(those: Sequence[dict[str, Any]]) -> tuple[Item, ...]:
        return tuple(Item(each["id"], f"{names[each['institution']]} – {names[each['provider']]}") for each in those)

    if part:
        words = Words(
            f"{len(part)} avtal gäller bara en del av terminen.", f"{len(part)} agreements hold for a part of the term."
        )
        yield Finding("agreements-for-a-part", WARNING, words, len(part), items(part))
    if bare:
        words = Words(
            f"{len(bare)} avtal saknar volym för terminen: de räknas utan tak.",
            f"{len(bare)} agreements have no volume for the term: they count without a ceiling.",
        )
        yield Finding("agreements-without-volume", WARNING, words, len(bare), items(bare))


def _trainings_that_expire(seen: _Seen) -> Iterator[Finding]:
    last_day = seen.term.first_week.plus(seen.term.weeks - 1).sunday()
    lasting: dict[str, bool] = {}
    for training in seen.session.exec(select(Training)):
        lasts = training.expires_on is None or training.expires_on >= last_day
        lasting[training.supervisor_id] = lasting.get(training.supervisor_id, False) or lasts
    expiring = {supervisor for supervisor, lasts in lasting.items() if not lasts}
    if expiring:
        rows = seen.session.exec(select(Supervisor).order_by(col(Supervisor.external_id), col(Supervisor.id)))
        items = tuple(Item(row.id, row.external_id, row.external_id) for row in rows if row.id in expiring)
        words = Words(
            f"{len(items)} handledares utbildning går ut före terminens slut och räknas inte.",
            f"The training of {len(items)} supervisors expires before the term ends and does not count.",
        )
        yield Finding("trainings-expire", WARNING, words, len(items), items)


def _fewer_places_than_asked(seen: _Seen) -> Iterator[Finding]:
    asked: Counter[str] = Counter()
    for request in seen.requests:
        asked[seen.student[request["student"]]["profession"]] += request["weeks"]
    offered: Counter[str] = Counter()
    for offer in seen.offers:
        for profession in offer["professions"]:
            offered[profession] += sum(offer["places"])
    professions = Lists(seen.session).professions
    short = [name for name in sorted(asked) if offered[name] < asked[name]]
    if short and seen.offers:
        missing = sum(asked[name] - offered[name] for name in short)
        items = tuple(Item(name, f"{professions.name_of(name).sv}: {offered[name]}/{asked[name]}") for name in short)
        words = Words(
            f"Inom {len(short)} yrken är färre studentveckor erbjudna än begärda: {missing} saknas.",
            f"In {len(short)} professions fewer student-weeks are offered than asked for: {missing} are missing.",
        )
        yield Finding("fewer-places-than-asked", WARNING, words, missing, items)


CHECKS: tuple[Callable[[_Seen], Iterator[Finding]], ...] = (
    _nothing_asked,
    _nothing_offered,
    _courses_without_windows,
    _courses_without_places,
    _no_agreement,
    _no_supervisor,
    _units_without_answer,
    _agreements_that_end,
    _trainings_that_expire,
    _fewer_places_than_asked,
)
"""Every check, in the order in which a coordinator would mend what it finds."""
