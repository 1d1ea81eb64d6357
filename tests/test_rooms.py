"""The house is laid out as ARCHITECTURE.md says, and its rooms say what belongs there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
STORE = ROOT / "src" / "placement"
SOURCES = (STORE, ROOT / "solver" / "placement_solver", ROOT / "api" / "placement_api")
ROOMS = {folder.name: folder for folder in STORE.iterdir() if (folder / "__init__.py").exists()}
PACKAGES = sorted(path.parent for source in SOURCES for path in source.rglob("__init__.py"))


def table(heading: str) -> list[list[str]]:
    """Return the rows of a table of the page, found by its heading row, each as the names set as code in its cells."""
    rows = PAGE[PAGE.index(heading) :].split("\n\n", 1)[0].splitlines()[2:]
    return [[*re.findall(r"`([^`]+)`", cell)] for row in rows for cell in row.strip("|").split("|")]


def is_module(name: str, *folders: Path) -> bool:
    """Tell whether a module or a folder of this name lies in one of the folders."""
    return any((folder / f"{name}.py").exists() or (folder / name).is_dir() for folder in folders)


def test_every_room_is_in_the_table_with_modules_that_are_there() -> None:
    cells = table("| Room | What belongs there | Modules |")
    named, modules = cells[0::3], cells[2::3]
    assert {room for names in named for room in names} == ROOMS.keys() - {"reference"}
    for (room, *_), names in zip(named[:-1], modules[:-1], strict=True):
        assert [name for name in names if not is_module(name, ROOMS[room])] == []
    assert set(modules[-1]) == {path.stem for path in STORE.glob("*.py")} - {"__init__"} | {"reference"}


def test_everything_that_a_newcomer_looks_for_is_where_the_page_says() -> None:
    cells = table("| You look for | It is in |")
    named = [name for names in cells[1::2] for name in names]
    assert named
    assert [name for name in named if not is_module(name, *SOURCES, *(source.parent for source in SOURCES))] == []


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_folder_says_what_belongs_there_in_one_line(package: Path) -> None:
    words = ast.get_docstring(ast.parse((package / "__init__.py").read_text(encoding="utf-8")))
    assert words
    assert len(words.splitlines()[0].split()) > 3


@pytest.mark.parametrize("mirror", ["api/placement_api/routes", "api/placement_api/schemas", "tests/placement"])
def test_routes_schemas_and_tests_have_the_rooms_of_the_store(mirror: str) -> None:
    folders = {path.name for path in (ROOT / mirror).iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders
    assert folders <= ROOMS.keys()
