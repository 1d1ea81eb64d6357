"""What the pages on tokens say, in English and in Swedish, is what the service does."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from placement.cli import open_rooms
from placement.database import engine_for, open_session
from placement.settings import Settings
from placement.store.token_scopes import SUBJECTS
from placement.store.token_uses import TOLD_EVERY_SECONDS
from placement.store.tokens import LONGEST_OVERLAP, OVERLAP
from placement_api import expiring
from placement_api.rates import UNLIMITED
from tests.rows import places

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {"en": (DOCS / "tokens.md").read_text(), "sv": (DOCS / "sv" / "atkomstnycklar.md").read_text()}
DEFAULTS = {name: field.default for name, field in Settings.model_fields.items()}
LIMITS = ("calls_per_minute", "dear_calls_per_minute", "wrong_tokens_per_minute")
COMMANDS = re.findall(r"^    placement (.+)$", PAGES["en"], re.MULTILINE)

each_page = pytest.mark.parametrize("language", PAGES)


@each_page
def test_every_figure_is_that_of_the_service(language: str) -> None:
    page = " ".join(PAGES[language].split())
    en = language == "en"
    hours, longest = (round(time.total_seconds() / 3600) for time in (OVERLAP, LONGEST_OVERLAP))
    days, minutes = expiring.WARNED.days, round(TOLD_EVERY_SECONDS / 60)
    assert minutes == 10
    for said in (
        f"for {DEFAULTS['token_days']} days unless" if en else f"i {DEFAULTS['token_days']} dagar om den inte",
        f"From {days} days before" if en else f"Från {days} dagar före",
        f"for {hours} hours more" if en else f"i {hours} timmar till",
        f"up to {longest}." if en else f"högst {longest}.",
        "in ten minutes" if en else "på tio minuter",
        expiring.HEADER,
        *(f"`{path}`" for path in UNLIMITED),
        *(f"| {DEFAULTS[limit]} | `PLACEMENT_{limit.upper()}` |" for limit in LIMITS),
    ):
        assert said in page, said


@each_page
def test_every_heading_that_a_scope_can_name_is_listed(language: str) -> None:
    listed = re.search(r"^(?:The headings|Rubrikerna):\n(.*?)\n\n", PAGES[language], re.DOTALL | re.MULTILINE)
    assert listed is not None
    assert re.findall(r"`([^`]+)`", listed[1]) == list(SUBJECTS)


def test_both_pages_have_the_same_commands() -> None:
    assert re.findall(r"^    placement (.+)$", PAGES["sv"], re.MULTILINE) == COMMANDS
    assert len(COMMANDS) == 4


def test_the_commands_do_what_the_pages_say(
    tmp_path: Path, migrated_sqlite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copyfile(migrated_sqlite, tmp_path / "own.sqlite3")
    url = f"sqlite:///{tmp_path / 'own.sqlite3'}"
    monkeypatch.setenv("PLACEMENT_DATABASE_URL", url)
    engine = engine_for(url)
    with open_session(engine) as session:
        session.add_all(places())
    engine.dispose()
    told: list[str] = []
    for command in COMMANDS:
        made = told[0].split("_")[1] if told else ""
        words = command.replace("ORG_ID", "org_ki").replace("TOKEN_ID", made).split()
        done = CliRunner().invoke(open_rooms(words), words)
        assert (done.exit_code, done.stderr) == (0, ""), command
        told.append(done.stdout)
    assert told[0].startswith("plc_")
    assert "cohorts:write" in told[1]
    assert told[2].startswith(f"plc_{made}_")
    assert told[3] == f"{made} is revoked.\n"
