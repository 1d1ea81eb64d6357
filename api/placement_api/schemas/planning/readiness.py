"""Schemas of readiness: what a term still lacks before a run makes sense."""

from __future__ import annotations

from pydantic import Field, JsonValue

from placement.planning.readiness.findings import Finding, Item, Severity
from placement.planning.readiness.judging import Readiness
from placement_api.schemas.base import Shown, example
from placement_solver.words import Words

_CHECK: dict[str, JsonValue] = {
    "code": "courses-without-windows",
    "severity": "warning",
    "text": "41 requests (2 courses) cannot be placed: the course has no start weeks in the term.",
    "counts": {"requests": 41, "courses": 2},
    "items": [
        {
            "id": "crs_psychiatry",
            "name": "Klinisk utbildning, termin 4",
            "ownId": "1SJ021",
            "owner": "Karolinska Institutet",
            "counts": {"requests": 40},
            "reason": None,
        }
    ],
    "total": 2,
}


class ReadinessItemShown(Shown):
    """A row that a check is about. En rad som kontrollen gäller."""

    id: str = Field(
        description="Our id, or the code or the zone itself, or where in the problem a fault is. "
        "Vårt id, eller koden eller zonen själv, eller var i problemet ett fel finns."
    )
    name: str
    own_id: str | None = Field(description="The owner's own id. Ägarens eget id.")
    owner: str | None = Field(
        description="Whose it is: a unit's provider, a course's or a pin's lärosäte, a supervisor's unit. "
        "Vems det är: enhetens huvudman, kursens eller den låsta placeringens lärosäte, handledarens enhet."
    )
    counts: dict[str, int] = Field(description="Numbers about the row. Antal som gäller raden.")
    reason: str | None = Field(
        description="Why, where the rows of one check have different reasons: the first rule that leaves no unit, or "
        "the rule that a pin breaks. "
        "Varför, där radernas skäl skiljer sig åt: den första regeln som inte lämnar någon enhet, eller regeln som en "
        "låst placering bryter mot."
    )

    @classmethod
    def of(cls, item: Item, language: str) -> ReadinessItemShown:
        """Show a row in a language."""
        owner = None if item.owner is None else _in(language, item.owner)
        return cls(
            id=item.id,
            name=_in(language, item.name),
            own_id=item.own_id,
            owner=owner,
            counts=dict(item.counts),
            reason=None if item.reason is None else _in(language, item.reason),
        )


class ReadinessCheckShown(Shown):
    """A check of the term, and what it has found. En kontroll av terminen och vad den har funnit."""

    model_config = example(_CHECK)

    code: str
    severity: Severity = Field(
        description="blocking: a run can place nobody because of it, or none of a lärosäte's own; warning: look at it; "
        "ok: nothing is missing. blocking: en körning kan inte placera någon, eller ingen av lärosätets egna; "
        "warning: se över det; ok: inget saknas."
    )
    text: str = Field(description="In the caller's language. På anroparens språk.")
    counts: dict[str, int] = Field(description="Numbers, by what they count. Antal, efter vad som räknas.")
    items: list[ReadinessItemShown] = Field(description="The first of the rows. De första raderna.")
    total: int = Field(description="The number of rows. Antal rader.")

    @classmethod
    def of(cls, finding: Finding, language: str) -> ReadinessCheckShown:
        """Show a finding in a language."""
        found = finding.found
        return cls(
            code=finding.code,
            severity=finding.severity,
            text=_in(language, found.words),
            counts=dict(found.counts),
            items=[ReadinessItemShown.of(item, language) for item in finding.shown],
            total=len(found.items),
        )


class ReadinessShown(Shown):
    """The check list of a term, what blocks first. Terminens checklista, med det som hindrar först."""

    model_config = example({"id": "trm_vt2027", "ready": True, "checks": [_CHECK]})

    id: str
    ready: bool = Field(description="Whether nothing blocks. Om inget hindrar.")
    checks: list[ReadinessCheckShown]

    @classmethod
    def of(cls, readiness: Readiness, language: str) -> ReadinessShown:
        """Show a term's check list."""
        checks = [ReadinessCheckShown.of(finding, language) for finding in readiness.findings]
        return cls(id=readiness.term.id, ready=readiness.ready, checks=checks)


def _in(language: str, words: Words) -> str:
    """Return a text in a language."""
    return words.sv if language == "sv" else words.en
