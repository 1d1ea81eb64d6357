"""Hindrances: what a round's next step waits for, in the words in which the step itself is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from placement.errors import ConflictError
from placement.site_choice.measuring import RoundRecord, quotas_as
from placement.tables import SiteRound, SiteRoundStatus
from placement_solver.site_choice.quotas import shortfalls
from placement_solver.words import Words


def hindrances_in(record: RoundRecord, on: dt.date) -> Iterator[Words]:
    """Yield what a round still lacks before its next step on a day, as far as its reader sees who takes part."""
    row = record.round
    if row.status is SiteRoundStatus.PLANNED and row.closes_on < on:
        yield _words_of(day_passed(row))
    if row.status is SiteRoundStatus.OPEN and on <= row.closes_on:
        yield _words_of(still_open(row))
    if row.status is SiteRoundStatus.OPEN and record.claims_to_answer:
        yield _words_of(unanswered(record.claims_to_answer))
    if row.status in {SiteRoundStatus.PLANNED, SiteRoundStatus.OPEN}:
        for lacking in shortfalls(quotas_as([each.quota for each in record.quotas]), record.students):
            yield Words(f"Kvoterna räcker inte: {lacking.words.sv}.", f"The quotas do not hold: {lacking.words.en}.")


def day_passed(row: SiteRound) -> ConflictError:
    """Make the error for a round that would open after its last day."""
    return ConflictError(
        sv=f"Sista dagen för önskemål, {row.closes_on}, har passerat. Ändra den först.",
        en=f"The last day for wishes, {row.closes_on}, has passed. Change it first.",
    )


def still_open(row: SiteRound) -> ConflictError:
    """Make the error for a draw before the last day has ended."""
    return ConflictError(
        sv=f"Önskemål tas emot till och med {row.closes_on}. Lotta dagen efter.",
        en=f"Wishes are taken in until {row.closes_on}, that day included. Draw the day after.",
    )


def unanswered(number: int) -> ConflictError:
    """Make the error for a draw while some claims of a priority have no answer."""
    return ConflictError(
        sv=f"{number} begäran om förtur saknar svar. Bevilja eller avslå först.",
        en=f"{number} claim{'s' * (number != 1)} of a priority lack{'s' * (number == 1)} an answer. "
        "Grant or refuse first.",
    )


def waits_for_another() -> ConflictError:
    """Make the error for a draw that waits for what its reader neither sees nor can do; it does not tell of what."""
    return ConflictError(
        sv="Det går inte att lotta än: någon annan vid lärosätet har något kvar att göra i valet. "
        "Hör med lärosätets placeringskansli, och lotta när de är klara.",
        en="The round cannot be drawn yet: somebody else at the lärosäte has something left to do in it. "
        "Ask the lärosäte's placement office, and draw when they are done.",
    )


def _words_of(error: ConflictError) -> Words:
    return Words(error.sv, error.en)
