"""A county that is whole, for what draws its calls by itself."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from placement.database import engine_for, open_session
from placement.tables import Plan, PlanDocument, QuestionKind, SurveyQuestion, SurveyVersion
from tests import site_rows
from tests.api.conftest import app, client, connect, world
from tests.api.drafts import DRAFT
from tests.api.world import World

__all__ = ["app", "client", "connect", "world"]


@pytest.fixture(scope="session")
def whole_county(settled_sqlite: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """The small county with site rounds in each status, and with the documents and questions that its rows go with."""
    file = tmp_path_factory.mktemp("whole") / "placement.sqlite3"
    shutil.copyfile(settled_sqlite[0], file)
    engine = engine_for(f"sqlite:///{file}")
    with open_session(engine) as session:
        session.add_all(site_rows.both_sides())
        give_documents(session)
        give_questions(session)
    engine.dispose()
    return file, settled_sqlite[1]


def give_documents(session: Session) -> None:
    """Give every plan documents that can be read."""
    draft = session.exec(select(Plan.id).where(Plan.run_id == DRAFT)).one()
    good = session.get_one(PlanDocument, draft)
    for other in session.exec(select(PlanDocument).where(col(PlanDocument.problem) == "{}")):
        other.problem, other.plan, other.report = good.problem, good.plan, good.report


def give_questions(session: Session) -> None:
    """Give every version of a survey a question, as every version that is made has one."""
    asked = set(session.exec(select(SurveyQuestion.version_id)))
    for version in session.exec(select(SurveyVersion.id)):
        if version not in asked:
            words: dict[str, Any] = {"text_sv": "Trivdes du?", "text_en": "Did you like it?"}
            session.add(SurveyQuestion(version_id=version, number=1, key="liked", kind=QuestionKind.YES_NO, **words))
