"""Schemas of retention: how long each kind of record is kept, the rules that say so, and legal holds."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field

from placement.retention.kinds import Kind
from placement.tables import RetentionRule
from placement_api.schemas.base import Changeable, Day, Evidence, Given, Id, Number, Shown, Word, example

_KIND = "A kind of record from /v1/retention-periods. Ett slag av uppgifter från /v1/retention-periods."


class RetainedShown(Shown):
    """How long a kind of record is kept, and on what ground. Hur länge ett slag av uppgifter sparas, och varför."""

    model_config = example(
        {
            "kind": "wishes",
            "words": {"sv": "Önskemål om enhet", "en": "Preferred units"},
            "after": {"sv": "terminens sista dag", "en": "the last day of the term"},
            "basis": {"sv": "Behövs inte längre.", "en": "No longer needed."},
            "days": 365,
        }
    )

    kind: str
    words: dict[str, str]
    after: dict[str, str] = Field(description="The day it is counted from. Dagen det räknas från.")
    basis: dict[str, str]
    days: int = Field(description="Today. I dag.")

    @classmethod
    def of(cls, kind: Kind, days: int) -> RetainedShown:
        """Show a kind with its days."""
        told = {name: getattr(kind, name) for name in ("words", "after", "basis")}
        return cls(kind=kind.key, days=days, **{name: {"sv": each.sv, "en": each.en} for name, each in told.items()})


class RetentionRuleGiven(Given):
    """For how long a kind of record is kept from a day on, and why. Hur länge ett slag sparas, och varför."""

    model_config = example(
        {"kind": "wishes", "days": 180, "validFrom": "2027-01-01", "reason": "Beslut av nämnden den 3 december."}
    )

    kind: Word = Field(description=_KIND)
    days: Annotated[int, Field(ge=0, le=36_500), Number]
    valid_from: Day
    reason: Evidence


class RetentionRuleShown(Shown):
    """A rule that the county has entered. En regel som länet har infört."""

    model_config = example(
        {
            "id": "rtn_1",
            "kind": "wishes",
            "days": 180,
            "validFrom": "2027-01-01",
            "reason": "Beslut av nämnden den 3 december.",
            "decidedBy": "CKU",
            "createdAt": "2026-12-04T09:00:00Z",
        }
    )

    id: str
    kind: str
    days: int
    valid_from: dt.date
    reason: str
    decided_by: str
    created_at: dt.datetime

    @classmethod
    def of(cls, rule: RetentionRule) -> RetentionRuleShown:
        """Show a rule."""
        return cls.model_validate(rule)


class HoldGiven(Given):
    """What must be kept for now: a student's, a kind of record, or everything. Det som tills vidare ska bevaras."""

    model_config = example({"kind": None, "studentId": "stu_1f0c", "reason": "Överklagat beslut."})

    kind: Word | None = Field(None, description=_KIND)
    student_id: Id | None = None
    reason: Evidence


class HoldShown(Changeable):
    """What must be kept for now. Det som tills vidare ska bevaras."""

    model_config = example(
        {
            "id": "hld_1",
            "version": 1,
            "kind": None,
            "studentId": "stu_1f0c",
            "reason": "Överklagat beslut.",
            "decidedBy": "CKU",
            "placedOn": "2027-02-01",
            "liftedOn": None,
        }
    )

    kind: str | None
    student_id: str | None
    reason: str
    decided_by: str
    placed_on: dt.date
    lifted_on: dt.date | None
