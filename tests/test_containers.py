"""compose.yaml and Dockerfile say what the service's commands, settings and times are, and hold no secret."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml  # type: ignore[import-untyped]

from placement.cli import open_rooms
from placement.cli.health import PATIENCE_SECONDS
from placement.cli.serve import STOP_SECONDS
from placement.database import migrate
from placement.outgoing.mailboxes import TIMEOUT_SECONDS
from tests.databases import cluster_of_the_machine, connection, new_database, newest_binaries

ROOT = Path(__file__).parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: each for name, each in SERVICES.items() if each.get("image") == "placement"}
IMAGE = (ROOT / "Dockerfile").read_text()
ROLE = ROOT / "compose" / "application-role.sh"


def seconds(written: str) -> int:
    return int(re.fullmatch(r"(\d+)s", written)[1])  # type: ignore[index]


def test_one_image_is_every_part_of_the_service() -> None:
    assert set(OURS) == {"migrate", "api", "worker"}
    assert [each["command"][0] for each in OURS.values()] == ["migrate", "serve", "worker"]
    assert {each["build"] for each in OURS.values()} == {"."}
    assert json.loads(re.findall(r"^ENTRYPOINT (.+)$", IMAGE, re.MULTILINE)[-1]) == ["placement"]


@pytest.mark.parametrize(
    "words",
    [
        *(each["command"] for each in OURS.values()),
        json.loads(re.findall(r"^CMD (.+)$", IMAGE, re.MULTILINE)[-1]),
        json.loads(re.findall(r"^HEALTHCHECK .*CMD (.+)$", IMAGE, re.MULTILINE)[-1])[1:],
    ],
    ids=shlex.join,
)
def test_each_command_is_one_that_there_is(words: list[str]) -> None:
    command: Any = typer.main.get_command(open_rooms(())).commands[words[0]]  # type: ignore[attr-defined]
    command.make_context(words[0], words[1:])


def test_the_image_asks_each_process_that_stays_whether_it_lives() -> None:
    told = re.findall(r"^HEALTHCHECK .*--timeout=(\d+s) .*CMD (.+)$", IMAGE, re.MULTILINE)
    [(patience, command)] = told
    assert json.loads(command) == ["placement", "health"]
    assert seconds(patience) > PATIENCE_SECONDS
    assert {name: each.get("healthcheck") for name, each in OURS.items()} == {
        "migrate": {"disable": True},
        "api": None,
        "worker": None,
    }
    assert "PLACEMENT_LIFE_SIGN_FILE" in IMAGE


def test_the_search_is_compiled_where_the_service_finds_it() -> None:
    steps = ("NUMBA_CACHE_DIR=/var/cache/placement", "placement /var/cache/placement", "USER", "search.compiling")
    assert sorted(steps, key=IMAGE.index) == [*steps], "the compiler uses no folder that its user cannot write to"


def test_no_secret_is_written_down() -> None:
    secret = [
        value
        for service in SERVICES.values()
        for name, value in service["environment"].items()
        if re.search(r"PASSWORD|SECRET|_URL$", name)
    ]
    bare = [re.sub(r"\$\{\w+:\?[^}]+\}", "", value) for value in secret]
    assert len(bare) == 8
    assert set(bare) == {
        "",
        *(f"postgresql://{role}:@postgres/placement" for role in ("placement_app", "placement_owner")),
    }
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert {".env", *(each["path"] for service in OURS.values() for each in service["env_file"])} <= set(ignored)


@pytest.mark.parametrize("page", ["operations.md", "sv/drift.md"])
def test_what_has_to_be_in_dotenv_is_documented(page: str) -> None:
    needed = set(re.findall(r"\$\{(\w+):\?", (ROOT / "compose.yaml").read_text()))
    written = re.search(r"```console\n((?:.*\n)*?)docker compose up", (ROOT / "docs" / page).read_text())
    assert written is not None
    assert set(re.findall(r"^printf '(\w+)=", written[1], re.MULTILINE)) == needed


def test_only_the_migration_is_the_owner_of_the_tables() -> None:
    users = {
        name: re.match(r"postgresql://(\w+):", each["environment"]["PLACEMENT_DATABASE_URL"])[1]  # type: ignore[index]
        for name, each in OURS.items()
    }
    assert users == {"migrate": "placement_owner", "api": "placement_app", "worker": "placement_app"}
    assert OURS["migrate"]["command"][1:] == ["--grant-to", "placement_app"]
    assert SERVICES["postgres"]["environment"]["POSTGRES_USER"] == "placement_owner"


def test_everything_begins_in_order() -> None:
    after = {"migrate": {"condition": "service_completed_successfully"}}
    assert {name: each["depends_on"] for name, each in OURS.items()} == {
        "migrate": {"postgres": {"condition": "service_healthy"}},
        "api": after,
        "worker": after,
    }


def test_each_process_has_the_time_to_end_in_order() -> None:
    assert seconds(OURS["api"]["stop_grace_period"]) > STOP_SECONDS + 5
    assert seconds(OURS["worker"]["stop_grace_period"]) > TIMEOUT_SECONDS + 5, "a mail that is being sent is waited for"


def test_runs_are_left_to_workers_and_nobody_outside_reaches_anything_but_by_the_proxy() -> None:
    assert OURS["api"]["environment"]["PLACEMENT_RUNNER"] == "none"
    assert OURS["worker"]["deploy"]["replicas"] == 2
    ports = {name: each["ports"] for name, each in SERVICES.items() if "ports" in each}
    assert ports == {"api": ["127.0.0.1:8000:8000"]}


@pytest.mark.postgresql_counts
def test_the_role_of_the_application_is_made_and_owns_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    mounted = [each for each in SERVICES["postgres"]["volumes"] if "/docker-entrypoint-initdb.d/" in each]
    assert [each.split(":")[0] for each in mounted] == [f"./{ROLE.relative_to(ROOT)}"]
    assert os.access(ROLE, os.X_OK)
    with cluster_of_the_machine() as cluster, new_database(cluster.url) as url:
        monkeypatch.setenv("PGHOST", str(cluster.home))
        monkeypatch.setenv("PATH", f"{newest_binaries()}:{os.environ['PATH']}")
        monkeypatch.setenv("POSTGRES_USER", "postgres")
        monkeypatch.setenv("POSTGRES_DB", str(url.database))
        monkeypatch.setenv("APPLICATION_PASSWORD", 'it\'s "a" $strange \\word')
        subprocess.run([ROLE], check=True, capture_output=True)
        migrate(url.render_as_string(hide_password=False), "placement_app")
        with connection(url) as server:
            may = server.execute(
                "SELECT rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolpassword LIKE 'SCRAM%'"
                " FROM pg_authid WHERE rolname = 'placement_app'"
            ).fetchone()
            owned = server.execute("SELECT count(*) FROM pg_class WHERE relowner = 'placement_app'::regrole").fetchone()
        assert may == (True, False, False, False, False, True)
        assert owned == (0,)
        with connection(url.set(username="placement_app")) as application:
            assert application.execute("SELECT count(*) FROM run").fetchone() == (0,)
