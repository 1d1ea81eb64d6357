"""A round is set up on pages, changed while it is planned, put off while it is open, removed and cancelled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest
from fastapi import FastAPI
from sqlmodel import Session, col, select

from placement.callers import Role
from placement.database import open_session
from placement.tables import (
    Cohort,
    PriorityEffect,
    Programme,
    QuotaKind,
    Site,
    SitePriority,
    SiteQuota,
    SiteRound,
    SiteRoundStatus,
    Term,
)
from tests import site_rows
from tests.pages.browsing import leads_to, text_of
from tests.pages.conftest import Browse

pytestmark = pytest.mark.one_database

SITES = "/terms/VT2027/sites"
NEW = f"{SITES}/new?cohort=coh_free_a"
SWEDISH = ("Lägg", "Orter", "Andel", "Minst", "Förtur", "Spara", "Inte nu", "Kull", "Ställ", "Ta bort")
RULES = {
    "do": "save",
    "cohort": "coh_free_a",
    "opensOn": "2027-03-01",
    "closesOn": "2027-03-31",
    "fromTermId": "trm_next",
    "kind-sit_a": "share",
    "number-sit_a": "30",
    "kind-sit_north": "share",
    "number-sit_north": "20",
    "ceiling-sit_north": "5",
    "nameSv-1": "Amanuens i Norr",
    "nameEn-1": "Assistant in the north",
    "effect-1": "certain-sites",
    "for-1-sit_north": "yes",
}


@pytest.fixture
def store(app: FastAPI, browse: Browse) -> Session:
    """A session over a county with rounds in each status, a cohort without one, and two sites."""
    del browse  # it has lent the application its database
    with open_session(app.state.engine) as session:
        session.add_all(site_rows.with_two_sites())
    return Session(app.state.engine)


def change(app: FastAPI, row: type[SiteRound | Cohort], row_id: str, **values: object) -> None:
    """Change a stored row as somebody else would."""
    with open_session(app.state.engine) as session:
        found = session.get_one(row, row_id)
        for name, value in values.items():
            setattr(found, name, value)
        session.add(found)


def test_a_round_is_set_up_with_its_quotas_and_priorities(browse: Browse, store: Session) -> None:
    browser = browse(Role.INSTITUTION)
    form = browser.get(f"{SITES}/new")  # the only cohort without a round is the one
    said = text_of(form)
    assert "Läkarprogrammet, T4" in said
    assert "Norr: Share or number" in said
    assert not [word for word in SWEDISH if word in said]
    done = browser.send(f"{SITES}/new", RULES)
    where = done.headers["location"]
    assert leads_to(done).endswith("?done=round-added")
    assert "The round has been set up." in text_of(browser.get(where))
    with store:
        row = store.exec(select(SiteRound).where(SiteRound.cohort_id == "coh_free_a")).one()
        assert (row.from_term_id, row.opens_on, row.closes_on) == (
            "trm_next",
            dt.date(2027, 3, 1),
            dt.date(2027, 3, 31),
        )
        quotas = store.exec(select(SiteQuota).where(SiteQuota.round_id == row.id).order_by(col(SiteQuota.place))).all()
        assert [(each.site_id, each.kind, each.number, each.floor, each.ceiling) for each in quotas] == [
            ("sit_north", QuotaKind.SHARE, 20, 0, 5),
            ("sit_a", QuotaKind.SHARE, 30, 0, None),
        ]
        priority = store.exec(select(SitePriority).where(SitePriority.round_id == row.id)).one()
        assert (priority.rank, priority.name_en, priority.effect) == (
            1,
            "Assistant in the north",
            PriorityEffect.CERTAIN_SITES,
        )
        assert priority.sites == ["sit_north"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"closesOn": "2027-02-01"}, "Last day for wishes: the last day is before the first"),
        ({"opensOn": ""}, "First day for wishes: "),
        ({"number-sit_a": "many"}, "Söder, share or number: "),
        ({"kind-sit_a": "fixed", "number-sit_a": ""}, "Söder, share or number: give the share or the number of places"),
        ({"kind-sit_a": "", "kind-sit_north": ""}, "Sites: no site takes part"),
        ({"floor-sit_a": "7"}, "the floors add up to 7, but there are only 1 students"),
        ({"nameEn-1": ""}, "Priority class 1, name in English: "),
        ({"for-1-sit_north": None}, "Priority class 1, what it gives: name the sites"),
        ({"nameSv-2": "En till", "nameEn-2": "One more", "effect-2": "first-choice", "rank-2": "1"}, "class 2, place"),
    ],
)
@pytest.mark.usefixtures("store")
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_lost(
    browse: Browse, typed: Mapping[str, str | None], told: str
) -> None:
    fields = {name: value for name, value in {**RULES, **typed}.items() if value is not None}
    refused = browse(Role.INSTITUTION).send(f"{SITES}/new", fields)
    assert refused.status_code == 422
    assert told in text_of(refused)
    assert 'value="Amanuens i Norr"' in refused.text


@pytest.mark.usefixtures("store")
def test_the_coordinator_chooses_among_the_cohorts_without_a_round(browse: Browse) -> None:
    browser = browse()
    page = browser.get(f"{SITES}/new")
    assert "Which cohort chooses its place of study?" in text_of(page)
    assert "cohort=coh_free_a" in page.text
    assert "cohort=coh_free_b" in page.text
    assert "cohort=coh_open_a" not in page.text
    taken = browser.send(f"{SITES}/new", {**RULES, "cohort": "coh_open_a"})
    assert "The cohort has a site round already." in text_of(taken)


@pytest.mark.usefixtures("store")
def test_anothers_cohort_is_not_there(browse: Browse) -> None:
    browser = browse(Role.INSTITUTION)
    assert browser.get(f"{SITES}/new?cohort=coh_free_b").status_code == 404
    assert browser.send(f"{SITES}/new", {**RULES, "cohort": "coh_free_b"}).status_code == 422


def test_what_a_round_needs_first_is_told(app: FastAPI, browse: Browse, store: Session) -> None:
    assert "Set up a round" in text_of(browse(Role.INSTITUTION).get(f"{SITES}?done=round-removed"))
    with store:
        for site in store.exec(select(Site).where(Site.id == "sit_north")).all():
            store.delete(site)
        own = store.get_one(Term, "trm_a")
        for term in store.exec(select(Term)).all():
            term.first_week = min(term.first_week, own.first_week)
            store.add(term)
        store.commit()
    said = text_of(browse().get(NEW))
    assert "no later term has been added" in said
    assert "Add a term" in said
    assert "The term has no cohort of such a programme." in text_of(browse(Role.INSTITUTION).get("/terms/HT2027/sites"))
    with open_session(app.state.engine) as session:
        for programme in session.exec(select(Programme)).all():
            programme.decentralised = False
            session.add(programme)
    assert "No cohort can be given a site round" in text_of(browse(Role.INSTITUTION).get(f"{SITES}/new"))
    assert "The lärosäte has no such programme" in text_of(browse(Role.INSTITUTION).get("/terms/HT2027/sites"))


def test_a_planned_round_is_changed_and_removed(browse: Browse, store: Session) -> None:
    browser = browse(Role.INSTITUTION)
    where = browser.send(f"{SITES}/new", RULES).headers["location"].partition("?")[0]
    page = browser.get(f"{where}/settings")
    assert 'value="2027-03-31"' in page.text
    changed = browser.send(f"{where}/settings", {**RULES, "version": "1", "closesOn": "2027-04-07", "floor-sit_a": "1"})
    assert leads_to(changed) == f"{where}?done=round-saved"
    with store:
        row = store.get_one(SiteRound, where.rpartition("/")[2])
        assert (row.closes_on, row.version) == (dt.date(2027, 4, 7), 2)
        store.expire_all()
    removed = browser.send(f"{where}/settings", {"do": "remove", "version": "2"})
    assert leads_to(removed) == f"{SITES}?done=round-removed"
    assert "The round has been removed." in text_of(browser.get(removed.headers["location"]))
    assert browser.get(where).status_code == 404


def test_nobody_overwrites_anothers_change_of_a_round(app: FastAPI, browse: Browse, store: Session) -> None:
    browser = browse(Role.INSTITUTION)
    where = browser.send(f"{SITES}/new", RULES).headers["location"].partition("?")[0]
    change(app, SiteRound, where.rpartition("/")[2], closes_on=dt.date(2027, 4, 1), version=2)
    stale = browser.send(f"{where}/settings", {**RULES, "version": "1", "kind-sit_a": "rest", "number-sit_a": ""})
    said = text_of(stale)
    assert stale.status_code == 412
    assert "Nothing is overwritten" in said
    assert "Saved now: 1 April 2027" in said
    assert "Saved now: share" in said
    assert "Saved now, priority to: Norr" in said
    assert browser.send(f"{where}/settings", {"do": "remove", "version": "1"}).status_code == 412
    with store:
        assert store.get_one(SiteRound, where.rpartition("/")[2]).closes_on == dt.date(2027, 4, 1)


def test_an_open_round_is_only_put_off_or_cancelled(app: FastAPI, browse: Browse, store: Session) -> None:
    browser, where = browse(Role.INSTITUTION), f"{SITES}/srd_closed_a/settings"
    change(app, SiteRound, "srd_closed_a", from_term_id="trm_next")
    said = text_of(browser.get(where))
    assert "The round is open, so its rules are fixed." in said
    assert not [word for word in SWEDISH if word in said]
    earlier = browser.send(where, {"do": "later", "version": "2", "closesOn": "2000-12-31"})
    assert (earlier.status_code, "not put earlier" in text_of(earlier)) == (422, True)
    later = browser.send(where, {"do": "later", "version": "2", "closesOn": "2001-01-02"})
    assert leads_to(later).endswith("round-saved")
    unsaid = browser.send(where, {"do": "cancel", "version": "3", "because": ""})
    assert unsaid.status_code == 422
    done = browser.send(where, {"do": "cancel", "version": "3", "because": "Två kullar slås ihop."})
    assert "Två kullar slås ihop." in text_of(browser.get(done.headers["location"]))
    with store:
        assert store.get_one(SiteRound, "srd_closed_a").status is SiteRoundStatus.CANCELLED
    assert "The round is not changed any more." in text_of(browser.get(where))
    assert browser.send(where, {"do": "cancel", "version": "4", "because": "Igen"}).status_code == 422


@pytest.mark.usefixtures("store")
def test_a_drawn_round_is_cancelled_by_the_coordinator_alone(browse: Browse) -> None:
    where = f"{SITES}/srd_drawn_a"
    larosate = browse(Role.INSTITUTION)
    assert f"{where}/settings" not in larosate.get(where).text
    assert larosate.send(f"{where}/settings", {"do": "cancel", "version": "1", "because": "Om"}).status_code == 403
    coordinator = browse()
    assert "You may cancel it." in text_of(coordinator.get(f"{where}/settings"))
    cancelled = coordinator.send(f"{where}/settings", {"do": "cancel", "version": "1", "because": "Fel kull."})
    assert leads_to(cancelled).endswith("round-cancelled")


@pytest.mark.usefixtures("store")
def test_a_round_says_what_its_next_step_waits_for(app: FastAPI, browse: Browse) -> None:
    browser = browse(Role.INSTITUTION)
    said = text_of(browser.get(f"{SITES}/srd_open_a"))
    assert "Wishes are taken in until 31 December 2199" in said
    assert "1 student has not ranked" in said
    assert "To the wishes" in said
    assert "Draw" not in said.partition("This is missing before it:")[2].partition("To the wishes")[0].replace(
        "Draw the day after", ""
    )
    change(app, SiteRound, "srd_planned_a", closes_on=dt.date(2001, 1, 1))
    passed = text_of(browser.get(f"{SITES}/srd_planned_a"))
    assert "1 January 2001, has passed" in passed
    assert "Change the rules" in passed
    with open_session(app.state.engine) as session:
        quota = session.exec(select(SiteQuota).where(SiteQuota.round_id == "srd_planned_a")).one()
        quota.ceiling = 1
        session.add(quota)
    assert "The quotas do not hold: the sites have 1 place together" in text_of(browser.get(f"{SITES}/srd_planned_a"))
