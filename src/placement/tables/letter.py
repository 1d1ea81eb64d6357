"""The letter of intent: which municipalities and lärosäten are parties to it, from when and until when."""

import datetime as dt

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from placement.clock import months_later
from placement.tables.agreements import LETTER_NOTICE_MONTHS, MOST_NOTICE_MONTHS
from placement.tables.columns import LONGEST_ID, Row, Versioned, bounded, new_id, reference, sized


class LetterParty(Row, Versioned, table=True):
    """An organisation's time as a party to the letter of intent, which is valid until further notice.

    A party that leaves tells the others six months before. One that joins again has a row of its own.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        bounded("notice_months", 0, MOST_NOTICE_MONTHS),
        CheckConstraint("notice_given_on IS NULL OR notice_given_on >= joined_on", name="notice_after_joining"),
        UniqueConstraint("organisation_id", "joined_on"),
    )

    id: str = Field(default_factory=lambda: new_id("ltr"), primary_key=True, max_length=LONGEST_ID)
    organisation_id: str = Field(sa_column=reference("organisation.id", index=False))
    joined_on: dt.date
    notice_months: int = LETTER_NOTICE_MONTHS
    notice_given_on: dt.date | None = None
    synthetic: bool = False


def leaves_on(party: LetterParty) -> dt.date | None:
    """Return a party's last day: the notice's months after it was given, counted to the day; None without notice."""
    return None if party.notice_given_on is None else months_later(party.notice_given_on, party.notice_months)
