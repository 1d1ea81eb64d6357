"""Schemas of the lottery: recorded draws of the numbers that break ties between students."""

from __future__ import annotations

import datetime as dt

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from placement_api.schemas.base import ExternalId, Given, Shown

_DRAW: JsonDict = {"seed": "trisslott 4711"}


class DrawGiven(Given):
    """A draw of lottery numbers to make. En lottning som ska göras."""

    model_config = ConfigDict(json_schema_extra={"example": _DRAW})

    seed: ExternalId | None = Field(
        None,
        description="The text that decides the draw; random if left out. "
        "Den text som avgör lottningen; slumpas om den utelämnas.",
    )


class DrawShown(Shown):
    """A recorded draw. En dokumenterad lottning.

    The student with the lowest SHA-256 (hexadecimal) of `<seed>:<student id>` got the first number.
    Den student som hade det lägsta SHA-256-värdet av `<seed>:<studentens id>` fick det första numret.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "drw_17",
                "termId": "trm_vt2027",
                "drawnAt": "2026-11-02T08:00:00Z",
                **_DRAW,
                "students": 7132,
                "firstNumber": 1,
                "lastNumber": 7132,
            }
        }
    )

    id: str
    term_id: str
    drawn_at: dt.datetime
    seed: str
    students: int
    first_number: int
    last_number: int
