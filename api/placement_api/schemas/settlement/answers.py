"""Schemas of answers: a side acknowledges a statement by its fingerprint, or objects with words."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field, JsonValue

from placement.refusals import form
from placement.tables import Side, StatementAnswer, Verdict
from placement.tables.settlement import LONGEST_WORDS
from placement_api.schemas.base import Given, Name, Shown, example

SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_TEXT = form(r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$", "en text utan styrtecken", "a text without control characters")
_FINGERPRINT = form(
    r"^[0-9A-Fa-f]{64}$",
    "ett fingeravtryck: 64 tecken, siffror och bokstäverna a–f",
    "a fingerprint: 64 signs, digits and the letters a to f",
)
NO_NAME = "; the token's label if left out. "
ANSWER: dict[str, JsonValue] = {
    "id": "sta_51",
    "side": "institution",
    "verdict": "acknowledged",
    "words": None,
    "sha256": SHA256,
    "answeredBy": "Ada Lind",
    "answeredAt": "2027-08-20T09:00:00Z",
}


class AnswerShown(Shown):
    """A side's answer to a statement. En parts svar på en avräkning."""

    model_config = example(ANSWER)

    id: str
    side: Side
    verdict: Verdict
    words: str | None
    sha256: str
    answered_by: str
    answered_at: dt.datetime

    @classmethod
    def of(cls, answer: StatementAnswer) -> AnswerShown:
        """Show an answer."""
        return cls.model_validate(answer)


class AnswerGiven(Given):
    """A side's answer, by a named person. En parts svar, av en namngiven person."""

    model_config = example({"verdict": "acknowledged", "sha256": SHA256, "answeredBy": "Ada Lind"})

    verdict: Verdict
    sha256: Annotated[str, Field(pattern=_FINGERPRINT, max_length=64)] = Field(
        description="The fingerprint of what has been seen. Fingeravtrycket av det som har setts."
    )
    words: Annotated[str, Field(min_length=1, max_length=LONGEST_WORDS, pattern=_TEXT)] | None = Field(
        None, description="What is objected to; with objected only. Vad invändningen gäller; bara med objected."
    )
    answered_by: Name | None = Field(
        None, description=f"Who answers{NO_NAME}Vem som svarar; åtkomstnyckelns namn om det utelämnas."
    )
