"""What has had its time is archived, erased and gone from the files; figures stay, and what is on hold stays."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, make_url
from sqlmodel import Session, col, select
from typer.testing import CliRunner

from placement.callers import SYSTEM, Caller, Role
from placement.cli import open_rooms
from placement.clock import now, today
from placement.database import engine_for, open_session, read_session
from placement.errors import (
    ConflictError,
    DiskFullError,
    InvalidError,
    NotAllowedError,
    NotFoundError,
    UnavailableError,
)
from placement.follow_up.counting import count_facts
from placement.follow_up.holders import Holders
from placement.keys import Keys, new_key
from placement.retention import archives, erasing, rules
from placement.retention.archives import Archive, ArchiveError
from placement.retention.erasing import find_due, run_retention
from placement.retention.kinds import KIND, KINDS
from placement.retention.persons import erase_person
from placement.retention.work import ERASED, WORK, last_day
from placement.store import looks
from placement.store.verifying import verify
from placement.tables import (
    ApiToken,
    AuditEntry,
    Cohort,
    Event,
    IdempotencyKey,
    KeptProblem,
    KeptRemedies,
    LegalHold,
    Plan,
    PlanDocument,
    Preference,
    RemedyState,
    Request,
    RequestStatus,
    Student,
    SurveyText,
    Term,
)
from placement_solver.weeks import IsoWeek
from tests.databases import as_owner

LATER = dt.date(2060, 1, 1)
WEEK_LATER = IsoWeek(2061, 3)
CANARIES = ("kanarie-pseudonym", "kanarie-zon", "kanarie-fritext", "kanarie-svar", "kanarie-problem", "kanarie-fel")


@pytest.fixture
def engine(settled: tuple[str, object]) -> Iterator[Engine]:
    """The small county with a canary wherever a person could be named."""
    made = engine_for(settled[0])
    with open_session(made) as session:
        student = session.get_one(Student, "stu_a")
        student.external_id, student.zone = CANARIES[0], CANARIES[1]
        session.exec(select(SurveyText)).first().text = CANARIES[2]  # type: ignore[union-attr]
        session.add(
            IdempotencyKey(
                id="k" * 64,
                call="c" * 64,
                status=201,
                headers={},
                body=CANARIES[3].encode(),
                answered_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
            )
        )
        document = json.dumps({"students": [{"id": "stu_a", "x": CANARIES[4]}]})
        session.get_one(PlanDocument, "pln_a").problem = document
        failed = session.get_one(Plan, "pln_a").run_id
        session.merge(KeptProblem(run_id=failed, solver="0.1.0", problem=document.replace(CANARIES[4], CANARIES[5])))
        token = session.get_one(ApiToken, "1" * 16)
        token.label, token.revoked_at = "kanarie-etikett", dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    yield made
    made.dispose()


def figures(engine: Engine) -> str:
    """What is counted of everyone, as text."""
    with read_session(engine) as session:
        terms = session.exec(select(Term).order_by(col(Term.id))).all()
        return str(count_facts(session, terms, Holders(session)).cases)


def in_files(engine: Engine, canary: str) -> bool:
    """Tell whether a text is anywhere in the database, in SQLite also in free pages and the log."""
    engine.dispose()
    url = make_url(engine.url)
    if url.get_backend_name() == "sqlite":
        file = Path(str(url.database))
        return any(canary.encode() in each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
    owner = engine_for(as_owner(engine.url.render_as_string(hide_password=False)))  # no policy hides a row from it
    with owner.connect() as connection:
        names = connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").scalars()
        told = [str(connection.exec_driver_sql(f'SELECT t::text FROM "{name}" t').all()) for name in names.all()]  # noqa: S608
    owner.dispose()
    return any(canary in text or canary.encode().hex() in text for text in told)  # bytes are told in hexadecimal


def test_what_has_had_its_time_is_gone_and_the_figures_are_as_they_were(engine: Engine, tmp_path: Path) -> None:
    before = figures(engine)
    assert [canary for canary in CANARIES if not in_files(engine, canary)] == []
    done = run_retention(engine, SYSTEM, tmp_path / "archive", day=LATER)
    assert {due.kind.key for due in done} >= {"homes", "wishes", "documents", "answers", "surveys", "events", "audit"}
    assert [canary for canary in (*CANARIES, "kanarie-etikett") if in_files(engine, canary)] == []
    assert figures(engine) == before
    again = run_retention(engine, SYSTEM, tmp_path / "archive", day=LATER)
    assert {due.kind.key for due in again} <= {"audit"}  # what the first run wrote there of its own
    with read_session(engine) as session:
        assert verify(session, SYSTEM).wrong is None
        student = session.get_one(Student, "stu_a")
        assert (student.lat, student.lon, student.zone, student.erased_on is None) == (0.0, 0.0, None, False)
        assert session.get_one(ApiToken, "1" * 16).label == ERASED
        kept = session.exec(select(AuditEntry).where(AuditEntry.object_type == erasing.RETENTION)).all()
        assert {entry.object_id for entry in kept} >= {"homes", "wishes"}
        assert session.exec(select(Event).where(Event.kind == "placement.published")).first() is not None


def test_the_archive_is_made_first_and_is_what_its_manifest_says(engine: Engine, tmp_path: Path) -> None:
    run_retention(engine, SYSTEM, tmp_path / "archive", day=LATER)
    [folder] = (tmp_path / "archive").iterdir()
    manifest = json.loads((folder / archives.MANIFEST).read_text())
    assert manifest["format"] == archives.FORMAT
    told = "".join(file.read_text() for file in folder.glob("*.jsonl"))
    assert [canary for canary in CANARIES if canary not in told] == []
    for entry in manifest["files"]:
        Archive(folder).verify(entry)
    with (folder / "wishes.jsonl").open("a") as file:
        file.write("{}\n")
    with pytest.raises(ArchiveError):
        Archive(folder).verify(next(entry for entry in manifest["files"] if entry["kind"] == "wishes"))


def test_an_encrypted_archive_is_read_by_the_keys_alone(engine: Engine, tmp_path: Path) -> None:
    keys = Keys([new_key()])
    run_retention(engine, SYSTEM, tmp_path / "archive", keys.encrypt, keys.decrypt, day=LATER)
    [folder] = (tmp_path / "archive").iterdir()
    assert CANARIES[0] not in (folder / "homes.jsonl").read_text()
    told = [keys.decrypt(line) for line in (folder / "homes.jsonl").read_text().splitlines()]
    assert CANARIES[0] in "".join(told)


def test_nobody_else_may_read_an_archive(engine: Engine, tmp_path: Path) -> None:
    run_retention(engine, SYSTEM, tmp_path / "archive", day=LATER)
    [folder] = (tmp_path / "archive").iterdir()
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_when_a_home_has_had_its_time_no_document_has_it_either(engine: Engine, tmp_path: Path) -> None:
    with open_session(engine) as session:
        session.get_one(PlanDocument, "pln_a").problem = json.dumps(
            {"students": [{"id": "stu_a", "zone": CANARIES[1]}]}
        )
        last = max(last_day(term) for term in session.exec(select(Term)))
        rules.enter_rule(session, SYSTEM, "documents", 3_000, today(), "Beslut")
    run_retention(engine, SYSTEM, tmp_path, day=last + dt.timedelta(days=KIND["homes"].days))
    assert [canary for canary in CANARIES[:2] if in_files(engine, canary)] == []


def meanwhile(monkeypatch: pytest.MonkeyPatch, does: Callable[[], None]) -> None:
    """Let something happen when the archive is written and nothing is erased yet."""
    close = Archive.close

    def close_and_do(archive: Archive, *given: Any) -> None:  # noqa: ANN401 (what the archive is closed with)
        close(archive, *given)
        does()

    monkeypatch.setattr(Archive, "close", close_and_do)


def test_what_is_put_on_hold_during_a_run_stays(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hold() -> None:
        with open_session(engine) as session:
            rules.place_hold(session, SYSTEM, "Överklagat", student_id="stu_a")
            rules.place_hold(session, SYSTEM, "Granskning", kind="surveys")

    meanwhile(monkeypatch, hold)
    done = {due.kind.key: due for due in run_retention(engine, SYSTEM, tmp_path, day=LATER)}
    assert (done["surveys"].keys, done["homes"].on_hold) == ((), 1)
    with read_session(engine) as session:
        assert session.get_one(Student, "stu_a").external_id == CANARIES[0]
        assert session.exec(select(SurveyText)).first() is not None
        assert session.get_one(Student, "stu_b").erased_on is not None


def test_who_comes_back_during_a_run_is_not_erased(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def come_back() -> None:
        with open_session(engine) as session:
            term = session.get_one(Term, "trm_a")
            later = Term(**{**term.model_dump(), "id": "trm_later", "code": "VT2061", "first_week": WEEK_LATER})
            cohort = session.get_one(Cohort, session.get_one(Student, "stu_a").cohort_id)
            session.add(later)
            session.flush()
            session.add(Cohort(**{**cohort.model_dump(), "id": "coh_later", "term_id": "trm_later"}))
            session.flush()
            session.get_one(Student, "stu_a").cohort_id = "coh_later"

    meanwhile(monkeypatch, come_back)
    run_retention(engine, SYSTEM, tmp_path, day=LATER)
    with read_session(engine) as session:
        assert session.get_one(Student, "stu_a").external_id == CANARIES[0]
        assert session.get_one(Student, "stu_b").erased_on is not None


def test_traces_that_a_run_left_are_swept_by_the_next(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept: list[Engine] = []
    monkeypatch.setattr(erasing, "sweep", swept.append)
    with open_session(engine) as session:
        rules.place_hold(session, SYSTEM, "Allt")
    assert run_retention(engine, SYSTEM, tmp_path, day=LATER) == []
    assert swept == [engine]


@pytest.fixture
def impatient(tmp_path: Path) -> Iterator[Engine]:
    """A database of one table, whose connections do not wait for each other."""
    url = f"sqlite:///{tmp_path / 'one.sqlite3'}"
    made = engine_for(url)  # which writes ahead, as the service does
    with made.begin() as writing:
        writing.exec_driver_sql("CREATE TABLE one (name TEXT)")
    made.dispose()
    made = create_engine(url, connect_args={"timeout": 0})
    yield made
    made.dispose()


@pytest.mark.parametrize("use", ["SELECT count(*) FROM one", "INSERT INTO one VALUES ('x')"])
def test_a_database_in_use_is_said_to_keep_traces(impatient: Engine, use: str) -> None:
    erasing.sweep(impatient)
    with impatient.connect() as other:
        other.exec_driver_sql("BEGIN")
        other.exec_driver_sql(use)
        with pytest.raises(UnavailableError) as told:
            erasing.sweep(impatient)
    assert "traces may be left" in told.value.en
    erasing.sweep(impatient)


def test_a_disk_without_room_to_sweep_is_said_to_be_full(impatient: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "is_disk_full", lambda _: True)
    with impatient.connect() as other:
        other.exec_driver_sql("BEGIN")
        other.exec_driver_sql("INSERT INTO one VALUES ('x')")
        with pytest.raises(DiskFullError):
            erasing.sweep(impatient)


def test_what_else_keeps_a_database_from_being_swept_is_told_as_it_is(impatient: Engine) -> None:
    reading = create_engine(f"sqlite:///file:{impatient.url.database}?mode=ro&uri=true")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        erasing.sweep(reading)
    reading.dispose()


def test_an_archive_that_cannot_be_read_back_erases_nothing(engine: Engine, tmp_path: Path) -> None:
    def spoil(text: str) -> str:
        return text + " "

    with pytest.raises(ArchiveError):
        run_retention(engine, SYSTEM, tmp_path, spoil, day=LATER)
    with read_session(engine) as session:
        assert session.get_one(Student, "stu_a").external_id == CANARIES[0]


def test_a_run_that_is_cut_off_is_carried_on_by_the_next(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    erase = WORK["documents"].erase

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setitem(WORK, "documents", replace(WORK["documents"], erase=cut))
    with pytest.raises(KeyboardInterrupt):
        run_retention(engine, SYSTEM, tmp_path / "one", day=LATER)
    with read_session(engine) as session:
        assert session.get_one(Student, "stu_a").erased_on is not None
        assert session.get(PlanDocument, "pln_a") is not None
    monkeypatch.setitem(WORK, "documents", replace(WORK["documents"], erase=erase))
    run_retention(engine, SYSTEM, tmp_path / "two", day=LATER)
    with read_session(engine) as session:
        assert session.get(PlanDocument, "pln_a") is None


def test_what_is_on_hold_stays(engine: Engine, tmp_path: Path) -> None:
    with open_session(engine) as session:
        rules.place_hold(session, SYSTEM, "Överklagat", student_id="stu_a")
        rules.place_hold(session, SYSTEM, "Granskning", kind="surveys")
    run_retention(engine, SYSTEM, tmp_path, day=LATER)
    with read_session(engine) as session:
        assert session.get_one(Student, "stu_a").external_id == CANARIES[0]
        assert session.get_one(Student, "stu_b").erased_on is not None
        assert session.get(PlanDocument, "pln_a") is not None
        assert session.exec(select(Preference).where(Preference.request_id == "req_a")).first() is not None
        assert session.exec(select(SurveyText)).first() is not None
        assert {due.kind.key for due in find_due(session, LATER) if due.on_hold} >= {"homes", "surveys"}
    with open_session(engine) as session:
        rules.place_hold(session, SYSTEM, "Allt")
    with read_session(engine) as session:
        assert [due.keys for due in find_due(session, LATER)] == [()] * len(KINDS)


def test_nothing_is_due_that_has_its_time_left(engine: Engine) -> None:
    with read_session(engine) as session:
        due = {each.kind.key: each.keys for each in find_due(session, dt.date(2026, 11, 28))}
    assert due["homes"] == due["wishes"] == due["documents"] == due["surveys"] == ()


def test_a_rule_of_the_countys_own_counts_from_its_day(store: Session) -> None:
    day = dt.date(2199, 1, 1)
    rules.enter_rule(store, SYSTEM, "wishes", 10, day, "Beslut")
    assert rules.days_kept(store, day)["wishes"] == rules.days_kept(store, day)["documents"] == 10
    assert rules.days_kept(store, dt.date(2026, 11, 28))["wishes"] == KIND["wishes"].days
    assert rules.list_rules(store, SYSTEM).rows[0].kind == "wishes"
    with pytest.raises(ConflictError):
        rules.enter_rule(store, SYSTEM, "wishes", 11, day, "Beslut")
    for kind, begins in (("nonsense", day), ("wishes", dt.date(2001, 1, 1))):
        with pytest.raises(InvalidError):
            rules.enter_rule(store, SYSTEM, kind, 11, begins, "Beslut")
    with pytest.raises(NotAllowedError):
        rules.enter_rule(store, Caller(Role.INSTITUTION), "wishes", 1, day, "Beslut")


def test_a_hold_is_placed_and_lifted_once(store: Session) -> None:
    hold = rules.place_hold(store, SYSTEM, "Överklagat", student_id="stu_a")
    assert rules.lift_hold(store, SYSTEM, hold.id).lifted_on is not None
    version = hold.version
    assert rules.lift_hold(store, SYSTEM, hold.id).version == version
    wrong = ({"kind": "nonsense"}, {"kind": "wishes", "student_id": "stu_a"}, {"student_id": "stu_q"})
    for given in wrong:
        with pytest.raises(InvalidError):
            rules.place_hold(store, SYSTEM, "x", **given)
    with pytest.raises(NotFoundError):
        rules.show_hold(store, SYSTEM, "hld_q")


def test_one_student_is_erased_on_request_where_the_law_allows_it(engine: Engine) -> None:
    with open_session(engine) as session, pytest.raises(ConflictError) as refused:
        erase_person(session, SYSTEM, "stu_a", "Begäran")
    assert "VT2027" in refused.value.sv
    with open_session(engine) as session:
        for request in session.exec(select(Request).where(Request.student_id == "stu_a")).all():
            request.status = RequestStatus.WITHDRAWN
        answer = {"placed": False, "sentences": [], "remedies": [{"moves": [{"before": {"request_id": "req_a"}}]}]}
        others = KeptRemedies(plan_id="pln_a", request_id="req_b", turn=1, answer=answer, worked_out_at=now())
        others.state = RemedyState.DONE
        session.add(others)
        session.add(
            IdempotencyKey(
                id="l" * 64,
                call="c" * 64,
                status=201,
                headers={"Location": "/v1/students/stu_a"},
                body=b"",
                answered_at=now(),
            )
        )
        session.get_one(IdempotencyKey, "k" * 64).body = f"stu_a {CANARIES[3]}".encode()
        looks.record(session, SYSTEM, looks.Look("x", "x", {}, frozenset(), frozenset()), ["stu_a"])
        erase_person(session, SYSTEM, "stu_a", "Begäran")
    erasing.sweep(engine)
    assert [canary for canary in (*CANARIES[:2], *CANARIES[3:], "/students/stu_a") if in_files(engine, canary)] == []
    with open_session(engine) as session:
        assert session.exec(select(KeptRemedies)).all() == []  # what would help the student, or would move them
        told = session.exec(select(Event).where(Event.subject_id == "pla_a")).all()
        assert all(event.details.keys() <= {"unitId", "start"} for event in told)
        session.add(LegalHold(student_id="stu_b", reason="x", decided_by="x", placed_on=dt.date(2026, 1, 1)))
    with open_session(engine) as session:
        with pytest.raises(ConflictError):
            erase_person(session, SYSTEM, "stu_b", "Begäran")
        with pytest.raises(NotFoundError):
            erase_person(session, Caller(Role.INSTITUTION, organisation="org_ki"), "stu_b", "Begäran")


@pytest.mark.one_database
def test_the_command_shows_tries_runs_and_erases(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACEMENT_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    app, run = open_rooms(["retention"]), CliRunner()
    shown = run.invoke(app, ["retention", "show", "--lang", "sv"])
    assert (shown.exit_code, "Önskemål om enhet: 365 dagar efter" in shown.output) == (0, True), shown.output
    assert "to erase" in run.invoke(app, ["retention", "run", "--dry-run"]).output
    assert run.invoke(app, ["retention", "run"]).exit_code == 2
    done = run.invoke(app, ["retention", "run", "--archive", str(tmp_path / "a"), "--encrypt"])
    assert (done.exit_code, "archived and erased" in done.output) == (0, True), done.output
    with open_session(engine) as session:
        rules.place_hold(session, SYSTEM, "Allt")
    held = run.invoke(app, ["retention", "run", "--archive", str(tmp_path / "b")])
    assert held.output.strip() == "Nothing has had its time."
    assert run.invoke(app, ["retention", "erase", "--student", "stu_a", "--reason", "x"]).exit_code == 2
    monkeypatch.setenv("PLACEMENT_SECRET_KEYS", "nonsense")
    assert run.invoke(app, ["retention", "run", "--archive", str(tmp_path), "--encrypt"]).exit_code == 2
