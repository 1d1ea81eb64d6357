"""The demo county is settled over HTTP to the öre, with a mid-term price, notice, a cancellation and a correction.

The sums are held to an oracle that reckons week by week from what the API says about placements and agreements, and the
documents for coordinators have the same figures.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from placement.callers import Role
from placement.in_force import settling, weeks_done
from placement.settlement import drawing
from placement_solver.weeks import IsoWeek
from tests.api.conftest import Connect
from tests.api.parties import Party, token_of
from tests.api.settlement.placed import place_county
from tests.placement.settlement.oracle import Deal, Stay, owed

pytestmark = pytest.mark.no_cover

DOCUMENTS = [Path(__file__).parents[3] / "docs" / name for name in ("settlement.md", "sv/avrakning.md")]
HALF = "2027-H1"
PRICE, NEW_PRICE, NEW_PRICE_FROM = 130_000, 135_000, "2027-03-15"
STEPS = [{"daysBefore": 14, "percent": 100}, {"daysBefore": 28, "percent": 50}]
NOTICE = "2026-09-15"
"""It ends the agreement on 15 March 2027, in the middle of the term."""
Travel = Callable[[dt.date], None]


@pytest.fixture(scope="module")
def placed(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small demo county with its students placed."""
    file = tmp_path_factory.mktemp("county") / "placement.sqlite3"
    shutil.copyfile(migrated_sqlite, file)
    assert place_county(file, "small") > 300
    return file


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> Travel:
    """Let it be noon on a day."""

    def to(day: dt.date) -> None:
        for room in (settling, weeks_done, drawing):
            monkeypatch.setattr(room, "today", lambda: day)
        monkeypatch.setattr(settling, "now", lambda: dt.datetime.combine(day, dt.time(12), dt.UTC))

    return to


class County:
    """The parties of the county, and what the API says about what they have agreed and done."""

    def __init__(self, client: TestClient) -> None:
        engine = client.app.state.engine  # type: ignore[attr-defined]
        self.coordinator = Party(client, token_of(engine, Role.COORDINATOR, label="Bo Ek"))
        self._engine, self._client = engine, client
        self.agreements = {row["id"]: row for row in self.coordinator.all("/v1/agreements")}
        self.units = {row["id"]: row for row in self.coordinator.all("/v1/units")}
        self.organisations = {row["id"]: row for row in self.coordinator.all("/v1/organisations")}
        self.programmes = {row["id"]: row for row in self.coordinator.all("/v1/programmes")}
        self.courses = {row["id"]: row for row in self.coordinator.all("/v1/courses")}

    def party(self, organisation: str) -> Party:
        """Return an organisation as a caller."""
        kind = Role.INSTITUTION if self.organisations[organisation]["kind"] == "institution" else Role.PROVIDER
        return Party(self._client, token_of(self._engine, kind, organisation, "Ada Lind"), organisation)

    def named(self, institution: str, provider: str) -> str:
        """Return the agreement of two parties by their names in Swedish."""
        names = {key: row["nameSv"] for key, row in self.organisations.items()}
        (found,) = [
            key
            for key, row in self.agreements.items()
            if (names[row["institutionId"]], names[row["providerId"]]) == (institution, provider)
        ]
        return str(found)

    def placements(self) -> list[dict[str, Any]]:
        """Return every placement, by id."""
        return sorted(self.coordinator.all("/v1/placements"), key=lambda row: str(row["id"]))

    def programme_of(self, placement: dict[str, Any]) -> dict[str, Any]:
        """Return the programme of a placement."""
        found: dict[str, Any] = self.programmes[self.courses[placement["courseId"]]["programmeId"]]
        return found

    def party_of(self, placement: dict[str, Any]) -> str:
        """Return the party whose agreements cover a placement's unit."""
        unit = self.units[placement["unitId"]]
        return str(unit["operatorId"] if unit["excludedFromAgreement"] else unit["providerId"])

    def under(self, agreement: str) -> list[dict[str, Any]]:
        """Return the placements of an agreement's parties, by id."""
        row = self.agreements[agreement]
        return [
            each
            for each in self.placements()
            if self.programme_of(each)["institutionId"] == row["institutionId"]
            and self.party_of(each) == row["providerId"]
        ]

    def expected(self) -> dict[str, tuple[int, int, int]]:
        """Reckon what is owed by agreement, from what the API says."""
        deals = [
            Deal(
                row["id"],
                (row["institutionId"], row["providerId"]),
                dt.date.fromisoformat(row["validFrom"]),
                dt.date.fromisoformat(row["endsOn"]) if row["endsOn"] else dt.date.max,
                row["priceOre"],
                {dt.date.fromisoformat(price["validFrom"]): price["priceOre"] for price in row["laterPrices"]},
                {step["daysBefore"]: step["percent"] for step in row["cancellationSteps"]},
                row["professions"],
                row["units"],
            )
            for row in self.coordinator.all("/v1/agreements")
        ]
        return owed((self._stay(each) for each in self.placements()), deals, HALF)

    def _stay(self, row: dict[str, Any]) -> Stay:
        programme, unit = self.programme_of(row), self.units[row["unitId"]]
        region = self.organisations[unit["providerId"]]["providerKind"] == "region"
        gone = row["status"] in {"cancelled", "dropped-out"}
        return Stay(
            (programme["institutionId"], self.party_of(row)),
            programme["profession"],
            row["unitId"],
            IsoWeek.parse(row["start"]).monday(),
            row["weeks"],
            row["status"],
            row["weeksDone"],
            dt.date.fromisoformat(row["changedAt"][:10]) if gone else None,
            alf=region and programme["profession"] in {"physician", "speech_therapist"},
        )

    def said(self) -> dict[str, tuple[int, int, int]]:
        """Return what all statements together say by agreement."""
        sums: dict[str, tuple[int, int, int]] = {}
        for row in self.coordinator.all(f"/v1/statements?halfYear={HALF}"):
            before = sums.get(row["agreementId"], (0, 0, 0))
            own = (row["plannedWeeks"], row["doneWeeks"], row["amountOre"])
            sums[row["agreementId"]] = tuple(map(sum, zip(before, own, strict=True)))  # type: ignore[assignment]
        return sums


@pytest.fixture
def county(connect: Connect, placed: Path, tmp_path: Path) -> County:
    """A county of this test's own."""
    file = tmp_path / "placement.sqlite3"
    shutil.copyfile(placed, file)
    return County(connect(f"sqlite:///{file}"))


def grouped(number: int) -> str:
    """A number as both documents write it."""
    return f"{number:,}".replace(",", " ")


def crowns(ore: int) -> str:
    """A sum in whole kronor, as both documents write it."""
    assert ore % 100 == 0
    return grouped(ore // 100)


def agree(county: County, travel: Travel, region: str, home: str) -> None:
    """Agree on a price that follows and on what cancellations cost, and give notice of another agreement."""
    travel(dt.date(2026, 9, 15))
    terms = {
        "laterPrices": [{"validFrom": NEW_PRICE_FROM, "priceOre": NEW_PRICE}],
        "cancellationSteps": STEPS,
    }
    county.coordinator.change(f"/v1/agreements/{region}", terms)
    ended = county.coordinator.ask("POST", f"/v1/agreements/{home}/notice", 200, {"givenOn": NOTICE})
    assert ended.json()["endsOn"] == "2027-03-15"


def report(county: County, travel: Travel, ki: Party, region: str) -> dict[str, Any]:
    """Let everybody report how the term went; return a placement of which two weeks too many were reported."""
    nursing = [row for row in county.under(region) if county.programme_of(row)["profession"] == "nurse"]
    late = next(row for row in nursing if row["start"] >= "2027-W10")
    left, stopped, forgotten = [row for row in nursing if row["start"] < "2027-W10"][:3]
    travel(IsoWeek.parse(late["start"]).monday() - dt.timedelta(days=10))
    ki.change(f"/v1/placements/{late['id']}", {"status": "cancelled"})
    travel(IsoWeek.parse(left["start"]).plus(2).monday())
    assert ki.change(f"/v1/placements/{left['id']}", {"status": "dropped-out"})["weeksDone"] == 2
    travel(dt.date(2027, 7, 1))
    ki.change(f"/v1/placements/{stopped['id']}", {"status": "failed", "weeksDone": 1})
    for institution in {county.programme_of(row)["institutionId"] for row in county.placements()}:
        standing = [
            {"id": row["id"], "status": "completed"}
            for row in county.placements()
            if row["status"] == "published" and county.programme_of(row)["institutionId"] == institution
        ]
        county.party(institution).hand_in("placements", {"rows": standing})
    return forgotten


def test_the_demo_county_is_settled_to_the_oere(county: County, travel: Travel) -> None:
    region = county.named("Karolinska Institutet", "Region Stockholm")
    home = max(
        (key for key, row in county.agreements.items() if is_municipal(county, row)),
        key=lambda key: (sum(row["start"] >= "2027-W08" for row in county.under(key)), key),
    )
    agree(county, travel, region, home)
    ki = county.party(county.agreements[region]["institutionId"])
    forgotten = report(county, travel, ki, region)
    travel(dt.date(2027, 8, 16))
    settled = county.coordinator.ask("POST", "/v1/settlements", 201, {"halfYear": HALF}).json()
    expected = county.expected()
    assert county.said() == expected
    assert settled["sums"] == [{"currency": "SEK", "amountOre": sum(amount for _, _, amount in expected.values())}]
    assert (settled["corrections"], settled["withoutAgreementWeeks"]) == (0, 0)

    statements = {row["agreementId"]: row for row in county.coordinator.all(f"/v1/statements?halfYear={HALF}")}
    first = statements[region]
    late_rows = [row for row in first["rows"] if row["kind"] == "cancelled"]
    assert {row["percent"] for row in late_rows} == {100}
    assert {row["priceOre"] for row in first["rows"]} == {None, PRICE, NEW_PRICE}
    assert statements[home]["outsideWeeks"] > 0

    ki.change(f"/v1/placements/{forgotten['id']}", {"status": "completed", "weeksDone": forgotten["weeks"] - 2})
    again = county.coordinator.ask("POST", "/v1/settlements", 201, {"halfYear": HALF}).json()
    assert (again["statements"], again["corrections"], again["unchanged"]) == (1, 1, settled["statements"] - 1)
    assert again["sums"][0]["amountOre"] < 0
    assert county.said() == county.expected() != expected
    (correction,) = [row for row in county.coordinator.all("/v1/statements") if row["correctsId"] == first["id"]]

    provider = county.party(county.agreements[region]["providerId"])
    for row in (first, correction):
        document = provider.ask("GET", f"/v1/statements/{row['id']}/document", 200).content
        answered = {"verdict": "acknowledged", "sha256": hashlib.sha256(document).hexdigest(), "answeredBy": "Kim Berg"}
        for side in (ki, provider):
            side.ask("POST", f"/v1/statements/{row['id']}/answers", 201, answered)
    assert {row["state"] for row in ki.all("/v1/statements?state=acknowledged")} == {"acknowledged"}

    lines = list(csv.DictReader(io.StringIO(sheet_of(provider, first["id"]))))
    assert sum(int(line["amountOre"]) for line in lines) == first["amountOre"]
    alf = county.coordinator.get(f"/v1/alf-report?halfYear={HALF}")
    assert alf["doneWeeks"] == sum(row["alfWeeks"] for row in county.coordinator.all("/v1/statements"))
    hold_operators(county)

    figures = {
        "placements": len(county.placements()),
        "statements": settled["statements"],
        "planned": grouped(settled["plannedWeeks"]),
        "done": grouped(settled["doneWeeks"]),
        "sum": crowns(settled["sums"][0]["amountOre"]),
        "region": crowns(first["amountOre"]),
        "cancelled": crowns(sum(row["amountOre"] for row in late_rows)),
        "outside": statements[home]["outsideWeeks"],
        "correction": crowns(-again["sums"][0]["amountOre"]),
        "alf": alf["doneWeeks"],
        "university": sum(row["doneWeeks"] for row in alf["units"] if row["universityHealthcare"]),
    }
    for path in DOCUMENTS:
        text = path.read_text()
        missing = {name: value for name, value in figures.items() if f"**{value}**" not in text}
        assert missing == {}, f"{path.name} {missing}"


def is_municipal(county: County, agreement: dict[str, Any]) -> bool:
    """Tell whether an agreement is a municipality's, without an end."""
    provider = county.organisations[agreement["providerId"]]
    return provider["providerKind"] == "municipality" and agreement["endsOn"] is None


def sheet_of(party: Party, statement: str) -> str:
    """Return a statement's sheet as text."""
    return party.ask("GET", f"/v1/statements/{statement}/sheet?format=csv", 200).content.decode("utf-8-sig")


def hold_operators(county: County) -> None:
    """Who runs units on others' behalf sees by itself what stands in their statements, and no more."""
    rows = county.coordinator.all("/v1/statements")
    by_operator: dict[str, dict[str, int]] = {}
    for row in rows:
        for operator in row["operators"]:
            if operator["operatorId"] != row["providerId"]:
                by_operator.setdefault(operator["operatorId"], {})[row["id"]] = operator["amountOre"]
        assert sum(each["amountOre"] for each in row["programmes"]) == row["amountOre"]
    assert by_operator
    for organisation, sums in by_operator.items():
        own = [row for row in county.party(organisation).all("/v1/statements") if not row["whole"]]
        assert {row["id"]: row["amountOre"] for row in own} == sums
        assert {row["sha256"] for row in own} == {None}
