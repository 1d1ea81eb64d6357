"""What the documents say and what the code does are the same thing."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

import placement.callers
import placement.lanes.foreman
import placement.lanes.jobs
import placement.lanes.workers
import placement.planning.readiness.judging
import placement.store.scopes
import placement.tables
import placement.what_if.reductions
import placement_api.problem_types
import placement_solver.explanation.occupancy
import placement_solver.explanation.remedies
import placement_solver.parts.split
import placement_solver.plan
import placement_solver.problem
import placement_solver.progress
import placement_solver.repair
import placement_solver.repair_report
import placement_solver.report
import placement_solver.rules.base
import placement_solver.search.prices
import placement_solver.search.relaxation
import placement_solver.wishes.base
from placement.cli import open_rooms
from placement.settings import Settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted(path for place in ("*.md", "docs/**/*.md", "solver/*.md", "api/*.md") for path in ROOT.glob(place))
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
GLOSSARY = (ROOT / "docs/glossary.md").read_text()
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES_OF_THE_WHEEL: list[str] = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
WORDS_OF_THE_CODE = (
    placement.tables,
    placement.lanes.jobs,
    placement.lanes.workers,
    placement.lanes.foreman,
    placement.planning.readiness.judging,
    placement.what_if.reductions,
    placement.callers,
    placement.store.scopes,
    placement_api.problem_types,
    placement_solver.problem,
    placement_solver.plan,
    placement_solver.rules.base,
    placement_solver.wishes.base,
    placement_solver.explanation.occupancy,
    placement_solver.explanation.remedies,
    placement_solver.report,
    placement_solver.repair_report,
    placement_solver.parts.split,
    placement_solver.repair,
    placement_solver.search.prices,
    placement_solver.search.relaxation,
    placement_solver.progress,
)

each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
each_decision = pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)


@cache
def recipe(target: str) -> list[str]:
    """Return the commands of one target of the Makefile."""
    found = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    return [line.strip() for line in found[1].splitlines()] if found else []


def code_of(path: Path) -> str:
    """Return what a document sets as code, in blocks or in running text, without the code's comments."""
    code = re.findall(r"```.*?```|`[^`\n]+`|^ {4}[^\n]+$", path.read_text(), re.DOTALL | re.MULTILINE)
    return re.sub(r"# .*", "", "\n".join(code))


@each_document
def test_every_make_target_that_a_document_names_is_there(path: Path) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"\bmake ([a-z]+)", code_of(path))) - set(targets) == set()


@each_document
def test_every_command_that_a_document_names_is_there_with_its_options(path: Path) -> None:
    faults = []
    for line in re.findall(r"(?<![\w./-])placement ((?:[a-z]+ ?)+.*)", code_of(path)):
        command: Any = typer.main.get_command(open_rooms(()))
        words = line.split("`")[0].split()
        while hasattr(command, "commands") and words and words[0] in command.commands:
            command = command.commands[words.pop(0)]
        if hasattr(command, "commands"):
            faults.append(line)
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        faults += [f"{line}: {word}" for word in words if word.startswith("--") and word not in known]
    assert faults == []


@each_document
def test_every_link_to_a_file_leads_to_one(path: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", path.read_text())
    dead = [link for link in links if "://" not in link and not (path.parent / link).exists()]
    assert dead == []


def _as_code(value: object) -> str:
    return "–" if value is None else f"`{value}`"


def test_every_setting_is_documented_as_it_is() -> None:
    rows = [line for line in (ROOT / "docs/settings.md").read_text().splitlines() if line.startswith("| `PLACEMENT_")]
    assert rows == [
        f"| `PLACEMENT_{name.upper()}` | {_as_code(field.default)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]


def test_neither_document_nor_container_names_a_setting_that_is_not_there() -> None:
    containers = [ROOT / "compose.yaml", ROOT / "Dockerfile"]
    named = {name for path in (*DOCUMENTS, *containers) for name in re.findall(r"PLACEMENT_[A-Z_]+", path.read_text())}
    settings = {f"PLACEMENT_{name.upper()}" for name in Settings.model_fields}
    assert named - settings == {
        "PLACEMENT_LANG",
        "PLACEMENT_TEST_POSTGRES_URL",
        "PLACEMENT_TEST_SEED",
        "PLACEMENT_BENCH_DATA",
        "PLACEMENT_BENCH_TIMEFOLD",
    }


def exists_in_code(word: str) -> bool:
    """Tell whether a class, or a field or member of one, or a function goes by a word."""
    name, _, member = word.partition(".")
    homes = [getattr(module, name) for module in WORDS_OF_THE_CODE if hasattr(module, name)]
    return bool(homes) and (
        not member or any(hasattr(home, member) or member in home.__annotations__ for home in homes)
    )


def glossary_words() -> list[str]:
    """Return what the glossary's third column says is in the code."""
    rows = [line.split("|") for line in GLOSSARY.splitlines() if line.startswith("| ")]
    return [word for row in rows for word in re.findall(r"`([^`]+)`", row[3])]


def test_every_word_that_the_glossary_says_is_in_the_code_is() -> None:
    assert [word for word in glossary_words() if not exists_in_code(word)] == []


def test_every_table_is_in_the_glossary() -> None:
    tables = {
        name
        for name, thing in vars(placement.tables).items()
        if isinstance(thing, type) and hasattr(thing, "__table__")
    }
    assert tables - {word.partition(".")[0] for word in glossary_words()} == set()


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@each_decision
def test_a_decision_fits_one_screen_and_has_its_four_parts(path: Path) -> None:
    text = path.read_text()
    assert text.startswith(f"# {path.name[:4]}: ")
    assert len(text.splitlines()) <= 40
    assert re.findall(r"^\*\*(\w+)", text, re.MULTILINE) == [
        "Context",
        "Decision",
        "Consequences",
        "Enforced",
    ]


@each_decision
def test_a_decision_names_the_contract_or_test_that_holds_it(path: Path) -> None:
    contracts = {contract["id"] for contract in PROJECT["tool"]["importlinter"]["contracts"]}
    holders = re.findall(r"`([^`]+)`", path.read_text().split("**Enforced by**")[1])
    holders = [holder for holder in holders if holder in contracts or holder.startswith("tests/")]
    assert holders
    for holder in holders:
        place, _, test = holder.partition("::")
        assert holder in contracts or (ROOT / place).exists(), f"{holder} is not there"
        assert not test or f"def {test}(" in (ROOT / place).read_text(), f"{test} is not in {place}"


def test_the_hooks_run_the_commands_of_make_lint() -> None:
    hooks = re.findall(r"^ +entry: \.venv/bin/(.+)$", (ROOT / ".pre-commit-config.yaml").read_text(), re.MULTILINE)
    assert [f"$(BIN)/{hook}" for hook in hooks] == recipe("lint")


def test_ci_runs_the_commands_that_people_run() -> None:
    script = (ROOT / ".ci/run").read_text()
    assert re.findall(r"^step \w+ .*(make \w+)$", script, re.MULTILINE) == [
        "make setup",
        "make lint",
        "make supply",
        "make test",
    ]


def test_every_dependency_is_held_to_one_version_and_to_no_address() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[\w.+]+( ; .+)?", line)] == []
    held = {line.split("==")[0] for line in lines}
    project = PROJECT["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    assert {re.split(r"[^a-z0-9-]", line)[0] for line in asked} <= held


def test_the_image_is_built_from_every_package_of_the_wheel() -> None:
    roots = {package.split("/")[0] for package in PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]}
    copied = set(re.findall(r"^COPY (\w+) \1$", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    let_in = set(re.findall(r"^!(\w+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    assert copied == let_in == roots
