"""An agreement is shown as its differences from the county's template, in words, with both values."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.world import World

OURS = "/v1/agreements/agr_a"
DAY = "2026-12-01"
CLAUSES = "/v1/agreement-templates/tpl_a/clauses"


def clause(client: TestClient, world: World, figure: str | None, number: int | None = None, **more: object) -> None:
    """Add a clause to our template, in force on the day."""
    given = {
        "key": str(more.pop("key", figure)),
        "headingSv": "Rubrik",
        "headingEn": "Heading",
        "textSv": "Så.",
        "textEn": "So.",
        "figure": figure,
        "number": number,
        "validFrom": "2025-06-01",
        **more,
    }
    made = client.post(CLAUSES, headers=world.by("coordinator"), json=given)
    assert made.status_code == 201, made.text


def change(client: TestClient, world: World, **values: object) -> None:
    """Change our agreement."""
    tag = client.get(OURS, headers=world.by("provider")).headers["ETag"]
    changed = client.patch(OURS, headers=world.by("provider", **{"If-Match": tag}), json=values)
    assert changed.status_code == 200, changed.text


def shown(client: TestClient, world: World, figure: str | None, on: str = DAY, language: str = "en") -> dict[str, Any]:
    """Return how our agreement stands to the clause about a figure."""
    headers = world.by("institution", **{"Accept-Language": language})
    answer = client.get(f"{OURS}/differences", headers=headers, params={"on": on})
    assert answer.status_code == 200, answer.text
    (found,) = [line for line in answer.json()["clauses"] if line["figure"] == figure]
    line: dict[str, Any] = found
    return line


def side(line: dict[str, Any]) -> tuple[str, str | None, str | None]:
    """Return how an agreement stands, and for whom it is better and worse."""
    return line["standing"], line["betterFor"], line["worseFor"]


def test_the_price_is_told_with_both_values_and_for_whom_it_is_better(client: TestClient, world: World) -> None:
    line = shown(client, world, "price")
    assert (line["standing"], line["clause"], line["ownClause"]) == ("same", "§ 7", "7 §")
    assert line["text"] == "As in the template: SEK 980 for a student-week."
    change(client, world, priceOre=125_050)
    line = shown(client, world, "price")
    assert side(line) == ("differs", "provider", "institution")
    assert line["text"] == (
        "In the agreement: SEK 1,250.50 for a student-week. In the template: SEK 980 for a student-week. "
        "Better for the provider than the template. Worse for the lärosäte than the template."
    )
    assert shown(client, world, "price", language="sv")["text"] == (
        "I avtalet: 1\N{NO-BREAK SPACE}250,50 kr per studentvecka. I mallen: 980 kr per studentvecka. "
        "Bättre för huvudmannen än mallen. Sämre för lärosätet än mallen."
    )
    change(client, world, priceOre=90_000)
    assert side(shown(client, world, "price")) == ("differs", "institution", "provider")
    change(client, world, priceOre=98_000, currency="EUR")
    assert side(shown(client, world, "price")) == ("differs", None, None)
    change(client, world, priceOre=None, currency="SEK", laterPrices=[])
    assert side(shown(client, world, "price")) == ("missing", None, None)


def test_the_price_of_the_day_is_compared_with_the_clause_of_the_day(client: TestClient, world: World) -> None:
    clause(client, world, "price", 101_000, validFrom="2027-07-01")
    assert shown(client, world, "price", on="2027-06-30")["standing"] == "same"
    assert shown(client, world, "price", on="2027-07-01")["inAgreement"] == "SEK 1,010 for a student-week"
    assert shown(client, world, "price", on="2027-07-01")["standing"] == "same"


def test_a_price_of_some_professions_is_compared_only_with_agreements_about_them(
    client: TestClient, world: World
) -> None:
    clause(client, world, None, key="price")
    clause(client, world, "price", 98_000, key="price-nurse", professions=["nurse"])
    assert shown(client, world, "price")["inTemplate"] == "SEK 980 for a student-week (nurse)"
    clause(client, world, None, key="price-nurse", validFrom="2025-07-01")
    clause(client, world, "price", 70_000, key="price-social", professions=["social_worker"], validFrom="2025-07-01")
    line = shown(client, world, "price")
    assert (line["standing"], "not about the agreement's professions: nurse" in line["text"]) == (
        "not-applicable",
        True,
    )
    change(client, world, professions=None)
    assert shown(client, world, "price")["standing"] == "differs"


def test_a_price_that_each_agreement_settles_only_has_to_be_there(client: TestClient, world: World) -> None:
    clause(client, world, "price", key="price")
    assert shown(client, world, "price")["standing"] == "same"
    change(client, world, priceOre=None, laterPrices=[])
    line = shown(client, world, "price")
    assert (line["standing"], line["inTemplate"]) == ("missing", "each agreement settles it by itself")


@pytest.mark.parametrize(
    ("wanted", "own", "expected"),
    [
        (["nurse"], ["nurse"], ("same", None, None)),
        (None, None, ("same", None, None)),
        (None, ["nurse"], ("differs", None, "institution")),
        (["nurse"], None, ("beyond", "institution", None)),
        (["nurse"], ["nurse", "midwife"], ("beyond", "institution", None)),
        (["nurse", "midwife"], ["nurse"], ("differs", None, "institution")),
        (["midwife"], ["nurse"], ("differs", None, None)),
    ],
)
def test_fewer_professions_are_worse_for_the_institution_and_more_go_beyond_the_template(
    client: TestClient,
    world: World,
    wanted: list[str] | None,
    own: list[str] | None,
    expected: tuple[str, str | None, str | None],
) -> None:
    clause(client, world, "professions", professions=wanted)
    change(client, world, professions=own)
    assert side(shown(client, world, "professions")) == expected


def test_units_left_out_are_counted_and_so_are_those_that_others_run(client: TestClient, world: World) -> None:
    clause(client, world, "units")
    line = shown(client, world, "units")
    assert side(line) == ("differs", None, "institution")
    assert line["inAgreement"] == "1 of 2 units (1 left out)"
    change(client, world, units=None)
    assert shown(client, world, "units")["standing"] == "same"
    unit = client.get("/v1/units/unt_a", headers=world.by("coordinator"))
    excluded = client.patch(
        "/v1/units/unt_a",
        headers=world.by("coordinator", **{"If-Match": unit.headers["ETag"]}),
        json={"excludedFromAgreement": True},
    )
    assert excluded.status_code == 200
    line = shown(client, world, "units", language="sv")
    assert line["inAgreement"] == "1 av 2 enheter (1 utanför, av dem drivs 1 av någon annan)"
    assert line["inTemplate"] == "alla enheter, oavsett vem som driver dem"


@pytest.mark.parametrize(
    ("months", "valid_to", "standing"),
    [
        (None, None, "same"),
        (None, "2027-12-31", "differs"),
        (36, "2027-12-31", "same"),
        (36, "2027-12-30", "differs"),
        (1, None, "differs"),
    ],
)
def test_validity_is_until_further_notice_or_for_whole_months(
    client: TestClient, world: World, months: int | None, valid_to: str | None, standing: str
) -> None:
    clause(client, world, "validity", months)
    change(client, world, validTo=valid_to)
    assert side(shown(client, world, "validity")) == (standing, None, None)


def test_months_of_notice_are_compared(client: TestClient, world: World) -> None:
    clause(client, world, "notice", 6)
    assert shown(client, world, "notice")["standing"] == "same"
    change(client, world, noticeMonths=1)
    line = shown(client, world, "notice")
    assert side(line) == ("differs", None, None)
    assert line["text"] == "In the agreement: 1 month. In the template: 6 months."


@pytest.mark.parametrize(
    ("figure", "number", "volume", "expected"),
    [
        ("floor", None, (0, None), ("same", None, None)),
        ("floor", 40, (40, None), ("same", None, None)),
        ("floor", 40, (41, None), ("differs", "institution", None)),
        ("floor", 40, (1, None), ("differs", None, "institution")),
        ("floor", None, None, ("missing", None, None)),
        ("floor", 40, None, ("missing", None, None)),
        ("ceiling", 90, (0, 90), ("same", None, None)),
        ("ceiling", 90, (0, None), ("differs", "institution", None)),
        ("ceiling", 90, (0, 80), ("differs", None, "institution")),
        ("ceiling", None, (0, None), ("same", None, None)),
    ],
)
def test_volumes_are_those_of_the_term_of_the_day_and_more_is_better_for_the_institution(
    client: TestClient,
    world: World,
    figure: str,
    number: int | None,
    volume: tuple[int, int | None] | None,
    expected: tuple[str, str | None, str | None],
) -> None:
    clause(client, world, figure, number)
    given = [] if volume is None else [dict(zip(("minStudentWeeks", "maxStudentWeeks"), volume, strict=True))]
    change(client, world, volumes=[{"termId": "trm_a", **each} for each in given])
    assert side(shown(client, world, figure)) == expected


def test_after_the_last_term_there_is_no_volume_to_compare(client: TestClient, world: World) -> None:
    clause(client, world, "floor", 1)
    assert shown(client, world, "floor", on="2198-01-01")["standing"] == "missing"


@pytest.mark.parametrize(
    ("wanted", "own", "expected"),
    [
        ([(28, 50)], [(28, 50)], ("same", None, None)),
        ([(28, 50)], [(28, 60)], ("differs", "provider", "institution")),
        ([(28, 50)], [(14, 50)], ("differs", "institution", "provider")),
        ([(28, 50)], [(14, 100)], ("differs", None, None)),
        ([(28, 50)], [], ("differs", "institution", "provider")),
        ([], [], ("same", None, None)),
        ([(14, 50), (28, 50)], [(28, 50)], ("same", None, None)),
    ],
)
def test_what_late_cancellations_cost_is_compared_day_by_day(
    client: TestClient,
    world: World,
    wanted: list[tuple[int, int]],
    own: list[tuple[int, int]],
    expected: tuple[str, str | None, str | None],
) -> None:
    clause(client, world, "cancellation", cancellationSteps=[{"daysBefore": d, "percent": p} for d, p in wanted])
    change(client, world, cancellationSteps=[{"daysBefore": d, "percent": p} for d, p in own])
    assert side(shown(client, world, "cancellation")) == expected


def test_what_only_the_agreement_settles_goes_beyond_the_template(client: TestClient, world: World) -> None:
    clause(client, world, None, key="price")
    clause(client, world, None, key="cancellation")
    change(
        client,
        world,
        volumes=[{"termId": "trm_a", "minStudentWeeks": 1, "maxStudentWeeks": 90}],
        clauses=[{"figure": "notice", "clause": "§ 9"}],
    )
    for figure, value in (
        ("price", "SEK 980 for a student-week"),
        ("floor", "1 student-week a term"),
        ("ceiling", "90 student-weeks a term"),
        ("notice", "6 months"),
        ("cancellation", "50% fewer than 14 days before the start"),
    ):
        line = shown(client, world, figure)
        assert (line["standing"], line["key"], line["inAgreement"]) == ("beyond", None, value)
        assert line["text"] == f"In the agreement: {value}. In the template: not settled."
    assert shown(client, world, "notice")["heading"] == "notice"
    text = next(
        line
        for line in client.get(f"{OURS}/differences?on={DAY}", headers=world.by("provider")).json()["clauses"]
        if line["key"] == "price"
    )
    assert (text["standing"], text["text"]) == ("text", "The clause has no value to compare.")


def test_without_a_template_for_the_provider_there_is_nothing_to_compare(client: TestClient, world: World) -> None:
    found = client.get("/v1/agreements/agr_b/differences", headers=world.by("coordinator")).json()
    assert (found["templateId"], found["clauses"]) == (None, [])
    assert found["counts"] == {"same": 0, "differs": 0, "missing": 0, "beyond": 0}


def test_a_day_that_is_no_day_is_refused(client: TestClient, world: World) -> None:
    refused = client.get(f"{OURS}/differences?on=2026-02-30", headers=world.by("provider"))
    assert (refused.status_code, refused.json()["errors"][0]["parameter"]) == (422, "on")
