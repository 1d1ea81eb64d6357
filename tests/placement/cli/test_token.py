"""``placement token``: whoever has the machine makes, lists, rotates and revokes tokens."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from placement.callers import SYSTEM, Caller, Role
from placement.clock import today
from placement.database import engine_for, open_session, read_session
from placement.store.token_uses import TokenUses
from placement.store.tokens import Refused, caller_of, create_token, id_of
from tests import rows
from tests.placement.cli.conftest import Placement

Judge = Callable[[str], Caller | Refused]


@pytest.fixture
def own(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Engine]:
    """The commands' database, with an organisation of each kind and a unit."""
    shutil.copyfile(migrated_sqlite, tmp_path / "own.sqlite3")
    engine = engine_for(f"sqlite:///{tmp_path / 'own.sqlite3'}")
    with open_session(engine) as session:
        session.add_all(rows.places())
    yield engine
    engine.dispose()


@pytest.fixture
def judge(own: Engine) -> Judge:
    """Say whose a token is."""

    def ask(token: str) -> Caller | Refused:
        uses = TokenUses()
        with read_session(own) as session:
            found = caller_of(session, token, uses)
        uses.write(own)
        return found

    return ask


def test_a_token_is_made_for_some_scopes_and_days(placement: Placement, judge: Judge) -> None:
    told = placement("token", "create", "--role", "auditor", "--scope", "read", "--scope", "swaps:write", "--days", "7")
    assert (told.exit_code, told.stdout.count("\n")) == (0, 1)
    caller = judge(told.stdout.strip())
    assert isinstance(caller, Caller)
    assert caller.scopes == frozenset({"read", "swaps:write"})
    assert caller.expires_on == today() + dt.timedelta(days=7)


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize("days", [401, 10**12])
def test_more_days_than_the_setting_allows_are_refused(placement: Placement, days: int) -> None:
    told = placement("token", "create", "--role", "auditor", "--days", days, "--lang", "sv")
    assert (told.exit_code, told.stdout) == (2, "")
    assert f"ange en dag från {today()} till {today() + dt.timedelta(days=400)}" in told.stderr


def test_the_setting_says_how_long_a_token_works(
    placement: Placement, judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACEMENT_TOKEN_DAYS", "30")
    caller = judge(placement("token", "create", "--role", "auditor").stdout.strip())
    assert isinstance(caller, Caller)
    assert caller.expires_on == today() + dt.timedelta(days=30)


def test_the_list_has_a_line_for_each_token_that_works_and_never_a_secret(
    own: Engine, placement: Placement, judge: Judge
) -> None:
    with open_session(own) as session:
        made = {
            "CKU": create_token(session, SYSTEM, Role.COORDINATOR, label="CKU"),
            "Ladok": create_token(session, SYSTEM, Role.INSTITUTION, "org_ki", label="Ladok", scopes=["read"]),
            "Tall": create_token(session, SYSTEM, Role.UNIT, unit="unt_a", label="Tall"),
        }
    judge(made["Tall"])
    gone = placement("token", "create", "--role", "auditor", "--label", "Granskning").stdout.strip()
    assert placement("token", "revoke", id_of(gone)).stdout == f"{id_of(gone)} is revoked.\n"
    told = placement("token", "list", "--lang", "sv")
    assert (told.exit_code, told.stderr) == (0, "")
    heading, *lines = told.stdout.splitlines()
    assert heading.split()[:2] == ["ID", "ROLL"]
    by_label = {label: next(line for line in lines if f"  {label} " in line) for label in made}
    assert len(lines) == 3
    last_day = str(today() + dt.timedelta(days=400))
    assert by_label["Ladok"].split() == [
        id_of(made["Ladok"]),
        "lärosäte",
        "Karolinska",
        "Institutet",
        "Ladok",
        "read",
        last_day,
        "giltig",
    ]
    assert f"{dt.datetime.now(dt.UTC):%Y-}" in by_label["Tall"].split("allt")[1].split(last_day)[0]
    assert "Tallgården" in by_label["Tall"]
    everything = placement("token", "list", "--all").stdout
    assert "auditor" in everything
    assert "revoked" in everything
    for token in [*made.values(), gone]:
        assert token.split("_", 2)[2] not in everything


@pytest.mark.usefixtures("own")
def test_an_empty_list_has_its_headings(placement: Placement) -> None:
    assert placement("token", "list").stdout.split("\n")[1:] == [""]


def test_a_token_is_rotated_with_and_without_an_overlap(placement: Placement, judge: Judge) -> None:
    old = placement("token", "create", "--role", "auditor").stdout.strip()
    new = placement("token", "rotate", id_of(old)).stdout.strip()
    assert isinstance(judge(old), Caller)
    assert isinstance(judge(new), Caller)
    newest = placement("token", "rotate", id_of(old), "--overlap-hours", "0", "--days", "5").stdout.strip()
    assert (judge(old), judge(new)) == (Refused.UNKNOWN, Refused.UNKNOWN)
    caller = judge(newest)
    assert isinstance(caller, Caller)
    assert caller.expires_on == today() + dt.timedelta(days=5)


def test_the_last_coordinators_token_can_be_revoked_on_the_machine(placement: Placement, judge: Judge) -> None:
    only = placement("token", "create", "--role", "coordinator").stdout.strip()
    assert placement("token", "revoke", id_of(only), "--lang", "sv").stdout == f"{id_of(only)} är återkallad.\n"
    assert judge(only) is Refused.REVOKED
    again = placement("token", "revoke", id_of(only), "--lang", "sv")
    assert (again.exit_code, again.stderr) == (2, "Åtkomstnyckeln är redan återkallad. Skapa en ny i stället.\n")


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize("command", ["revoke", "rotate"])
def test_a_token_that_is_not_there_is_said_to_be_so(placement: Placement, command: str) -> None:
    told = placement("token", command, "0" * 16, "--lang", "sv")
    assert (told.exit_code, told.stdout, told.stderr) == (2, "", f"'{'0' * 16}' finns inte.\n")
