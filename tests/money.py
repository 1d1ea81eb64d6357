"""Money in the small world: what is paid under its agreement."""

from __future__ import annotations

import datetime as dt

from placement.tables import AgreementCancellation, AgreementPrice, Row


def agreed() -> list[Row]:
    """Return a price that follows in the agreement, and its rule for cancelled placements."""
    return [
        AgreementPrice(agreement_id="agr_a", valid_from=dt.date(2027, 7, 1), price_ore=101_000),
        AgreementCancellation(agreement_id="agr_a", days_before=14, percent=50),
    ]
