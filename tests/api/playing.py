"""Playing: what the parties of a county do in a round, from the answers to a repaired plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from placement_solver.check import check_plan
from placement_solver.documents import read_plan, read_problem
from tests.api.entering import County
from tests.api.parties import Party, Round

IN_FORCE = {"published", "accepted"}
Step = Callable[[str], AbstractContextManager[None]]
Placed = dict[str, dict[str, Any]]


def unmarked(_step: str) -> AbstractContextManager[None]:
    """Report nothing about a step."""
    return nullcontext()


def play_round(stage: Round, county: County, step: Step = unmarked) -> Counter[str]:
    """Play the round, check the result of each step, and return the figures."""
    figures = Counter(county.entered)
    with step("the lottery"):
        stage.coordinator.ask("POST", f"/v1/terms/{stage.term}/lottery-draws", 201, {"seed": "a county's round"})
    with step("a plan for the county's lärosäten, published"):
        figures["in county"] = publish_the_county_first(stage, county)
    with step("the others, in what is left"):
        figures["placed"] = publish_the_rest(stage, county)
    with step("a provider's answers"):
        figures["accepted"] = answer(county)
    with step("a cancelled placement"):
        cancel_one(stage, county)
    with step("a ward withdraws, a stale plan is refused, a repair published"):
        figures["withdrawn from"] = withdraw_a_ward_and_repair(stage, county)
    return figures


def publish_the_county_first(stage: Round, county: County) -> int:
    """Place the county's lärosäten first; until a person publishes, only the coordinator sees anything."""
    draft = stage.run(inCountyOnly=True)
    for party in (*county.institutions.values(), *county.providers.values()):
        assert party.get("/v1/placements?limit=1")["total"] == 0
    published = stage.publish(draft)
    assert (published["number"], published["publishedBy"]) == (1, "Eva Ek")
    outside = [row["id"] for row in stage.coordinator.all("/v1/organisations?kind=institution") if not row["inCounty"]]
    outsiders = [party for party in county.institutions.values() if party.organisation in outside]
    assert outsiders
    for party in outsiders:
        assert party.get("/v1/placements?limit=1")["total"] == 0
    return int(published["placed"])


def publish_the_rest(stage: Round, county: County) -> int:
    """Place the others in what is left; no placement moves, and each party reads exactly its own."""
    before = in_force(stage.coordinator)
    filled = stage.publish(stage.run(mode="fill"))
    assert (filled["moved"], filled["ended"]) == (0, 0)
    after = in_force(stage.coordinator)
    assert {name: after[name] for name in before} == before
    assert len(after) == len(before) + filled["placed"]
    assert sorted(name for party in county.institutions.values() for name in in_force(party)) == sorted(after)
    seen: set[str] = set()
    for party in county.providers.values():
        own = {unit["id"] for unit in party.all("/v1/units")}
        theirs = in_force(party)
        assert theirs.keys() == {name for name, row in after.items() if row["unitId"] in own}
        seen |= theirs.keys()
    assert seen == after.keys()
    waiting = stage.coordinator.get(f"/v1/terms/{stage.term}/waiting-requests?limit=1")["total"]
    assert waiting == county.entered["requests"] - len(after)
    return len(after)


def answer(county: County) -> int:
    """The provider with most students accepts all but one in a sheet; one has no supervisor."""
    provider = most_students(county.providers)
    rows = [{"id": name, "status": "accepted"} for name in in_force(provider)]
    rows[0] |= {"status": "declined", "reason": "no-supervisor"}
    told = provider.hand_in("placements", {"rows": rows})
    assert (told["rows"], told["changed"]) == (len(rows), len(rows))
    (declined,) = provider.get(f"/v1/events?subjectId={rows[0]['id']}&kind=placement.declined")["items"]
    assert declined["details"]["reason"] == "no-supervisor"
    return len(rows) - 1


def cancel_one(stage: Round, county: County) -> None:
    """A lärosäte cancels a placement; only its own feed and the coordinator's have the event."""
    institution = most_students(county.institutions)
    name = next(iter(in_force(institution)))
    assert institution.change(f"/v1/placements/{name}", {"status": "cancelled"})["reason"] == "request-withdrawn"
    told = f"/v1/events?subjectId={name}&kind=placement.cancelled"
    heard = [party for party in county.institutions.values() if party.get(told)["items"]]
    assert heard == [institution]
    assert stage.coordinator.get(told)["items"]


def withdraw_a_ward_and_repair(stage: Round, county: County) -> int:
    """The unit with most students withdraws; an earlier plan is refused, and a repair keeps the other placements."""
    late = stage.run(mode="fill")
    before = in_force(stage.coordinator)
    ((ward, number),) = Counter(row["unitId"] for row in before.values()).most_common(1)
    owner = stage.coordinator.get(f"/v1/units/{ward}")["providerId"]
    provider = next(party for party in county.providers.values() if party.organisation == owner)
    closed = {"status": "declined", "declineReason": "no-supervisor", "weeks": []}
    for offer in provider.all(f"/v1/capacity-offers?unitId={ward}"):
        provider.change(f"/v1/capacity-offers/{offer['id']}", closed)
    assert stage.publish(late, 409)["errors"]
    run = stage.run(mode="repair")
    problem = read_problem(stage.coordinator.ask("GET", f"/v1/runs/{run}/problem", 200).content)
    assert check_plan(problem, read_plan(stage.coordinator.ask("GET", f"/v1/runs/{run}/plan", 200).content)) == ()
    repaired = stage.publish(run)
    after = in_force(stage.coordinator)
    assert all(row["unitId"] != ward for row in after.values())
    stayed = [name for name, row in before.items() if row["unitId"] != ward and after.get(name) == row]
    assert repaired["moved"] + repaired["ended"] >= number
    assert len(stayed) == len(before) - repaired["moved"] - repaired["ended"]
    assert len(stayed) > (len(before) - number) * 0.9, "a repair changes little elsewhere"
    return number


def in_force(party: Party) -> Placed:
    """Return the placements in force that a party sees."""
    return {row["id"]: row for row in party.all("/v1/placements") if row["status"] in IN_FORCE}


def most_students(parties: dict[str, Party]) -> Party:
    """Return the party with most placements."""
    return max(parties.values(), key=lambda party: int(party.get("/v1/placements?limit=1")["total"]))
