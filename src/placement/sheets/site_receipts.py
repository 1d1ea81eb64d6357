"""Sheets of receipts: what each student of a site round got, in the order of the turns, to be read and kept."""

from __future__ import annotations

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.sheets.cells import as_text, words_as_text
from placement.sheets.importing import every
from placement.sheets.writing import Sheet
from placement.site_choice.receipts import list_receipts
from placement.site_choice.rounds import own_round
from placement.tables import Site

HEADS = (
    "studentId",
    "externalId",
    "number",
    "place",
    "site",
    "rank",
    "ranking",
    "priorityRank",
    "partnerId",
    "late",
    "leftOn",
    "text",
)


def sheet(session: Session, by: Caller, round_id: str, language: str) -> Sheet:
    """Write the receipts of a round, with the words in one language."""
    own_round(session, by, round_id)
    names = dict(session.exec(select(col(Site.id), col(Site.name))).all())
    lines = [
        (
            each.turn.student_id,
            each.external_id,
            each.turn.number,
            each.turn.place,
            each.site_name,
            each.turn.rank,
            words_as_text([names[site] for site in each.turn.ranking]),
            each.priority.rank if each.priority else None,
            each.turn.partner_id,
            each.turn.late,
            as_text(each.turn.left_on) or None,
            each.words.sv if language == "sv" else each.words.en,
        )
        for each in every(lambda span: list_receipts(session, by, round_id, span=span))
    ]
    return Sheet(HEADS, lines)
