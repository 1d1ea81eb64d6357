"""Rows of site rounds for tests: one row of every table, and rounds in each status for a lärosäte."""

from __future__ import annotations

import datetime as dt
from typing import Any

from placement.tables import (
    Cohort,
    PriorityEffect,
    Programme,
    QuotaKind,
    Row,
    Site,
    SiteDecision,
    SitePriority,
    SiteQuota,
    SiteReason,
    SiteRound,
    SiteRoundStatus,
    SiteTurn,
    SiteWish,
    Student,
)
from placement_solver.lottery import commitment_to

SEED = "qwmzkvdxhtbnyrlcjpsgfoeaiuqwmzkvdxhtbnyr"
MOMENT = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
STANDINGS = ("planned", "open", "closed", "drawn", "decided")


def one_of_each() -> list[Row]:
    """One valid row of each table of site rounds, in the cohort of the small world, with one student more there."""
    return [
        _student("stu_m", "coh_a", "org_ki", site_id=None),
        _round("m", "coh_a", status=SiteRoundStatus.DECIDED, decided_at=MOMENT, decided_by="Ada Lind", **_opened()),
        *_rules("m"),
        SiteWish(
            id="swi_m",
            round_id="srd_m",
            student_id="stu_m",
            ranking=["sit_a"],
            priority_id="spr_m",
            granted=True,
            partner_id="stu_a",
            sent_at=MOMENT,
        ),
        _turn("m", "stu_m", 1),
        _decision("sde_m", "stu_m", None, SiteReason.ROUND, round_id="srd_m"),
    ]


def both_sides() -> list[Row]:
    """Rounds in each status, of our lärosäte and of theirs, and on each side a student who came late."""
    return [*_side("a", "org_ki"), *_side("b", "org_b")]


def with_two_sites() -> list[Row]:
    """Both sides, and a second site of our lärosäte: ``sit_north``."""
    return [*both_sides(), Site(id="sit_north", institution_id="org_ki", name="Norr", municipality_code="0180")]


def _side(side: str, institution: str) -> list[Row]:
    programme = f"s{side}"
    rows = _programme(programme, institution)
    for standing in STANDINGS:
        name = f"{standing}_{side}"
        rows += [*_cohort(name, programme, institution), _standing(standing, name), *_rules(name)]
    for standing in ("open", "closed"):
        rows.append(
            SiteWish(
                id=f"swi_{standing}_{side}",
                round_id=f"srd_{standing}_{side}",
                student_id=f"stu_{standing}_{side}1",
                ranking=["sit_a"],
                priority_id=f"spr_{standing}_{side}",
                granted=True,
            )
        )
    for standing in ("drawn", "decided"):
        name = f"{standing}_{side}"
        rows += [_turn(name, f"stu_{name}{number}", number) for number in (1, 2)]
    return [
        *rows,
        _student(f"stu_late_{side}", f"coh_planned_{side}", institution),
        Cohort(id=f"coh_free_{side}", programme_id=f"prg_{programme}", term_id="trm_a", name="T4", size=1),
        _student(f"stu_moved_{side}", f"coh_free_{side}", institution),
        _decision(f"sde_moved_{side}", f"stu_moved_{side}", None, SiteReason.OTHER, from_term_id="trm_next"),
    ]


def _standing(standing: str, name: str) -> SiteRound:
    """A round that wishes are sent to now, or one that has closed."""
    if standing == "planned":
        return _round(name, f"coh_{name}", closes_on=dt.date(2199, 12, 31))
    if standing in {"open", "closed"}:
        last = dt.date(2199, 12, 31) if standing == "open" else dt.date(2001, 1, 1)
        return _round(name, f"coh_{name}", closes_on=last, status=SiteRoundStatus.OPEN, **_opened(drawn=False))
    decided = {"decided_at": MOMENT, "decided_by": "Ada Lind"} if standing == "decided" else {}
    return _round(name, f"coh_{name}", status=SiteRoundStatus(standing), **_opened(), **decided)


def _programme(name: str, institution: str) -> list[Row]:
    return [
        Programme(
            id=f"prg_{name}",
            institution_id=institution,
            profession="physician",
            code=f"LAK-{name}",
            name="Läkarprogrammet",
            decentralised=True,
        )
    ]


def _cohort(name: str, programme: str, institution: str) -> list[Row]:
    return [
        Cohort(id=f"coh_{name}", programme_id=f"prg_{programme}", term_id="trm_a", name=f"T4 {name}", size=2),
        *(_student(f"stu_{name}{number}", f"coh_{name}", institution) for number in (1, 2)),
    ]


def _student(name: str, cohort: str, institution: str, site_id: str | None = "sit_a") -> Student:
    return Student(
        id=name,
        cohort_id=cohort,
        institution_id=institution,
        external_id=f"p-{name}",
        lat=59.4,
        lon=17.9,
        site_id=site_id,
    )


def _opened(*, drawn: bool = True) -> dict[str, Any]:
    opened = {"seed": SEED, "seed_sha256": commitment_to(SEED), "opened_at": MOMENT}
    return {**opened, "drawn_at": MOMENT} if drawn else opened


def _round(name: str, cohort: str, **values: Any) -> SiteRound:  # noqa: ANN401 (the columns of a round)
    days = {"opens_on": dt.date(2000, 1, 1), "closes_on": dt.date(2001, 1, 1)}
    return SiteRound(id=f"srd_{name}", cohort_id=cohort, from_term_id="trm_a", **{**days, **values})


def _rules(name: str) -> list[Row]:
    return [
        SiteQuota(round_id=f"srd_{name}", site_id="sit_a", place=0, kind=QuotaKind.REST),
        SitePriority(
            id=f"spr_{name}",
            round_id=f"srd_{name}",
            rank=1,
            name_sv="Särskilda skäl",
            name_en="Special reasons",
            effect=PriorityEffect.FIRST_CHOICE,
        ),
    ]


def _decision(
    name: str,
    student: str,
    before: str | None,
    reason: SiteReason,
    *,
    round_id: str | None = None,
    from_term_id: str = "trm_a",
) -> SiteDecision:
    return SiteDecision(
        id=name,
        student_id=student,
        number=1,
        from_site_id=before,
        site_id="sit_a",
        from_term_id=from_term_id,
        reason=reason,
        round_id=round_id,
        decided_on=dt.date(2026, 11, 2),
        decided_by="Ada Lind",
    )


def _turn(name: str, student: str, number: int) -> SiteTurn:
    return SiteTurn(
        round_id=f"srd_{name}",
        student_id=student,
        number=number,
        place=number,
        site_id="sit_a",
        rank=1,
        ranking=["sit_a"],
        full_sites=[],
        closed_sites=[],
    )
