"""Groups: the facts of a county divided by what figures are told about: a lärosäte, a programme, a provider, a unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from placement.follow_up.facts import Case, Ending, Facts, Offering
from placement.follow_up.holders import Holders
from placement.follow_up.indicators import Grouping

COUNTY = "county"
"""The id of the one group that is the whole county."""


def divide(facts: Facts, grouping: Grouping, holders: Holders) -> Mapping[str, Facts]:
    """Return the facts of each group that has any, by the group's id; a fact may belong to several providers."""
    if grouping is Grouping.COUNTY:
        return {COUNTY: facts}
    cases: defaultdict[str, list[Case]] = defaultdict(list)
    endings: defaultdict[str, list[Ending]] = defaultdict(list)
    offerings: defaultdict[str, list[Offering]] = defaultdict(list)
    for case in facts.cases:
        unit = None if case.stay is None else case.stay.unit_id
        for group in _groups(grouping, holders, case.institution_id, case.programme_id, unit):
            cases[group].append(case)
    for ending in facts.endings:
        for group in _groups(grouping, holders, ending.institution_id, ending.programme_id, ending.unit_id):
            endings[group].append(ending)
    for offering in facts.offerings:
        for group in _groups(grouping, holders, None, None, offering.unit_id):
            offerings[group].append(offering)
    return {
        group: Facts(tuple(cases[group]), tuple(endings[group]), tuple(offerings[group]), facts.presence)
        for group in sorted({*cases, *endings, *offerings})
    }


def _groups(
    grouping: Grouping, holders: Holders, institution: str | None, programme: str | None, unit: str | None
) -> Collection[str]:
    """Return the groups of a fact; none if it has no unit or no lärosäte to belong to."""
    if grouping is Grouping.PROVIDER:
        return holders.of_unit(unit) if unit is not None else ()
    own = {Grouping.INSTITUTION: institution, Grouping.PROGRAMME: programme, Grouping.UNIT: unit}[grouping]
    return () if own is None else (own,)
