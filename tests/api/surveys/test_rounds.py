"""A survey round from the questions to the figures, and what keeps those who answer unknown."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections import Counter
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from sqlmodel import Session, col, select

from placement.callers import SYSTEM, Role
from placement.sheets import survey_figures
from placement.store.tokens import create_token, digest
from placement.surveys import answering, inviting, rounds
from placement.tables import (
    METADATA,
    AuditEntry,
    IdempotencyKey,
    Placement,
    PlacementStatus,
    RoundStatus,
    SurveyAnswer,
    SurveyGroup,
    SurveyInvitation,
    SurveyRound,
    SurveyText,
)
from tests.api.surveys.asking import PLACED, QUESTIONS, SURVEY, TERM, Asking, secret_of
from tests.api.world import World

EVERYONE = sum(PLACED.values())


def play(asking: Asking) -> None:
    """Open the round, let everybody answer, and close it."""
    asking.open()
    links = [*asking.links("institution"), *asking.links("other")]
    assert len(links) == EVERYONE
    for number, link in enumerate(links):
        told = ("in-time", "late")[number % 2]
        answers = {"overall": 1 + number % 5, "told": told, "recommend": "yes", "more": f"Text {number}"}
        assert asking.answer(link, **answers).status_code == 204
    asking.close()


def test_a_round_goes_from_questions_to_figures(asking: Asking) -> None:
    play(asking)
    shown = asking.figures("coordinator")
    county = shown["county", "county", "overall"]
    assert (county["answers"], county["invited"], county["responseRate"]) == (EVERYONE, EVERYONE, 100.0)
    assert county["mean"] == pytest.approx(3, abs=0.1)
    assert [band["band"] for band in county["bands"]] == ["1-2", "3", "4-5"]
    assert sum(band["answers"] for band in county["bands"]) == EVERYONE
    assert county["hidden"] is None
    unit = shown["unit", "unt_a", "overall"]
    assert (unit["answers"], unit["subjectSv"], unit["year"]) == (19, "Tallgården", 2027)
    choices = shown["county", "county", "told"]
    assert (choices["mean"], {band["band"] for band in choices["bands"]}) == (None, {"in-time", "late+never"})
    assert shown["county", "county", "recommend"]["bands"] is None
    assert shown["programme", "prg_a", None]["answers"] == 21


def test_a_unit_with_too_few_is_hidden_and_so_is_what_would_give_it_away(asking: Asking) -> None:
    play(asking)
    shown = asking.figures("coordinator")
    hidden = {key for key, row in shown.items() if row["answers"] is None}
    assert {subject for _level, subject, _question in hidden} == {"unt_idle", "unt_b"}
    few = shown["unit", "unt_idle", "overall"]
    assert (few["mean"], few["bands"], few["responseRate"]) == (None, None, None)
    assert few["hidden"] == shown["unit", "unt_b", "overall"]["hidden"]
    assert few["hidden"]["en"].startswith("Fewer than five answers, or")
    texts = "/v1/survey-rounds/{}/texts?level=unit&subjectId={}"
    told = {
        unit: asking.ask("coordinator", "GET", texts.format(asking.round, unit), 200) for unit in ("unt_a", "unt_b")
    }
    assert {unit: page["total"] for unit, page in told.items()} == {"unt_a": 19, "unt_b": 0}


def test_each_reads_the_county_and_its_own(asking: Asking) -> None:
    play(asking)

    def read(role: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for level, subject, _question in asking.figures(role, "&whole=true"):
            found.setdefault(level, set()).add(subject)
        return found

    county = {"county": {"county"}}
    assert read("unit") == county | {"unit": {"unt_a"}}
    assert read("provider") == county | {"provider": {"org_city"}, "unit": {"unt_a", "unt_free"}}
    assert read("institution") == county | {
        "institution": {"org_ki"},
        "programme": {"prg_a"},
        "provider": {"org_city", "org_far"},
        "unit": {"unt_a", "unt_free", "unt_b"},
    }
    assert read("other")["unit"] == {"unt_a", "unt_free", "unt_b", "unt_idle"}
    whole = read("coordinator")
    assert (whole["institution"], whole["unit"]) == ({"org_ki", "org_b"}, {"unt_a", "unt_free", "unt_b", "unt_idle"})
    theirs = f"/v1/survey-rounds/{asking.round}/texts?level=unit&subjectId=unt_free"
    assert asking.ask("unit", "GET", theirs, 200)["total"] == 0
    assert asking.ask("provider", "GET", theirs, 200)["total"] == 12


def test_two_readers_are_told_the_same_figure(asking: Asking) -> None:
    play(asking)
    everything = asking.figures("coordinator")
    for role in ("institution", "other", "provider", "unit"):
        own = asking.figures(role)
        assert own.items() <= everything.items()


def test_one_who_runs_a_unit_for_a_provider_reads_the_unit_s_figures(asking: Asking, store: Session) -> None:
    play(asking)
    asking.other = create_token(store, SYSTEM, Role.PROVIDER, organisation="org_care")
    store.commit()
    assert {subject for _, subject, _ in asking.figures("other")} == {"county", "unt_a"}


def test_nothing_is_shown_before_a_round_is_closed_and_nothing_changes_after(asking: Asking) -> None:
    asking.open()
    links = asking.links("other")
    for link in links[:20]:
        asking.answer(link, overall=5)
    assert asking.figures("coordinator") == {}
    years = f"/v1/survey-years?year=2027&surveyId={asking.survey}"
    assert asking.ask("coordinator", "GET", years, 200)["items"] == []
    asking.close()
    before = asking.figures("coordinator")
    assert before["county", "county", None]["answers"] == 20
    assert asking.answer(links[20], overall=5).status_code == 404
    asking.ask("coordinator", "POST", f"/v1/survey-rounds/{asking.round}/closings", 409)
    assert asking.figures("coordinator") == before


def test_an_answer_has_no_way_back_to_who_gave_it(asking: Asking, store: Session) -> None:
    asking.open()
    links = [*asking.links("institution"), *asking.links("other")]
    for number, link in enumerate(links):
        asking.answer(link, overall=5, more=f"Text {number}")
    store.rollback()
    before = set(store.exec(select(SurveyAnswer.id)))
    store.rollback()
    asking.close()
    theirs = col(SurveyAnswer.group_id).in_(select(SurveyGroup.id).where(SurveyGroup.round_id == asking.round))
    answers = store.exec(select(SurveyAnswer).where(theirs)).all()
    assert len(answers) == EVERYONE
    assert before.isdisjoint(row.id for row in answers)
    assert all(row.given == {"overall": 5} for row in answers)
    assert not store.exec(select(SurveyInvitation).where(SurveyInvitation.round_id == asking.round)).all()
    texts = store.exec(select(SurveyText).where(SurveyText.question == "more").order_by(col(SurveyText.id))).all()
    told = [row.text for row in texts if row.text.startswith("Text ")]
    assert len(told) == EVERYONE
    assert told != sorted(told, key=lambda text: int(text.split()[1]))
    assert {column.name for column in SurveyAnswer.__table__.columns} == {"id", "group_id", "given"}  # type: ignore[attr-defined]


def test_neither_the_audit_trail_nor_the_feed_tells_who_answered(asking: Asking, store: Session) -> None:
    asking.open()
    links = asking.links("institution")
    events = asking.ask("coordinator", "GET", "/v1/events", 200)
    entries = set(store.exec(select(AuditEntry.sequence)))
    store.rollback()
    assert asking.answer(links[0], overall=4).status_code == 204
    assert set(store.exec(select(AuditEntry.sequence))) == entries
    store.rollback()
    assert asking.ask("coordinator", "GET", "/v1/events", 200) == events


def test_no_secret_is_stored_anywhere_not_even_for_a_repeated_call(asking: Asking, store: Session) -> None:
    asking.open()
    path = f"/v1/survey-rounds/{asking.round}/links"
    key = {"Idempotency-Key": "k-1"}
    first = asking.ask("institution", "POST", path, 201, {}, **key)
    secrets = {secret_of(link) for link in first["links"]}
    assert len(secrets) == 21
    again = asking.ask("institution", "POST", path, 201, {}, **key)
    assert [link["studentId"] for link in again["links"]] == [link["studentId"] for link in first["links"]]
    assert {link["url"] for link in again["links"]} == {None}
    sheet = asking.ask("institution", "POST", f"{path}?format=csv", 201, {"renew": True}, **{"Idempotency-Key": "k-2"})
    lines = list(csv.DictReader(io.StringIO(sheet.text.removeprefix("\ufeff"))))
    secrets |= {secret_of(line["url"]) for line in lines}
    assert len(secrets) == 42
    store.rollback()
    assert len(store.exec(select(IdempotencyKey)).all()) >= 2
    rows = [row for table in METADATA.sorted_tables for row in store.connection().execute(table.select())]
    stored = [str(value) for row in rows for value in row]
    assert not [text for text in stored if any(secret in text for secret in secrets)]
    assert {digest(secret) for secret in secrets} & set(stored)


def test_a_link_is_handed_out_once_and_a_renewed_one_stops_the_old(asking: Asking) -> None:
    asking.open()
    first = asking.links("institution")
    assert asking.links("institution") == []
    assert asking.answer(first[0], overall=3).status_code == 204
    renewed = asking.links("institution", renew=True)
    assert [link["placementId"] for link in renewed] == [link["placementId"] for link in first]
    assert asking.answer(first[1], overall=3).status_code == 404
    assert asking.answer(renewed[0], overall=3).status_code == 409
    assert asking.answer(renewed[1], overall=3).status_code == 204
    assert {link["externalId"] for link in renewed} >= {"s-unt_a.prg_a.0"}


def test_each_hands_on_the_links_of_its_own(asking: Asking) -> None:
    asking.open()
    assert asking.links("coordinator") == []
    assert asking.links("provider") == []
    assert {link["studentId"].split(".")[2] for link in asking.links("institution")} == {"prg_a"}
    assert {link["studentId"].split(".")[2] for link in asking.links("other")} == {"prg_b"}


def test_the_audit_trail_says_who_took_how_many_links(asking: Asking, store: Session) -> None:
    asking.open()
    asking.links("institution")
    store.rollback()
    [entry] = store.exec(select(AuditEntry).where(AuditEntry.object_type == "survey_links"))
    assert (entry.object_id, entry.after, entry.actor_organisation) == (asking.round, {"links": 21}, "org_ki")


def test_a_municipality_gets_its_link_from_a_coordinator_or_by_itself(asking: Asking) -> None:
    asking.plan({**SURVEY, "nameSv": "Kommunerna", "audience": "municipalities"})
    asking.open()
    [own] = asking.links("provider")
    assert (own["organisation"], own["studentId"]) == ("Stockholms stad", None)
    [renewed] = asking.links("coordinator", renew=True)
    assert asking.answer(own, overall=3).status_code == 404
    assert asking.answer(renewed, overall=3).status_code == 204
    asking.close()
    assert {row["answers"] for row in asking.figures("coordinator").values()} == {None}
    assert {level for level, _, _ in asking.figures("coordinator")} == {"county"}


@pytest.mark.parametrize(
    ("answers", "places"),
    [
        ({}, ["/answers/overall"]),
        ({"overall": 6}, ["/answers/overall"]),
        ({"overall": 0, "told": "sometimes"}, ["/answers/overall", "/answers/told"]),
        ({"overall": "5"}, ["/answers/overall"]),
        ({"overall": 5, "recommend": "perhaps"}, ["/answers/recommend"]),
        ({"overall": 5, "more": 7}, ["/answers/more"]),
        ({"overall": 5, "more": "x" * 4_001}, ["/answers/more"]),
        ({"overall": 5, "more": "x\x07"}, ["/answers/more"]),
        ({"overall": 5, "more": "Ring 19121212-1212"}, ["/answers/more"]),
        ({"overall": 5, "unheardOf": 1}, ["/answers/unheardOf"]),
        ({"overall": 5, "more": None}, ["/answers/more"]),
        ({"overall": True}, ["/answers/overall"]),
        ({"overall": [5]}, ["/answers/overall"]),
        ({"overall": 1_000}, ["/answers/overall"]),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_with_its_place_and_may_be_sent_again(
    asking: Asking, answers: dict[str, Any], places: list[str]
) -> None:
    asking.open()
    link = asking.links("institution")[0]
    refused = asking.answer(link, **answers)
    assert (refused.status_code, [fault["pointer"] for fault in refused.json()["errors"]]) == (422, places)
    assert "19121212" not in refused.text
    assert asking.answer(link, overall=5, more="  ", told="").status_code == 204


def test_a_broken_text_is_refused_too(asking: Asking) -> None:
    asking.open()
    secret = secret_of(asking.links("institution")[0])
    body = json.dumps({"answers": {"overall": 5, "more": "\ud800"}})
    headers = {"Content-Type": "application/json"}
    assert asking.client.post(f"/v1/survey-links/{secret}/answers", content=body, headers=headers).status_code == 422


def test_a_link_shows_its_questions_and_notes_nothing(asking: Asking) -> None:
    asking.open()
    secret = secret_of(asking.links("institution")[0])
    shown = [asking.client.get(f"/v1/survey-links/{secret}").json() for _ in range(2)]
    assert shown[0] == shown[1]
    assert (shown[0]["unit"], shown[0]["answered"]) == ("Tallgården", False)
    assert [question["key"] for question in shown[0]["questions"]] == ["overall", "told", "recommend", "more"]
    assert asking.client.get("/v1/survey-links/nothing").status_code == 404


def test_answers_are_taken_from_the_first_day_to_the_last(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    asking.open()
    link = asking.links("institution")[0]
    for day, status in ((dt.date(2025, 12, 31), 409), (dt.date(2200, 1, 1), 409), (dt.date(2199, 12, 31), 204)):
        monkeypatch.setattr(answering, "today", lambda day=day: day)
        assert asking.answer(link, overall=5).status_code == status


def test_who_answers_while_the_round_is_being_closed_is_told_that_it_is_closed(asking: Asking, store: Session) -> None:
    asking.open()
    link = asking.links("institution")[0]
    store.get_one(SurveyRound, asking.round).status = RoundStatus.CLOSED
    store.commit()
    assert asking.answer(link, overall=5).status_code == 404


def test_only_those_whose_placement_is_over_are_asked(
    asking: Asking, store: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    statuses = {
        0: PlacementStatus.FAILED,
        1: PlacementStatus.ACCEPTED,
        2: PlacementStatus.PUBLISHED,
    }
    for number, status in statuses.items():
        store.get_one(Placement, f"pla.unt_a.prg_a.{number}").status = status
    over = store.get_one(Placement, "pla.unt_a.prg_a.2")
    over.start = over.start.plus(-10)
    store.commit()
    monkeypatch.setattr(inviting, "today", lambda: dt.date(2027, 1, 15))
    asking.open()
    asked = {link["placementId"] for link in asking.links("institution")}
    assert len(asked) == 20
    assert "pla.unt_a.prg_a.1" not in asked


def test_a_round_with_nobody_to_ask_is_not_opened(client: TestClient, world: World, store: Session) -> None:
    asking = Asking.begin(client, world, store, {})
    asking.plan()
    refused = asking.ask("coordinator", "POST", f"/v1/survey-rounds/{asking.round}/openings", 409)
    assert "nobody to ask" in refused.text


def test_the_feed_tells_everyone_of_a_round(asking: Asking) -> None:
    asking.open()
    told = asking.ask("coordinator", "POST", f"/v1/survey-rounds/{asking.round}/reminders", 201)
    assert told["status"] == "open"
    asking.close()
    events = asking.ask("institution", "GET", f"/v1/events?subjectId={asking.round}", 200)["items"]
    kinds = ["survey-round.opened", "survey-round.closing-soon", "survey-round.closed"]
    assert [event["kind"] for event in events] == kinds
    assert {event["details"]["invited"] for event in events} == {EVERYONE}


def test_a_round_keeps_to_its_order(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"/v1/survey-rounds/{asking.round}"
    asking.ask("coordinator", "POST", f"{path}/closings", 409)
    asking.ask("coordinator", "POST", f"{path}/reminders", 409)
    asking.ask("institution", "POST", f"{path}/links", 409, {})
    early = asking.ask("coordinator", "PATCH", path, 422, {"closesOn": "2025-12-31"}, **{"If-Match": "*"})
    assert early.json()["errors"][0]["pointer"] == "/closesOn"
    changed = asking.ask("coordinator", "PATCH", path, 200, {"closesOn": "2198-12-31"}, **{"If-Match": "*"})
    assert (changed["closesOn"], changed["version"]) == ("2198-12-31", 2)
    monkeypatch.setattr(rounds, "today", lambda: dt.date(2199, 1, 1))
    asking.ask("coordinator", "POST", f"{path}/openings", 409)
    monkeypatch.undo()
    asking.open()
    asking.ask("coordinator", "POST", f"{path}/openings", 409)
    asking.ask("coordinator", "DELETE", path, 409, **{"If-Match": "*"})
    asking.ask("coordinator", "PATCH", path, 409, {"opensOn": "2026-02-01"}, **{"If-Match": "*"})
    asking.ask("coordinator", "PATCH", path, 200, {"closesOn": "2199-11-30"}, **{"If-Match": "*"})
    asking.close()
    asking.ask("coordinator", "PATCH", path, 409, {"closesOn": "2199-10-31"}, **{"If-Match": "*"})
    asking.ask("coordinator", "PATCH", path, 412, {"closesOn": "2199-10-31"}, **{"If-Match": '"1"'})


def test_a_survey_is_asked_once_about_a_term(asking: Asking) -> None:
    told = asking.ask("coordinator", "GET", f"/v1/survey-rounds/{asking.round}", 200)
    body = {name: told[name] for name in ("termId", "opensOn", "closesOn")}
    version = asking.ask(
        "coordinator", "POST", f"/v1/surveys/{told['surveyId']}/versions", 201, {"questions": QUESTIONS}
    )
    assert version["number"] == 2
    again = asking.ask("coordinator", "POST", "/v1/survey-rounds", 409, {**body, "versionId": version["id"]})
    assert again.json()["errors"][0]["pointer"] == "/termId"
    for field, wrong in (("termId", "trm_none"), ("versionId", "svv_none")):
        body_of = {**body, "versionId": version["id"], field: wrong}
        refused = asking.ask("coordinator", "POST", "/v1/survey-rounds", 422, body_of)
        assert refused.json()["errors"][0]["pointer"] == f"/{field}"
    listed = asking.ask("unit", "GET", f"/v1/survey-rounds?surveyId={told['surveyId']}&termId={TERM}", 200)
    assert [row["id"] for row in listed["items"]] == [asking.round]


def test_figures_are_taken_out_as_a_sheet_in_both_languages(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey_figures, "AT_A_TIME", 7)
    play(asking)
    path = f"/v1/survey-figures/sheet?roundId={asking.round}&level=unit"
    answer = asking.ask("coordinator", "GET", path, 200, **{"Accept-Language": "en"})
    lines = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert Counter(line["Answers"] for line in lines)["<5 or hidden"] == 10
    few = next(line for line in lines if line["Name"] == "Stängda avdelningen")
    assert (few["Mean"], few["Why hidden"].startswith("Fewer than five answers")) == ("", True)
    whole = [line for line in lines if line["Question"] == "the whole form"]
    assert {line["Name"]: line["Answers"] for line in whole}["Tallgården"] == "19"
    book = asking.ask("coordinator", "GET", f"{path}&format=xlsx", 200, **{"Accept-Language": "sv"})
    page = load_workbook(io.BytesIO(book.content)).active
    assert page is not None
    assert [cell.value for cell in page[1]][:4] == ["Omgång", "Enkät", "Termin", "År"]


def test_a_question_is_followed_over_the_years_through_versions(asking: Asking, store: Session) -> None:
    play(asking)
    survey = asking.ask("coordinator", "GET", f"/v1/survey-rounds/{asking.round}", 200)["surveyId"]
    store.rollback()
    for placement in store.exec(select(Placement).where(Placement.term_id == TERM)):
        placement.term_id = "trm_next"
    store.commit()
    version = asking.ask("coordinator", "POST", f"/v1/surveys/{survey}/versions", 201, {"questions": QUESTIONS[:1]})
    days = {"opensOn": "2026-01-01", "closesOn": "2199-12-31"}
    body = {"versionId": version["id"], "termId": "trm_next", **days}
    asking.round = asking.ask("coordinator", "POST", "/v1/survey-rounds", 201, body)["id"]
    asking.open()
    for link in asking.links("institution"):
        asking.answer(link, overall=5)
    asking.close()
    path = f"/v1/survey-years?surveyId={survey}&question=overall&level=county"
    years = asking.ask("provider", "GET", path, 200)["items"]
    assert [(row["year"], row["answers"], row["rounds"]) for row in years] == [(2027, EVERYONE, 1), (2031, 21, 1)]
    assert [row["mean"] for row in years] == [pytest.approx(3, abs=0.1), 5.0]
    hidden = asking.ask("coordinator", "GET", "/v1/survey-years?level=unit&subjectId=unt_idle&whole=true", 200)["items"]
    assert [(row["answers"], row["roundsShown"], row["mean"]) for row in hidden] == [(None, 0, None)] * 2
    assert hidden[0]["hidden"]["sv"].startswith("Färre än fem svar")
    short = asking.ask("coordinator", "GET", "/v1/survey-years?limit=1&offset=1", 200)
    assert (len(short["items"]), short["total"] > 10) == (1, True)
