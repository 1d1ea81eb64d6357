"""The figures of the made-up county in both documents are those that the service counts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from placement.callers import SYSTEM
from placement.database import engine_for, read_session
from placement.follow_up.figures import Wanted, list_figures
from placement.follow_up.indicators import DENSE_FROM
from placement.follow_up.level_gaps import count_levels
from placement.follow_up.training_gaps import Asked, GapGrouping, list_training_gaps
from placement.store.access import EVERY

DOCS = Path(__file__).parents[3] / "docs"
DAY = dt.date(2027, 1, 18)


@pytest.fixture(scope="module")
def counted(small_county: Path) -> dict[str, int]:
    """The figures that the documents name."""
    engine = engine_for(f"sqlite:///{small_county}")
    with read_session(engine) as session:
        gaps = list_training_gaps(session, SYSTEM, Asked(GapGrouping.PROFESSION, DAY), EVERY).rows
        (row,) = list_figures(session, SYSTEM, Wanted(year=2027)).rows
        _, levels = count_levels(session, SYSTEM, day=DAY)
    engine.dispose()
    wholes = {each.indicator.key: each.count.denominator for each in row.figures if each.count is not None}
    return {
        "requests": wholes["unplaced"],
        "offered": wholes["unused-weeks"],
        "untrained": sum(gap.untrained for gap in gaps),
        "supervisors": sum(gap.supervisors for gap in gaps),
        "expiring": sum(gap.expiring for gap in gaps),
        "complete": sum(gap.minimum_met == gap.minimum for gap in levels),
        "marked": len(levels),
        "dense": DENSE_FROM,
    }


SENTENCES = {
    "follow-up.md": (
        "there are {requests} requests and {offered:,} offered place-weeks",
        "{untrained} of {supervisors} supervisors are without the course of 1.5 credits, and for {expiring} the",
        "{complete} of {marked} units marked as university healthcare meet all eight",
        "at least {dense} students at the unit",
    ),
    "sv/uppfoljning.md": (
        "finns {requests} begäranden och {offered:,} erbjudna platsveckor",
        "saknar {untrained} av {supervisors} handledare kursen om 1,5 hp, och för {expiring} går",
        "uppfyller {complete} av {marked} enheter som är markerade som universitetssjukvård alla åtta",
        "minst {dense} studenter på enheten",
    ),
}


@pytest.mark.parametrize("document", SENTENCES)
def test_the_document_says_what_is_counted(document: str, counted: dict[str, int]) -> None:
    told = " ".join((DOCS / document).read_text(encoding="utf-8").split())
    for sentence in SENTENCES[document]:
        said = sentence.format(**counted)
        assert (said.replace(",", " ", 1) if "platsveckor" in said else said) in told
