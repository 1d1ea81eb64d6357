"""Events are sent to webhooks in order, each until it is received, and only to those they concern."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlmodel import col, select

from placement import background
from placement.callers import SYSTEM, Caller, Role
from placement.clock import now
from placement.database import engine_for, open_session, read_session
from placement.errors import UnavailableError
from placement.events.feed import Subject, tell
from placement.keys import Keys, keys_of, new_key
from placement.outgoing import deliveries
from placement.outgoing.deliveries import PAUSES, Courier, settle, take
from placement.outgoing.destinations import Outcome
from placement.outgoing.webhooks import (
    Encrypted,
    ask_for_test,
    change_webhook,
    encrypt_anew,
    newest,
    subscribe,
    unsubscribe,
)
from placement.settings import Settings
from placement.store.tokens import caller_of, revoke_token
from placement.tables import AuditEntry, Delivery, StopReason, Webhook
from placement.worker_names import new_worker
from tests.api.world import World
from tests.clocks import be_at
from tests.placement.publishing import at_once
from tests.placement.receiving import Receiver, receiving

LOOPBACK = Settings(runner="none", webhook_loopback=True)
OURS = {"institution_id": "org_ki", "unit_id": "unt_a"}
THEIRS = {"institution_id": "org_b", "unit_id": "unt_b"}
BEGINNING = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def engine(settled: tuple[str, World]) -> Iterator[Engine]:
    """The small county, on each database in turn."""
    made = engine_for(settled[0])
    yield made
    made.dispose()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that listens on this machine."""
    with receiving() as listening:
        yield listening


def follow(
    engine: Engine, world: World, receiver: Receiver, role: Role = Role.INSTITUTION, kinds: Sequence[str] = ()
) -> Webhook:
    """Register a receiver as a webhook."""
    with open_session(engine) as session:
        made, _ = subscribe(session, caller(engine, world, role), receiver.url, kinds, keys_of(LOOPBACK), loopback=True)
        return made.webhook


def clear(webhook: Webhook) -> str:
    """Return a webhook's secret as its receiver has it."""
    return keys_of(LOOPBACK).decrypt(webhook.secret)


def caller(engine: Engine, world: World, role: Role) -> Caller:
    with read_session(engine) as session:
        by = caller_of(session, world.tokens[role])
    assert isinstance(by, Caller)
    return by


def happen(engine: Engine, *names: str, kind: str = "placement.accepted", concerning: dict[str, str] = OURS) -> None:
    """Write an event for each placement named."""
    with open_session(engine) as session:
        tell(session, [(Subject(kind, "placement", name, "trm_a", **concerning), {"name": name}) for name in names])


def deliver(engine: Engine, settings: Settings = LOOPBACK) -> None:
    """Send everything that can be sent now."""
    courier = Courier(engine, settings)
    while courier.deliver(new_worker()):
        pass


def named(receiver: Receiver) -> list[str]:
    """Return the names of the placements whose events a receiver has got."""
    return [received.name for received in receiver.came]


def delivery_of(engine: Engine, webhook: Webhook) -> Delivery:
    with read_session(engine) as session:
        return session.get_one(Delivery, webhook.id)


def state(engine: Engine, webhook: Webhook) -> tuple[bool, StopReason | None]:
    with read_session(engine) as session:
        row = session.get_one(Webhook, webhook.id)
        return row.active, row.reason


def make_due(engine: Engine, webhook: Webhook, **values: Any) -> None:  # noqa: ANN401 (a column holds what it holds)
    """End the pause before the next attempt."""
    with open_session(engine) as session:
        delivery = session.get_one(Delivery, webhook.id)
        for name, value in {"due_at": BEGINNING, **values}.items():
            setattr(delivery, name, value)
        session.add(delivery)


@pytest.fixture
def world(settled: tuple[str, World]) -> World:
    """Everybody's token."""
    return settled[1]


def test_what_happens_is_sent_signed_and_in_order(engine: Engine, world: World, receiver: Receiver) -> None:
    webhook = follow(engine, world, receiver)
    happen(engine, "one", "two", "three")
    deliver(engine)
    assert [received.opened(clear(webhook))["subjectId"] for received in receiver.came] == [
        "one",
        "two",
        "three",
    ]
    assert len(set(receiver.ids)) == 3
    assert {received.headers["content-type"] for received in receiver.came} == {"application/json"}
    deliver(engine)
    assert len(receiver.came) == 3


def test_what_happened_before_is_not_sent(engine: Engine, world: World, receiver: Receiver) -> None:
    happen(engine, "before")
    follow(engine, world, receiver)
    happen(engine, "after")
    deliver(engine)
    assert named(receiver) == ["after"]


@pytest.mark.parametrize("role", [Role.INSTITUTION, Role.PROVIDER, Role.UNIT])
def test_nobody_hears_what_concerns_others(engine: Engine, world: World, receiver: Receiver, role: Role) -> None:
    webhook = follow(engine, world, receiver, role)
    happen(engine, "theirs", concerning=THEIRS)
    happen(engine, "ours")
    happen(engine, "everyone's", concerning={})
    happen(engine, "theirs again", concerning=THEIRS)
    deliver(engine)
    assert named(receiver) == ["ours", "everyone's"]
    with read_session(engine) as session:
        assert delivery_of(engine, webhook).cursor == newest(session)


def test_only_the_kinds_that_are_wanted_are_sent(engine: Engine, world: World, receiver: Receiver) -> None:
    follow(engine, world, receiver, kinds=["placement.failed", "placement.declined"])
    happen(engine, *(f"accepted {number}" for number in range(120)))
    happen(engine, "failed", kind="placement.failed")
    happen(engine, "accepted")
    deliver(engine)
    assert named(receiver) == ["failed"]


def test_a_receiver_that_fails_is_sent_the_same_event_again_and_then_the_rest(
    engine: Engine, world: World, receiver: Receiver
) -> None:
    webhook = follow(engine, world, receiver)
    happen(engine, "one", "two")
    receiver.statuses += [500, 302]
    for attempt in (1, 2):
        deliver(engine)
        assert len(receiver.came) == attempt
        assert delivery_of(engine, webhook).attempts == attempt
        make_due(engine, webhook)
    deliver(engine)
    assert named(receiver) == ["one", "one", "one", "two"]
    assert len(set(receiver.ids[:3])) == 1
    delivery = delivery_of(engine, webhook)
    assert (delivery.attempts, delivery.outcome) == (0, "204")


def test_no_redirect_is_followed(engine: Engine, world: World, receiver: Receiver) -> None:
    webhook = follow(engine, world, receiver)
    happen(engine, "one")
    with receiving() as other:
        receiver.location = other.url
        receiver.statuses.append(307)
        deliver(engine)
    assert other.came == []
    assert delivery_of(engine, webhook).outcome == "307"


def test_the_pauses_grow_until_the_webhook_is_stopped_with_its_cursor_kept(
    engine: Engine, world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook = follow(engine, world, receiver)
    begun = delivery_of(engine, webhook).cursor
    happen(engine, "one")
    clock = [now()]
    monkeypatch.setattr(deliveries, "now", lambda: clock[0])
    failed = Outcome(None, "no-connection")
    for pause in (*PAUSES, None):
        with open_session(engine) as session:
            parcel = take(session, new_worker())
            assert parcel is not None
            assert settle(session, parcel, failed) is None
        delivery = delivery_of(engine, webhook)
        assert delivery.worker is None
        if pause is not None:
            assert delivery.due_at == clock[0] + pause
            assert state(engine, webhook) == (True, None)
            clock[0] = delivery.due_at
    assert state(engine, webhook) == (False, StopReason.FAILING)
    assert delivery_of(engine, webhook).cursor == begun
    monkeypatch.undo()
    with open_session(engine) as session:
        change_webhook(session, caller(engine, world, Role.INSTITUTION), webhook.id, {"active": True}, loopback=True)
    deliver(engine)
    assert named(receiver) == ["one"]
    assert state(engine, webhook) == (True, None)


def test_a_receiver_that_is_gone_is_sent_no_more(engine: Engine, world: World, receiver: Receiver) -> None:
    webhook = follow(engine, world, receiver)
    receiver.statuses.append(410)
    happen(engine, "one", "two")
    deliver(engine)
    assert len(receiver.came) == 1
    assert state(engine, webhook) == (False, StopReason.GONE)
    with read_session(engine) as session:
        entry = session.exec(select(AuditEntry).order_by(col(AuditEntry.sequence).desc())).first()
    assert entry is not None
    assert (entry.object_id, entry.actor_token) == (webhook.id, SYSTEM.token)


def test_a_token_that_is_revoked_hears_no_more_from_that_moment(
    engine: Engine, world: World, receiver: Receiver
) -> None:
    follow(engine, world, receiver)
    happen(engine, "one", "two")
    with open_session(engine) as session:
        parcel = take(session, new_worker())
    assert parcel is not None
    with open_session(engine) as session:
        revoke_token(session, SYSTEM, world.tokens[Role.INSTITUTION].split("_")[1])
    with open_session(engine) as session:
        assert settle(session, parcel, Outcome(204, "204")) is None
    deliver(engine)
    assert receiver.came == []


def test_a_webhook_set_inactive_while_something_is_on_its_way_is_sent_no_more(
    engine: Engine, world: World, receiver: Receiver
) -> None:
    webhook = follow(engine, world, receiver)
    happen(engine, "one", "two")
    with open_session(engine) as session:
        parcel = take(session, new_worker())
    assert parcel is not None
    with open_session(engine) as session:
        change_webhook(session, caller(engine, world, Role.INSTITUTION), webhook.id, {"active": False}, loopback=True)
    with open_session(engine) as session:
        assert settle(session, parcel, Outcome(204, "204")) is None
    deliver(engine)
    assert receiver.came == []
    assert state(engine, webhook) == (False, None)


def test_a_webhook_removed_while_something_is_on_its_way_is_forgotten(
    engine: Engine, world: World, receiver: Receiver
) -> None:
    webhook = follow(engine, world, receiver)
    happen(engine, "one", "two")
    with open_session(engine) as session:
        parcel = take(session, new_worker())
    assert parcel is not None
    with open_session(engine) as session:
        unsubscribe(session, caller(engine, world, Role.INSTITUTION), webhook.id)
    with open_session(engine) as session:
        assert settle(session, parcel, Outcome(204, "204")) is None
    deliver(engine)
    assert receiver.came == []


def test_what_a_dead_worker_had_sent_but_not_noted_is_sent_again_before_the_rest(
    engine: Engine, world: World, receiver: Receiver
) -> None:
    webhook = follow(engine, world, receiver)
    happen(engine, "one", "two")
    with open_session(engine) as session:
        lost = take(session, new_worker())
    assert lost is not None
    deliver(engine)
    assert receiver.came == []  # the other worker still holds the lease
    make_due(engine, webhook, leased_until=BEGINNING)
    deliver(engine)
    assert named(receiver) == ["one", "two"]
    assert receiver.ids[0] == lost.message_id
    with open_session(engine) as session:  # in case the other worker is alive after all
        assert settle(session, lost, Outcome(500, "500")) is None
    assert delivery_of(engine, webhook).attempts == 0


@pytest.mark.parametrize("hours", [2, -2, 24, -24])
def test_a_clock_that_is_set_loses_no_event_and_frees_the_lease_of_a_dead_worker(
    engine: Engine, world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    webhook = follow(engine, world, receiver)
    happen(engine, "one")
    deliver(engine)
    happen(engine, "two")
    with open_session(engine) as session:
        lost = take(session, new_worker())
    assert lost is not None
    be_at(monkeypatch, now() + dt.timedelta(hours=hours))
    deliver(engine)
    happen(engine, "three")
    deliver(engine)
    assert named(receiver) == ["one", "two", "three"]
    assert receiver.ids[1] == lost.message_id
    with open_session(engine) as session:  # in case it is alive after all, its outcome counts for nothing
        assert settle(session, lost, Outcome(500, "500")) is None
    assert (delivery_of(engine, webhook).attempts, state(engine, webhook)) == (0, (True, None))


def test_two_workers_at_once_send_everything_once(engine: Engine, world: World, receiver: Receiver) -> None:
    follow(engine, world, receiver)
    happen(engine, *(f"{number:02}" for number in range(20)))
    outcomes = at_once(*(lambda: deliver(engine) for _ in range(2)))
    assert outcomes == [None, None]
    assert named(receiver) == [f"{number:02}" for number in range(20)]


def test_each_webhook_has_its_turn(
    engine: Engine, world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "TURN", 2)
    for role in (Role.INSTITUTION, Role.PROVIDER):
        follow(engine, world, receiver, role)
    happen(engine, "1", "2", "3", "4")
    deliver(engine)
    assert named(receiver) == ["1", "2", "1", "2", "3", "4", "3", "4"]


def test_a_test_is_sent_once_before_all_else_whether_it_is_received_or_not(
    engine: Engine, world: World, receiver: Receiver
) -> None:
    webhook = follow(engine, world, receiver)
    by = caller(engine, world, Role.INSTITUTION)
    happen(engine, "one")
    with open_session(engine) as session:
        change_webhook(session, by, webhook.id, {"active": False}, loopback=True)
        ask_for_test(session, by, webhook.id)
    receiver.statuses.append(500)
    deliver(engine)
    deliver(engine)
    [test] = receiver.came
    told = test.opened(clear(webhook))
    assert (told["kind"], told["subjectId"]) == ("webhook.test", webhook.id)
    delivery = delivery_of(engine, webhook)
    assert (delivery.outcome, delivery.attempts, delivery.test_asked_at) == ("500", 0, None)
    with open_session(engine) as session:
        ask_for_test(session, by, webhook.id)
        change_webhook(session, by, webhook.id, {"active": True}, loopback=True)
    deliver(engine)
    assert [received.kind for received in receiver.came] == ["webhook.test", "webhook.test", "placement.accepted"]


def test_nothing_is_sent_to_this_machine_where_that_is_not_allowed(
    engine: Engine, world: World, receiver: Receiver
) -> None:
    webhook = follow(engine, world, receiver)
    happen(engine, "one")
    deliver(engine, Settings(runner="none"))
    assert receiver.came == []
    delivery = delivery_of(engine, webhook)
    assert (delivery.outcome, delivery.attempts) == ("forbidden-address", 1)


def test_a_courier_that_loses_the_race_for_a_webhook_takes_none(
    engine: Engine, world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(engine, world, receiver)
    happen(engine, "one")
    monkeypatch.setattr(deliveries, "take", lambda *_: None)
    assert Courier(engine, LOOPBACK).deliver(new_worker())
    with open_session(engine) as session:
        assert session.exec(select(Delivery).where(col(Delivery.worker).is_not(None))).all() == []


def test_a_courier_outlives_what_goes_wrong_and_sends_no_more_once_stopped(
    engine: Engine, world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "POLL_SECONDS", 0.01)
    follow(engine, world, receiver)
    happen(engine, "one")
    courier = Courier(engine, LOOPBACK)
    real, met = courier.deliver, iter([UnavailableError(sv="Nej.", en="No."), RuntimeError("a fault of ours")])
    idle = threading.Event()

    def fail_twice(worker: str) -> bool:
        for error in met:
            raise error
        worked = real(worker)
        if not worked:
            idle.set()
        return worked

    monkeypatch.setattr(courier, "deliver", fail_twice)
    courier.start()
    assert idle.wait(30)
    courier.stop()
    assert named(receiver) == ["one"]
    happen(engine, "two")
    assert named(receiver) == ["one"]


def test_a_courier_stopped_in_the_middle_of_a_turn_leaves_the_rest_to_the_next(
    engine: Engine, world: World, receiver: Receiver
) -> None:
    follow(engine, world, receiver)
    happen(engine, "one", "two")
    with open_session(engine) as session:
        parcel = take(session, new_worker())
    assert parcel is not None
    with open_session(engine) as session:
        assert settle(session, parcel, Outcome(204, "204"), go_on=False) is None
    deliver(engine)
    assert named(receiver) == ["two"]


def test_a_secret_is_stored_encrypted_and_kept_out_of_the_audit_trail(
    engine: Engine, world: World, receiver: Receiver
) -> None:
    webhook = follow(engine, world, receiver)
    with read_session(engine) as session:
        stored = session.get_one(Webhook, webhook.id).secret
        entries = session.exec(select(AuditEntry).where(AuditEntry.object_id == webhook.id)).all()
    clear = keys_of(LOOPBACK).decrypt(stored)
    assert clear.startswith("whsec_")
    assert clear not in stored
    assert [stored in str(entry.after) for entry in entries] == [False]


def test_what_no_key_can_sign_is_not_sent_and_is_sent_once_the_key_is_back(
    engine: Engine, world: World, receiver: Receiver
) -> None:
    webhook = follow(engine, world, receiver)
    happen(engine, "one")
    stranger = LOOPBACK.model_copy(update={"secret_keys": SecretStr(new_key())})
    assert Courier(engine, stranger).deliver(new_worker())
    assert receiver.came == []
    with open_session(engine) as session:
        delivery = session.get_one(Delivery, webhook.id)
        assert (delivery.outcome, delivery.attempts) == ("unreadable-secret", 1)
        delivery.due_at = BEGINNING
    while Courier(engine, LOOPBACK).deliver(new_worker()):
        pass
    assert len(receiver.came) == 1


def test_keys_are_rotated_secret_by_secret_and_what_cannot_be_read_is_counted(
    engine: Engine, world: World, receiver: Receiver
) -> None:
    old, new = keys_of(LOOPBACK), new_key()
    assert LOOPBACK.secret_keys is not None
    both = Keys([new, *LOOPBACK.secret_keys.get_secret_value().split(",")])
    webhook = follow(engine, world, receiver)
    clear = old.decrypt(webhook.secret)
    with open_session(engine) as session:
        for other in session.exec(select(Webhook).where(Webhook.id != webhook.id)):
            other.secret = Keys([new_key()]).encrypt("lost")
    with open_session(engine) as session:
        others = len(session.exec(select(Webhook)).all()) - 1
        assert encrypt_anew(session, both) == Encrypted(1, others)
    with open_session(engine) as session:
        assert encrypt_anew(session, both) == Encrypted(0, others)
        assert Keys([new]).decrypt(session.get_one(Webhook, webhook.id).secret) == clear
