"""What a term lacks is shown over REST and in a shell, in the caller's language."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.api.world import World


def test_a_coordinator_sees_what_a_term_lacks_in_words(client: TestClient, world: World) -> None:
    told = {}
    for language in ("sv", "en"):
        headers = world.by("coordinator", **{"Accept-Language": language})
        answer = client.get("/v1/terms/trm_a/readiness", headers=headers)
        assert answer.status_code == 200, answer.text
        told[language] = answer.json()
    assert told["sv"]["id"] == "trm_a"
    assert [check["code"] for check in told["sv"]["checks"]] == [check["code"] for check in told["en"]["checks"]]
    assert all(sv["text"] != en["text"] for sv, en in zip(told["sv"]["checks"], told["en"]["checks"], strict=True))
    assert told["sv"]["ready"] == all(check["severity"] != "blocking" for check in told["sv"]["checks"])
    assert all(len(check["items"]) <= check["total"] for check in told["sv"]["checks"])
