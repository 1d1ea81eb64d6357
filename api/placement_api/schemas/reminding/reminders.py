"""Schemas of reminders and their rules."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Annotated

from pydantic import Field, JsonValue

from placement.reminding.sending import Told
from placement.tables import ReceiverKind, ReminderKind, ReminderRule
from placement.tables.reminders import MOST_DAYS_BEFORE
from placement_api.paging import Paging
from placement_api.schemas.base import Day, Given, Number, Shown, Switch, example
from placement_api.sorting import sorting

_RULE: dict[str, JsonValue] = {
    "kind": "answer-due",
    "daysBefore": 14,
    "active": True,
    "validFrom": "2027-01-01",
}


class Stage(enum.StrEnum):
    """Whether reminders have been sent or are due. Om påminnelser är skickade eller ska skickas nu."""

    SENT = "sent"
    DUE = "due"


class ReminderRuleGiven(Given):
    """How many days before its date a reminder is sent. Hur många dagar före sitt datum en påminnelse skickas."""

    model_config = example(_RULE)

    kind: ReminderKind
    days_before: Annotated[int, Field(ge=0, le=MOST_DAYS_BEFORE), Number] = Field(
        description="How many days before the date it is about. Antal dagar före det datum den gäller."
    )
    active: Switch = Field(
        default=True, description="false: not sent any more from that day. false: skickas inte längre från den dagen."
    )
    valid_from: Day = Field(description="From today or a later day. Från och med i dag eller en senare dag.")


class ReminderRuleShown(Shown):
    """A rule from a day on; of those alike the one that began last counts. En regel från och med en dag."""

    model_config = example({"id": "rrl_7c1d", **_RULE})

    id: str
    kind: ReminderKind
    days_before: int
    active: bool
    valid_from: dt.date

    @classmethod
    def of(cls, row: ReminderRule) -> ReminderRuleShown:
        """Show a rule."""
        return cls.model_validate(row)


class ReminderRuleFilter(Paging):
    """Which rules to list. Vilka regler som ska listas."""

    kind: ReminderKind | None = Field(None, description="Of one kind. Av ett visst slag.")
    sort: str | None = sorting("kind", "daysBefore", "validFrom", "id")


class ReminderShown(Shown):
    """A reminder: to whom, of what, and what it says. En påminnelse: till vem, om vad, och vad den säger."""

    model_config = example(
        {
            "id": "rem_5b20",
            "kind": "answer-due",
            "subjectType": "term",
            "subjectId": "trm_vt2027",
            "receiverKind": "unit",
            "receiverId": "unt_geriatrics",
            "termId": "trm_vt2027",
            "dueOn": "2026-11-01",
            "daysBefore": 14,
            "sentAt": "2026-10-18T06:00:00Z",
            "mail": "handed-over",
            "text": "Ward 12 has not answered about places in the term VT2027. The last day for answers is 2026-11-01. "
            "No places is an answer too.",
        }
    )

    id: str | None = Field(description="null as long as it has not been sent. null så länge den inte är skickad.")
    kind: ReminderKind
    subject_type: str
    subject_id: str
    receiver_kind: ReceiverKind
    receiver_id: str
    term_id: str | None
    due_on: dt.date = Field(description="The date that it is about. Det datum den gäller.")
    days_before: int = Field(description="The step: days before the date. Steget: dagar före datumet.")
    sent_at: dt.datetime | None
    mail: str | None = Field(
        description="How its mail goes: handed-over, waiting, or why it could not be handed over; null: not mailed. "
        "Hur det går med e-posten: handed-over, waiting, eller varför den inte kunde lämnas; null: ingen e-post."
    )
    text: str = Field(description="In the caller's language. På anroparens språk.")

    @classmethod
    def of(cls, told: Told, language: str) -> ReminderShown:
        """Show a reminder in a language."""
        values = told.row.model_dump()
        if not told.sent:
            values |= {"id": None, "sent_at": None}
        return cls(**values, mail=told.mail, text=told.words.sv if language == "sv" else told.words.en)


class ReminderFilter(Paging):
    """Which reminders to list. Vilka påminnelser som ska listas."""

    stage: Stage = Field(
        Stage.SENT,
        description="sent: those that have been sent, the last first; due: those that are sent next. "
        "sent: de som är skickade, den senaste först; due: de som skickas härnäst.",
    )
    kind: ReminderKind | None = Field(None, description="Of one kind. Av ett visst slag.")
