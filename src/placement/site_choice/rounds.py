"""Rounds: setting up a cohort's choice of sites: its quotas, priority classes, dates and the term the sites hold from.

A lärosäte handles the rounds of its own cohorts, and the coordinator all. Once a round is open its rules are fixed;
only the last day for wishes may be put later.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller
from placement.errors import ConflictError, Fault, InvalidError, no_such
from placement.events.feed import Subject
from placement.register.cohorts import cohorts_of
from placement.register.writing import Writer, writing
from placement.site_choice.measuring import RoundRecord, measure, priorities_of, quotas_as, quotas_of
from placement.store.access import (
    FIRST,
    INSTITUTIONS,
    Page,
    Span,
    allow,
    conflict,
    fault,
    found,
    matching,
    missing,
    page_of,
    refuse_identity_number,
)
from placement.store.protection import hidden_in
from placement.tables import (
    Cohort,
    PriorityEffect,
    Programme,
    Site,
    SitePriority,
    SiteQuota,
    SiteRound,
    SiteRoundStatus,
    Student,
    Term,
)
from placement_solver.site_choice.quotas import faults_in, shortfalls


def rounds_of(by: Caller) -> ColumnElement[bool]:
    """Return the condition for a caller's rounds: those of their cohorts."""
    return col(SiteRound.cohort_id).in_(select(Cohort.id).where(cohorts_of(by)))


def list_rounds(
    session: Session,
    by: Caller,
    *,
    cohort: str | None = None,
    status: SiteRoundStatus | None = None,
    span: Span = FIRST,
) -> Page[RoundRecord]:
    """List the caller's rounds, the latest to close first, optionally of one cohort or status; cancelled ones too."""
    allow(by, INSTITUTIONS)
    query = select(SiteRound).where(rounds_of(by)).order_by(col(SiteRound.closes_on).desc(), col(SiteRound.id))
    query = matching(query, ((SiteRound.cohort_id, cohort), (SiteRound.status, status)))
    page = page_of(session, query, span)
    return Page(measure(session, page.rows), page.total)


def show_round(session: Session, by: Caller, round_id: str) -> RoundRecord:
    """Show one round."""
    return measure(session, [own_round(session, by, round_id)])[0]


def own_round(session: Session, by: Caller, round_id: str, *, lock: bool = False) -> SiteRound:
    """Return a round of the caller's; any other is not found. A locked one stays as it is until the call is done."""
    allow(by, INSTITUTIONS)
    query = select(SiteRound).where(col(SiteRound.id) == round_id, rounds_of(by))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return found(session.exec(query).first(), round_id)


def add_round(session: Session, by: Caller, given: Mapping[str, Any]) -> RoundRecord:
    """Set up a round for a cohort of a decentralised programme."""
    allow(by, INSTITUTIONS)
    row = SiteRound(**{name: given[name] for name in _OWN})
    with writing(session, by) as writer:
        _Rules(writer, row).set_up(given["quotas"], given["priorities"])
    return show_round(session, by, row.id)


def change_round(session: Session, by: Caller, round_id: str, changes: Mapping[str, Any]) -> RoundRecord:
    """Change a planned round; of an open one only its last day, to a later one."""
    row = own_round(session, by, round_id, lock=True)
    with writing(session, by) as writer:
        if row.status is SiteRoundStatus.OPEN:
            _put_off(writer, row, changes)
        elif row.status is not SiteRoundStatus.PLANNED:
            raise closed_for_changes(row)
        else:
            _Rules(writer, row).change(changes)
    return show_round(session, by, row.id)


def remove_round(session: Session, by: Caller, round_id: str) -> None:
    """Remove a round that has not been opened; one that has is cancelled instead, and stays to be seen."""
    row = own_round(session, by, round_id, lock=True)
    if row.status is not SiteRoundStatus.PLANNED:
        raise ConflictError(
            sv="Ett studieortsval som har öppnats tas inte bort. Ställ in det i stället.",
            en="A site round that has been opened is not removed. Cancel it instead.",
        )
    with writing(session, by) as writer:
        for rows in (quotas_of(session, [row.id])[row.id], priorities_of(session, [row.id])[row.id]):
            for each in rows:
                writer.remove(each)
        writer.remove(row)


def closed_for_changes(row: SiteRound) -> ConflictError:
    """Make the error for a step that the status of a round does not allow."""
    status = row.status.words
    return ConflictError(
        sv=f"Studieortsvalet är {_NEUTER.get(row.status, status.sv)}, så det går inte.",
        en=f"The site round is {status.en}, so this cannot be done.",
    )


_OWN = ("cohort_id", "from_term_id", "opens_on", "closes_on")
_NEUTER = {
    SiteRoundStatus.PLANNED: "planerat och inte öppnat",
    SiteRoundStatus.OPEN: "öppet",
    SiteRoundStatus.DRAWN: "lottat",
    SiteRoundStatus.DECIDED: "beslutat",
    SiteRoundStatus.CANCELLED: "inställt",
}


def _put_off(writer: Writer, row: SiteRound, changes: Mapping[str, Any]) -> None:
    """Give an open round a later last day, and nothing else."""
    if other := sorted(name for name in changes if name != "closes_on"):
        raise conflict(
            f"/{other[0]}",
            "The round is open, so its rules are fixed. Only its last day may be put later.",
            "Valet är öppet, så dess regler ligger fast. Bara sista dagen får flyttas fram.",
        )
    day = changes.get("closes_on", row.closes_on)
    if day < row.closes_on:
        raise conflict(
            "/closes_on",
            "The last day of an open round is not put earlier: students have been told of it.",
            "Sista dagen flyttas inte till en tidigare dag i ett öppet val: studenterna har fått den.",
        )
    if day > row.closes_on:
        _check_dates(writer.session, row, {**row.model_dump(), **changes})
        writer.change(row, changes)
        writer.tell(happening("changed", row, institution_of(writer.session, row), {"closesOn": day.isoformat()}))


def institution_of(session: Session, row: SiteRound) -> str:
    """Return the lärosäte whose round it is."""
    query = select(Programme.institution_id).join(Cohort, col(Cohort.programme_id) == col(Programme.id))
    return session.exec(query.where(col(Cohort.id) == row.cohort_id)).one()


def happening(
    what: str, row: SiteRound, institution_id: str, details: Mapping[str, Any]
) -> tuple[Subject, Mapping[str, Any]]:
    """Write an event about a round, for its lärosäte."""
    subject = Subject(f"site-round.{what}", "site-round", row.id, row.from_term_id, institution_id)
    return subject, {"roundId": row.id, "cohortId": row.cohort_id, **details}


def refuse_shortfalls(session: Session, quotas: Sequence[SiteQuota], students: Collection[str]) -> None:
    """Refuse, as a conflict, to go on with quotas that cannot hold the students who take part now, given by id.

    Who is hidden from the reader is not told of by a number: it is said only that the quotas do not hold all.
    """
    counted = quotas_as(quotas)
    seen = set(students) - hidden_in(session).student_ids
    lacking = [Fault(f"/quotas{each.pointer}", each.words.en, each.words.sv) for each in shortfalls(counted, len(seen))]
    if not lacking and any(shortfalls(counted, len(students))):
        raise ConflictError(
            sv="Kvoterna räcker inte för alla som är med i valet. Hör med lärosätets placeringskansli om hur många "
            "platser som behövs.",
            en="The quotas do not hold all who take part in the round. Ask the lärosäte's placement office how many "
            "places are needed.",
        )
    if lacking:
        raise ConflictError(
            sv=f"Kvoterna räcker inte för kullens studenter: {'; '.join(each.sv for each in lacking)}.",
            en=f"The quotas do not hold the cohort's students: {'; '.join(each.en for each in lacking)}.",
            faults=lacking,
        )


class _Rules:
    """The rules of a planned round, checked whole before they are written."""

    def __init__(self, writer: Writer, row: SiteRound) -> None:
        self._writer = writer
        self._session = writer.session
        self._row = row

    def set_up(self, quotas: Sequence[Mapping[str, Any]], priorities: Sequence[Mapping[str, Any]]) -> None:
        """Write a new round."""
        cohort, programme = self._cohort()
        self._refuse_second(cohort)
        _check_dates(self._session, self._row, self._row.model_dump())
        self._settle(cohort, programme, quotas, priorities)
        self._writer.add(self._row)

    def change(self, changes: Mapping[str, Any]) -> None:
        """Change a planned round; its cohort cannot be changed."""
        if changes.get("cohort_id", self._row.cohort_id) != self._row.cohort_id:
            raise fault(
                "/cohort_id",
                "the cohort cannot be changed: set up another round",
                "kullen kan inte ändras: lägg upp ett nytt val",
            )
        own = {name: changes[name] for name in _OWN if name in changes}
        _check_dates(self._session, self._row, {**self._row.model_dump(), **own})
        standing = [each.model_dump() for each in quotas_of(self._session, [self._row.id])[self._row.id]]
        classes = [each.model_dump() for each in priorities_of(self._session, [self._row.id])[self._row.id]]
        cohort, programme = self._cohort()
        settled = self._settle(cohort, programme, changes.get("quotas", standing), changes.get("priorities", classes))
        if not self._writer.change(self._row, own) and settled:
            self._writer.touch(self._row, "opens_on")

    def _cohort(self) -> tuple[Cohort, Programme]:
        query = select(Cohort, Programme).join(Programme, col(Programme.id) == col(Cohort.programme_id))
        row = self._session.exec(
            query.where(col(Cohort.id) == self._row.cohort_id, cohorts_of(self._writer.by))
        ).first()
        if row is None:
            raise missing("/cohort_id", nouns.COHORT)
        if not row[1].decentralised:
            raise fault(
                "/cohort_id",
                "only the students of a decentralised programme choose sites",
                "bara studenter på ett decentraliserat program väljer studieort",
            )
        return row

    def _refuse_second(self, cohort: Cohort) -> None:
        living = select(SiteRound.id).where(
            col(SiteRound.cohort_id) == cohort.id, col(SiteRound.status) != SiteRoundStatus.CANCELLED
        )
        if self._session.exec(living).first() is not None:
            raise conflict(
                "/cohort_id",
                "The cohort has a site round already.",
                "Kullen har redan ett studieortsval.",
            )

    def _settle(
        self,
        cohort: Cohort,
        programme: Programme,
        quotas: Sequence[Mapping[str, Any]],
        priorities: Sequence[Mapping[str, Any]],
    ) -> bool:
        """Check quotas and classes together, and write them in place of those there are; tell if anything changed."""
        wanted = [
            SiteQuota(round_id=self._row.id, place=place, **{name: quota[name] for name in _OF_A_QUOTA})
            for place, quota in enumerate(quotas)
        ]
        classes = [
            SitePriority(round_id=self._row.id, **{name: each[name] for name in _OF_A_CLASS}) for each in priorities
        ]
        faults = [*self._faults_in_sites(programme, wanted), *_faults_in_classes(classes, wanted)]
        faults += [
            Fault(f"/quotas{each.pointer}", each.words.en, each.words.sv) for each in faults_in(quotas_as(wanted))
        ]
        if not faults:
            students = cohort.size or self._students(cohort)
            lacking = shortfalls(quotas_as(wanted), students) if students else ()
            faults += [Fault(f"/quotas{each.pointer}", each.words.en, each.words.sv) for each in lacking]
        if faults:
            raise InvalidError(*faults)
        for each in classes:
            refuse_identity_number("/priorities", each.name_sv)
            refuse_identity_number("/priorities", each.name_en)
        standing = quotas_of(self._session, [self._row.id])[self._row.id]
        changed = self._writer.settle(standing, wanted, _values_of(*_OF_A_QUOTA, "place"))
        named = priorities_of(self._session, [self._row.id])[self._row.id]
        return self._writer.settle(named, classes, _values_of(*_OF_A_CLASS)) or changed

    def _students(self, cohort: Cohort) -> int:
        return len(self._session.exec(select(Student.id).where(col(Student.cohort_id) == cohort.id)).all())

    def _faults_in_sites(self, programme: Programme, quotas: Sequence[SiteQuota]) -> Iterator[Fault]:
        own = set(self._session.exec(select(Site.id).where(col(Site.institution_id) == programme.institution_id)))
        seen = set[str]()
        for at, quota in enumerate(quotas):
            if quota.site_id not in own:
                yield no_such(f"/quotas/{at}/site_id", nouns.SITE)
            if quota.site_id in seen:
                yield Fault(f"/quotas/{at}/site_id", "the site is named twice", "orten nämns två gånger")
            seen.add(quota.site_id)


_OF_A_QUOTA = ("site_id", "kind", "number", "floor", "ceiling")
_OF_A_CLASS = ("rank", "name_sv", "name_en", "effect", "sites")


def _values_of(*names: str) -> Callable[[Any], Hashable]:
    """Return how rows are known by some of their values: one with another value takes the place of the old one."""
    return lambda row: tuple(str(getattr(row, name)) for name in names)


def _faults_in_classes(classes: Sequence[SitePriority], quotas: Sequence[SiteQuota]) -> Iterator[Fault]:
    """Yield what is wrong with priority classes."""
    sites, ranks = {quota.site_id for quota in quotas}, set[int]()
    for at, each in enumerate(classes):
        if each.rank in ranks:
            yield Fault(f"/priorities/{at}/rank", "two classes have this rank", "två klasser har samma rang")
        ranks.add(each.rank)
        certain = each.effect is PriorityEffect.CERTAIN_SITES
        if certain != bool(each.sites):
            yield Fault(
                f"/priorities/{at}/sites",
                "name the sites that the class gives priority to, and none for a first choice among all",
                "ange de orter som klassen ger företräde till, och inga för den som får välja först bland alla",
            )
        for place, site in enumerate(each.sites or ()):
            if site not in sites:
                yield no_such(f"/priorities/{at}/sites/{place}", nouns.SITE, nouns.IN_THE_ROUND)


def _check_dates(session: Session, row: SiteRound, values: Mapping[str, Any]) -> None:
    """Refuse days that are not in order, and a term that begins before the round can be done."""
    cohort = session.get(Cohort, row.cohort_id)
    term = session.get(Term, values["from_term_id"])
    if term is None:
        raise missing("/from_term_id", nouns.TERM)
    if values["opens_on"] > values["closes_on"]:
        raise fault("/closes_on", "the last day is before the first", "sista dagen är före den första")
    if values["closes_on"] >= term.first_week.monday():
        raise fault(
            "/closes_on",
            "the round must close before the term begins from which the sites hold",
            "valet måste stänga innan den termin börjar som orterna gäller från",
        )
    own = None if cohort is None else session.get(Term, cohort.term_id)
    if own is not None and term.first_week <= own.first_week:
        raise fault(
            "/from_term_id",
            "the sites hold from a later term than the cohort's own",
            "orterna gäller från en senare termin än kullens egen",
        )
