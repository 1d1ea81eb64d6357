"""The commands that use the store: migrate, problem, token, worker and serve, and their answer to a bad setting."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import uvicorn

from placement.callers import Caller, Role
from placement.database import engine_for, open_session, read_session
from placement.store.tokens import caller_of
from placement.tables import Organisation, OrganisationKind
from placement_solver.documents import read_problem
from tests.placement.cli.conftest import Placement

COMMAND = Path(sys.executable).with_name("placement")


@pytest.fixture
def own(tmp_path: Path, migrated_sqlite: Path) -> str:
    """The commands' database, migrated, with one lärosäte."""
    shutil.copyfile(migrated_sqlite, tmp_path / "own.sqlite3")
    url = f"sqlite:///{tmp_path / 'own.sqlite3'}"
    engine = engine_for(url)
    with open_session(engine) as session:
        session.add(Organisation(id="org_ki", kind=OrganisationKind.INSTITUTION, name_sv="KI", name_en="KI"))
    engine.dispose()
    return url


def test_migrate_makes_every_table(placement: Placement) -> None:
    assert placement("migrate").exit_code == 0
    assert placement("token", "create", "--role", "coordinator").exit_code == 0


def test_rights_are_granted_on_postgresql_alone(placement: Placement) -> None:
    refused = placement("migrate", "--grant-to", "placement_app")
    assert refused.exit_code == 2
    assert "only PostgreSQL has roles" in refused.stderr


def test_a_token_is_printed_alone(own: str, placement: Placement) -> None:
    told = placement("token", "create", "--role", "institution", "--organisation", "org_ki")
    assert (told.exit_code, told.stderr, told.stdout.count("\n")) == (0, "", 1)
    engine = engine_for(own)
    with read_session(engine) as session:
        caller = caller_of(session, told.stdout.strip())
    engine.dispose()
    assert isinstance(caller, Caller)
    assert (caller.role, caller.organisation) == (Role.INSTITUTION, "org_ki")


@pytest.mark.usefixtures("own")
def test_a_token_that_cannot_be_given_is_refused_in_the_language_asked_for(placement: Placement) -> None:
    told = placement("token", "create", "--role", "institution", "--organisation", "org_none", "--lang", "sv")
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr.startswith("Uppgifterna kan inte tas emot")


@pytest.mark.usefixtures("own")
def test_a_token_is_not_labelled_with_a_personal_identity_number(placement: Placement) -> None:
    told = placement("token", "create", "--role", "auditor", "--label", "Anna 19121212–1212", "--lang", "sv")
    assert (told.exit_code, told.stdout) == (2, "")
    assert "personnummer tas aldrig emot" in told.stderr
    assert "1212" not in told.stderr


def test_the_stored_term_is_a_problem_document(small_county: Path, tmp_path: Path, placement: Placement) -> None:
    shutil.copyfile(small_county, tmp_path / "own.sqlite3")
    out = tmp_path / "problem.json"
    assert placement("problem", "VT2027", "--out", out).exit_code == 0
    problem = read_problem(out.read_bytes())
    assert problem.term.code == "VT2027"
    assert read_problem(placement("problem", "VT2027").stdout) == problem


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize(("lang", "words"), [("en", "There is no 'HT1999'."), ("sv", "'HT1999' finns inte.")])
def test_a_term_that_is_not_there_is_told_in_a_line(lang: str, words: str, placement: Placement) -> None:
    told = placement("problem", "HT1999", "--lang", lang)
    assert (told.exit_code, told.stderr) == (2, f"{words}\n")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PLACEMENT_DATABASE_URL", "no address", "Could not parse"),
        ("PLACEMENT_DATABASE_URL", "tape://reel", "Can't load plugin"),
        ("PLACEMENT_DATABASE_URL", "mysql://a/b", "The database cannot be used. Its driver says: No module named"),
        ("PLACEMENT_RUNNER", "sometimes", "PLACEMENT_RUNNER: "),
    ],
)
@pytest.mark.parametrize("command", ["migrate", "serve", "worker", "demo", "init", "readiness VT2027"])
def test_a_bad_setting_is_told_in_a_line(
    command: str,
    name: str,
    value: str,
    words: str,
    placement: Placement,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(name, value)
    told = placement(*command.split())
    assert (told.exit_code, told.stdout) == (2, "")
    assert words in told.stderr
    assert len(told.stderr.splitlines()) == 1


def test_a_database_that_cannot_be_opened_is_told_in_a_line(
    placement: Placement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACEMENT_DATABASE_URL", "sqlite:////nowhere/at/all.sqlite3")
    told = placement("migrate")
    assert (told.exit_code, len(told.stderr.splitlines())) == (2, 1)
    assert "unable to open database file" in told.stderr


def test_a_database_that_is_not_migrated_is_told_in_a_line(placement: Placement) -> None:
    told = placement("problem", "VT2027")
    assert told.exit_code == 2
    assert "placement migrate" in told.stderr


@pytest.mark.usefixtures("own")
def test_serve_names_the_app_and_leaves_the_rest_to_the_server(
    placement: Placement, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr(uvicorn, "run", lambda *app, **how: asked.append((*app, how["host"], how["port"])))
    assert placement("serve", "--host", "127.0.0.2", "--port", 9000).exit_code == 0
    assert asked == [("placement_api.served:create_served_app", "127.0.0.2", 9000)]


@pytest.mark.usefixtures("own")
def test_the_server_logs_objects_as_the_service_does_where_that_is_asked_for(
    placement: Placement, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setenv("PLACEMENT_LOG_FORMAT", "json")
    monkeypatch.setattr("placement.cli.serve.log_as_json", lambda: asked.append("json"))
    monkeypatch.setattr(uvicorn, "run", lambda *_app, **how: asked.append(how["log_config"]))
    assert placement("serve").exit_code == 0
    assert asked == ["json", None]


def test_serve_refuses_keys_of_another_form_where_people_sign_in(
    placement: Placement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uvicorn, "run", lambda *_app, **_how: pytest.fail("it was served"))
    monkeypatch.setenv("PLACEMENT_OIDC_ISSUER", "https://login.example.se")
    monkeypatch.setenv("PLACEMENT_SECRET_KEYS", "wrong")
    refused = placement("serve")
    assert refused.exit_code == 2
    assert "placement keys new" in refused.stderr


@pytest.mark.usefixtures("own")
def test_a_worker_works_until_it_is_told_to_stop() -> None:
    worker = subprocess.Popen([COMMAND, "worker"], stderr=subprocess.PIPE, text=True)
    assert worker.stderr is not None
    assert "ready" in worker.stderr.readline()
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=60)
    assert worker.returncode == 0


@pytest.mark.usefixtures("own")
def test_the_words_that_may_be_given_are_printed_in_the_language_asked_for(placement: Placement) -> None:
    told = placement("lists", "--lang", "sv")
    assert (told.exit_code, told.stderr) == (0, "")
    assert {"Yrken", "Slag av enheter", "Skäl att tacka nej till en termin"} <= set(told.stdout.splitlines())
    assert "sjuksköterska · nurse" in told.stdout
    assert "Professions" in placement("lists").stdout.splitlines()


def test_the_help_of_an_import_names_the_words_that_may_be_given(placement: Placement) -> None:
    told = placement("import", "--help")
    assert told.exit_code == 0
    assert "nurse (sjuksköterska)" in told.stdout
    assert "short-of-staff" in told.stdout


@pytest.mark.usefixtures("own")
def test_what_is_unusual_in_a_file_is_asked_about_and_stored_when_it_is_accepted(
    placement: Placement, tmp_path: Path
) -> None:
    sheet = tmp_path / "units.csv"
    place = tmp_path / "municipalities.csv"
    place.write_text("code,name,lat,lon,population\n0182,Nacka,59.31,18.16,112112\n")
    city = tmp_path / "organisations.csv"
    city.write_text("kind,providerKind,nameSv,nameEn,externalId\nhuvudman,kommun,Nacka kommun,Nacka,212000-0167\n")
    sheet.write_text(
        "name,hsaId,providerId,municipalityCode,kinds,lat,lon,maxStudents\n"
        "Hemsjukvården,SE-9,212000-0167,0182,Hemsjukvård,59.31,18.16,5000\n"
    )
    for kind, file in (("municipalities", place), ("organisations", city)):
        assert placement("import", kind, file).exit_code == 0
    refused = placement("import", "units", sheet)
    assert refused.exit_code == 2
    assert "--accept-unusual" in refused.stderr
    assert placement("import", "units", sheet, "--accept-unusual").exit_code == 0
