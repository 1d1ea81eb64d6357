"""Both documents have the kinds of record with their days as the service has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from placement.cli import open_rooms
from placement.retention.kinds import KINDS

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize(
    ("page", "language"), [("protected-identity.md", "en"), ("sv/skyddade-personuppgifter.md", "sv")]
)
def test_the_documents_have_every_kind_with_its_days(page: str, language: str) -> None:
    told = (DOCS / page).read_text(encoding="utf-8")
    rows = [f"| {getattr(kind.words, language)} | {kind.days} | {getattr(kind.after, language)} |" for kind in KINDS]
    assert [row for row in rows if row not in told] == []
    for command in ("extract", "retention", "token"):
        assert f"placement {command}" in told
        assert open_rooms([command]).registered_commands or open_rooms([command]).registered_groups
