"""Feed: cursors grow in the order of the commits, so that a reader who continues from a cursor misses nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from placement.callers import SYSTEM, Caller, Role
from placement.database import engine_for, open_session, read_session
from placement.errors import NotAllowedError
from placement.events import feed
from placement.events.feed import CATALOGUE, Subject, read_feed, tell
from placement.tables import PlacementStatus

pytestmark = pytest.mark.postgresql_counts

README = Path(__file__).parents[3] / "api" / "README.md"


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    """A database in which nothing has happened."""
    made = engine_for(migrated_url)
    yield made
    made.dispose()


def happened(number: int) -> tuple[Subject, dict[str, int]]:
    return Subject("plan.published", "publication", f"pub_{number}"), {"number": number}


def test_who_reads_on_from_a_cursor_misses_nothing_of_what_many_write_at_once(engine: Engine) -> None:
    """Each writer waits between its event and its commit; a reader continues from the last cursor that it has seen."""
    writers, each = 4, 5
    done = threading.Event()
    read: list[str] = []

    def write(writer: int) -> None:
        for number in range(each):
            with open_session(engine) as session:
                tell(session, [happened(writer * each + number)])
                read_feed(session, SYSTEM, limit=1)  # writes it
                done.wait(0.002)

    def follow() -> None:
        cursor, last = 0, False
        while not last:
            last = done.is_set()
            with read_session(engine) as session:
                for event in read_feed(session, SYSTEM, after=cursor):
                    read.append(event.subject_id)
                    cursor = event.sequence or 0

    reader = threading.Thread(target=follow)
    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in (reader, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    reader.join()
    assert sorted(read) == sorted(f"pub_{number}" for number in range(writers * each))


def test_who_has_something_to_tell_keeps_nobody_waiting_before_it_commits(engine: Engine) -> None:
    """Both would wait for ever if the first had taken its turn; SQLite has one writer at a time anyway."""
    if engine.dialect.name == "sqlite":
        return
    with open_session(engine) as slow:
        tell(slow, [happened(2)])
        with open_session(engine) as fast:
            tell(fast, [happened(1)])
    with read_session(engine) as session:
        assert [event.subject_id for event in read_feed(session, SYSTEM)] == ["pub_1", "pub_2"]


def test_what_is_undone_is_told_to_nobody(engine: Engine) -> None:
    with open_session(engine) as session:
        tell(session, [happened(1)])
        inner = session.begin_nested()
        tell(session, [happened(2)])
        inner.rollback()
        tell(session, [happened(3)])
    with open_session(engine) as session:
        tell(session, [happened(4)])
        session.rollback()
    with read_session(engine) as session:
        assert [event.subject_id for event in read_feed(session, SYSTEM)] == ["pub_1", "pub_3"]


def test_telling_nothing_writes_nothing(engine: Engine) -> None:
    with open_session(engine) as session:
        tell(session, [])
        assert read_feed(session, SYSTEM) == []


def test_a_supervisor_follows_no_feed(engine: Engine) -> None:
    with open_session(engine) as session, pytest.raises(NotAllowedError):
        read_feed(session, Caller(Role.SUPERVISOR, unit="unt_a"))


def test_the_catalogue_has_every_step_and_the_readme_shows_it() -> None:
    told = {f"placement.{status}" for status in PlacementStatus}
    assert told <= CATALOGUE.keys()
    shown = README.read_text().split("<!-- events -->\n\n")[1].split("\n\n<!-- /events -->")[0]
    rows = [f"| `{kind}` | {words.en} {words.sv} |" for kind, words in feed.CATALOGUE.items()]
    assert shown == "\n".join(["| Kind | What it means |", "| --- | --- |", *rows])
