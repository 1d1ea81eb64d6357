"""Calendars and webhooks of each party on our side and of one on the other; each belongs to one party."""

from __future__ import annotations

from typing import Any

from placement.callers import Role
from placement.tables import ApiToken, Calendar, CalendarSubject, Delivery, Row, Webhook

HOLDERS: dict[str, tuple[str, Role, dict[str, Any], CalendarSubject, str]] = {
    "i": ("1", Role.INSTITUTION, {"organisation_id": "org_ki"}, CalendarSubject.STUDENT, "stu_a"),
    "p": ("2", Role.PROVIDER, {"organisation_id": "org_city"}, CalendarSubject.PROVIDER, "org_city"),
    "u": ("3", Role.UNIT, {"unit_id": "unt_a"}, CalendarSubject.UNIT, "unt_a"),
    "b": ("4", Role.INSTITUTION, {"organisation_id": "org_b"}, CalendarSubject.STUDENT, "stu_b"),
}
"""By the last part of their ids: the token's digit, role and party, and the calendar's subject."""


def rows() -> list[Row]:
    """Return each party's token, calendar and webhook."""
    return [
        row
        for name, (digit, role, where, subject, subject_id) in HOLDERS.items()
        for row in (
            ApiToken(id=digit * 16, secret_sha256=digit * 64, role=role, label=name, **where),
            Calendar(
                id=f"cal_{name}",
                token_id=digit * 16,
                secret_sha256=digit * 64,
                subject_type=subject,
                subject_id=subject_id,
            ),
            Webhook(
                id=f"whk_{name}",
                token_id=digit * 16,
                url=f"https://{name}.example.org/placement",
                secret="whsec_" + "A" * 43 + "=",
                active=False,
            ),
            Delivery(webhook_id=f"whk_{name}", cursor=0),
        )
    ]
