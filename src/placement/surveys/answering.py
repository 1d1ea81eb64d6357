"""Answering: whoever has a link reads the questions and answers them once, without a name.

What is stored of an answer is what was answered and the group that it is reported in: not who, not when, and not by
which invitation. Nothing is written in the audit trail or in the feed either, since an entry would tell who and when.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, select

from placement.clock import today
from placement.errors import ConflictError, Fault, InvalidError, NotFoundError
from placement.identity_numbers import REFUSED, holds_identity_number
from placement.store.acting import reaching_beyond_own
from placement.store.tokens import digest
from placement.surveys.inviting import use_link
from placement.surveys.questionnaires import NO, YES, Questionnaire, show_questionnaire
from placement.tables import (
    QuestionKind,
    RoundStatus,
    SurveyAnswer,
    SurveyGroup,
    SurveyInvitation,
    SurveyQuestion,
    SurveyRound,
    Unit,
)
from placement.tables.surveys import LONGEST_ANSWER

Given = Mapping[str, int | str]
"""Answers by the keys of their questions: a number on a scale, the code of a choice, yes or no, or a text."""


@dataclass(frozen=True, slots=True)
class Form:
    """What somebody with a link is asked: the round, the questions, the unit, and whether it is answered."""

    round: SurveyRound
    questionnaire: Questionnaire
    unit: str | None
    answered: bool


@reaching_beyond_own
def open_form(session: Session, secret: str) -> Form:
    """Return what somebody is asked, found by the secret of the link; nothing is changed by looking."""
    invitation, asked = _invited(session, secret)
    group = session.get_one(SurveyGroup, invitation.group_id)
    unit = None if group.unit_id is None else session.get(Unit, group.unit_id)
    questionnaire = show_questionnaire(session, asked.version_id)
    return Form(asked, questionnaire, None if unit is None else unit.name, invitation.answered)


@reaching_beyond_own
def answer(session: Session, secret: str, given: Given) -> None:
    """Store the answers of somebody with a link, and use the link up.

    Raises:
        NotFoundError: no open round has such a link.
        ConflictError: the link is used, or the round takes no answers today.
        InvalidError: an answer is missing or does not fit its question, or a text holds an identity number.

    """
    invitation, asked = _invited(session, secret, lock=True)
    refuse_outside(asked)
    kept = _checked(show_questionnaire(session, asked.version_id).questions, given)
    if not use_link(session, invitation):
        raise ConflictError(
            sv="Länken är redan använd: svaret har kommit in och kan inte ändras, eftersom det inte går att veta "
            "vilket det är.",
            en="The link has been used: the answer has come in and cannot be changed, since nobody knows which it is.",
        )
    session.add(SurveyAnswer(group_id=invitation.group_id, given=kept))


def _invited(session: Session, secret: str, *, lock: bool = False) -> tuple[SurveyInvitation, SurveyRound]:
    """Return the invitation of a link and its round, which may be kept from closing until the transaction ends."""
    query = select(SurveyInvitation).where(SurveyInvitation.secret_sha256 == digest(secret))
    invitation = session.exec(query).first()
    if invitation is None:
        raise NotFoundError("link")
    held = {"read": True} if lock else None
    asked = session.get_one(SurveyRound, invitation.round_id, with_for_update=held)
    if asked.status is not RoundStatus.OPEN:
        raise NotFoundError("link")
    return invitation, asked


def refuse_outside(asked: SurveyRound) -> None:
    """Refuse an answer before the round's first day or after its last."""
    if today() < asked.opens_on:
        raise ConflictError(sv=f"Enkäten öppnar den {asked.opens_on}.", en=f"The survey opens on {asked.opens_on}.")
    if today() > asked.closes_on:
        raise ConflictError(
            sv=f"Sista dagen att svara var den {asked.closes_on}.", en=f"The last day to answer was {asked.closes_on}."
        )


def _checked(questions: Sequence[SurveyQuestion], given: Given) -> dict[str, int | str]:
    """Return the answers that were given, in the order of the questions; empty ones are left out.

    Raises:
        InvalidError: with every fault found, each at its answer.

    """
    known = {question.key: question for question in questions}
    faults = [
        Fault(f"/answers/{key}", "there is no such question", "det finns ingen sådan fråga")
        for key in given
        if key not in known
    ]
    kept = {key: value for key in known if (value := _bare(given.get(key))) is not None}
    for key, question in known.items():
        if key in kept:
            faults += _faults_of(question, kept[key])
        elif question.required:
            faults.append(Fault(f"/answers/{key}", "this question needs an answer", "den här frågan behöver ett svar"))
    if faults:
        raise InvalidError(*faults)
    return kept


def _bare(value: int | str | None) -> int | str | None:
    """Return an answer without space around it; None if nothing is left."""
    return (value.strip() or None) if isinstance(value, str) else value


def _faults_of(question: SurveyQuestion, value: int | str) -> Iterator[Fault]:
    """Yield what is wrong with an answer."""
    at = f"/answers/{question.key}"
    if question.kind is QuestionKind.SCALE:
        if not isinstance(value, int) or not 1 <= value <= (question.steps or 0):
            yield Fault(at, f"give a number from 1 to {question.steps}", f"ange ett tal från 1 till {question.steps}")
    elif question.kind is QuestionKind.TEXT:
        yield from _faults_of_text(value, at)
    elif value not in (codes := codes_of(question)):
        yield Fault(at, f"give one of {', '.join(codes)}", f"ange något av {', '.join(codes)}")


def _faults_of_text(value: int | str, at: str) -> Iterator[Fault]:
    """Yield what is wrong with a text."""
    if not isinstance(value, str):
        yield Fault(at, "give a text", "ange en text")
    elif len(value) > LONGEST_ANSWER:
        yield Fault(
            at,
            f"the text may have at most {LONGEST_ANSWER} characters",
            f"texten får ha högst {LONGEST_ANSWER} tecken",
        )
    elif any(letter < " " and letter not in "\n\r\t" for letter in value):
        yield Fault(at, "the text has signs that cannot be written", "texten har tecken som inte går att skriva")
    elif holds_identity_number(value):
        yield Fault(at, REFUSED.en, REFUSED.sv)


def codes_of(question: SurveyQuestion) -> list[str]:
    """Return the codes that may be answered to a choice, or to yes or no."""
    if question.kind is QuestionKind.YES_NO:
        return [YES, NO]
    return [choice["code"] for choice in question.choices or ()]
