"""The guide in api/README.md is run exactly as written, and its output is what the guide shows."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

import httpx
import pytest
from sqlmodel import select

from placement.callers import Role
from placement.database import engine_for, open_session
from placement.tables import Term
from tests.api.guides import Block, blocks_of, play
from tests.api.parties import Party, Round, token_of
from tests.api.serving import served
from tests.api.test_readme import README
from tests.effort import draws

pytestmark = pytest.mark.no_cover

QUICK = "Five minutes from a token to a published plan"
PARTIES = ("Coordinators", "Municipalities and other providers", "Lärosäten")
MOST_COMMANDS = 10
BLOCKS = blocks_of(README.read_text())
WORDS = [block for block in BLOCKS if block.party == BLOCKS[0].party]


def story(party: str, way: str = "") -> list[Block]:
    """Return the blocks of a party's story in one way, after the shell functions."""
    return [*WORDS, *(block for block in BLOCKS if block.party == party and block.way in ("", way))]


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database after the five-minute story, run as written."""
    directory = tmp_path_factory.mktemp("quick")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    file = directory / "placement.sqlite3"
    play(story(QUICK), directory, PLACEMENT=f"http://127.0.0.1:{port}", PLACEMENT_DATABASE_URL=f"sqlite:///{file}")
    return file


def publish_again(url: str, address: str) -> None:
    """Put a second plan in force, so that the latest publication is not also the first."""
    engine = engine_for(url)
    with open_session(engine) as session:
        term = session.exec(select(Term.id).where(Term.code == "VT2027")).one()
    with httpx.Client(base_url=address, timeout=60) as http:
        again = Round(Party(http, token_of(engine, Role.COORDINATOR)), engine, term, seconds=10)
        assert again.publish(again.run(mode="fill"))["number"] == 2
    engine.dispose()


def test_from_a_token_to_a_published_plan_it_takes_ten_commands_at_most(published: Path) -> None:
    assert published.exists()
    (block,) = (block for block in BLOCKS if block.party == QUICK)
    assert len(block.written.strip().splitlines()) <= MOST_COMMANDS


def test_the_plan_in_force_is_taken_from_the_first_of_the_publications_which_is_the_latest() -> None:
    taken = [line for block in BLOCKS for line in block.written.splitlines() if "publications?limit=1" in line]
    assert len(taken) == len({"With curl", "With httpx"})
    assert all('["items"][0]["runId"]' in line for line in taken)
    assert not any('["items"][-1]["runId"]' in block.written for block in BLOCKS)


@draws(1, "ways of calling")
@pytest.mark.parametrize("way", ["With curl", "With httpx"])
def test_each_party_does_what_is_written_and_gets_what_is_shown(published: Path, tmp_path: Path, way: str) -> None:
    file = tmp_path / "placement.sqlite3"
    shutil.copyfile(published, file)
    with served(url := f"sqlite:///{file}") as address:
        publish_again(url, address)
        for party in PARTIES:
            blocks = story(party, way)
            assert any(block.way == way and block.shown for block in blocks)
            play(blocks, tmp_path, PLACEMENT=address, PLACEMENT_DATABASE_URL=url)
