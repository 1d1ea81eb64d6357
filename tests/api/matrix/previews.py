"""Who may preview a reduction: those who may make it."""

from __future__ import annotations

from tests.api.lines import Line

LINES = (
    Line(
        "POST /v1/terms/{termId}/cut-previews",
        "CPU",
        ours="trm_next",
        body={"closures": [{"unitId": "unt_a"}]},
        good=200,
    ),
)
