"""One valid row of each table of protected identity and retention, for tests of what is stored."""

from __future__ import annotations

import datetime as dt

from placement.tables import KeptJourney, LegalHold, ProtectedStudent, RetentionRule, Row


def rows() -> list[Row]:
    """Return a protected student, a rule that applies later, a hold that is lifted, and a journey that was kept."""
    return [
        ProtectedStudent(
            student_id="stu_m", contact_function="VFU-kansliet", contact_email="vfu@example.org", contact_phone="08-1"
        ),
        RetentionRule(
            id="rtn_a", kind="wishes", days=180, valid_from=dt.date(2150, 1, 1), reason="Beslut", decided_by="CKU"
        ),
        LegalHold(
            id="hld_a",
            kind="wishes",
            reason="Överklagat",
            decided_by="CKU",
            placed_on=dt.date(2026, 11, 1),
            lifted_on=dt.date(2026, 11, 2),
        ),
        KeptJourney(placement_id="pla_a", minutes=31, long=False),
    ]
