"""Schemas of gaps: what is missing in supervisors' training and in the education levels of university healthcare."""

from __future__ import annotations

import datetime as dt

from pydantic import Field, JsonValue

from placement.follow_up.level_gaps import Disagreement, LevelCount, LevelGap, LevelStatus, Standing
from placement.follow_up.training_gaps import USUAL_MONTHS, Asked, GapGrouping, TrainingGap
from placement.reference.facts import EducationLevelFact
from placement_api.paging import Paging
from placement_api.schemas.base import Day, Given, Id, Shown, example
from placement_api.schemas.sheets import Form

_FORM = Field(Form.CSV, description="The form of the sheet. Kalkylbladets form.")
_DAY = Field(None, description="As it is on a day; today if none is given. Som det är en viss dag; annars i dag.")
_STANDING: dict[str, JsonValue] = {
    "level": "goals-known",
    "name": "The learning goals are known at the unit",
    "status": "met",
    "judgedOn": "2026-10-01",
    "evidence": "Rutin beslutad av verksamhetschefen 2026-09-15",
    "validUntil": "2028-09-30",
}


class TrainingGapShown(Shown):
    """The supervisors of a profession, their training and what is missing. Handledarna och deras utbildning."""

    model_config = example(
        {
            "id": "unt_geriatrics",
            "name": "Geriatriken, avdelning 2",
            "profession": "nurse",
            "supervisors": 6,
            "untrained": 2,
            "atLevel": {"introduction": 2, "supervisor-course": 3, "aka-course": 1},
            "requiredCredits": 7.5,
            "lacking": 5,
            "courses": 2,
            "coursesWithout": 0,
            "expiring": 1,
            "aka": 1,
            "akaPercent": 30,
        }
    )

    id: str
    name: str
    profession: str
    supervisors: int
    untrained: int = Field(
        description="Supervisors without the recommended course of 1.5 credits. "
        "Handledare utan den rekommenderade kursen om 1,5 hp."
    )
    at_level: dict[str, int] = Field(
        description="Supervisors by the highest level they reach; the others have no training. "
        "Handledare efter den högsta nivå de når; övriga saknar utbildning."
    )
    required_credits: float | None = Field(
        description="The most credits that a coming course requires; null if none does. "
        "De flesta hp som en kommande kurs kräver; null om ingen kräver något."
    )
    lacking: int = Field(description="Supervisors with fewer credits than that. Handledare med färre hp än så.")
    courses: int = Field(description="Coming courses that require training. Kommande kurser som kräver utbildning.")
    courses_without: int = Field(
        description="Those for which no supervisor there has the training. De som ingen handledare där räcker till."
    )
    expiring: int = Field(
        description="Supervisors whose level falls within the months asked about. "
        "Handledare vars nivå sjunker inom de månader som efterfrågas."
    )
    aka: int = Field(description="Employed as AKA or clinical lecturer. Anställda som AKA eller klinisk adjunkt.")
    aka_percent: int = Field(
        description="Their shares of full time together, in per cent. Deras andelar av heltid tillsammans, i procent."
    )

    @classmethod
    def of(cls, gap: TrainingGap, language: str) -> TrainingGapShown:
        """Show a gap in a language, ``sv`` or ``en``."""
        return cls(
            id=gap.id,
            name=getattr(gap.name, language),
            profession=gap.profession,
            supervisors=gap.supervisors,
            untrained=gap.untrained,
            at_level=dict(gap.at_level),
            required_credits=gap.required,
            lacking=gap.lacking,
            courses=gap.courses,
            courses_without=gap.courses_without,
            expiring=gap.expiring,
            aka=gap.aka,
            aka_percent=gap.aka_percent,
        )


class TrainingGapsAsked(Given):
    """Which gaps are asked for. Vilka brister som efterfrågas."""

    grouping: GapGrouping = Field(
        GapGrouping.UNIT,
        description="For each unit, each provider, or each profession in all. "
        "För varje enhet, varje huvudman, eller varje yrke i allt.",
    )
    day: Day | None = _DAY
    months: int = Field(
        USUAL_MONTHS,
        ge=0,
        le=120,
        description="How far ahead trainings that expire are told of. Hur långt fram utbildningar som går ut visas.",
    )
    unit_id: Id | None = Field(None, description="At one unit. Vid en viss enhet.")

    @property
    def asked(self) -> Asked:
        """Return what is asked for."""
        return Asked(self.grouping, self.day, self.months, self.unit_id)


class TrainingGapFilter(TrainingGapsAsked, Paging):
    """Which gaps to list. Vilka brister som ska listas."""


class TrainingGapSheet(TrainingGapsAsked):
    """Which gaps to take out, and in which form. Vilka brister som ska tas ut, och i vilken form."""

    format: Form = _FORM


class EducationLevelShown(Shown):
    """An education level, and where its subject is published. En utbildningsnivå, och var dess ämne är publicerat."""

    model_config = example(
        {
            "id": "goals-known",
            "kind": "minimum",
            "name": "The learning goals are known at the unit",
            "wording": "subject",
            "publisher": "Samverkansrådet RALF SÖ",
            "year": 2018,
            "source": "Mål och strategier för universitetssjukvården i Sydöstra sjukvårdsregionen",
            "validFrom": "2018-01-01",
        }
    )

    id: str
    kind: str = Field(
        description="minimum: one of the eight minimum levels; regional: asked for besides. "
        "minimum: en av de åtta miniminivåerna; regional: ett tillägg."
    )
    name: str
    wording: str = Field(
        description="subject: named as a subject of the eight; criterion: listed by a university among the national "
        "criteria, and read by us as one of the eight; own: of the regional addition. Never the National Board's own "
        "words, which are not published. "
        "subject: nämnd som ämne för de åtta; criterion: uppräknad av ett lärosäte bland de nationella kriterierna "
        "och läst av oss som en av de åtta; own: det regionala tilläggets. Aldrig Socialstyrelsens egna ord, som inte "
        "är publicerade."
    )
    publisher: str
    year: int
    source: str
    valid_from: dt.date

    @classmethod
    def of(cls, level: EducationLevelFact, language: str) -> EducationLevelShown:
        """Show a level in a language."""
        return cls(
            id=level.key,
            kind=level.kind,
            name=_name(level, language),
            wording=level.wording,
            publisher=level.publisher,
            year=level.year,
            source=level.source,
            valid_from=level.valid_from,
        )


class StandingShown(Shown):
    """How a unit stands to a level. Hur en enhet står sig mot en nivå."""

    model_config = example(_STANDING)

    level: str
    name: str
    status: LevelStatus
    judged_on: dt.date | None
    evidence: str | None
    valid_until: dt.date | None

    @classmethod
    def of(cls, standing: Standing, language: str) -> StandingShown:
        """Show a standing in a language."""
        judgement = standing.judgement
        return cls(
            level=standing.level.key,
            name=_name(standing.level, language),
            status=standing.status,
            judged_on=None if judgement is None else judgement.judged_on,
            evidence=None if judgement is None else judgement.evidence,
            valid_until=None if judgement is None else judgement.valid_until,
        )


class LevelGapShown(Shown):
    """A unit's education levels, and where they disagree with its mark. En enhets utbildningsnivåer."""

    model_config = example(
        {
            "id": "unt_geriatrics",
            "name": "Geriatriken, avdelning 2",
            "universityHealthcare": True,
            "minimumMet": 7,
            "minimumLevels": 8,
            "disagreement": "marked-but-lacking",
            "levels": [_STANDING],
        }
    )

    id: str
    name: str
    university_healthcare: bool
    minimum_met: int
    minimum_levels: int
    disagreement: Disagreement | None = Field(
        description="Where the mark and the levels disagree; planning follows the mark. "
        "Där markeringen och nivåerna inte stämmer överens; planeringen följer markeringen."
    )
    levels: list[StandingShown]

    @classmethod
    def of(cls, gap: LevelGap, language: str) -> LevelGapShown:
        """Show a unit's levels in a language."""
        return cls(
            id=gap.unit.id,
            name=gap.unit.name,
            university_healthcare=gap.unit.university_healthcare,
            minimum_met=gap.minimum_met,
            minimum_levels=gap.minimum,
            disagreement=gap.disagreement,
            levels=[StandingShown.of(each, language) for each in gap.standings],
        )


class LevelCountsShown(Shown):
    """How many units marked as university healthcare stand how to each level. Antal enheter per nivå."""

    model_config = example(
        {
            "units": 58,
            "meetingAll": 10,
            "shareMeetingAll": 0.1724,
            "levels": [
                {
                    "level": "goals-known",
                    "name": "The learning goals are known at the unit",
                    "met": 43,
                    "notMet": 12,
                    "expired": 3,
                    "notJudged": 0,
                }
            ],
        }
    )

    units: int
    meeting_all: int = Field(description="Units that meet all minimum levels. Enheter som uppfyller alla miniminivåer.")
    share_meeting_all: float | None = Field(description="Null without units. Null utan enheter.")
    levels: list[LevelCountShown]

    @classmethod
    def of(cls, counts: list[LevelCount], gaps: list[LevelGap], language: str) -> LevelCountsShown:
        """Show counts in a language."""
        complete = sum(gap.minimum_met == gap.minimum for gap in gaps)
        return cls(
            units=len(gaps),
            meeting_all=complete,
            share_meeting_all=round(complete / len(gaps), 4) if gaps else None,
            levels=[LevelCountShown.of(each, language) for each in counts],
        )


class LevelCountShown(Shown):
    """How many units stand how to one level. Hur många enheter som står sig hur mot en nivå."""

    level: str
    name: str
    met: int
    not_met: int
    expired: int
    not_judged: int

    @classmethod
    def of(cls, count: LevelCount, language: str) -> LevelCountShown:
        """Show a count in a language."""
        return cls(
            level=count.level.key,
            name=_name(count.level, language),
            met=count.by_status[LevelStatus.MET],
            not_met=count.by_status[LevelStatus.NOT_MET],
            expired=count.by_status[LevelStatus.EXPIRED],
            not_judged=count.by_status[LevelStatus.NOT_JUDGED],
        )


class LevelGapsAsked(Given):
    """Of which units, on which day. För vilka enheter, vilken dag."""

    day: Day | None = _DAY
    provider_id: Id | None = Field(None, description="That count under one provider. Som räknas till en viss huvudman.")


class LevelGapFilter(LevelGapsAsked, Paging):
    """Which units to list. Vilka enheter som ska listas."""


class LevelGapSheet(LevelGapsAsked):
    """Which units to take out, and in which form. Vilka enheter som ska tas ut, och i vilken form."""

    format: Form = _FORM


class EducationLevelFilter(Paging):
    """On which day. Vilken dag."""

    day: Day | None = _DAY


def _name(level: EducationLevelFact, language: str) -> str:
    """Return a level's name in a language."""
    return level.name_sv if language == "sv" else level.name_en
