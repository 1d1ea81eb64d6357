"""Who may do what with offers: ``off_a`` is our unit's for our lärosäte, ``off_b`` their unit's for theirs."""

from __future__ import annotations

from tests.api.lines import Line

OFFER = {
    "termId": "trm_a",
    "unitId": "unt_a",
    "professions": ["nurse"],
    "weeks": [{"week": "2027-W03", "places": 2}],
}

LINES = (
    Line("GET /v1/capacity-offers", "CIPUS", reach="C", ours="off_a", theirs="off_b"),
    Line("POST /v1/capacity-offers", "CPU", reach="C", body=OFFER, their_body={**OFFER, "unitId": "unt_b"}),
    Line("GET /v1/capacity-offers/{offerId}", "CIPUS", reach="C", ours="off_a", theirs="off_b"),
    Line(
        "PATCH /v1/capacity-offers/{offerId}",
        "CPU",
        reach="C",
        ours="off_a",
        theirs="off_b",
        body={"status": "declined", "declineReason": "rebuilding"},
    ),
    Line("PUT /v1/capacity-offers/{offerId}", "CPU", ours="off_a", body=OFFER),
    Line(
        "DELETE /v1/capacity-offers/{offerId}",
        "CPU",
        reach="C",
        ours="off_a",
        theirs="off_b",
        good=200,
        good_of_theirs=204,
    ),
)
