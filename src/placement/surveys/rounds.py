"""Rounds: a version of a survey asked about a term, from the plan to ask until the figures are made.

A round is planned, opened, reminded of and closed by a coordinator. Its figures are made once, when it closes, and are
never made again: figures that are asked for while answers still come would tell what the latest answer says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller
from placement.clock import today
from placement.errors import ConflictError
from placement.events import feed
from placement.register.rounds import year_of
from placement.store import access
from placement.store.access import COORDINATORS, FIRST, Page, Span, allow, conflict, fault, found, page_of, refer
from placement.store.batches import read_in_batches
from placement.surveys.counting import count_answers
from placement.surveys.inviting import invite
from placement.surveys.questionnaires import READERS
from placement.tables import RoundStatus, Survey, SurveyRound, SurveyVersion, Term

OPENED, REMINDED, CLOSED = "opened", "closing-soon", "closed"


@dataclass(frozen=True, slots=True)
class Round:
    """A survey round with its survey, its version's number, and its term."""

    round: SurveyRound
    survey: Survey
    number: int
    term: Term

    @property
    def year(self) -> int:
        """Return the year that the round's figures belong to: its term's, as in all follow-up."""
        return year_of(self.term.first_week)


def list_rounds(
    session: Session,
    by: Caller,
    *,
    survey: str | None = None,
    term: str | None = None,
    status: RoundStatus | None = None,
    span: Span = FIRST,
) -> Page[Round]:
    """List the rounds, the latest to open first."""
    allow(by, READERS)
    row = SurveyRound
    query = access.matching(select(row), ((row.term_id, term), (row.status, status)))
    if survey is not None:
        query = query.where(col(row.version_id).in_(select(SurveyVersion.id).where(SurveyVersion.survey_id == survey)))
    page = page_of(session, query.order_by(col(row.opens_on).desc(), col(row.id)), span)
    return Page(described(session, page.rows), page.total)


def show_round(session: Session, by: Caller, round_id: str) -> Round:
    """Show one round."""
    allow(by, READERS)
    return described(session, [found(session.get(SurveyRound, round_id), round_id)])[0]


def described(session: Session, rows: Iterable[SurveyRound]) -> list[Round]:
    """Return rounds with what they are about."""
    rows = list(rows)
    versions = {
        row.id: row
        for row in read_in_batches(session, select(SurveyVersion), SurveyVersion.id, (each.version_id for each in rows))
    }
    surveys = {
        row.id: row
        for row in read_in_batches(session, select(Survey), Survey.id, (each.survey_id for each in versions.values()))
    }
    terms = {row.id: row for row in read_in_batches(session, select(Term), Term.id, (each.term_id for each in rows))}
    return [
        Round(row, surveys[(version := versions[row.version_id]).survey_id], version.number, terms[row.term_id])
        for row in rows
    ]


def plan_round(session: Session, by: Caller, given: Mapping[str, Any]) -> Round:
    """Plan a round: ``version_id``, ``term_id``, ``opens_on``, ``closes_on``. A survey is asked once about a term."""
    allow(by, COORDINATORS)
    version = refer(session.get(SurveyVersion, given["version_id"]), "/version_id", nouns.SURVEY)
    refer(session.get(Term, given["term_id"]), "/term_id", nouns.TERM)
    _check_days(given["opens_on"], given["closes_on"])
    session.get_one(Survey, version.survey_id, with_for_update=True)  # two rounds at once wait for each other
    same = select(SurveyRound.id).join(SurveyVersion, col(SurveyVersion.id) == SurveyRound.version_id)
    same = same.where(SurveyVersion.survey_id == version.survey_id, SurveyRound.term_id == given["term_id"])
    if session.exec(same).first() is not None:
        raise conflict(
            "/term_id", "the survey has a round about this term already", "enkäten har redan en omgång om den terminen"
        )
    row = SurveyRound(**given)
    access.add(session, by, row)
    return described(session, [row])[0]


def change_round(session: Session, by: Caller, round_id: str, changes: Mapping[str, Any]) -> Round:
    """Change the days of a round that is not closed; one that is open keeps the day that it opened for."""
    allow(by, COORDINATORS)
    told = show_round(session, by, round_id)
    row = told.round
    _refuse_closed(row)
    if row.status is RoundStatus.OPEN and changes.get("opens_on", row.opens_on) != row.opens_on:
        raise conflict("/opens_on", "the round is open already", "omgången är redan öppen")
    _check_days(changes.get("opens_on", row.opens_on), changes.get("closes_on", row.closes_on))
    access.change(session, by, row, changes)
    return told


def drop_round(session: Session, by: Caller, round_id: str) -> None:
    """Remove a round that has not been opened."""
    allow(by, COORDINATORS)
    row = show_round(session, by, round_id).round
    if row.status is not RoundStatus.PLANNED:
        raise ConflictError(
            sv="Omgången har öppnats och kan inte tas bort: stäng den i stället.",
            en="The round has been opened and cannot be removed: close it instead.",
        )
    access.remove(session, by, row)


def open_round(session: Session, by: Caller, round_id: str) -> Round:
    """Open a round: whom it concerns is invited, and grouped as units, providers and programmes are now."""
    allow(by, COORDINATORS)
    told = _hold(session, by, round_id, RoundStatus.PLANNED)
    if told.round.closes_on < today():
        raise conflict(
            "/closes_on",
            f"the last day to answer was {told.round.closes_on}",
            f"sista dagen att svara var {told.round.closes_on}",
        )
    invited = invite(session, told.round, told.survey.audience, told.term)
    if not invited:
        raise ConflictError(
            sv="Omgången har ingen att fråga: terminen har inga placeringar som är avslutade.",
            en="The round has nobody to ask: the term has no placements that are over.",
        )
    access.change(session, by, told.round, {"status": RoundStatus.OPEN, "invited": invited})
    feed.tell(session, [_happening(OPENED, told)])
    return told


def remind_of_round(session: Session, by: Caller, round_id: str) -> Round:
    """Remind everybody of an open round in the feed; nobody is told who has answered."""
    allow(by, COORDINATORS)
    told = _hold(session, by, round_id, RoundStatus.OPEN)
    feed.tell(session, [_happening(REMINDED, told)])
    return told


def close_round(session: Session, by: Caller, round_id: str) -> Round:
    """Close a round for good: its answers are counted, and its invitations are removed."""
    allow(by, COORDINATORS)
    told = _hold(session, by, round_id, RoundStatus.OPEN)
    count_answers(session, told.round)
    access.change(session, by, told.round, {"status": RoundStatus.CLOSED})
    feed.tell(session, [_happening(CLOSED, told)])
    return told


def _hold(session: Session, by: Caller, round_id: str, status: RoundStatus) -> Round:
    """Return a round that has a status, locked until the transaction ends."""
    told = show_round(session, by, round_id)
    row = session.get_one(SurveyRound, round_id, with_for_update=True, populate_existing=True)
    if row.status is not status:
        raise ConflictError(
            sv=f"Omgången är {row.status.words.sv}; den måste vara {status.words.sv} för detta.",
            en=f"The round is {row.status.words.en}; it has to be {status.words.en} for this.",
        )
    return told


def _refuse_closed(row: SurveyRound) -> None:
    """Refuse to change a closed round."""
    if row.status is RoundStatus.CLOSED:
        raise ConflictError(sv="Omgången är stängd.", en="The round is closed.")


def _check_days(opens_on: dt.date, closes_on: dt.date) -> None:
    """Refuse a round that closes before it opens."""
    if closes_on < opens_on:
        raise fault("/closes_on", f"{closes_on} comes before {opens_on}", f"{closes_on} kommer före {opens_on}")


def _happening(what: str, told: Round) -> feed.Happening:
    """Write an event about a round, for everyone."""
    row = told.round
    subject = feed.Subject(f"survey-round.{what}", "survey-round", row.id, row.term_id)
    return subject, {
        "roundId": row.id,
        "surveyId": told.survey.id,
        "audience": told.survey.audience,
        "closesOn": row.closes_on.isoformat(),
        "invited": row.invited,
    }
