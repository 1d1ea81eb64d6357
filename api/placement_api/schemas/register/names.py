"""Schemas of names: what the reader calls the rows behind our ids."""

from __future__ import annotations

from typing import Any

from pydantic import Field, JsonValue

from placement.register.names import Name, Who
from placement_api.schemas.base import Shown, example

WHO: dict[str, JsonValue] = {
    "requestId": "req_1f3a",
    "studentId": "stu_88d0",
    "studentExternalId": "ki-7f3a91",
    "institutionId": "org_ki",
    "institutionName": "Karolinska Institutet",
    "courseId": "crs_2sj",
    "courseCode": "1SJ021",
    "courseName": "VFU geriatrik",
}
NAME: dict[str, JsonValue] = {"id": "off_17", "kind": "offer", "name": "Geriatriken – nurse", "ownId": None}

SUPERVISOR = "The supervisor; null for a lärosäte, which does not see who it is. Handledaren; null för ett lärosäte."
HAS_SUPERVISOR = "Whether a supervisor is named. Om en handledare är namngiven."


class WhoShown(Shown):
    """Whose a request is. Vems en begäran är."""

    request_id: str
    student_id: str
    student_external_id: str | None = Field(
        description="Only the student's lärosäte sees it; null for others. Bara lärosätet ser den; null för andra."
    )
    institution_id: str
    institution_name: str
    course_id: str
    course_code: str
    course_name: str


def whose(who: Who, language: str) -> dict[str, Any]:
    """Return the fields of a ``WhoShown`` in a language, ``sv`` or ``en``."""
    names = WhoShown.model_fields.keys() - {"institution_name"}
    return {name: getattr(who, name) for name in names} | {"institution_name": getattr(who.institution_name, language)}


class NameShown(Shown):
    """What the reader calls a row. Vad läsaren kallar en rad."""

    model_config = example(NAME)

    id: str
    kind: str = Field(
        description="unit, offer, student, request, supervisor, agreement, organisation or site. "
        "Vad det är: enhet, erbjudande, student, begäran, handledare, avtal, organisation eller studieort."
    )
    name: str
    own_id: str | None = Field(
        description="The id that its owner has given it: an HSA-id, a pseudonym. Ägarens eget id: HSA-id, pseudonym."
    )

    @classmethod
    def of(cls, name: Name, language: str) -> NameShown:
        """Show a name in a language, ``sv`` or ``en``."""
        return cls(id=name.id, kind=name.kind, name=getattr(name.words, language), own_id=name.own_id)
