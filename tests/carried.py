"""The rows of fairness over time in the small world: a line of the ledger, a formula, a student's secret address."""

from __future__ import annotations

import datetime as dt
from typing import Any

from placement.tables import BurdenFormula, LedgerCause, LedgerEntry, Row, StudentPage
from placement_solver.weeks import IsoWeek

TOLD_ON = dt.date(2026, 11, 2)


def entry(position: int = 0, **changes: Any) -> LedgerEntry:  # noqa: ANN401 (any column)
    """What the placement of the small world has cost its student, with some changes."""
    values: dict[str, Any] = {
        "id": f"led_{position}",
        "student_id": "stu_a",
        "term_id": "trm_a",
        "placement_id": "pla_a",
        "number": position + 1,
        "unit_id": "unt_a",
        "unit_name": "Tallgården",
        "cause": LedgerCause.PUBLISHED,
        "recorded_at": dt.datetime(2026, 11, 2, 9, position % 60, tzinfo=dt.UTC),
        "told_on": TOLD_ON,
        "start": IsoWeek(2026, 53),
        "weeks": 5,
        "minutes": 75,
        "long_after": 60,
        "km": 28,
        "possible_wishes": 2,
        "wish_rank": 1,
    }
    return LedgerEntry(**{**values, **changes})


def formula(number: int = 0, **changes: Any) -> BurdenFormula:  # noqa: ANN401 (any column)
    """A formula that has applied since 2026, with some changes."""
    values: dict[str, Any] = {
        "id": f"bur_{number}",
        "valid_from": dt.date(2026, 1, 1),
        "long_week": 20,
        "week_away": 30,
        "unmet_wish": 100,
        "late_notice": 50,
        "very_late_notice": 120,
        "most_per_term": 600,
        "kept_permille": 500,
        "created_at": dt.datetime(2025, 12, 1, 9, tzinfo=dt.UTC),
    }
    return BurdenFormula(**{**values, **changes})


def pages_of_institutions() -> list[Row]:
    """Return the addresses that our lärosäte and the other one have made for a student of each."""
    return [
        StudentPage(id="pag_i", token_id="1" * 16, secret_sha256="1" * 64, student_id="stu_a"),
        StudentPage(id="pag_b", token_id="4" * 16, secret_sha256="4" * 64, student_id="stu_b"),
    ]


def rows() -> list[Row]:
    """One row of each table; the formula applies to no term of the small world."""
    page = StudentPage(id="pag_a", token_id="0" * 16, secret_sha256="1d" * 32, student_id="stu_a")
    return [entry(), formula(valid_from=dt.date(2099, 1, 1)), page]
