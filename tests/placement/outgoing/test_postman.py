"""Reminders are mailed in plain text to functions, through a real server or as files, and a failure stops nothing."""

from __future__ import annotations

import datetime as dt
import ssl
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import trustme
from pydantic import ValidationError
from sqlalchemy import Engine, delete
from sqlmodel import select

from placement import background
from placement.callers import SYSTEM
from placement.clock import now
from placement.database import engine_for, open_session, read_session
from placement.outgoing import mailboxes
from placement.outgoing.mailboxes import HandedOver
from placement.outgoing.postman import PAUSES, Letter, Postman, settle, take
from placement.reminding.sending import list_sent, send_due
from placement.settings import Settings
from placement.store.access import Span
from placement.tables import (
    Organisation,
    OrganisationContact,
    ReceiverKind,
    Reminder,
    ReminderKind,
    ReminderMail,
    ReminderRule,
    Unit,
)
from placement.worker_names import new_worker
from placement.working import kinds_of_work
from tests.api.world import World
from tests.clocks import be_at
from tests.equal_terms import reminder
from tests.placement.mailing import MailServer, free_port, mail_server
from tests.placement.publishing import at_once

SENDER = "vfu-samordning@cku.example.se"
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def engine(settled: tuple[str, World]) -> Iterator[Engine]:
    """The small county with one reminder to be mailed, on each database in turn."""
    made = engine_for(settled[0])
    with open_session(made) as session:
        session.execute(delete(ReminderMail))
    queue(made, "rem_a")
    yield made
    made.dispose()


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server without TLS."""
    with mail_server() as listening:
        yield listening


def queue(engine: Engine, name: str, address: str = "enheten@stockholm.example.se") -> None:
    """Have a reminder mailed."""
    with open_session(engine) as session:
        if session.get(Reminder, name) is None:
            session.add(reminder(name, ReceiverKind.UNIT, name))
        session.add(ReminderMail(reminder_id=name, address=address, due_at=now()))


def through(server: MailServer, **more: Any) -> Settings:  # noqa: ANN401 (a setting is what it is)
    given: dict[str, Any] = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_security": "none", **more}
    return Settings(mail_sender=SENDER, **given)


def deliver(engine: Engine, settings: Settings) -> None:
    """Mail everything that can be mailed now."""
    postman = Postman(engine, settings)
    while postman.deliver(new_worker()):
        pass


def mail_of(engine: Engine, name: str = "rem_a") -> ReminderMail:
    with read_session(engine) as session:
        return session.get_one(ReminderMail, name)


def make_due(engine: Engine, name: str = "rem_a") -> None:
    """End the pause before the next attempt."""
    with open_session(engine) as session:
        session.get_one(ReminderMail, name).due_at = LONG_AGO


def test_a_mail_is_plain_text_in_both_languages_and_says_that_it_is_automatic(
    engine: Engine, server: MailServer
) -> None:
    deliver(engine, through(server))
    (mail,) = server.came
    assert mail.get_content_type() == "text/plain"
    text = mail.get_content()
    assert "Tallgården har inte svarat om platser i terminen VT2027. Sista dagen för svar är 2026-11-01." in text
    assert "Tallgården has not answered about places in the term VT2027." in text
    assert mail["Subject"] == "Påminnelse: svar saknas (2026-11-01) / Reminder: answer missing"
    assert (mail["From"], mail["To"]) == (SENDER, "enheten@stockholm.example.se")
    assert (mail["Auto-Submitted"], mail["List-Id"]) == ("auto-generated", "<reminders.placement.cku.example.se>")
    assert mail["Message-ID"] == "<rem_a@cku.example.se>"
    assert mail["Date"].datetime == dt.datetime(2026, 10, 18, 12, tzinfo=dt.UTC)
    assert server.envelopes == [(f"FROM:<{SENDER}>", "TO:<enheten@stockholm.example.se>")]
    row = mail_of(engine)
    assert (row.outcome, row.attempts, row.due_at, row.worker) == ("handed-over", 1, None, None)
    deliver(engine, through(server))
    assert len(server.came) == 1


def test_a_mail_that_fails_is_tried_again_later_and_given_up_in_the_end(engine: Engine, server: MailServer) -> None:
    queue(engine, "rem_other")
    server.replies += ["450 later"]
    deliver(engine, through(server))
    assert len(server.came) == 1  # the other is not held up
    failed = "rem_a" if mail_of(engine).handed_over_at is None else "rem_other"
    row = mail_of(engine, failed)
    assert (row.outcome, row.attempts) == ("smtp-450", 1)
    assert row.due_at is not None
    assert row.due_at > now()
    for attempt in range(2, len(PAUSES) + 2):
        make_due(engine, failed)
        server.replies += ["450 later"]
        deliver(engine, through(server))
        assert mail_of(engine, failed).attempts == attempt
    assert mail_of(engine, failed).due_at is None
    assert len(server.came) == 1


@pytest.mark.parametrize(
    ("reply", "outcome", "again"),
    [("550 nobody here", "smtp-550", False), ("450 later", "smtp-450", True)],
)
def test_an_address_that_is_refused_for_good_is_not_tried_again(
    engine: Engine, server: MailServer, reply: str, outcome: str, *, again: bool
) -> None:
    server.replies.append(reply)
    deliver(engine, through(server))
    row = mail_of(engine)
    assert (row.outcome, row.due_at is not None) == (outcome, again)


@pytest.mark.parametrize(
    "address",
    ["åsa@example.se", 'x"y@example.se', "a..b@example.se", "vfu@exämple.se", "vfu@[example"],
)
def test_an_address_that_no_mail_can_have_holds_nobody_up(engine: Engine, server: MailServer, address: str) -> None:
    with open_session(engine) as session:
        row = session.get_one(ReminderMail, "rem_a")
        row.address, row.due_at = address, LONG_AGO
    queue(engine, "rem_other")
    deliver(engine, through(server))
    assert "TO:<enheten@stockholm.example.se>" in {to for _, to in server.envelopes}
    assert mail_of(engine).handed_over_at is None
    assert mail_of(engine).outcome in {"bad-address", "not-supported"}


def test_no_address_adds_a_header_or_a_receiver(engine: Engine, server: MailServer) -> None:
    with open_session(engine) as session:
        session.get_one(ReminderMail, "rem_a").address = "a@example.se\r\nBcc: b@example.se"
    deliver(engine, through(server))
    assert server.came == []
    assert mail_of(engine).outcome == "bad-address"


def test_a_server_that_is_not_there_or_goes_away_is_tried_again(engine: Engine, server: MailServer) -> None:
    deliver(engine, Settings(mail_sender=SENDER, smtp_host="127.0.0.1", smtp_port=free_port(), smtp_security="none"))
    assert mail_of(engine).outcome == "no-connection"
    make_due(engine)
    server.drops = True
    deliver(engine, through(server))
    assert mail_of(engine).outcome in {"disconnected", "no-connection"}
    make_due(engine)
    server.drops = False
    deliver(engine, through(server))
    assert len(server.came) == 1


def test_a_host_that_is_no_name_and_a_sender_who_is_refused_stop_nothing(engine: Engine, server: MailServer) -> None:
    deliver(engine, Settings(mail_sender=SENDER, smtp_host="a" * 70 + ".se", smtp_security="none"))
    assert mail_of(engine).outcome == "no-connection"
    make_due(engine)
    server.refuses_sender = True
    deliver(engine, through(server))
    assert (mail_of(engine).outcome, mail_of(engine).due_at) == ("smtp-553", None)


def test_a_slow_server_is_tried_again(engine: Engine, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailboxes, "_send", _too_slow)
    deliver(engine, through(server))
    assert mail_of(engine).outcome == "timeout"


def _too_slow(*_given: object) -> None:
    raise TimeoutError


def test_a_password_is_sent_only_over_tls_to_a_server_that_is_trusted(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    login = {"smtp_user": "cku", "smtp_password": "hemligt", "smtp_host": "localhost", "smtp_security": "starttls"}
    with mail_server(authority) as server:
        deliver(engine, through(server, **login))
        assert (mail_of(engine).outcome, server.logins) == ("tls", [])
        make_due(engine)
        context = ssl.create_default_context()
        authority.configure_trust(context)
        monkeypatch.setattr(mailboxes, "trusted", lambda: context)
        deliver(engine, through(server, **login))
        assert (mail_of(engine).outcome, len(server.logins), server.encrypted) == ("handed-over", 1, [True])


def test_a_server_that_offers_no_tls_gets_no_mail(engine: Engine, server: MailServer) -> None:
    deliver(engine, through(server, smtp_security="starttls"))
    assert (mail_of(engine).outcome, server.came) == ("not-supported", [])


def test_a_server_that_speaks_tls_from_the_beginning_is_held_to_it(engine: Engine, server: MailServer) -> None:
    deliver(engine, through(server, smtp_security="tls"))
    assert server.came == []
    assert mail_of(engine).due_at is not None


def test_mails_are_written_to_a_folder_instead(engine: Engine, tmp_path: Path) -> None:
    settings = Settings(mail_folder=str(tmp_path / "mail"), mail_sender=SENDER)
    deliver(engine, settings)
    assert mail_of(engine).outcome == "no-folder"
    make_due(engine)
    (tmp_path / "mail").mkdir()
    deliver(engine, settings)
    (file,) = (tmp_path / "mail").iterdir()
    assert file.name == "rem_a.eml"
    mail = message_from_bytes(file.read_bytes(), policy=default)
    assert mail["Subject"].startswith("Påminnelse: svar saknas")


def test_a_mail_whose_lease_another_worker_took_over_is_not_recorded_twice(engine: Engine) -> None:
    with open_session(engine) as session:
        letter = take(session, new_worker())
    assert letter is not None
    with open_session(engine) as session:
        assert take(session, new_worker()) is None
        settle(session, Letter("rem_a", "another", letter.address), HandedOver(done=True, again=False, word="late"))
    assert mail_of(engine).handed_over_at is None
    with open_session(engine) as session:
        session.get_one(ReminderMail, "rem_a").leased_until = LONG_AGO
    with open_session(engine) as session:
        again = take(session, new_worker())
    assert again is not None
    assert again.worker != letter.worker


@pytest.mark.parametrize("hours", [2, -2, 24, -24])
def test_a_clock_that_is_set_holds_no_mail_back(
    engine: Engine, server: MailServer, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    with open_session(engine) as session:
        assert take(session, new_worker()) is not None  # by a worker that dies
    be_at(monkeypatch, now() + dt.timedelta(hours=hours))
    queue(engine, "rem_1")
    deliver(engine, through(server))
    assert {mail["Message-ID"] for mail in server.came} == {f"<{name}@cku.example.se>" for name in ("rem_a", "rem_1")}


@pytest.mark.postgresql_counts
def test_several_postmen_mail_each_reminder_once(engine: Engine, server: MailServer) -> None:
    for number in range(8):
        queue(engine, f"rem_{number}")
    at_once(*[lambda: deliver(engine, through(server))] * 3)
    deliver(engine, through(server))
    assert sorted(mail["Message-ID"] for mail in server.came) == sorted(
        f"<{name}@cku.example.se>" for name in ("rem_a", *(f"rem_{number}" for number in range(8)))
    )


def test_nothing_is_left_when_another_took_the_only_mail(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("placement.outgoing.postman.take", lambda *_: None)
    assert Postman(engine, Settings(mail_folder="anywhere", mail_sender=SENDER)).deliver(new_worker()) is False


def test_the_postman_works_in_the_background_until_it_is_stopped(
    engine: Engine, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "POLL_SECONDS", 0.001)
    postman = Postman(engine, through(server))
    really = postman.deliver

    def deliver_and_stop(worker: str) -> bool:
        worked = really(worker)
        if not worked:
            postman._stopping.set()
        return worked

    monkeypatch.setattr(postman, "deliver", deliver_and_stop)
    postman.start()
    postman._thread.join(30)
    postman.stop()
    assert len(server.came) == 1


@pytest.mark.parametrize(
    ("contact", "own", "address"),
    [
        ("vfu@stockholm.example.se", "tall@stockholm.example.se", "tall@stockholm.example.se"),
        ("vfu@stockholm.example.se", None, "vfu@stockholm.example.se"),
        (None, None, None),
    ],
)
def test_a_unit_is_written_to_at_its_own_contact_or_else_its_providers(
    engine: Engine, contact: str | None, own: str | None, address: str | None
) -> None:
    with open_session(engine) as session:
        session.execute(delete(ReminderRule))
        session.execute(delete(OrganisationContact))
        session.add(ReminderRule(kind=ReminderKind.ANSWER_DUE, days_before=14, valid_from=dt.date(2020, 1, 1)))
        unit = session.get_one(Unit, "unt_b")
        unit.provider_id, unit.contact_email = "org_city", own
        if contact is not None:
            session.add(OrganisationContact(organisation_id="org_city", contact_function="VFU", contact_email=contact))
        assert session.get_one(Organisation, "org_city").name_sv == "Stockholms stad"
    for mail in (False, True):
        with open_session(engine) as session:
            day = dt.date(2026, 10, 18)
            rows = send_due(session, day if mail else day - dt.timedelta(days=1), mail=mail)
    with read_session(engine) as session:
        (row,) = rows
        mailed = session.exec(select(ReminderMail.address).where(ReminderMail.reminder_id == row.id)).first()
        assert mailed == address
        shown = {each.row.id: each.mail for each in list_sent(session, SYSTEM, span=Span(100)).rows}
        assert shown[row.id] == (None if address is None else "waiting")


def test_mail_is_off_unless_it_is_asked_for(engine: Engine) -> None:
    assert [type(task).__name__ for task in kinds_of_work(engine, Settings())] == [
        "Runner",
        "Courier",
        "Prompter",
        "Adviser",
    ]
    mailing = Settings(mail_folder="anywhere", mail_sender=SENDER)
    assert [type(task).__name__ for task in kinds_of_work(engine, mailing)][-1] == "Postman"


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"smtp_host": "mail.example.se"}, "mail_sender"),
        ({"mail_folder": "mail"}, "mail_sender"),
        ({"mail_folder": "mail", "mail_sender": "no address"}, "mail_sender"),
        ({"mail_folder": "mail", "mail_sender": "a@b.se\nBcc: c@d.se"}, "mail_sender"),
        (
            {
                "smtp_host": "mail.example.se",
                "smtp_security": "none",
                "smtp_user": "cku",
                "smtp_password": "hemligt",
                "mail_sender": SENDER,
            },
            "smtp_password",
        ),
    ],
)
def test_settings_that_would_lose_mail_or_a_password_are_refused(given: dict[str, Any], place: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(**given)
    assert [error["loc"] for error in refused.value.errors()] == [(place,)]


def test_a_password_is_not_shown_with_the_settings() -> None:
    shown = repr(Settings(smtp_password="hemligt", mail_folder="mail", mail_sender=SENDER))  # type: ignore[arg-type]
    assert "hemligt" not in shown
