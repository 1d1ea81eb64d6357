"""The other side's swap, which is withdrawn as ours in ``tests.rows`` is."""

from __future__ import annotations

import datetime as dt

from placement.tables import Row, Swap, SwapSide, SwapStatus
from tests.rows import WEEK


def rows() -> list[Row]:
    """Return the swap and its side."""
    then = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)
    return [
        Swap(
            id="swp_b",
            term_id="trm_a",
            status=SwapStatus.WITHDRAWN,
            terms={},
            asked_by="UMU",
            asked_at=then,
            decided_by="UMU",
            decided_at=then,
            changed_at=then,
        ),
        SwapSide(
            swap_id="swp_b",
            placement_id="pla_b",
            unit_id="unt_b",
            start=WEEK,
            weeks=5,
            minutes_before=31,
            minutes_after=43,
        ),
    ]
