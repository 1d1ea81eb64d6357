"""Crowds: many more rows of what is beside the plan, of settlement, agreements' templates, reminders and surveys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from placement.tables import (
    Account,
    AlfProfession,
    ApiToken,
    LetterParty,
    Reminder,
    ReminderRule,
    Row,
    SignInLink,
    Statement,
    StatementLine,
    Survey,
    SurveyFigure,
    SurveyQuestion,
    SurveyRound,
    SurveyText,
    SurveyVersion,
    TemplateClause,
)

FIRST = dt.date(2098, 1, 1)


def beside_the_plan(copy_of: Callable[..., Row], number: int) -> list[Row]:
    """Return one more row of each of these tables, as a copy of the small county's row."""
    name, day = f"{number:02}", FIRST + dt.timedelta(number)
    return [
        copy_of(ApiToken, number, id=f"{number + 100:016}"),
        copy_of(Account, number, subject_digest=f"{number:064}", token_id=f"{number + 100:016}"),
        copy_of(SignInLink, number, token_id=f"{number + 100:016}", secret_sha256=f"{number + 500:064}"),
        copy_of(TemplateClause, number, key=f"clause-{name}"),
        copy_of(LetterParty, number, joined_on=day),
        copy_of(ReminderRule, number, valid_from=day),
        copy_of(Reminder, number, subject_id=f"unt_a_{name}"),
        copy_of(AlfProfession, number, valid_from=day),
        copy_of(Statement, number, agreement_id=f"agr_a_{name}"),
        copy_of(StatementLine, number, number=100 + number),
        copy_of(Survey, number, name_sv=f"Enkät {name}"),
        copy_of(SurveyVersion, number, survey_id=f"svy_a_{name}"),
        copy_of(SurveyVersion, number, id=f"svv_more_{name}", number=100 + number),
        copy_of(SurveyQuestion, number, version_id=f"svv_a_{name}"),
        copy_of(SurveyQuestion, number, version_id=f"svv_more_{name}"),
        copy_of(SurveyRound, number, version_id=f"svv_a_{name}"),
        copy_of(SurveyFigure, number, round_id=f"srd_a_{name}"),
        copy_of(SurveyText, number),
    ]
