"""Comparing: the figures of drafts side by side, as rows of a table with a column for each draft."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from placement.planning.scenarios import is_what_if
from placement.printed.pages import LANGUAGES, say_number
from placement.reading.comparisons import Comparison, Draft
from placement_api.pages.runs import MODES
from placement_solver.progress import gap_between
from placement_solver.wishes import WISHES
from placement_solver.words import Words

Figure = int | float | None


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of each draft, in the drafts' order; None where a draft has none. Shares are in per cent."""

    name: Words
    values: tuple[Figure, ...]
    decimals: int = 0
    unit: str = ""

    def beside_first(self, place: int) -> Figure:
        """Return how much more a draft's figure is than the first one's; None where they are alike or unknown."""
        first, value = self.values[0], self.values[place]
        if first is None or value is None:
            return None
        return round(value - first, self.decimals) or None


@dataclass(frozen=True, slots=True)
class Group:
    """Some rows under a heading."""

    name: Words
    rows: tuple[Row, ...]


def orders_of(drafts: Sequence[Draft]) -> list[tuple[Words, list[tuple[Words, bool]]]]:
    """Return what the runs were ordered to do, line by line, and whether each is not as the first."""
    told: tuple[tuple[Words, Callable[[Draft], Words]], ...] = (
        (Words("Gör", "Does"), lambda each: MODES[each.run.mode]),
        (Words("Tid, högst", "Time, at most"), lambda each: _in_both(f"{each.run.time_limit_seconds} s")),
        (Words("Frö", "Seed"), lambda each: _in_both(str(each.run.seed))),
        (Words("Vikter", "Weights"), _weights),
        (Words("Lärosäten", "Lärosäten"), _institutions),
        (Words("Tänkt fall", "Scenario"), lambda each: _yes_or_no(holds=is_what_if(each.run))),
    )
    lines = [(name, [tell(draft) for draft in drafts]) for name, tell in told]
    rows = [(name, [(words, words != values[0]) for words in values]) for name, values in lines]
    first = drafts[0].plan.problem_sha256
    other = [draft.plan.problem_sha256 != first for draft in drafts]
    inputs = [
        (Words("ett annat", "another"), True) if unlike else (Words("samma", "the same"), False) for unlike in other
    ]
    return [*rows, (Words("Underlag och vikter, mot den första", "Input and weights, beside the first"), inputs)]


def have_one_input(drafts: Sequence[Draft]) -> bool:
    """Tell whether all drafts were made from the same input and weights, so that their objectives can be compared."""
    return len({draft.plan.problem_sha256 for draft in drafts}) == 1


def figures_of(comparison: Comparison) -> list[Group]:
    """Return the drafts' figures; a group in which no draft has a figure is left out."""
    groups = (
        Group(Words("Planen som helhet", "The plan as a whole"), tuple(_whole(comparison.drafts))),
        Group(Words("Utan plats, efter lärosäte", "Without a place, by lärosäte"), tuple(_left_out(comparison))),
        Group(Words("Resor, enkel väg", "Journeys, one way"), tuple(_journeys(comparison.drafts))),
        Group(Words("Önskemål", "Wishes"), tuple(_wishes(comparison.drafts))),
        Group(Words("Hur jämnt det är", "How even it is"), tuple(_evenness(comparison.drafts))),
        Group(Words("Enheter och handledare", "Units and supervisors"), tuple(_units(comparison.drafts))),
        Group(Words("Målvärdet, del för del", "The objective, part by part"), tuple(_terms(comparison.drafts))),
    )
    return [
        Group(group.name, rows)
        for group in groups
        if (rows := tuple(row for row in group.rows if any(value is not None for value in row.values)))
    ]


def _whole(drafts: Sequence[Draft]) -> Iterator[Row]:
    yield _row(drafts, Words("Utan plats", "Without a place"), lambda each: each.run.unplaced)
    yield _row(drafts, Words("Placerade", "Placed"), lambda each: _at(each, "everyone", "placed"))
    yield _row(
        drafts, Words("Målvärde, lägre är bättre", "Objective, lower is better"), lambda each: each.plan.objective
    )
    yield _row(drafts, Words("Bevisad undre gräns", "Proven lower bound"), lambda each: each.plan.bound)
    yield _row(
        drafts,
        Words("Bevisat gap", "Proven gap"),
        lambda each: 100 * gap_between(each.plan.objective, each.plan.bound),
        decimals=2,
        unit="%",
    )


def _left_out(comparison: Comparison) -> Iterator[Row]:
    """Yield how many of each lärosäte's requests have no place, the lärosäte that asks for most first."""
    asked: dict[str, int] = {}
    left: list[dict[str, int]] = []
    for draft in comparison.drafts:
        groups = (draft.fairness or {}).get("institutions", ())
        for group in groups:
            asked[group["name"]] = max(asked.get(group["name"], 0), group["requests"])
        left.append({group["name"]: group["requests"] - group["placed"] for group in groups})
    for name in sorted(asked, key=lambda each: (-asked[each], each)):
        yield Row(comparison.names.get(name, _in_both(name)), tuple(each.get(name) for each in left))


def _journeys(drafts: Sequence[Draft]) -> Iterator[Row]:
    names = {
        "median": Words("Median", "Median"),
        "ninetieth": Words("Nio av tio högst", "Nine in ten at most"),
        "longest": Words("Längst", "Longest"),
    }
    for key, name in names.items():
        yield _row(drafts, name, _reading("everyone", "journeys", key), unit="min")
    yield _row(drafts, Words("Över en timme", "Over an hour"), _share("everyone", "journeys", "over_hour"), 1, "%")


def _wishes(drafts: Sequence[Draft]) -> Iterator[Row]:
    yield _row(
        drafts, Words("Fick förstahandsvalet", "Got the first choice"), _share("everyone", "wishes", "first"), 1, "%"
    )
    yield _row(
        drafts, Words("Fick något av valen", "Got one of the choices"), _share("everyone", "wishes", "any"), 1, "%"
    )


_EVEN: Mapping[str, Words] = {
    "placed": Words("Andel placerade", "Share placed"),
    "first_wish": Words("Förstahandsval", "First choices"),
    "median_journey": Words("Restid", "Journeys"),
}
_AMONG: Mapping[str, Words] = {
    "institution": Words("mellan lärosäten", "between lärosäten"),
    "home": Words("mellan hemkommuner", "between home municipalities"),
}


def _evenness(drafts: Sequence[Draft]) -> Iterator[Row]:
    """Yield how even each figure is: 100 where all groups have as much."""
    found = [
        {(each["by"], each["figure"]): 100 * each["jain"] for each in (draft.fairness or {}).get("evenness", ())}
        for draft in drafts
    ]
    for by, among in _AMONG.items():
        for figure, name in _EVEN.items():
            words = Words(f"{name.sv} {among.sv}", f"{name.en} {among.en}")
            yield Row(words, tuple(each.get((by, figure)) for each in found), 1)


def _units(drafts: Sequence[Draft]) -> Iterator[Row]:
    municipal = Words("Kommunernas andel av studentveckorna", "The municipalities' share of the student-weeks")
    yield _row(drafts, municipal, _share("municipal", "placed_share"), 1, "%")
    yield _row(drafts, Words("Handledare med student", "Supervisors with a student"), _reading("supervisors", "used"))
    yield _row(
        drafts,
        Words("Veckor med flera yrken på enheten", "Weeks with several professions at the unit"),
        _share("environments", "interprofessional_share"),
        1,
        "%",
    )


def _terms(drafts: Sequence[Draft]) -> Iterator[Row]:
    for wish in WISHES:
        values = tuple(draft.terms.get(wish.key) for draft in drafts)
        if any(values):
            yield Row(wish.name, values)


def _row(
    drafts: Sequence[Draft], name: Words, value: Callable[[Draft], Figure], decimals: int = 0, unit: str = ""
) -> Row:
    return Row(name, tuple(value(draft) for draft in drafts), decimals, unit)


def _at(draft: Draft, *path: str) -> Any:  # noqa: ANN401 (a report has numbers, texts and groups)
    """Return what a draft's report has at a path; None where it has nothing there."""
    found: Any = draft.fairness
    for name in path:
        if found is None:
            return None
        found = found.get(name)
    return found


def _reading(*path: str) -> Callable[[Draft], Figure]:
    return lambda draft: _at(draft, *path)


def _share(*path: str) -> Callable[[Draft], Figure]:
    def share(draft: Draft) -> Figure:
        found = _at(draft, *path)
        return None if found is None else 100 * found

    return share


def _weights(draft: Draft) -> Words:
    own: Mapping[str, int] = draft.run.options.get("weights", {})
    if not own:
        return Words("Terminens egna", "The term's own")
    names = {wish.key: wish.name for wish in WISHES}
    sv, en = (
        ", ".join(
            f"{getattr(names[key], language)} {say_number(weight, language=language)}" for key, weight in own.items()
        )
        for language in LANGUAGES
    )
    return Words(f"Egna: {sv}", f"Its own: {en}")


def _institutions(draft: Draft) -> Words:
    only = draft.run.options.get("in_county_only")
    return Words("Bara länets", "The county's only") if only else Words("Alla", "All")


def _yes_or_no(*, holds: bool) -> Words:
    return Words("Ja", "Yes") if holds else Words("Nej", "No")


def _in_both(text: str) -> Words:
    return Words(text, text)
