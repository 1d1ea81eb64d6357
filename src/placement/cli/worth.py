"""Worth: the places and supervisors of a plan that one more of would save the most, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from placement.cli.professions import name_profession
from placement.cli.speech import Language
from placement_solver.figures.pricing import CEILING, PLACE, SUPERVISOR
from placement_solver.report import Room, Worth
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words

_HEADING = Words(
    sv="Vad mer skulle vara värt, i målvärdets mått och högst:",
    en="What more would be worth, in the objective's measure and at most:",
)
_PLACE = Words(
    sv="{worth:>7}  en plats till för {profession} vid {unit} ({kinds}), vecka {first}–{last}",
    en="{worth:>7}  one more place for a {profession} at {unit} ({kinds}), weeks {first}–{last}",
)
_SUPERVISOR = Words(
    sv="{worth:>7}  handledare för en till, {profession} vid {unit} ({kinds}), vecka {first}–{last}",
    en="{worth:>7}  a supervisor for one more {profession} at {unit} ({kinds}), weeks {first}–{last}",
)
_TOGETHER = Words(
    sv="{worth:>7}  plats, tak och handledare för en {profession} vid {unit} ({kinds}), vecka {first}–{last}",
    en="{worth:>7}  place, ceiling and supervisor for one {profession} at {unit} ({kinds}), weeks {first}–{last}",
)


@dataclass(frozen=True, slots=True)
class Ranking:
    """The highest prices of one kind: room for one more of what some rules count, each with its worth."""

    words: Words
    rules: tuple[str, ...]
    rooms: tuple[tuple[Room, float], ...]


def rank(prices: Worth) -> tuple[Ranking, ...]:
    """Return the rankings: places, places with ceiling and supervisor, and supervisors."""
    return (
        Ranking(_PLACE, (PLACE,), tuple((room, room.place) for room in prices.places)),
        Ranking(_TOGETHER, (PLACE, CEILING, SUPERVISOR), tuple((room, room.together) for room in prices.together)),
        Ranking(_SUPERVISOR, (SUPERVISOR,), tuple((room, room.supervisor) for room in prices.supervisors)),
    )


def tell_worth(
    prices: Worth, first_week: IsoWeek, names: Mapping[str, str], lang: Language, lines: int
) -> Iterator[str]:
    """Yield the first lines of each ranking under a heading, if there are any."""
    told = [
        tell_room(room, ranking.words, worth, first_week, names, lang)
        for ranking in rank(prices)
        for room, worth in ranking.rooms[:lines]
    ]
    if told:
        yield lang.of(_HEADING)
        yield from told


def tell_room(
    room: Room, words: Words, worth: float, first_week: IsoWeek, names: Mapping[str, str], lang: Language
) -> str:
    """Return the line that says what room for one more somewhere is worth."""
    return lang.of(words).format(
        worth=write_amount(worth, lang),
        profession=name_profession(room.profession, lang),
        unit=names.get(room.unit, room.unit),
        kinds=", ".join(room.kinds),
        first=first_week.plus(room.first_week).week,
        last=first_week.plus(room.first_week + room.weeks - 1).week,
    )


def write_amount(amount: float, lang: Language) -> str:
    """Write a whole amount with its thousands separated."""
    text = f"{amount:,.0f}"
    return text.replace(",", "\N{NO-BREAK SPACE}") if lang is Language.SV else text
