"""Documents: what they say of the limits at the door is what holds."""

from __future__ import annotations

from pathlib import Path

from placement.settings import Settings
from placement_api.door import bodies, connections, heads
from placement_api.problem_types import PROBLEM_TYPES

ROOT = Path(__file__).parents[3]
PACE = bodies.PACE


def test_the_limits_are_as_the_documents_and_the_problems_say() -> None:
    guide, security = (ROOT / name for name in ("api/README.md", "docs/security.md"))
    of_one = Settings.model_fields["connections_per_address"].default
    for said in (
        f"{heads.LARGEST_BODY:,} bytes, an import {heads.LARGEST_IMPORT:,}",
        f"A head may have {connections.LARGEST_HEAD:,} bytes",
        f"whole within {connections.HEAD_SECONDS:.0f} seconds",
        f"at {PACE.bytes_a_second:,.0f} bytes a second, within {PACE.longest:.0f} seconds",
        f"for {connections.UNREAD_SECONDS:.0f} seconds is cut off",
        f"{of_one} connections from one address",
    ):
        assert said in guide.read_text()
    assert f"strangers send at most {bodies.SMALL_BODY:,} bytes each" in security.read_text()
    assert f"{connections.LARGEST_HEAD:,} bytes" in PROBLEM_TYPES["head-too-large"].text["en"]
    assert f"{connections.HEAD_SECONDS:.0f} seconds" in PROBLEM_TYPES["too-slow"].text["en"]
    assert f"{PACE.bytes_a_second:,.0f} bytes a second" in PROBLEM_TYPES["too-slow"].text["en"]
    assert connections.UNREAD_SECONDS * PACE.bytes_a_second == connections.UNREAD_BYTES
