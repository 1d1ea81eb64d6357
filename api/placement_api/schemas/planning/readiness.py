"""Schemas of readiness: what a term still lacks before a run makes sense."""

from __future__ import annotations

from pydantic import Field, JsonValue

from placement.planning.readiness import Finding, Readiness
from placement_api.schemas.base import Shown, example

_CHECK: dict[str, JsonValue] = {
    "code": "courses-without-windows",
    "severity": "blocking",
    "text": "2 courses have no start weeks in the term: 41 requests cannot be placed.",
    "count": 41,
    "items": [{"id": "crs_psychiatry", "name": "Klinisk utbildning, termin 4", "ownId": "1SJ021"}],
    "total": 2,
}


class ReadinessItemShown(Shown):
    """A row that a check is about. En rad som kontrollen gäller."""

    id: str
    name: str
    own_id: str | None


class ReadinessCheckShown(Shown):
    """Something that the term lacks. Något som terminen saknar."""

    model_config = example(_CHECK)

    code: str
    severity: str = Field(
        description="blocking: some request cannot be placed; warning: look at it. "
        "blocking: någon begäran kan inte placeras; warning: se över det."
    )
    text: str = Field(description="In the caller's language. På anroparens språk.")
    count: int = Field(description="How many it concerns. Hur många det gäller.")
    items: list[ReadinessItemShown] = Field(description="The first of the rows. De första raderna.")
    total: int = Field(description="The number of rows. Antal rader.")

    @classmethod
    def of(cls, finding: Finding, language: str) -> ReadinessCheckShown:
        """Show a finding in a language."""
        return cls(
            code=finding.code,
            severity=finding.severity,
            text=finding.words.sv if language == "sv" else finding.words.en,
            count=finding.count,
            items=[ReadinessItemShown.model_validate(item) for item in finding.shown],
            total=len(finding.items),
        )


class ReadinessShown(Shown):
    """What a term lacks before a run makes sense, what blocks first. Vad en termin saknar före en körning."""

    model_config = example({"id": "trm_vt2027", "ready": False, "checks": [_CHECK]})

    id: str
    ready: bool = Field(description="Whether nothing blocks. Om inget hindrar.")
    checks: list[ReadinessCheckShown]

    @classmethod
    def of(cls, readiness: Readiness, language: str) -> ReadinessShown:
        """Show what a term lacks."""
        checks = [ReadinessCheckShown.of(finding, language) for finding in readiness.findings]
        return cls(id=readiness.term.id, ready=readiness.ready, checks=checks)
