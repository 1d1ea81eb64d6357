"""Whoever knows a protected student from before finds nothing with the ids: not by asking, and not by subtraction."""

from __future__ import annotations

from typing import Any

import pytest

from placement.callers import Role
from tests.api.protected.conftest import Send
from tests.api.protected.hidden import MARK, name_of
from tests.api.world import World

pytestmark = pytest.mark.one_database

KNOWN = [f"{kind}_{name_of(number)}" for kind in ("stu", "req", "pla") for number in range(4)]
"""What somebody wrote down before the students were protected."""
DOCUMENTS = {
    "/v1/runs/run_hidden/plan": Role.COORDINATOR,
    "/v1/runs/run_hidden/problem": Role.COORDINATOR,
    "/v1/runs/run_hidden/report": Role.COORDINATOR,
    "/v1/statements/stm_a/lines": Role.PROVIDER,
    "/v1/statements/stm_a/document": Role.INSTITUTION,
    "/v1/statements/stm_a/page": Role.PROVIDER,
}


@pytest.mark.parametrize("path", DOCUMENTS)
def test_an_id_that_is_sent_along_is_not_marked_out_in_a_stored_document(
    path: str, send: Send, settled_sqlite: tuple[object, World]
) -> None:
    headers = settled_sqlite[1].by(DOCUMENTS[path])
    for asked, host in ((path, {"Host": ".".join(KNOWN)}), (f"{path}?for={','.join(KNOWN)}", {})):
        answer = send("GET", asked, {**headers, **host})
        assert answer.status_code in {200, 422}
        assert MARK not in answer.text or answer.status_code == 422
    assert send("GET", path, headers).status_code == 200


@pytest.mark.parametrize("document", ["problem", "plan"])
def test_where_an_alias_stands_in_a_document_does_not_tell_whose_it_is(
    document: str, send: Send, settled_sqlite: tuple[object, World]
) -> None:
    headers = settled_sqlite[1].by(Role.COORDINATOR)
    told = send("GET", f"/v1/runs/run_hidden/{document}", headers).json()
    seen = {each["id"] for part in ("students", "requests") for each in all_of(send, f"/v1/{part}", headers)}
    tried = 0
    for part, key in (("students", "id"), ("requests", "id"), ("placements", "request"), ("unplaced", "request")):
        ids = [each[key] for each in told.get(part, ())]
        aliases = [each for each in ids if each not in seen]
        assert ids == [*(each for each in ids if each in seen), *sorted(aliases)]
        tried += len(aliases)
    assert tried


@pytest.mark.parametrize("role", [Role.INSTITUTION, Role.COORDINATOR])
def test_a_pseudonym_of_theirs_is_taken_as_anybody_elses_is(
    role: Role, send: Send, settled_sqlite: tuple[object, World]
) -> None:
    by, own = settled_sqlite[1].by(role), settled_sqlite[1].by(Role.INSTITUTION, **{"If-Match": "*"})
    theirs, anybodys = f"p-{name_of(1)}", "ki-0001"
    given = {"cohortId": "coh_a", "lat": 59.3, "lon": 18.0}
    for method, path, headers in (("POST", "/v1/students", by), ("PATCH", "/v1/students/stu_open_a2", own)):
        answers = [
            send(method, path, headers, {**(given if method == "POST" else {}), "externalId": name})
            for name in (theirs, anybodys)
        ]
        told = [(answer.status_code, answer.json()["detail"], answer.json()["errors"]) for answer in answers]
        assert told[0] == told[1]
        assert [each["pointer"] for each in told[0][2]] == ["/externalId"]
    sheet = {"rows": [{**given, "externalId": name} for name in ("new-1", theirs)]}
    refused = send("POST", "/v1/students/imports", by, sheet)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/rows/1/externalId"), refused.text
    assert theirs not in refused.text


def all_of(send: Send, path: str, headers: dict[str, str]) -> list[dict[str, Any]]:
    """Return a whole list."""
    items: list[dict[str, Any]] = send("GET", f"{path}?limit=200", headers).json()["items"]
    return items
