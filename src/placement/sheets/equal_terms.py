"""The sheet of the comparison with the county's template: agreement by agreement and clause by clause, to read."""

from __future__ import annotations

from collections.abc import Iterator

from placement.equal_terms.differences import Difference
from placement.equal_terms.overview import Overview, Standpoint
from placement.sheets.cells import Value, as_text
from placement.sheets.writing import Sheet
from placement.tables import leaves_on
from placement_solver.words import Words

HEADS: tuple[Words, ...] = (
    Words("Huvudman", "Provider"),
    Words("Kommunkod", "Municipality code"),
    Words("Lärosäte", "Institution"),
    Words("Avtal", "Agreement"),
    Words("Part i avsiktsförklaringen från", "Party to the letter of intent from"),
    Words("Part till", "Party until"),
    Words("Klausul", "Clause"),
    Words("Avtalets klausul", "The agreement's clause"),
    Words("Jämförelse", "Comparison"),
    Words("I mallen", "In the template"),
    Words("I avtalet", "In the agreement"),
    Words("Bättre för", "Better for"),
    Words("Sämre för", "Worse for"),
)
NONE = Words("inget avtal", "no agreement")


def sheet(overview: Overview, language: str) -> Sheet:
    """Write the overview in ``sv`` or ``en``: a row for each clause, and one where there is no agreement."""
    heads = [_in(language, head) for head in HEADS]
    return Sheet([head or "" for head in heads], [row for line in overview.lines for row in _rows(line, language)])


def _rows(line: Standpoint, language: str) -> Iterator[tuple[Value, ...]]:
    """Yield the rows of an agreement, or the one of a provider that has none."""
    institution, letter, found = line.institution, line.letter, line.differences
    name = None if institution is None else Words(institution.name_sv, institution.name_en)
    own: tuple[Value, ...] = (
        _in(language, line.provider),
        line.municipality_code,
        _in(language, name),
        None if found is None else found.signed.row.id,
        None if letter is None else as_text(letter.joined_on),
        None if letter is None else as_text(leaves_on(letter)) or None,
    )
    if found is None:
        yield (*own, None, None, _in(language, NONE), None, None, None, None)
        return
    for each in found.lines:
        yield (*own, *_cells(each, language))


def _cells(one: Difference, language: str) -> tuple[Value, ...]:
    """Return the cells of a clause."""
    about = None if one.figure is None else one.figure.words
    heading = about if one.clause is None else Words(one.clause.row.heading_sv, one.clause.row.heading_en)
    better, worse = one.compared.better_for, one.compared.worse_for
    told = (
        one.standing.words,
        one.compared.in_template,
        one.compared.in_agreement,
        None if better is None else better.words,
        None if worse is None else worse.words,
    )
    return (_in(language, heading), one.own_clause, *(_in(language, words) for words in told))


def _in(language: str, words: Words | None) -> str | None:
    """Return a text in a language."""
    if words is None:
        return None
    return words.sv if language == "sv" else words.en
