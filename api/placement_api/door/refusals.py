"""Refusals: problem documents for what never became a request, such as half a head, written out byte by byte."""

from __future__ import annotations

import json
import secrets
import uuid
from http import HTTPStatus

from placement_api.door.headers import safe_headers
from placement_api.problem_types import PROBLEM_TYPES
from placement_api.problems import MEDIA_TYPE
from placement_solver.words import Words


def raw_refusal(code: str, scheme: str, why: Words | None = None) -> bytes:
    """Return the whole answer for a problem type; it is in both languages, since nobody has said which.

    ``why`` is said in place of the type's own text.
    """
    problem_type = PROBLEM_TYPES[code]
    why = why or Words(problem_type.text["sv"], problem_type.text["en"])
    problem = {
        "type": f"/problems/{code}",
        "title": f"{problem_type.title['sv']} / {problem_type.title['en']}",
        "status": problem_type.status,
        "detail": f"{why.sv} / {why.en}",
        "instance": uuid.uuid4().urn,
        "trace": secrets.token_hex(16),
        "errors": [],
    }
    body = json.dumps(problem, ensure_ascii=False).encode()
    headers = {**safe_headers(scheme), "Content-Type": MEDIA_TYPE, "Content-Length": len(body), "Connection": "close"}
    lines = [f"HTTP/1.1 {problem_type.status} {HTTPStatus(problem_type.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body
