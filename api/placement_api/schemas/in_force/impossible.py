"""Schemas of what a change makes impossible: the placements in force that break a rule after it."""

from __future__ import annotations

import operator

from pydantic import Field, JsonValue

from placement.in_force.impossible import Aftermath, Impossible
from placement.planning.broken import Broken
from placement_api.schemas.base import Shown, Week, example
from placement_api.schemas.register.names import WHO, WhoShown, whose

_BROKEN: dict[str, JsonValue] = {
    "rule": "travel-limit",
    "name": "Longest journey",
    "why": "955 minutes to Geriatriken, but the limit is 90",
}
_IMPOSSIBLE: dict[str, JsonValue] = {
    **WHO,
    "placementId": "pla_0b77",
    "termId": "trm_vt2027",
    "unitId": "unt_geriatrics",
    "unitName": "Geriatriken",
    "firstWeek": "2027-W05",
    "lastWeek": "2027-W09",
    "brokenRules": [_BROKEN],
}


class BrokenShown(Shown):
    """A rule that a placement breaks, and how. En regel som en placering bryter mot, och hur."""

    model_config = example(_BROKEN)

    rule: str | None = Field(
        description="The rule's key; null if it is about the student, which only the lärosäte is told. "
        "Regelns nyckel; null om den gäller studenten, vilket bara lärosätet får veta."
    )
    name: str | None
    why: str

    @classmethod
    def of(cls, broken: Broken, language: str) -> BrokenShown:
        """Show a broken rule in a language, ``sv`` or ``en``."""
        name = None if broken.name is None else getattr(broken.name, language)
        return cls(rule=broken.rule, name=name, why=getattr(broken.why, language))


class ImpossibleShown(WhoShown):
    """A placement in force that breaks a rule. En gällande placering som bryter mot en regel."""

    model_config = example(_IMPOSSIBLE)

    placement_id: str
    term_id: str
    unit_id: str
    unit_name: str
    first_week: Week
    last_week: Week
    broken_rules: list[BrokenShown]

    @classmethod
    def of(cls, found: Impossible, language: str) -> ImpossibleShown:
        """Show a placement in a language, ``sv`` or ``en``."""
        own = cls.model_fields.keys() - WhoShown.model_fields.keys() - {"broken_rules"}
        return cls(
            **whose(found.who, language),
            **{name: getattr(found, name) for name in own},
            broken_rules=[BrokenShown.of(each, language) for each in found.broken],
        )


class ConsequencesShown(Shown):
    """What a change makes impossible; the answer has it only then. Vad en ändring gör omöjligt; finns bara då i svaret.

    The placements stay in force until a new plan is published. Placeringarna gäller tills en ny plan publiceras.
    """

    model_config = example({"impossiblePlacements": [_IMPOSSIBLE], "impossibleElsewhere": 2})

    impossible_placements: list[ImpossibleShown] = Field(
        default=[],
        exclude_if=operator.not_,
        description="The caller's placements in force that break a rule after the change. "
        "Anroparens gällande placeringar som bryter mot en regel efter ändringen.",
    )
    impossible_elsewhere: int = Field(
        default=0,
        exclude_if=operator.not_,
        description="The number of others' placements that do. Antal andras placeringar som gör det.",
    )
    impossible_untold: str | None = Field(
        default=None,
        exclude_if=operator.not_,
        description="In a dry run by a provider or a unit: that whether a rule about a student is broken is told only "
        "when the change is made. När en huvudman eller enhet bara prövar en import: att det först när "
        "ändringen görs berättas om en regel om en student bryts.",
    )

    @classmethod
    def of(cls, aftermath: Aftermath, language: str) -> ConsequencesShown:
        """Show what a change has made impossible in a language, ``sv`` or ``en``."""
        return cls(
            impossible_placements=[ImpossibleShown.of(each, language) for each in aftermath.seen],
            impossible_elsewhere=aftermath.elsewhere,
            impossible_untold=None if aftermath.untold is None else getattr(aftermath.untold, language),
        )
