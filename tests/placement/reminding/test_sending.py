"""A reminder is sent once for each receiver, thing, date and step, to those whom it concerns, and to nobody else."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import threading
from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from placement import background
from placement.callers import SYSTEM, Caller, Role
from placement.database import open_session, read_session
from placement.errors import ConflictError, InvalidError
from placement.events.feed import read_feed
from placement.register.notices import give_notice
from placement.reminding import prompting, rules
from placement.reminding.prompting import Prompter
from placement.reminding.sending import list_due, list_sent, send_due
from placement.reminding.telling import tell_reminder
from placement.settings import Settings
from placement.store.access import Span
from placement.store.protection import look_as
from placement.tables import (
    Agreement,
    CapacityOffer,
    EndReason,
    OfferStatus,
    Placement,
    PlacementStatus,
    ProtectedStudent,
    Publication,
    Reminder,
    ReminderKind,
    ReminderRule,
    Request,
    Statement,
    StatementAnswer,
    StudentAnswer,
    Supervisor,
    Term,
    Training,
)
from tests.placement.publishing import at_once
from tests.placement.sides import INSTITUTION, OTHER_INSTITUTION, PROVIDER, STRANGER, UNIT

LONG_AGO = dt.date(2020, 1, 1)
ANSWERS_BY = dt.date(2026, 11, 1)
STUDENTS_ANSWER_BY = dt.date(2026, 12, 10)
LONG_BEFORE = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)


def allow(session: Session, kind: ReminderKind, *days: int, active: bool = True, on: dt.date = LONG_AGO) -> None:
    """Let reminders of a kind be sent so many days before."""
    session.add_all(ReminderRule(kind=kind, days_before=each, active=active, valid_from=on) for each in days)
    session.flush()


def send(engine: Engine, day: dt.date) -> list[tuple[str, str, int]]:
    """Send what is due on a day; return the receivers, the things and the steps."""
    with open_session(engine) as session:
        rows = send_due(session, day, mail=False)
        return sorted((row.receiver_id, row.subject_id, row.days_before) for row in rows)


def before(day: dt.date, days: int) -> dt.date:
    return day - dt.timedelta(days=days)


def told(engine: Engine, by: Caller, kind: str) -> list[dict[str, Any]]:
    """Return the details of the events of a kind that a caller reads."""
    with read_session(engine) as session:
        return [event.details for event in read_feed(session, by, kind=kind)]


@pytest.fixture
def silent(engine: Engine) -> Engine:
    """The county where the other unit has been asked twice and has not answered; answers are reminded of twice."""
    with open_session(engine) as session:
        allow(session, ReminderKind.ANSWER_DUE, 14, 3)
        session.add(CapacityOffer(id="off_again", term_id="trm_a", unit_id="unt_b", professions=["midwife"]))
    return engine


def test_a_unit_that_is_silent_is_reminded_once_a_step_until_the_date(silent: Engine) -> None:
    assert send(silent, before(ANSWERS_BY, 15)) == []
    assert send(silent, before(ANSWERS_BY, 14)) == [("unt_b", "trm_a", 14)]
    for days in (14, 10, 4):
        assert send(silent, before(ANSWERS_BY, days)) == []
    assert send(silent, before(ANSWERS_BY, 3)) == [("unt_b", "trm_a", 3)]
    assert send(silent, ANSWERS_BY) == []
    assert [each["daysBefore"] for each in told(silent, STRANGER, "reminder.answer-due")] == [14, 3]
    assert {each["offers"] for each in told(silent, STRANGER, "reminder.answer-due")} == {2}
    assert told(silent, PROVIDER, "reminder.answer-due") == told(silent, INSTITUTION, "reminder.answer-due") == []


def test_whoever_starts_late_is_sent_only_the_last_step_and_nothing_after_the_date(silent: Engine) -> None:
    assert send(silent, ANSWERS_BY + dt.timedelta(days=1)) == []
    assert send(silent, ANSWERS_BY) == [("unt_b", "trm_a", 3)]


def test_a_unit_that_has_answered_or_declined_is_not_reminded(silent: Engine) -> None:
    with open_session(silent) as session:
        for offer in session.exec(select(CapacityOffer).where(CapacityOffer.unit_id == "unt_b")):
            offer.status, offer.answered_at = OfferStatus.ANSWERED, dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    assert send(silent, before(ANSWERS_BY, 3)) == []


def test_a_date_that_is_moved_is_reminded_of_again(silent: Engine) -> None:
    assert send(silent, before(ANSWERS_BY, 3)) == [("unt_b", "trm_a", 3)]
    with open_session(silent) as session:
        session.get_one(Term, "trm_a").answers_by = ANSWERS_BY + dt.timedelta(days=7)
    assert send(silent, before(ANSWERS_BY, 3)) == [("unt_b", "trm_a", 14)]


@pytest.mark.parametrize(
    ("rows", "sent"),
    [
        ([(14, False, before(ANSWERS_BY, 20))], []),
        ([(14, False, before(ANSWERS_BY, 13))], [14]),
        ([(14, False, before(ANSWERS_BY, 20)), (14, True, before(ANSWERS_BY, 15))], [14]),
        ([(20, True, before(ANSWERS_BY, 14))], [14]),
    ],
)
def test_the_rules_of_the_day_count(silent: Engine, rows: Iterable[tuple[int, bool, dt.date]], sent: list[int]) -> None:
    with open_session(silent) as session:
        for days, active, on in rows:
            allow(session, ReminderKind.ANSWER_DUE, days, active=active, on=on)
    assert [step for *_, step in send(silent, before(ANSWERS_BY, 14))] == sent


def test_an_institution_without_requests_is_reminded_of_their_last_day(engine: Engine) -> None:
    day = dt.date(2026, 9, 8)
    with open_session(engine) as session:
        allow(session, ReminderKind.REQUESTS_DUE, 7)
        for request in session.exec(select(Request).where(Request.term_id == "trm_a")):
            assert request.student_id  # ours has requests in the term already
        umea = session.get_one(Agreement, "agr_b")
        umea.institution_id = "org_idle"
    assert send(engine, day) == [("org_idle", "trm_a", 7)]
    with read_session(engine) as session:
        row = session.exec(select(Reminder).where(Reminder.receiver_id == "org_idle")).one()
        assert "no requests from you in the term VT2027" in tell_reminder(session, row).en


def test_an_agreement_that_ends_is_told_to_both_parties_unless_another_takes_over(engine: Engine) -> None:
    with open_session(engine) as session:
        allow(session, ReminderKind.AGREEMENT_ENDS, 180, 30)
        give_notice(session, INSTITUTION, "agr_a", dt.date(2026, 9, 25))
        session.get_one(Agreement, "agr_b").valid_to = dt.date(2027, 3, 31)
    day = dt.date(2026, 10, 2)
    assert send(engine, day) == [
        ("org_b", "agr_b", 180),
        ("org_city", "agr_a", 180),
        ("org_far", "agr_b", 180),
        ("org_ki", "agr_a", 180),
    ]
    assert len(told(engine, PROVIDER, "reminder.agreement-ends")) == 1
    assert told(engine, INSTITUTION, "reminder.agreement-ends")[0]["noticeGivenOn"] == "2026-09-25"
    with open_session(engine) as session:
        rows = list_sent(session, SYSTEM, kind=ReminderKind.AGREEMENT_ENDS, span=Span(100)).rows
        words = {each.row.subject_id: each.words for each in rows}
        assert "is under notice and ends on 2027-03-25" in words["agr_a"].en
        assert "Den sista vecka som en placering kan ha är 2027-W11." in words["agr_a"].sv
        assert "löper ut den 2027-03-31" in words["agr_b"].sv
        session.add(Agreement(institution_id="org_ki", provider_id="org_city", valid_from=dt.date(2027, 3, 26)))
    assert send(engine, dt.date(2027, 2, 25)) == []
    assert [who for who, *_ in send(engine, dt.date(2027, 3, 1))] == ["org_b", "org_far"]


def test_of_what_is_gone_a_reminder_says_so(engine: Engine) -> None:
    with open_session(engine) as session:
        allow(session, ReminderKind.AGREEMENT_ENDS, 30)
        session.get_one(Agreement, "agr_b").valid_to = dt.date(2027, 3, 31)
    send(engine, dt.date(2027, 3, 31))
    with open_session(engine) as session:
        session.delete(session.get_one(StatementAnswer, "sta_b"))
        session.delete(session.get_one(Statement, "stm_b"))
        session.delete(session.get_one(Agreement, "agr_b"))
        session.flush()
        (own,) = list_sent(session, STRANGER, kind=ReminderKind.AGREEMENT_ENDS).rows
        assert own.words.en == "What the reminder was about no longer exists."
        gone = Reminder(**{**own.row.model_dump(), "kind": ReminderKind.ANSWER_DUE, "term_id": "trm_none"})
        assert tell_reminder(session, gone).sv.startswith("– har inte svarat om platser i terminen –.")


def test_a_training_that_expires_is_told_to_the_unit_without_naming_the_supervisor(engine: Engine) -> None:
    day = dt.date(2027, 1, 31)
    with open_session(engine) as session:
        allow(session, ReminderKind.TRAINING_EXPIRES, 30)
        for row_id, supervisor, expires, points in (
            ("trn_soon", "sup_b", day, 7.5),
            ("trn_renewed", "sup_a", day, 7.5),
            ("trn_later", "sup_a", dt.date(2029, 1, 31), 7.5),
            ("trn_small", "sup_b", dt.date(2029, 1, 31), 1.5),
        ):
            completed = dt.date(2025, 1, 31)
            session.add(
                Training(
                    id=row_id,
                    supervisor_id=supervisor,
                    course="Handledarutbildning",
                    credits=points,
                    completed_on=completed,
                    expires_on=expires,
                )
            )
    assert send(engine, before(day, 30)) == [("unt_b", "trn_soon", 30)]
    (details,) = told(engine, STRANGER, "reminder.training-expires")
    assert details["supervisorId"] == "sup_b"
    with read_session(engine) as session:
        (own,) = list_sent(session, STRANGER, kind=ReminderKind.TRAINING_EXPIRES).rows
        assert own.words.en == (
            "The training of a supervisor at Avdelning 7 expires on 2027-01-31, and no later one is registered."
        )
        assert session.get_one(Supervisor, "sup_b").external_id not in own.words.en.split()


@pytest.fixture
def asking(engine: Engine) -> Engine:
    """The county where the term asks its students until a day, and ours is the only one who has not answered."""
    with open_session(engine) as session:
        allow(session, ReminderKind.STUDENT_ANSWERS_DUE, 7, 2)
        session.get_one(Term, "trm_a").students_answer_by = STUDENTS_ANSWER_BY
        publish_on(session, before(STUDENTS_ANSWER_BY, 20))
        for placement in session.exec(select(Placement).where(Placement.id != "pla_a")):
            placement.student_answer, placement.student_answered_at = StudentAnswer.ACCEPTED, LONG_BEFORE
    return engine


def publish_on(session: Session, day: dt.date) -> None:
    """Let every plan have been published on a day."""
    for publication in session.exec(select(Publication)):
        publication.published_at = dt.datetime.combine(day, dt.time(12), dt.UTC)


def test_a_larosate_is_reminded_of_students_who_have_not_answered_once_a_step(asking: Engine) -> None:
    assert send(asking, before(STUDENTS_ANSWER_BY, 8)) == []
    assert send(asking, before(STUDENTS_ANSWER_BY, 7)) == [("org_ki", "trm_a", 7)]
    assert send(asking, before(STUDENTS_ANSWER_BY, 6)) == []
    assert send(asking, STUDENTS_ANSWER_BY) == [("org_ki", "trm_a", 2)]
    assert send(asking, STUDENTS_ANSWER_BY + dt.timedelta(days=1)) == []
    kind = "reminder.student-answers-due"
    assert [(each["daysBefore"], each["placements"]) for each in told(asking, INSTITUTION, kind)] == [(7, 1), (2, 1)]
    assert told(asking, PROVIDER, kind) == told(asking, OTHER_INSTITUTION, kind) == told(asking, UNIT, kind) == []
    with read_session(asking) as session:
        own = list_sent(session, INSTITUTION, kind=ReminderKind.STUDENT_ANSWERS_DUE).rows
        assert own[0].words.en == (
            "Students of yours have not said whether they come to their placement in the term VT2027. The last day for "
            "their answers is 2026-12-10. Remind them: the service has no addresses of students. The list of "
            "placements has who they are."
        )
        assert "Sista dagen för deras svar är 2026-12-10." in own[0].words.sv


def test_what_a_student_has_answered_or_need_not_answer_is_not_reminded_of(asking: Engine) -> None:
    day = before(STUDENTS_ANSWER_BY, 7)
    with open_session(asking) as session:
        placement = session.get_one(Placement, "pla_a")
        placement.student_answer, placement.student_answered_at = StudentAnswer.ACCEPTED, LONG_BEFORE
    assert send(asking, day) == []
    with open_session(asking) as session:
        placement = session.get_one(Placement, "pla_a")
        placement.student_answer = placement.student_answered_at = None
        placement.status, placement.reason = PlacementStatus.CANCELLED, EndReason.OTHER
    assert send(asking, day) == []
    with open_session(asking) as session:
        placement = session.get_one(Placement, "pla_a")
        placement.status, placement.reason = PlacementStatus.ACCEPTED, None
        session.get_one(Term, "trm_a").students_answer_by = None
    assert send(asking, day) == []
    with open_session(asking) as session:
        session.get_one(Term, "trm_a").students_answer_by = STUDENTS_ANSWER_BY
    assert send(asking, day) == [("org_ki", "trm_a", 7)]


def test_a_place_that_is_published_late_is_reminded_of_before_its_own_last_day(asking: Engine) -> None:
    with open_session(asking) as session:
        publish_on(session, STUDENTS_ANSWER_BY + dt.timedelta(days=1))
        begins = session.get_one(Placement, "pla_a").start.monday()
    assert send(asking, STUDENTS_ANSWER_BY) == []
    assert send(asking, before(begins, 8)) == [("org_ki", "trm_a", 7)]
    assert send(asking, before(begins, 1)) == [("org_ki", "trm_a", 2)]
    assert send(asking, begins) == []


def test_a_protected_students_answer_is_reminded_of_to_nobody(asking: Engine) -> None:
    with open_session(asking) as session:
        session.add(ProtectedStudent(student_id="stu_a", contact_function="VFU", contact_phone="08-1"))
    sees = Caller(Role.INSTITUTION, "org_ki", sees_protected=True)
    for by in (SYSTEM, INSTITUTION, sees):
        with read_session(asking) as session:
            look_as(session, by)
            assert list_due(session, by, STUDENTS_ANSWER_BY).total == 0
    assert send(asking, STUDENTS_ANSWER_BY) == []


@pytest.mark.parametrize(
    ("by", "seen"),
    [
        (SYSTEM, {"rem_a", "rem_b", "rem_city", "rem_far", "rem_ki"}),
        (INSTITUTION, {"rem_ki"}),
        (OTHER_INSTITUTION, {"rem_b"}),
        (PROVIDER, {"rem_a", "rem_city"}),
        (STRANGER, {"rem_far"}),
        (UNIT, {"rem_a"}),
    ],
)
def test_everybody_reads_their_own_reminders(engine: Engine, by: Caller, seen: set[str]) -> None:
    with read_session(engine) as session:
        assert {each.row.id for each in list_sent(session, by, span=Span(100)).rows} == seen


@pytest.mark.parametrize(
    ("by", "seen"),
    [
        (SYSTEM, ["unt_b"]),
        (STRANGER, ["unt_b"]),
        (Caller(Role.UNIT, unit="unt_b"), ["unt_b"]),
        (PROVIDER, []),
        (UNIT, []),
        (INSTITUTION, []),
    ],
)
def test_what_is_due_is_listed_for_those_it_concerns_and_not_sent_by_that(
    silent: Engine, by: Caller, seen: list[str]
) -> None:
    day = before(ANSWERS_BY, 14)
    with read_session(silent) as session:
        for kind in (None, ReminderKind.ANSWER_DUE):
            page = list_due(session, by, day, kind=kind)
            assert ([each.row.receiver_id for each in page.rows], page.total) == (seen, len(seen))
        assert list_due(session, by, day, kind=ReminderKind.AGREEMENT_ENDS).total == 0
    assert send(silent, day) == [("unt_b", "trm_a", 14)]


def test_a_rule_begins_today_at_the_earliest_and_is_given_once_a_day(engine: Engine) -> None:
    rule = {"kind": ReminderKind.ANSWER_DUE, "days_before": 5, "active": True, "valid_from": dt.date(2190, 1, 1)}
    with open_session(engine) as session:
        rules.set_rule(session, SYSTEM, rule)
        with pytest.raises(ConflictError):
            rules.set_rule(session, SYSTEM, rule)
        with pytest.raises(InvalidError):
            rules.set_rule(session, SYSTEM, {**rule, "valid_from": LONG_AGO})
        assert [row.days_before for row in rules.list_rules(session, UNIT, kind=ReminderKind.ANSWER_DUE).rows] == [5]
        assert rules.list_rules(session, UNIT, kind=ReminderKind.AGREEMENT_ENDS).total == 0


@pytest.mark.postgresql_counts
def test_several_threads_send_each_reminder_once(silent: Engine) -> None:
    day = before(ANSWERS_BY, 14)
    outcomes = at_once(*[lambda: send(silent, day)] * 4)
    assert sorted(map(str, outcomes)) == ["[('unt_b', 'trm_a', 14)]", "[]", "[]", "[]"]
    assert len(told(silent, STRANGER, "reminder.answer-due")) == 1


@pytest.mark.no_cover
def test_several_processes_send_each_reminder_once(silent: Engine) -> None:
    url = silent.url.render_as_string(hide_password=False)
    order = (
        "import sys, datetime as dt; from placement.database import engine_for, open_session;"
        "from placement.reminding.sending import send_due; engine = engine_for(sys.argv[1])\n"
        "with open_session(engine) as session:\n"
        "    print(len(send_due(session, dt.date(2026, 10, 18), mail=False)))\n"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", order, url], stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert sorted(process.communicate()[0].strip() for process in started) == ["0", "0", "1"]
    assert len(told(silent, STRANGER, "reminder.answer-due")) == 1


def test_the_prompter_sends_what_is_due_and_looks_again_after_a_while(
    silent: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prompting, "today", lambda: before(ANSWERS_BY, 14))
    prompter = Prompter(silent, Settings())
    looks, really, enough = [], prompter.prompt, threading.Event()

    def counted() -> int:
        looks.append(really())
        if len(looks) == 2:
            enough.set()
        return looks[-1]

    monkeypatch.setattr(prompter, "prompt", counted)
    monkeypatch.setattr(prompter, "_pause", 0.001)
    prompter.start()
    assert enough.wait(30)
    prompter.stop()
    assert looks[:2] == [1, 0]
    assert len(told(silent, STRANGER, "reminder.answer-due")) == 1
    assert prompting.EVERY_SECONDS == 600
    assert Prompter(silent, Settings()).prompt() == 0


def test_a_look_that_fails_does_not_end_the_prompter(silent: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "POLL_SECONDS", 0.001)
    monkeypatch.setattr(prompting, "today", lambda: before(ANSWERS_BY, 14))
    prompter, failed = Prompter(silent, Settings()), list[bool]()
    really = prompter.prompt

    def fail_once() -> int:
        if not failed:
            failed.append(True)
            message = "the first look"
            raise RuntimeError(message)
        number = really()
        prompter._stopping.set()
        return number

    monkeypatch.setattr(prompter, "prompt", fail_once)
    prompter.start()
    prompter._thread.join(30)
    prompter.stop()
    assert len(told(silent, STRANGER, "reminder.answer-due")) == 1
