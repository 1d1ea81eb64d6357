"""Counting: the figures of a round, made once when it closes, with everything hidden that could give somebody away.

Three things are counted of each question, and each is hidden by itself: how many answered and what they answered on
average; how the answers are spread; and the texts. A spread is shown in bands, such as 1-2, 3 and 4-5, and only where
every band has enough answers too.

Then what is left of who answered is taken away: answers and texts are parted, written anew in random order under new
ids, and the invitations are removed.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, delete, select

from placement.store.batches import by_owner
from placement.surveys.answering import codes_of
from placement.surveys.hiding import LEAST, Cell, Shown, places_by_node, shown_nodes
from placement.surveys.nodes import Node
from placement.surveys.spreading import Bands, spread_nodes
from placement.tables import (
    FigureLevel,
    QuestionKind,
    SurveyAnswer,
    SurveyFigure,
    SurveyGroup,
    SurveyInvitation,
    SurveyQuestion,
    SurveyRound,
    SurveyText,
    new_id,
)

WHOLE = "*"
"""In place of a question: the form as a whole."""
_BANDS: Mapping[int, Sequence[tuple[int, ...]]] = {5: ((1, 2), (3,), (4, 5)), 6: ((1, 2), (3, 4), (5, 6))}
_CHANCE = random.SystemRandom()


def count_answers(session: Session, asked: SurveyRound) -> None:
    """Make the figures of a round, and take away what is left of who gave which answer."""
    groups = session.exec(select(SurveyGroup).where(SurveyGroup.round_id == asked.id)).all()
    theirs = col(SurveyAnswer.group_id).in_(select(SurveyGroup.id).where(SurveyGroup.round_id == asked.id))
    answers = session.exec(select(SurveyAnswer).where(theirs)).all()
    query = select(SurveyQuestion).where(SurveyQuestion.version_id == asked.version_id)
    questions = session.exec(query.order_by(col(SurveyQuestion.number))).all()
    session.connection().execute(insert(SurveyFigure), list(_Count(groups, answers).rows(asked.id, questions)))
    texts = {question.key for question in questions if question.kind is QuestionKind.TEXT}
    session.execute(delete(SurveyAnswer).where(theirs))
    _write_anew(session, answers, texts)
    session.execute(delete(SurveyInvitation).where(col(SurveyInvitation.round_id) == asked.id))


class _Count:
    """The answers of a round, counted by the cells that they are reported in."""

    def __init__(self, groups: Sequence[SurveyGroup], answers: Sequence[SurveyAnswer]) -> None:
        of_group = by_owner(answers, lambda each: each.group_id)
        self._groups = groups
        self._cells = [_cell_of(group) for group in groups]
        self._given: list[list[Mapping[str, Any]]] = [
            [answer.given for answer in of_group.get(group.id, ())] for group in groups
        ]

    def rows(self, round_id: str, questions: Sequence[SurveyQuestion]) -> Iterator[dict[str, Any]]:
        """Yield the figures of every node, of the form and of each question; what is hidden has no answers."""
        whole = [len(given) for given in self._given]
        shown = shown_nodes(self._cells, whole)
        yield from self._rows(round_id, WHOLE, whole, shown)
        for question in questions:
            yield from self._rows_of(round_id, question, shown)

    def _rows_of(self, round_id: str, question: SurveyQuestion, among: Shown) -> Iterator[dict[str, Any]]:
        """Yield the figures of a question, for nodes whose number of answers to the form is shown."""
        values = [[each[question.key] for each in given if question.key in each] for given in self._given]
        counts = [len(each) for each in values]
        shown = shown_nodes(self._cells, counts, among)
        totals = [sum(each) for each in values] if question.kind is QuestionKind.SCALE else None
        bands = bands_of(question, Counter(value for each in values for value in each))
        spread = {name: [sum(value in band for value in each) for each in values] for name, band in bands.items()}
        spreading = spread_nodes(self._cells, values, bands, question.steps, shown)
        yield from self._rows(round_id, question.key, counts, shown, totals, spread, spreading)

    def _rows(
        self,
        round_id: str,
        question: str,
        counts: Sequence[int],
        shown: Shown,
        totals: Sequence[int] | None = None,
        spread: Mapping[str, Sequence[int]] | None = None,
        spreading: Shown = frozenset(),
    ) -> Iterator[dict[str, Any]]:
        """Yield the figures of one question for every node."""
        for node, places in places_by_node(self._cells).items():

            def total_of(numbers: Sequence[int], places: Sequence[int] = places) -> int:
                return sum(numbers[place] for place in places)

            is_shown, is_spread = node in shown, bool(spread) and node in spreading
            yield {
                "round_id": round_id,
                "level": node.level,
                "subject_id": node.id,
                "question": question,
                "invited": sum(self._groups[place].invited for place in places),
                "answers": total_of(counts) if is_shown else None,
                "total": total_of(totals) if is_shown and totals is not None else None,
                "bands": [{"band": name, "answers": total_of(each)} for name, each in (spread or {}).items()]
                if is_spread
                else None,
            }


def _cell_of(group: SurveyGroup) -> Cell:
    """Return the cell of a group."""
    care = (FigureLevel.PROVIDER, group.provider_id), (FigureLevel.UNIT, group.unit_id)
    education = (FigureLevel.INSTITUTION, group.institution_id), (FigureLevel.PROGRAMME, group.programme_id)
    return Cell(*(tuple(Node(level, name) for level, name in path if name is not None) for path in (care, education)))


def bands_of(question: SurveyQuestion, counts: Mapping[int | str, int]) -> Bands:
    """Return the bands in which a question's answers are counted, each with enough answers in the whole round.

    A band with too few is joined with another: on a scale with the smaller of those beside it, in a list of choices
    with the next smallest. A single band would say nothing, and is none.
    """
    if question.kind is QuestionKind.TEXT:
        return {}
    on_scale = question.kind is QuestionKind.SCALE
    bands: list[tuple[int | str, ...]]
    bands = [*_BANDS[question.steps or 5]] if on_scale else [(code,) for code in codes_of(question)]

    def size(place: int) -> int:
        return sum(counts.get(value, 0) for value in bands[place])

    while len(bands) > 1 and size(least := min(range(len(bands)), key=size)) < LEAST:
        others = [place for place in range(len(bands)) if place != least and (not on_scale or abs(place - least) == 1)]
        first, second = sorted((least, min(others, key=size)))
        bands[first : first + 1] = [bands[first] + bands.pop(second)]
    named = {_name_of(band, on_scale=on_scale): frozenset(band) for band in bands}
    return named if len(named) > 1 else {}


def _name_of(band: Sequence[int | str], *, on_scale: bool) -> str:
    """Return what a band is called: the ends of a part of a scale, or the codes of its choices."""
    if not on_scale:
        return "+".join(map(str, band))
    return str(band[0]) if len(band) == 1 else f"{band[0]}-{band[-1]}"


def _write_anew(session: Session, answers: Sequence[SurveyAnswer], texts: set[str]) -> None:
    """Part the texts from the other answers, and write both anew in random order under new ids."""
    apart = [
        {"id": new_id("stx"), "group_id": answer.group_id, "question": key, "text": text}
        for answer in answers
        for key, text in answer.given.items()
        if key in texts
    ]
    anew = [
        {
            "id": new_id("san"),
            "group_id": answer.group_id,
            "given": {key: value for key, value in answer.given.items() if key not in texts},
        }
        for answer in answers
    ]
    for table, rows in ((SurveyText, apart), (SurveyAnswer, anew)):
        if rows:
            _CHANCE.shuffle(rows)
            session.connection().execute(insert(table), rows)
