"""Site heads: what people call a site round and the students in it, for the headings and rows of its pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from placement.callers import Caller, Role
from placement.register import cohorts, organisations, programmes
from placement.site_choice.entrants import EntrantRecord
from placement.site_choice.measuring import RoundRecord
from placement.site_choice.receipts import ReceiptRecord
from placement.tables import SiteRoundStatus
from placement_solver.words import Words

STANDING: Mapping[SiteRoundStatus, Words] = {
    SiteRoundStatus.PLANNED: Words("planerat", "planned"),
    SiteRoundStatus.OPEN: Words("öppet", "open"),
    SiteRoundStatus.DRAWN: Words("lottat", "drawn"),
    SiteRoundStatus.DECIDED: Words("fastställt", "decided"),
    SiteRoundStatus.CANCELLED: Words("inställt", "cancelled"),
}
"""How far a round has come, said of ”valet”."""


@dataclass(frozen=True, slots=True)
class Heads:
    """A round's cohort by programme, with the lärosäte for the coordinator, who has those of several; and the lärosäte.

    A student is called by the pseudonym where the reader reads it, else by the number in the draw or as one of many.
    """

    name: Words
    standing: Words
    institution: Words

    def called(self, record: EntrantRecord | ReceiptRecord) -> Words:
        """Return what the reader calls a student of the round."""
        if record.external_id:
            return Words(record.external_id, record.external_id)
        if isinstance(record, ReceiptRecord):
            return Words(f"Nummer {record.turn.number}", f"Number {record.turn.number}")
        return Words(f"Student vid {self.institution.sv}", f"Student at {self.institution.en}")

    def partner_of(self, record: EntrantRecord) -> Words:
        """Return what the reader calls the one with whom a student wants to be a pair."""
        told = record.partner if record.external_id and record.partner else None
        return Words("en annan student", "another student") if told is None else Words(told, told)


def heads_of(store: Session, by: Caller, record: RoundRecord) -> Heads:
    """Return what people call a round of the reader's."""
    cohort = cohorts.show_cohort(store, by, record.round.cohort_id)
    programme = programmes.show_programme(store, by, cohort.programme_id)
    row = organisations.show_organisation(store, by, record.institution_id)
    at = Words(row.name_sv, row.name_en)
    beside = Words(f" vid {at.sv}", f" at {at.en}") if by.role is Role.COORDINATOR else Words("", "")
    sv, en = (f"{programme.name}{words}, {cohort.name}" for words in (beside.sv, beside.en))
    return Heads(Words(sv, en), STANDING[record.round.status], at)
