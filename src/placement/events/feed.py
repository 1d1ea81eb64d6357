"""Feed: everything that has happened, kept for ever in one order, so that partners' systems can follow from any point.

An event is written in the same transaction as the change it reports. Cursors grow in the order of the commits, so a
reader who has read up to a cursor has missed nothing before it. ``CATALOGUE`` has every kind of event.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, or_
from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.clock import now
from placement.fields.seeing import supervisor_seen
from placement.store.access import AUDITORS, CARE, INSTITUTIONS, allow
from placement.store.acting import beyond_own
from placement.store.last_writes import LastWrites, take_turn
from placement.store.scopes import units_of
from placement.tables import Event, Unit
from placement_solver.words import Words

FOLLOWERS = AUDITORS | INSTITUTIONS | CARE
LONGEST_READING = 1_000
IMPOSSIBLE = "placement.impossible"
_SUPERVISOR = "supervisorId"
RESTORED = "service.restored"
BEYOND = 1_000_000
"""How far the cursor of ``RESTORED`` is from the one before: farther than any that was lost with what came after the
backup, so that no reader takes new events for those it has read."""
_TURN = 2_027_0118
"""The number of the PostgreSQL lock by which writers of events take turns until they commit."""

CATALOGUE: Mapping[str, Words] = {
    "plan.published": Words(
        "En plan gäller för terminen från och med nu.", "A plan is in force for the term from now on."
    ),
    "placement.published": Words("En student har fått en placering.", "A student has been given a placement."),
    "placement.moved": Words(
        "En placering har fått annan enhet, tid eller handledare.",
        "A placement has another unit, time or supervisor.",
    ),
    "placement.left": Words(
        "En placering har flyttat från enheten; platsen är fri.",
        "A placement has left the unit; its place is free.",
    ),
    "placement.accepted": Words("Enheten har bekräftat placeringen.", "The unit has accepted the placement."),
    "placement.declined": Words(
        "Enheten tar inte emot placeringen; begäran väntar på en ny.",
        "The unit has declined the placement; the request waits for another.",
    ),
    "placement.student-accepted": Words("Studenten har svarat att den kommer.", "The student has answered: comes."),
    "placement.student-declined": Words(
        "Studenten har svarat att den inte kan komma. Placeringen gäller tills lärosätet avgör det.",
        "The student has answered: cannot come. The placement stays in force until the lärosäte decides.",
    ),
    "placement.cancelled": Words("Placeringen gäller inte längre.", "The placement is no longer in force."),
    "placement.dropped-out": Words("Studenten har avbrutit placeringen.", "The student has left the placement."),
    "placement.completed": Words("Placeringen är fullgjord.", "The placement has been completed."),
    "placement.failed": Words("Placeringen är underkänd.", "The placement has been failed."),
    "placement.corrected": Words(
        "Rapporten om hur många veckor av placeringen som genomfördes har rättats.",
        "The report of how many weeks of the placement were done has been corrected.",
    ),
    IMPOSSIBLE: Words(
        "En placering som gäller bryter mot en regel efter en ändring. Den gäller tills en ny plan publiceras.",
        "A placement in force breaks a rule after a change. It stays in force until a new plan is published.",
    ),
    "place.freed": Words(
        "En plats har blivit ledig; antalet väntande som skulle kunna få den anges.",
        "A place has been freed; the event says how many waiting requests it may suit.",
    ),
    "request.created": Words("Ett lärosäte ber om en placering.", "A lärosäte asks for a placement."),
    "request.changed": Words("En begäran har ändrats eller öppnats igen.", "A request has changed or been reopened."),
    "request.withdrawn": Words("En begäran är återkallad.", "A request has been withdrawn."),
    "request.removed": Words(
        "En begäran är borttagen, som om den aldrig gjorts.", "A request has been removed, as if never made."
    ),
    "offer.created": Words(
        "En enhet är tillfrågad eller erbjuder platser.", "A unit has been asked for places, or offers places."
    ),
    "offer.changed": Words("Ett erbjudande har ändrats.", "An offer has changed."),
    "offer.declined": Words("En enhet erbjuder inga platser, med skälet.", "A unit offers no places, with the reason."),
    "offer.withdrawn": Words("Ett erbjudande är borttaget.", "An offer has been removed."),
    "supervisor.created": Words("En handledare är namngiven vid en enhet.", "A supervisor is named at a unit."),
    "supervisor.changed": Words(
        "En handledares uppgifter, veckor eller utbildning har ändrats.",
        "A supervisor's details, weeks or training have changed.",
    ),
    "supervisor.left": Words("En handledare finns inte längre vid enheten.", "A supervisor has left the unit."),
    "agreement.created": Words("Ett avtal är infört.", "An agreement has been entered."),
    "agreement.changed": Words("Ett avtal har ändrats.", "An agreement has changed."),
    "agreement.notice-given": Words("Ett avtal är uppsagt.", "Notice of an agreement has been given."),
    "agreement.withdrawal-asked": Words(
        "En part vill att uppsägningen av ett avtal återtas.", "A party asks that notice of an agreement be withdrawn."
    ),
    "agreement.notice-withdrawn": Words(
        "Båda parterna har återtagit uppsägningen av ett avtal.", "Both parties have withdrawn notice of an agreement."
    ),
    "agreement.removed": Words(
        "Ett avtal som infördes av misstag är borttaget.", "An agreement entered by mistake has been removed."
    ),
    "swap.asked": Words(
        "Två studenter vill byta plats; enheterna ska svara.",
        "Two students ask to exchange places; the units are to answer.",
    ),
    "swap.consented": Words("En student har sagt ja till bytet.", "A student has agreed to the swap."),
    "swap.accepted": Words("En enhet har godtagit bytet.", "A unit has accepted the swap."),
    "swap.declined": Words(
        "En enhet eller samordnaren har avslagit bytet, med skälet.",
        "A unit or the coordinator has declined the swap, with the reason.",
    ),
    "swap.withdrawn": Words("Bytet är återtaget.", "The swap has been withdrawn."),
    "swap.approved": Words(
        "Bytet är godkänt; de två placeringarna har bytt plats.",
        "The swap is approved; the two placements have exchanged places.",
    ),
    "swap.lapsed": Words(
        "Bytet har förfallit, eftersom en av placeringarna har ändrats.",
        "The swap has lapsed, because one of the placements has changed.",
    ),
    "statement.drawn-up": Words(
        "En avräkning för ett halvår är upprättad.", "A statement for a half-year has been drawn up."
    ),
    "statement.corrected": Words(
        "En avräkning är rättad genom en ny med skillnaderna.",
        "A statement has been corrected by a new one with the differences.",
    ),
    "statement.acknowledged": Words(
        "Den ena parten har godkänt en avräkning.", "One side has acknowledged a statement."
    ),
    "statement.objected": Words("Den ena parten har invänt mot en avräkning.", "One side has objected to a statement."),
    "agreement-template.changed": Words(
        "Länets avtalsmall har ändrats.", "The county's template of agreements has changed."
    ),
    "letter-of-intent.joined": Words(
        "En part har anslutit sig till avsiktsförklaringen.", "A party has joined the letter of intent."
    ),
    "letter-of-intent.notice-given": Words(
        "En part har meddelat att den lämnar avsiktsförklaringen.",
        "A party has told that it leaves the letter of intent.",
    ),
    "letter-of-intent.notice-withdrawn": Words(
        "En part lämnar inte avsiktsförklaringen.", "A party does not leave the letter of intent."
    ),
    "letter-of-intent.removed": Words(
        "En part som fördes in av misstag är borttagen.", "A party entered by mistake has been removed."
    ),
    "reminder.requests-due": Words(
        "Ett lärosäte har inga begäranden i terminen, och sista dagen närmar sig.",
        "A lärosäte has no requests in the term, and the last day is near.",
    ),
    "reminder.answer-due": Words(
        "En enhet har inte svarat om platser, och sista dagen närmar sig.",
        "A unit has not answered about places, and the last day is near.",
    ),
    "reminder.student-answers-due": Words(
        "Studenter har inte svarat om de kommer, och sista dagen närmar sig: lärosätet påminner dem.",
        "Students have not said whether they come, and the last day is near: the lärosäte reminds them.",
    ),
    "reminder.agreement-ends": Words(
        "Ett avtal löper ut eller är uppsagt, och inget annat tar vid.",
        "An agreement runs out or is under notice, and no other takes over.",
    ),
    "reminder.training-expires": Words(
        "En handledares utbildning går ut, och ingen senare finns.",
        "A supervisor's training expires, and there is no later one.",
    ),
    "term.changed": Words(
        "Terminens veckor, omgångens datum eller vikterna har ändrats.",
        "The term's weeks, the dates of its round or its weights have changed.",
    ),
    "site-round.opened": Words(
        "Ett studieortsval är öppet; fingeravtrycket av det frö som ska avgöra lottningen anges.",
        "A site round is open; the event has the digest of the seed that will decide its draw.",
    ),
    "site-round.changed": Words(
        "Ett öppet studieortsval stänger en senare dag.", "An open site round closes on a later day."
    ),
    "site-round.drawn": Words(
        "Ett studieortsval är lottat; fröet är öppnat.", "A site round has been drawn; its seed has been opened."
    ),
    "site-round.decided": Words(
        "Utfallet av ett studieortsval är beslutat och gäller från terminen.",
        "The outcome of a site round has been decided, and holds from the term on.",
    ),
    "site-round.cancelled": Words("Ett studieortsval är inställt.", "A site round has been cancelled."),
    "site-round.place-freed": Words(
        "En student har lämnat programmet; platsen på studieorten är ledig.",
        "A student has left the programme; the place at the site is vacant.",
    ),
    "student.site-decided": Words(
        "En student hör till en studieort från och med en termin, genom ett eget beslut.",
        "A student belongs to a site from a term on, by a decision of its own.",
    ),
    "survey-round.opened": Words(
        "En enkätomgång är öppen: länkarna kan hämtas och skickas ut.",
        "A survey round is open: its links can be fetched and sent out.",
    ),
    "survey-round.closing-soon": Words(
        "En enkätomgång stänger snart: påminn dem som har fått en länk.",
        "A survey round closes soon: remind those who have been given a link.",
    ),
    "survey-round.closed": Words(
        "En enkätomgång är stängd, och dess siffror finns att läsa.",
        "A survey round is closed, and its figures can be read.",
    ),
    "lottery.drawn": Words("Lottnummer är dragna för terminen.", "Lottery numbers have been drawn for the term."),
    "burden-formula.entered": Words(
        "En formel för bördepoäng är införd och gäller från sin dag.",
        "A formula for points of burden has been entered and applies from its day.",
    ),
    "burden-formula.removed": Words(
        "En formel för bördepoäng är borttagen innan den började gälla.",
        "A formula for points of burden has been removed before it applied.",
    ),
    "ledger.corrected": Words(
        "En rad i en students terminsbok är rättad.", "A line of a student's ledger has been corrected."
    ),
    "webhook.test": Words(
        "Ett test, som bara skickas till den webhook som det har begärts för.",
        "A test, sent only to the webhook for which it was requested.",
    ),
    RESTORED: Words(
        "Tjänsten är återställd ur en säkerhetskopia från den tid som anges; läs om det som kommit efter den.",
        "The service has been restored from a backup of the time that is given; read again what came after it.",
    ),
}
"""Every kind of event, and what it means."""

TOLD_APART = frozenset({IMPOSSIBLE, *(kind for kind in CATALOGUE if kind.startswith("swap."))})
"""The kinds of which lärosäte and units have an event each, because they may not read the same of it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about, and whom it concerns besides the coordinator; if nobody is named, everyone."""

    kind: str
    type: str
    id: str
    term_id: str | None = None
    institution_id: str | None = None
    unit_id: str | None = None
    provider_id: str | None = None


Happening = tuple[Subject, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Told:
    """An event as its reader may read it."""

    sequence: int
    at: dt.datetime
    kind: str
    term_id: str | None
    subject_type: str
    subject_id: str
    details: dict[str, Any]

    @property
    def cursor(self) -> int:
        """Return the event's place in the feed, to read on from."""
        return self.sequence


def tell(session: Session, happenings: Sequence[Happening]) -> None:
    """Let events wait for the commit of the transaction whose changes they report."""
    if not happenings:
        return
    at = now()
    _events.of(session).extend(
        {
            "at": at,
            "kind": subject.kind,
            "term_id": subject.term_id,
            "institution_id": subject.institution_id,
            "provider_id": subject.provider_id,
            "unit_id": subject.unit_id,
            "subject_type": subject.type,
            "subject_id": subject.id,
            "details": dict(details),
        }
        for subject, details in happenings
    )


def _write(session: Session, events: list[dict[str, Any]]) -> None:
    """Store events; whoever else writes one waits until this transaction ends, so that cursors follow the commits."""
    with beyond_own(session):  # what one party does concerns others
        take_turn(session, _TURN)
        session.connection().execute(insert(Event), events)


_events = LastWrites(Event, _write, first=True)


def tell_restored(session: Session, made_at: dt.datetime) -> None:
    """Tell everybody that a database has been restored as it was at a moment, by an event beyond every cursor seen."""
    last = session.exec(select(func.max(Event.sequence))).one() or 0
    session.add(
        Event(
            sequence=last + BEYOND,
            kind=RESTORED,
            subject_type="service",
            subject_id="service",
            details={"madeAt": made_at.isoformat(timespec="seconds")},
        )
    )
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.setval(func.pg_get_serial_sequence("event", "sequence"), last + BEYOND)))


def read_feed(
    session: Session,
    by: Caller,
    *,
    after: int = 0,
    kind: str | None = None,
    term_id: str | None = None,
    subject_id: str | None = None,
    limit: int = 100,
) -> list[Told]:
    """Return the events after a cursor that concern the caller, the oldest first."""
    allow(by, FOLLOWERS)
    query = select(Event).where(col(Event.sequence) > after, _heard_by(by))
    for column, value in ((Event.kind, kind), (Event.term_id, term_id), (Event.subject_id, subject_id)):
        if value is not None:
            query = query.where(col(column) == value)
    events = session.exec(query.order_by(col(Event.sequence)).limit(limit)).all()
    return [_told_to(by, event) for event in events]


def _told_to(by: Caller, event: Event) -> Told:
    """Return an event as a caller may read it: of a placement a lärosäte learns only whether a supervisor is named."""
    details = event.details
    if _SUPERVISOR in details:
        supervisor = details[_SUPERVISOR]
        details = {
            **details,
            _SUPERVISOR: supervisor_seen(by, supervisor),
            "hasSupervisor": supervisor is not None,
        }
    return Told(event.sequence or 0, event.at, event.kind, event.term_id, event.subject_type, event.subject_id, details)


def _heard_by(by: Caller) -> ColumnElement[bool]:
    """Return the condition for events that concern a caller: all, or those of their own and those for everyone.

    Of a placement that breaks a rule about its student the unit has an event of its own, without the rule; of a swap
    each unit has one, without the other's place. Those who read the whole event do not read those too.
    """
    if by.role in AUDITORS:
        return or_(col(Event.kind).not_in(TOLD_APART), col(Event.institution_id).is_not(None))
    everyone = and_(*(col(party).is_(None) for party in (Event.institution_id, Event.provider_id, Event.unit_id)))
    if by.role is Role.INSTITUTION:
        return or_(everyone, col(Event.institution_id) == by.organisation)
    at_own_units = col(Event.unit_id).in_(select(Unit.id).where(units_of(by)))
    if by.role is Role.PROVIDER:
        return or_(everyone, at_own_units, col(Event.provider_id) == by.organisation)
    return or_(everyone, at_own_units)
