"""No text is taken for a formula by whoever opens a list, whatever it begins with and wherever it is written.

A text that begins as a formula does is stored in every free text that lists show. The lists are taken out as CSV and as
XLSX and read back: no cell is a formula, and importing the file changes nothing.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from sqlalchemy import inspect
from sqlmodel import Session, select

from placement.tables import (
    Cohort,
    Course,
    Municipality,
    Organisation,
    Programme,
    Row,
    Site,
    Student,
    Supervisor,
    TravelTime,
    Unit,
)
from placement_api.lists import LISTS
from placement_api.media_types import CSV, XLSX
from tests.api.world import World

pytestmark = [pytest.mark.no_cover, pytest.mark.one_database]

LEADS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\n")
"""NUL, the eighth of those that programs act on, is refused in every text: no field can hold it."""
COMMAND = 'HYPERLINK("http://x.example";"se")'
FIELDS: dict[type[Row], tuple[str, ...]] = {
    Municipality: ("name",),
    Organisation: ("name_sv", "name_en", "external_id"),
    Site: ("name",),
    Unit: ("name", "hsa_id", "zone"),
    Programme: ("name", "code"),
    Course: ("name", "code"),
    Cohort: ("name",),
    Student: ("external_id", "zone"),
    Supervisor: ("external_id",),
    TravelTime: ("origin",),
}
"""The free texts that lists show; what is chosen from a list of words cannot begin so."""


def plant(session: Session, lead: str) -> list[str]:
    """Let every text of one row of each table begin with a character, whether or not it could be entered so."""
    planted = []
    for table, fields in FIELDS.items():
        row = session.exec(select(table).order_by(*inspect(table).primary_key)).first()
        assert row is not None
        for field in fields:
            text = f"{lead}{COMMAND}{table.__name__}"[:60]
            if table is TravelTime:
                session.add(TravelTime(origin=text, destination="ekerö", minutes=9))
            else:
                setattr(row, field, text)
            planted.append(text)
    session.commit()
    return planted


def sheets(client: TestClient, world: World, form: str) -> Iterator[tuple[str, str, bytes]]:
    """Take out every list as each who may read it of those who see most."""
    for listed in LISTS:
        for role in ("coordinator", "institution"):
            answer = client.get(f"/v1/{listed.path}/sheet?format={form}", headers=world.by(role))
            if answer.status_code == 200:
                yield listed.path, role, answer.content


def texts_in_csv(content: bytes) -> list[str]:
    """Return the cells of a CSV file, as a spreadsheet program would read them."""
    return [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) for cell in row]


def live(text: str) -> bool:
    """Tell whether a spreadsheet program would act on a cell's text."""
    return text[:1] in LEADS and not text.lstrip("-+").replace(".", "", 1).isdigit()


@pytest.mark.parametrize("lead", LEADS, ids=[f"U+{ord(lead):04X}" for lead in LEADS])
def test_no_list_has_a_live_formula_as_csv_or_as_xlsx_and_each_text_comes_back_as_it_was(
    client: TestClient, world: World, store: Session, lead: str
) -> None:
    planted = set(plant(store, lead))
    seen: set[str] = set()
    for name, _role, content in sheets(client, world, "csv"):
        cells = texts_in_csv(content)
        assert [cell for cell in cells if live(cell)] == [], name
        seen |= {cell[1:] for cell in cells if cell[:1] == "'"}
    assert planted <= seen, planted - seen
    for name, role, content in sheets(client, world, "xlsx"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = [packed.read(part) for part in packed.namelist() if part.startswith("xl/worksheets/")]
        assert all(b"<f>" not in part and b"<f " not in part for part in parts), name
        for page in load_workbook(io.BytesIO(content)).worksheets:
            cells_ = [cell for row in page.iter_rows() for cell in row]
            assert [cell.coordinate for cell in cells_ if cell.data_type == "f"] == [], name
            texts = [cell.value for cell in cells_ if isinstance(cell.value, str)]
            assert [text for text in texts if live(text)] == [], name
        if not lead.isspace():
            _keeps(client, world, name, role, content)


@pytest.mark.parametrize("lead", ["\t", "\r", "\n", "\0"], ids=["tab", "CR", "LF", "NUL"])
def test_no_text_that_is_entered_keeps_a_blank_before_it_and_none_has_nul(
    client: TestClient, world: World, lead: str
) -> None:
    headers = world.by("coordinator", **{"If-Match": "*"})
    answer = client.patch("/v1/sites/sit_a", json={"name": f"{lead}=1+1"}, headers=headers)
    assert answer.status_code == 422 or answer.json()["name"] == "=1+1", answer.text


def _keeps(client: TestClient, world: World, name: str, role: str, content: bytes) -> None:
    """Hand a list back as it was taken out: nothing that was stored becomes anything else."""
    headers = world.by(role, **{"Content-Type": XLSX})
    answer = client.post(f"/v1/{name}/imports?dryRun=true", content=content, headers=headers)
    if answer.status_code == 200:
        told: dict[str, Any] = answer.json()
        assert (told["created"], told["changed"]) == (0, 0), (name, told)
    else:  # what the small county's rows lack, such as a role that only reads the list
        assert answer.status_code in {403, 409, 422}, (name, answer.text)


def test_the_lists_of_statements_agreements_and_surveys_have_no_live_formula_either(
    client: TestClient, world: World, store: Session
) -> None:
    plant(store, "=")
    for path in (
        "/v1/statements/sheet",
        "/v1/alf-report/sheet?halfYear=2026-H2",
        "/v1/survey-figures/sheet",
        "/v1/gap-reports/trainings/sheet",
        "/v1/gap-reports/education-levels/sheet",
        "/v1/follow-up/figures/sheet",
        "/v1/agreement-templates/tpl_a/comparisons/sheet",
    ):
        sign = "&" if "?" in path else "?"
        answer = client.get(f"{path}{sign}format=csv", headers=world.by("coordinator"))
        if answer.status_code == 422:  # a list of figures names what it is asked about
            continue
        assert answer.status_code == 200, (path, answer.text)
        assert answer.headers["Content-Type"].startswith(CSV), path
        assert [cell for cell in texts_in_csv(answer.content) if live(cell)] == [], path
