"""Who may do what with calendars: each party with its own; anyone who has an address may read it."""

from __future__ import annotations

from tests.api.lines import Line

EACH = {"I": "cal_i", "P": "cal_p", "U": "cal_u"}

LINES = (
    Line("GET /v1/calendars", "CIPU", ours="cal_a", theirs="cal_b", each=EACH),
    Line(
        "POST /v1/calendars",
        "CIPU",
        reach="CI",
        body={"subject": {"type": "unit", "id": "unt_a"}},
        their_body={"subject": {"type": "unit", "id": "unt_b"}},
    ),
    Line("GET /v1/calendars/{calendarId}", "CIPU", ours="cal_a", theirs="cal_b", each=EACH),
    Line("DELETE /v1/calendars/{calendarId}", "CIPU", ours="cal_a", theirs="cal_b", each=EACH),
    Line("GET /v1/calendar-feeds/{feedId}", "", ours="none", public=True),
)
