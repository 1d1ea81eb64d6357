"""Entering: the parties enter a made-up county of the demo over HTTP, row by row and sheet by sheet."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from pydantic import BaseModel

from placement.callers import Role
from placement.database import engine_for, migrate, open_session
from placement.demo.build import build_term
from placement.demo.scales import ScaleName
from placement.settings import Settings
from placement_api.app import create_app
from placement_api.schemas.register.agreements import AgreementGiven
from placement_api.schemas.register.capacity import OfferGiven
from placement_api.schemas.register.education import CourseGiven, ProgrammeGiven
from placement_api.schemas.register.places import MunicipalityGiven, OrganisationGiven, SiteGiven, UnitGiven
from placement_api.schemas.register.terms import TermGiven
from tests.api.parties import Party, Round, token_of

Row = dict[str, Any]


class Original:
    """The made-up county in its own database, where each party can read its own rows."""

    def __init__(self, http: TestClient, url: str) -> None:
        self._http = http
        self._engine = engine_for(url)
        self._parties: dict[str | None, Party] = {}
        self.coordinator = self.party(Role.COORDINATOR)

    def party(self, role: Role, organisation: str | None = None) -> Party:
        """Return a party of the county."""
        if organisation not in self._parties:
            self._parties[organisation] = Party(self._http, token_of(self._engine, role, organisation))
        return self._parties[organisation]

    def close(self) -> None:
        """Close the connections to the database."""
        self._engine.dispose()

    def sheet(self, role: Role, organisation: str, listed: str, skip: Callable[[Row], bool]) -> bytes:
        """Return a party's list as a sheet without this database's ids and without the rows that ``skip`` picks."""
        taken = self.party(role, organisation).ask("GET", f"/v1/{listed}/sheet?format=csv", 200)
        rows = csv.DictReader(io.StringIO(taken.content.decode("utf-8-sig"), newline=""))
        heads = [head for head in rows.fieldnames or () if head not in {"id", "lotteryNumber"}]
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, heads, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(row for row in rows if not skip(row))
        return out.getvalue().encode()


@dataclass
class County:
    """The county as entered: the parties by their original ids, and the number of rows entered in each list."""

    institutions: dict[str, Party] = field(default_factory=dict)
    providers: dict[str, Party] = field(default_factory=dict)
    entered: Counter[str] = field(default_factory=Counter)


def make_up(file: Path, scale: ScaleName) -> str:
    """Make up a county in a database of its own, and return its address."""
    url = f"sqlite:///{file}"
    migrate(url)
    engine = engine_for(url)
    with open_session(engine) as session:
        build_term(session, scale, seed=1)
    engine.dispose()
    return url


def enter_county(stage: Round, made_up: str) -> County:
    """Enter everything: the coordinator enters the county and its agreements, and each party its own rows."""
    with TestClient(create_app(Settings(database_url=made_up, runner="none"))) as http:
        original = Original(http, made_up)
        county = _Entry(stage, original).county
        original.close()
    return county


class _Entry:
    """Enters one county, and remembers the new id of each row."""

    def __init__(self, stage: Round, original: Original) -> None:
        self._stage, self._from = stage, original
        self._new_ids: dict[str, str] = {}
        self.county = County()
        self._organise()
        self._enter_units()
        self._enter_education()
        self._hand_in()

    def _organise(self) -> None:
        """As the coordinator, enter the municipalities, the parties, the sites and the term."""
        by = self._stage.coordinator
        for row in self._from.coordinator.all("/v1/municipalities"):
            self._enter(by, "municipalities", {**row, "code": row["id"]}, MunicipalityGiven)
        organisations = self._from.coordinator.all("/v1/organisations")
        while organisations:
            ready = [row for row in organisations if row["fundedById"] is None or row["fundedById"] in self._new_ids]
            for row in ready:
                entered = self._enter(by, "organisations", row, OrganisationGiven)
                institution = row["kind"] == "institution"
                parties = self.county.institutions if institution else self.county.providers
                role = Role.INSTITUTION if institution else Role.PROVIDER
                parties[row["id"]] = self._stage.join(role, entered)
            organisations = [row for row in organisations if row not in ready]
        for row in self._from.coordinator.all("/v1/sites"):
            self._enter(by, "sites", row, SiteGiven)
        (term,) = self._from.coordinator.all("/v1/terms")
        self._term = term["id"]
        self._stage.term = self._enter(by, "terms", term, TermGiven)

    def _enter_units(self) -> None:
        """As each provider, enter units and education levels; as the coordinator, enter the agreements."""
        units = self._from.coordinator.all("/v1/units")
        with_units = {row["providerId"] for row in units} | {row["operatorId"] for row in units}
        self.county.providers = {name: by for name, by in self.county.providers.items() if name in with_units}
        for row in units:
            by = self.county.providers[row["providerId"]]
            unit = self._enter(by, "units", row, UnitGiven)
            for version, level in enumerate(row["educationLevels"], 1):
                path = f"/v1/units/{unit}/education-levels/{level['level']}"
                judged = {name: level[name] for name in ("met", "judgedOn", "evidence", "validUntil")}
                by.ask("PUT", path, 200, judged, **{"If-Match": f'"{version}"'})
        for row in self._from.coordinator.all("/v1/agreements"):
            agreement = self._enter(self._stage.coordinator, "agreements", row, AgreementGiven)
            if row["noticeGivenOn"]:
                notice = {"givenOn": row["noticeGivenOn"]}
                self._stage.coordinator.ask("POST", f"/v1/agreements/{agreement}/notice", 200, notice)

    def _enter_education(self) -> None:
        """As each lärosäte, enter programmes, courses and course windows."""
        owner = {}
        for row in self._from.coordinator.all("/v1/programmes"):
            owner[row["id"]] = self.county.institutions[row["institutionId"]]
            self._enter(owner[row["id"]], "programmes", row, ProgrammeGiven)
        for row in self._from.coordinator.all("/v1/courses"):
            by = owner[row["programmeId"]]
            course = self._enter(by, "courses", row, CourseGiven)
            windows = self._from.coordinator.get(f"/v1/courses/{row['id']}/windows/{self._term}")
            by.change(f"/v1/courses/{course}/windows/{self._stage.term}", {"starts": windows["starts"]}, "PUT")

    def _hand_in(self) -> None:
        """As each lärosäte, import students and requests; as each provider, import offers and supervisors."""
        for name, by in self.county.institutions.items():
            for listed in ("cohorts", "students", "requests"):
                sheet = self._from.sheet(Role.INSTITUTION, name, listed, lambda _row: False)
                self.county.entered[listed] += by.hand_in(listed, sheet)["created"]
        for name, by in self.county.providers.items():
            for listed in ("capacity-offers", "supervisors"):
                sheet = self._from.sheet(Role.PROVIDER, name, listed, lambda row: bool(row.get("institutions")))
                self.county.entered[listed] += by.hand_in(listed, sheet)["created"]
        for row in self._from.coordinator.all("/v1/capacity-offers"):
            if row["institutions"] is not None:  # there is another offer of the same unit and profession
                self._enter(self._stage.coordinator, "capacity-offers", row, OfferGiven)

    def _enter(self, by: Party, listed: str, row: Mapping[str, Any], given: type[BaseModel]) -> str:
        """Enter one row with the fields of its schema and the new ids, and return its new id."""
        names = [described.alias or name for name, described in given.model_fields.items()]
        body = {name: self._with_new_ids(row[name]) for name in names if row.get(name) is not None}
        told = by.ask("POST", f"/v1/{listed}", 201, body).json()
        self.county.entered[listed] += 1
        new_id = str(told.get("id", ""))
        self._new_ids[row.get("id", "")] = new_id
        return new_id

    def _with_new_ids(self, value: object) -> object:
        """Replace every original id in a value with the new one."""
        if isinstance(value, list):
            return [self._with_new_ids(one) for one in value]
        if isinstance(value, dict):
            return {name: self._with_new_ids(one) for name, one in value.items()}
        return self._new_ids.get(value, value) if isinstance(value, str) else value
