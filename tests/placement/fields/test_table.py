"""The table of fields has every column that there is, and the page says what the table says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from placement.callers import SYSTEM, Caller, Role
from placement.fields.forms import Audience, Form, audience_of
from placement.fields.impersonal import IMPERSONAL, SECRETS
from placement.fields.pages import render
from placement.fields.seeing import form_of, hidden_from, shows, supervisor_seen
from placement.fields.table import FIELDS, OF_COLUMN, Field
from placement.tables import Row

PAGE = Path(__file__).parents[3] / "docs" / "fields.md"
COLUMNS = {f"{table.name}.{column.name}": column for table in Row.metadata.sorted_tables for column in table.columns}
INSTITUTION = Caller(Role.INSTITUTION, organisation="org_ki")


def test_every_column_is_a_personal_field_or_declared_to_be_none() -> None:
    assert set(COLUMNS) - OF_COLUMN.keys() - IMPERSONAL - SECRETS == set()
    assert (OF_COLUMN.keys() | IMPERSONAL | SECRETS) - set(COLUMNS) == set()
    assert OF_COLUMN.keys() & IMPERSONAL == OF_COLUMN.keys() & SECRETS == IMPERSONAL & SECRETS == set()
    assert len(OF_COLUMN) == sum(len(entry.columns) for entry in FIELDS)


def test_what_is_kept_out_of_the_audit_is_a_personal_field_or_a_secret() -> None:
    sensitive = {name for name, column in COLUMNS.items() if column.info.get("sensitive")}
    assert sensitive - OF_COLUMN.keys() - SECRETS == set()


def test_the_page_is_the_one_that_the_table_writes() -> None:
    assert PAGE.read_text(encoding="utf-8") == render()
    command = [sys.executable, "-X", "utf8", "-m", "placement.fields.pages"]
    assert subprocess.run(command, capture_output=True, check=True).stdout.decode() == render()


@pytest.mark.parametrize("entry", FIELDS, ids=lambda entry: str(entry.columns[0]))
def test_the_page_has_every_field_in_both_languages(entry: Field) -> None:
    page = render()
    assert f"{entry.name.sv} · {entry.name.en}<br>" in page
    assert all(f"`{column}`" in page for column in entry.columns)


def test_a_caller_is_an_audience_beside_each_row() -> None:
    assert audience_of(SYSTEM, own=False) is Audience.COORDINATOR  # it writes what the coordinator reads
    assert audience_of(Caller(Role.COORDINATOR, token="t"), own=True) is Audience.COORDINATOR
    assert audience_of(INSTITUTION, own=True) is Audience.OWNER
    others = {role: audience_of(Caller(role, token="t"), own=False) for role in Role if role is not Role.COORDINATOR}
    assert others == {
        Role.INSTITUTION: Audience.INSTITUTION,
        Role.PROVIDER: Audience.CARE,
        Role.UNIT: Audience.CARE,
        Role.SUPERVISOR: Audience.CARE,
        Role.STUDENT: Audience.STUDENT,
        Role.AUDITOR: Audience.AUDITOR,
    }


def test_a_pseudonym_is_its_owners_and_a_home_is_rounded_for_the_coordinator() -> None:
    coordinator = Caller(Role.COORDINATOR, token="t")
    assert shows(INSTITUTION, "student.external_id", own=True)
    assert not shows(INSTITUTION, "student.external_id", own=False)
    assert form_of(coordinator, "student.external_id", own=True) is Form.HIDDEN
    assert form_of(coordinator, "student.lat", own=True) is Form.ROUNDED
    assert hidden_from(coordinator, "student", own=True) == {"external_id", "lat", "lon", "zone"}
    assert hidden_from(INSTITUTION, "student", own=True) == set()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.INSTITUTION, Role.STUDENT}))
def test_others_who_see_a_placement_see_who_supervises(role: Role) -> None:
    assert supervisor_seen(Caller(role, token="t"), "sup_a") == "sup_a"


def test_a_laerosaete_does_not_see_who_supervises() -> None:
    assert supervisor_seen(INSTITUTION, "sup_a") is supervisor_seen(Caller(Role.STUDENT), "sup_a") is None
    assert form_of(INSTITUTION, "placement.supervisor_id", own=False) is Form.WHETHER
