"""The pages on running the service are true: their commands run as written, and their alarms are about real figures."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from placement.database import engine_for
from placement.watching import checks
from placement_api.watching import metrics
from tests.api.guides import blocks_of, play

DOCS = Path(__file__).parents[3] / "docs"
PAGES = [DOCS / "operations.md", DOCS / "sv" / "drift.md"]
ROW = re.compile(r"^\| (Placement\w+) \| (.+?) \|", re.MULTILINE)
NUMBER = re.compile(r"\d+(?:\.\d+)?")
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


RULE = re.compile(r"- alert: (?P<alert>\w+)\n +expr: (?P<expr>.+)")


def rules() -> list[dict[str, str]]:
    return [found.groupdict() for found in RULE.finditer((DOCS / "alerts.yml").read_text())]


@pytest.mark.no_cover
def test_the_commands_do_what_the_pages_say(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    play(blocks_of(PAGES[0].read_text()), tmp_path, PLACEMENT=f"http://127.0.0.1:{port}", PLACEMENT_RUNNER="none")


def test_both_pages_have_the_same_commands() -> None:
    one, two = ([(block.written, block.shown) for block in blocks_of(page.read_text())] for page in PAGES)
    assert one == two


@each_page
def test_each_alarm_is_explained_with_its_threshold(page: Path) -> None:
    told = dict(ROW.findall(page.read_text()))
    assert list(told) == [rule["alert"] for rule in rules()]
    for rule in rules():
        threshold = re.search(r"[<>] (\d+(?:\.\d+)?)", rule["expr"])
        if threshold is not None and threshold[1] != "0":
            assert threshold[1] in NUMBER.findall(told[rule["alert"]]), rule


def test_each_alarm_is_about_a_figure_that_there_is(migrated_sqlite: Path) -> None:
    engine = engine_for(f"sqlite:///{migrated_sqlite}")
    metrics.note_answer("GET", "/v1/terms", 200, 0.1)
    there = metrics.write_metrics(engine).decode() + "placement_last_plan_gap"
    engine.dispose()
    create_engine("sqlite://").dispose()
    used = {name for rule in rules() for name in re.findall(r"placement_\w+", rule["expr"])}
    assert len(used) > 8
    assert {name for name in used if not re.search(rf"\b{name}\b", there)} == set()


@each_page
def test_the_times_that_readiness_waits_are_those_of_the_service(page: Path) -> None:
    text = page.read_text()
    for wait in (checks.LONGEST_WAIT, checks.LONGEST_DUE):
        assert re.search(rf"\b{int(wait.total_seconds() // 60)} minut", text)
