"""What docs/equal-terms.md and its Swedish sister say of the demo, the addresses and the days is true."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlmodel import Session

from placement.callers import SYSTEM
from placement.clock import months_later
from placement.database import engine_for, open_session, read_session
from placement.demo.build import build_term
from placement.equal_terms.comparing import Standing
from placement.equal_terms.overview import is_equal, show_overview
from placement.register.templates import list_templates
from placement.reminding.rules import steps_on
from placement.reminding.sending import find_due
from placement.tables import Figure, ReminderKind

DOCS = Path(__file__).parents[3] / "docs"
ENGLISH, SWEDISH = (DOCS / "equal-terms.md").read_text(), (DOCS / "sv" / "lika-villkor.md").read_text()
BOTH = pytest.mark.parametrize("text", [ENGLISH, SWEDISH], ids=["en", "sv"])
DAY = dt.date(2027, 1, 18)


@pytest.fixture(scope="module")
def demo(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """The small demo county."""
    file = tmp_path_factory.mktemp("demo") / "placement.sqlite3"
    file.write_bytes(migrated_sqlite.read_bytes())
    engine = engine_for(f"sqlite:///{file}")
    with open_session(engine) as session:
        build_term(session, "small", seed=1)
    with read_session(engine) as session:
        yield session
    engine.dispose()


def flat(text: str) -> str:
    """Return a text without its line breaks."""
    return re.sub(r"\s+", " ", text)


def test_the_documents_figures_are_the_demos(demo: Session) -> None:
    (template,) = list_templates(demo, SYSTEM).rows
    found = show_overview(demo, SYSTEM, template.id, DAY)
    total, equal = len(found.lines), sum(map(is_equal, found.lines))
    municipalities = len({line.provider_id for line in found.lines})
    differing = Counter(
        each.figure
        for line in found.lines
        if line.differences is not None
        for each in line.differences.lines
        if each.standing not in {Standing.SAME, Standing.TEXT}
    )
    assert all(line.differences is not None for line in found.lines)
    notice, validity = differing.pop(Figure.NOTICE), differing.pop(Figure.VALIDITY)
    assert differing == {}
    assert (
        f"the template has {len(found.clauses)} clauses, and {total} agreements of {municipalities} municipalities are "
        f"in force on 18 January 2027. {equal} are as the template and {total - equal} are not: {notice} have other "
        f"months of notice, and {validity} run out"
    ) in flat(ENGLISH)
    assert (
        f"har mallen {len(found.clauses)} klausuler, och {total} avtal med {municipalities} kommuner gäller den 18 "
        f"januari 2027. {equal} är som mallen och {total - equal} är det inte: {notice} har en annan uppsägningstid, "
        f"och {validity} löper ut"
    ) in flat(SWEDISH)


def test_the_documents_reminders_are_the_demos(demo: Session) -> None:
    due = find_due(demo, dt.date(2026, 10, 29))
    kinds = Counter(each.matter.kind for each in due)
    silent = kinds.pop(ReminderKind.ANSWER_DUE)
    agreements = {each.matter.subject_id for each in due if each.matter.kind is ReminderKind.AGREEMENT_ENDS}
    assert kinds == {ReminderKind.AGREEMENT_ENDS: 2 * len(agreements)}
    assert f"{len(due)} reminders are due on 29 October 2026: {silent} units have not" in flat(ENGLISH)
    assert f"and {len(agreements)} agreements under notice are told to both parties" in flat(ENGLISH)
    assert f"ska {len(due)} påminnelser skickas den 29 oktober 2026: {silent} enheter har inte" in flat(SWEDISH)
    assert f"och {len(agreements)} uppsagda avtal berättas det om för båda parterna" in flat(SWEDISH)


@BOTH
def test_the_days_of_the_reminders_are_those_that_the_service_begins_with(demo: Session, text: str) -> None:
    for kind, days in steps_on(demo, DAY).items():
        later, sooner = sorted(days, reverse=True)
        assert re.search(rf"`reminder\.{kind.value}`[^|]*\|[^|]*\| {later} (and|och) {sooner} \|", text)


@BOTH
def test_every_address_in_the_documents_is_one_of_the_apis(app: FastAPI, text: str) -> None:
    paths = app.openapi()["paths"]
    calls = re.findall(r"`(GET|POST|PUT) (/v1/[^`?]+)", text)
    assert len(calls) >= 10
    assert [call for call in calls if call[0].lower() not in paths.get(call[1], {})] == []


@BOTH
def test_every_answer_of_a_comparison_is_explained(text: str) -> None:
    assert set(re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE)) == {standing.value for standing in Standing}


def test_the_day_in_the_example_of_a_notice_is_the_day_that_the_service_counts_to() -> None:
    assert months_later(dt.date(2027, 8, 31), 6) == dt.date(2028, 2, 29)
    assert "notice on 31 August 2027 ends an agreement on 29 February 2028" in flat(ENGLISH)
    assert "en uppsägning den 31 augusti 2027 avslutar ett avtal den 29 februari 2028" in flat(SWEDISH)


def test_the_words_quoted_from_the_letter_are_in_both_documents() -> None:
    quoted = "Part som önskar frånträda avsiktsförklaringen ska meddela avtalsparten det sex månader före"
    assert quoted in flat(ENGLISH)
    assert quoted in flat(SWEDISH)
