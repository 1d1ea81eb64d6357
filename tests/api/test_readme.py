"""The permission matrix in api/README.md is the one that the tests try."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.api.lines import LETTERS, Line
from tests.api.matrix import LINES

API = Path(__file__).parents[2] / "api"
README = API / "README.md"


def table() -> str:
    """Write the permission matrix as api/README.md shows it."""
    published = json.loads((API / "placement_api" / "openapi.json").read_text())["paths"]
    names = [f"{method.upper()} {path}" for path, methods in published.items() for method in methods]
    head = ["Operation", *LETTERS.values()]
    rows = [head, ["---"] * len(head)]
    for line in LINES:
        name = next(name for name in names if re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", name), line.operation))
        rows.append([f"`{name}`", *(permission(line, letter) for letter in LETTERS)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def permission(line: Line, letter: str) -> str:
    """Return what a role may do: yes, all, own, or nothing."""
    if letter not in line.may and not line.public:
        return ""
    if not line.theirs and not line.their_body:
        return "yes"
    return "all" if letter in line.reach else "own"


def test_the_readme_shows_the_permission_matrix() -> None:
    shown = README.read_text().split("<!-- matrix -->\n\n")[1].split("\n\n<!-- /matrix -->")[0]
    assert shown == table()
