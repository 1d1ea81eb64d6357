"""Schemas of previews: a planned reduction, and its consequences."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field, JsonValue

from placement.clock import today
from placement.what_if.previews import Affected, Preview
from placement.what_if.reductions import Absent, AgreementEnd, Deadline, OfferReduction, Reduction
from placement_api.schemas.base import Day, Given, Id, Number, Shown, Week, example
from placement_api.schemas.in_force.impossible import ImpossibleShown
from placement_api.schemas.planning.runs import MOST_CHANGES, Closure, WeeksGiven
from placement_api.schemas.register.capacity import OfferChange
from placement_api.schemas.register.names import WHO, WhoShown, whose

LONGEST_PREVIEW = 30

_CHANGE: dict[str, JsonValue] = {"weeks": [{"week": "2027-W05", "places": 1}, {"week": "2027-W06", "places": 1}]}
_OFFER: dict[str, JsonValue] = {"offerId": "off_17", "change": _CHANGE}
_CLOSURE: dict[str, JsonValue] = {"unitId": "unt_geriatrics", "firstWeek": "2027-W12", "lastWeek": None}
_ABSENCE: dict[str, JsonValue] = {"supervisorId": "sup_91c2", "firstWeek": "2027-W10", "lastWeek": None}
_AGREEMENT: dict[str, JsonValue] = {"agreementId": "agr_nacka_ki", "endsOn": "2027-03-31"}
_AFFECTED: dict[str, JsonValue] = {
    **WHO,
    "studentExternalId": None,
    "placementId": "pla_0b77",
    "unitId": "unt_geriatrics",
    "unitName": "Geriatriken",
    "start": "2027-W05",
    "weeks": 5,
    "kind": "displaced",
    "canBeMoved": True,
    "unitAfter": "unt_ward12",
    "unitNameAfter": "Avdelning 12",
    "startAfter": "2027-W05",
    "supervisorAfter": "sup_0417",
    "supervisorNameAfter": "h-21",
    "withheld": False,
    "rules": ["capacity"],
    "remainingUnits": [],
    "text": "The place no longer holds: Places offered. New place: Avdelning 12, 2027-W05–W09.",
}
_DEADLINE: dict[str, JsonValue] = {
    "kind": "answers-by",
    "day": "2026-11-01",
    "agreementId": None,
    "text": "The units' answers were due on 2026-11-01.",
}


class OfferCutGiven(Given):
    """An offer and the change to make to it. Ett erbjudande och den ändring som ska göras."""

    model_config = example(_OFFER)

    offer_id: Id
    change: OfferChange


class AbsenceGiven(WeeksGiven):
    """A supervisor who will be away in some weeks. En handledare som ska vara borta vissa veckor."""

    model_config = example(_ABSENCE)

    supervisor_id: Id


class AgreementEndGiven(Given):
    """An agreement and its new last day. Ett avtal och dess nya sista dag."""

    model_config = example(_AGREEMENT)

    agreement_id: Id
    ends_on: Day


class CutGiven(Given):
    """A reduction of what is the caller's own. En neddragning av det egna."""

    model_config = example(
        {
            "savedOn": "2026-12-01",
            "offers": [_OFFER],
            "closures": [_CLOSURE],
            "absences": [_ABSENCE],
            "agreements": [_AGREEMENT],
            "timeLimitSeconds": 10,
        }
    )

    saved_on: Day | None = Field(
        None,
        description="The day on which the reduction would be saved; today if left "
        "out. "
        "Dagen då neddragningen skulle sparas; i dag om den utelämnas.",
    )
    offers: Annotated[list[OfferCutGiven], Field(max_length=MOST_CHANGES)] = Field(default_factory=list)
    closures: Annotated[list[Closure], Field(max_length=MOST_CHANGES)] = Field(default_factory=list)
    absences: Annotated[list[AbsenceGiven], Field(max_length=MOST_CHANGES)] = Field(default_factory=list)
    agreements: Annotated[list[AgreementEndGiven], Field(max_length=MOST_CHANGES)] = Field(default_factory=list)
    time_limit_seconds: Annotated[int, Field(ge=1, le=LONGEST_PREVIEW), Number] = Field(
        10, description="The time to search for other places. Tid för sökningen efter andra platser."
    )

    def reduction(self) -> Reduction:
        """Return the reduction that `placement.what_if` takes."""
        return Reduction(
            saved_on=self.saved_on or today(),
            offers=[OfferReduction(offer.offer_id, offer.change.changes()) for offer in self.offers],
            closures=[Absent(row.unit_id, row.first_week, row.last_week) for row in self.closures],
            absences=[Absent(row.supervisor_id, row.first_week, row.last_week) for row in self.absences],
            agreements=[AgreementEnd(row.agreement_id, row.ends_on) for row in self.agreements],
        )


class RemainingShown(Shown):
    """How many units remain after a rule. Antal enheter som återstår efter en regel."""

    rule: str
    units: int


class AffectedShown(WhoShown):
    """A placement in force that the reduction would affect. En gällande placering som skulle påverkas."""

    model_config = example(_AFFECTED)

    placement_id: str
    unit_id: str
    unit_name: str
    start: Week
    weeks: int
    kind: str = Field(
        description="displaced: gets another place; lost: gets no place; moved: moves to make room for another "
        "student; "
        "supervisor: gets another supervisor. "
        "displaced: får en annan plats; lost: får ingen plats; moved: flyttas för "
        "att ge plats åt en annan student; supervisor: får en annan handledare."
    )
    can_be_moved: bool
    unit_after: str | None = Field(
        description="Only if it is also the caller's own unit. Bara om även den enheten är den egna."
    )
    unit_name_after: str | None
    start_after: Week | None
    supervisor_after: str | None
    supervisor_name_after: str | None = Field(
        description="The provider's own id of the supervisor. Huvudmannens eget id för handledaren."
    )
    withheld: bool = Field(
        description="Whether there is a new place, at a unit that is not the caller's own and may not be named. "
        "Om det finns en ny plats, på en enhet som inte är den egna och inte får namnges."
    )
    rules: list[str] = Field(
        description="The rules that the old place would break; a unit sees none about the student. "
        "De regler som den gamla platsen skulle bryta mot; enheten ser inga som gäller studenten."
    )
    remaining_units: list[RemainingShown] = Field(
        description="For lost: how many units remain after each rule; why these will not do is in text. "
        "För lost: antal enheter som återstår efter varje regel; varför de inte duger står i text."
    )
    text: str

    @classmethod
    def of(cls, affected: Affected, language: str) -> AffectedShown:
        """Show an affected placement in a language, ``sv`` or ``en``."""
        own = cls.model_fields.keys() - WhoShown.model_fields.keys() - {"rules", "remaining_units", "text"}
        return cls(
            **whose(affected.who, language),
            **{name: getattr(affected, name) for name in own},
            rules=list(affected.rules),
            remaining_units=[RemainingShown.model_validate(step) for step in affected.remaining],
            text=getattr(affected.words, language),
        )


class DeadlineShown(Shown):
    """A date that the reduction does not respect. Ett datum som neddragningen inte tar hänsyn till."""

    model_config = example(_DEADLINE)

    kind: str = Field(
        description="answers-by, publish-by: the round's dates; notice: an agreement's notice; start: four weeks "
        "before "
        "a start. answers-by, publish-by: omgångens datum; notice: ett avtals uppsägningstid; start: fyra veckor "
        "före "
        "start."
    )
    day: dt.date
    agreement_id: str | None
    text: str

    @classmethod
    def of(cls, deadline: Deadline, language: str) -> DeadlineShown:
        """Show a deadline in a language, ``sv`` or ``en``."""
        words = getattr(deadline.words, language)
        return cls(kind=deadline.kind, day=deadline.day, agreement_id=deadline.agreement_id, text=words)


class PreviewShown(Shown):
    """The consequences of a reduction; nothing is saved. Följderna av en neddragning; inget sparas."""

    model_config = example(
        {
            "termId": "trm_vt2027",
            "savedOn": "2026-12-01",
            "canBeMoved": 1,
            "cannotBeMoved": 0,
            "elsewhere": 2,
            "placements": [_AFFECTED],
            "otherTerms": [],
            "otherTermsElsewhere": 0,
            "deadlines": [_DEADLINE],
        }
    )

    term_id: str
    saved_on: dt.date
    can_be_moved: int
    cannot_be_moved: int
    elsewhere: int = Field(description="The number affected at other parties' units. Antal berörda på andras enheter.")
    placements: list[AffectedShown] = Field(
        description="Affected placements at the caller's own units. Berörda placeringar på de egna enheterna."
    )
    other_terms: list[ImpossibleShown] = Field(
        description="Placements of other terms at the caller's own units that the reduction makes impossible: an "
        "absence and an agreement's end concern every term. They are in no other count, and a repair of this term "
        "moves none. "
        "Placeringar i andra terminer på de egna enheterna som neddragningen gör omöjliga: en frånvaro och ett avtals "
        "slut gäller alla terminer. De räknas inte någon annanstans, och en reparation av terminen flyttar ingen."
    )
    other_terms_elsewhere: int = Field(
        description="The number of such placements at other parties' units. Antal sådana placeringar på andras enheter."
    )
    deadlines: list[DeadlineShown]

    @classmethod
    def of(cls, term_id: str, reduction: Reduction, preview: Preview, language: str) -> PreviewShown:
        """Show a preview in a language, ``sv`` or ``en``."""
        movable = sum(affected.can_be_moved for affected in preview.affected)
        return cls(
            term_id=term_id,
            saved_on=reduction.saved_on,
            can_be_moved=movable,
            cannot_be_moved=len(preview.affected) - movable,
            elsewhere=preview.elsewhere,
            placements=[AffectedShown.of(affected, language) for affected in preview.affected],
            other_terms=[ImpossibleShown.of(each, language) for each in preview.other_terms.seen],
            other_terms_elsewhere=preview.other_terms.elsewhere,
            deadlines=[DeadlineShown.of(deadline, language) for deadline in preview.deadlines],
        )
