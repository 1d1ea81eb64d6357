"""What is in use is not removed: the refusal says what uses it, within what the caller may know, and what to do."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from placement.callers import Caller, Role
from placement.register import lists
from placement.store.in_use import SUBJECTS, USES, is_followed, refusal
from placement.tables import Row
from tests.api.world import World


@pytest.mark.parametrize(
    ("role", "path", "told"),
    [
        (
            "coordinator",
            "units/unt_a",
            (
                "The unit is used by 1 agreement that lists it, 3 tokens, 1 offer, 1 supervisor, "
                "1 student who cannot be placed there, 1 pin, 1 placement, 1 planned placement, 1 preference, "
                "1 line of a statement and 1 placement in a swap. Tokens, placements, planned placements, lines "
                "of statements and placements in swaps are kept, so the unit cannot be removed."
            ),
        ),
        (
            "provider",
            "units/unt_a",
            (
                "The unit is used by 1 agreement that lists it, 1 offer, 1 supervisor, 1 placement, "
                "1 line of a statement, 1 placement in a swap and something else that you do not see. "
                "Placements, lines of statements and placements in swaps are kept, so the unit cannot be removed."
            ),
        ),
        (
            "institution",
            "courses/crs_a",
            (
                "The course is used by 1 request and 1 line of a statement. "
                "Lines of statements are kept, so the course cannot be removed."
            ),
        ),
        (
            "institution",
            "programmes/prg_a",
            (
                "The programme is used by 2 cohorts, 3 courses and 1 line of a statement. "
                "Lines of statements are kept, so the programme cannot be removed."
            ),
        ),
        (
            "institution",
            "requests/req_a",
            "The request is used by 1 placement and something else that you do not see. Withdraw it instead.",
        ),
        (
            "coordinator",
            "professions/nurse",
            (
                "The profession is used by 4 programmes, 2 supervisors, 2 offers and 1 agreement. "
                "Remove or change that first."
            ),
        ),
    ],
)
def test_a_refusal_to_remove_says_what_uses_it(
    client: TestClient, world: World, role: str, path: str, told: str
) -> None:
    headers = world.by(role, **{"If-Match": "*"})
    refused = client.delete(f"/v1/{path}", headers=headers)
    assert (refused.status_code, refused.json()["detail"]) == (409, told)
    assert client.get(f"/v1/{path}", headers=headers).status_code == 200


def test_a_refusal_to_remove_is_told_in_swedish_too(client: TestClient, world: World) -> None:
    headers = world.by("institution", **{"If-Match": "*", "Accept-Language": "sv"})
    refused = client.delete("/v1/cohorts/coh_a", headers=headers)
    assert (
        refused.json()["detail"] == "Kullen används av 1 studieortsval och 3 studenter. Ta bort eller ändra det först."
    )


def test_who_sees_nothing_of_what_uses_it_is_sent_to_the_coordinator() -> None:
    told = refusal(SUBJECTS["unit"], {USES["preference"]: 2}, Caller(role=Role.PROVIDER, organisation="org_a"))
    assert told.en == "The unit is used by something else that you do not see. Ask the coordinator for help."
    assert told.sv == "Enheten används av annat som du inte ser. Be samordnaren om hjälp."


def test_everything_that_keeps_a_row_has_words() -> None:
    tables = Row.metadata.sorted_tables
    keys = [key for table in tables for key in table.foreign_keys if not is_followed(key)]
    keeping = {key.parent.table.name for key in keys if key.column.table.name in SUBJECTS}
    keeping |= {column.class_.__tablename__ for columns in lists._USERS.values() for column in columns}
    assert keeping == USES.keys()
