"""Money in the small world: what is paid under its agreement, and a statement that both sides have answered."""

from __future__ import annotations

import datetime as dt

from placement.tables import (
    AgreementCancellation,
    AgreementPrice,
    AlfProfession,
    Basis,
    ProviderKind,
    Row,
    Side,
    Statement,
    StatementAnswer,
    StatementLine,
    Verdict,
    WeekKind,
)
from placement_solver.weeks import IsoWeek

SETTLED = (Statement, StatementLine, StatementAnswer)
DRAWN_UP = dt.datetime(2027, 1, 10, 9, tzinfo=dt.UTC)


def agreed() -> list[Row]:
    """Return a price that follows in the agreement, and its rule for cancelled placements."""
    return [
        AgreementPrice(agreement_id="agr_a", valid_from=dt.date(2027, 7, 1), price_ore=101_000),
        AgreementCancellation(agreement_id="agr_a", days_before=14, percent=50),
    ]


def settled() -> list[Row]:
    """Return the statement of the placement's only week in 2026, and what ALF pays for besides."""
    return [
        *statement("a", "agr_a"),
        StatementLine(
            statement_id="stm_a",
            number=1,
            placement_id="pla_a",
            programme_id="prg_a",
            course_id="crs_a",
            unit_id="unt_a",
            operator_id="org_care",
            first_week=IsoWeek(2026, 53),
            weeks=1,
            kind=WeekKind.UNREPORTED,
            basis=Basis.AGREEMENT,
            price_ore=98_000,
            percent=0,
            amount_ore=0,
        ),
        AlfProfession(
            id="alf_a", profession="dentist", provider_kind=ProviderKind.REGION, valid_from=dt.date(2026, 1, 1)
        ),
    ]


def statement(name: str, agreement: str) -> list[Row]:
    """Return a statement without lines, and an answer to it."""
    return [
        Statement(
            id=f"stm_{name}",
            agreement_id=agreement,
            half_year="2026-H2",
            number=1,
            currency="SEK",
            planned_weeks=1,
            done_weeks=0,
            amount_ore=0,
            sha256="d" * 64,
            drawn_up_by="Bo Ek",
            drawn_up_at=DRAWN_UP,
        ),
        StatementAnswer(
            id=f"sta_{name}",
            statement_id=f"stm_{name}",
            side=Side.PROVIDER,
            verdict=Verdict.OBJECTED,
            sha256="d" * 64,
            words="Veckan genomfördes.",
            answered_by="Kim Berg",
            answered_at=DRAWN_UP,
        ),
    ]
