"""Fingerprints: a statement as one document that never changes, and the hash by which both sides name it.

The document is JSON with its names sorted, without spaces, in UTF-8; the fingerprint is its SHA-256 in hexadecimal.
Either side can fetch the document and compute the hash again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from placement.settlement.lines import Line
from placement.tables import Agreement, Statement

FORMAT = "placement-statement/1"


def document_of(statement: Statement, agreement: Agreement, lines: Sequence[Line]) -> str:
    """Return a statement with its lines as the document that its fingerprint is of."""
    told: dict[str, Any] = {
        "format": FORMAT,
        "id": statement.id,
        "agreementId": agreement.id,
        "institutionId": agreement.institution_id,
        "providerId": agreement.provider_id,
        "halfYear": statement.half_year,
        "number": statement.number,
        "correctsId": statement.corrects_id,
        "currency": statement.currency,
        "plannedWeeks": statement.planned_weeks,
        "doneWeeks": statement.done_weeks,
        "amountOre": statement.amount_ore,
        "drawnUpBy": statement.drawn_up_by,
        "drawnUpAt": statement.drawn_up_at.isoformat(),
        "lines": [_told(line) for line in lines],
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fingerprint_of(document: str) -> str:
    """Return the SHA-256 of a document."""
    return hashlib.sha256(document.encode()).hexdigest()


def _told(line: Line) -> dict[str, Any]:
    """Return a line as the document has it."""
    return {
        "placementId": line.placement_id,
        "programmeId": line.programme_id,
        "courseId": line.course_id,
        "unitId": line.unit_id,
        "operatorId": line.operator_id,
        "firstWeek": str(line.first_week),
        "weeks": line.weeks,
        "kind": line.kind.value,
        "basis": line.basis.value,
        "priceOre": line.price_ore,
        "percent": line.percent,
        "amountOre": line.amount_ore,
    }
