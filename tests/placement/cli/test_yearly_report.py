"""``placement yearly-report``: the county's or a municipality's report as PDF, page and data."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.placement.cli.conftest import Placement


@pytest.fixture(autouse=True)
def filled(tmp_path: Path, small_county: Path) -> None:
    """The commands' database: the small made-up county, with nothing published."""
    shutil.copyfile(small_county, tmp_path / "own.sqlite3")


def test_the_countys_report_is_written_in_every_form_that_is_asked_for(placement: Placement, tmp_path: Path) -> None:
    pdf, html, data = (tmp_path / name for name in ("r.pdf", "r.html", "r.json"))
    told = placement("yearly-report", "2027", "--pdf", pdf, "--html", html, "--json", data, "--lang", "sv")
    assert (told.exit_code, told.stderr) == (0, "")
    assert told.stdout.split() == [str(pdf), str(html), str(data)]
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert "<h1>Uppföljning av VFU 2027: Länet</h1>" in html.read_text()
    written = json.loads(data.read_text())
    assert (written["id"], written["name"], written["sections"][0]["key"]) == ("2027.county", "Länet", "key-figures")


@pytest.mark.parametrize("named", ["Nacka kommun", "nacka municipality"])
def test_a_municipality_is_known_by_its_name_in_either_language(
    placement: Placement, tmp_path: Path, named: str
) -> None:
    told = placement("yearly-report", "2027", "--municipality", named, "--html", tmp_path / "r.html")
    assert told.exit_code == 0
    page = (tmp_path / "r.html").read_text()
    assert "Follow-up of clinical placements 2027: Nacka Municipality" in page
    assert "No student was placed here." in page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("2027",), "Say what to write: --pdf FILE, --html FILE or --json FILE."),
        (("2026", "--html", "r.html"), "There is no '2026'."),
        (("2027", "--municipality", "Ankeborg", "--html", "r.html"), "There is no 'Ankeborg'."),
    ],
)
def test_what_cannot_be_written_is_said(placement: Placement, arguments: tuple[str, ...], said: str) -> None:
    told = placement("yearly-report", *arguments)
    assert (told.exit_code, told.stdout, told.stderr.strip()) == (2, "", said)
    assert not Path("r.html").exists()
