"""Agreements: on what terms a lärosäte's students come to a provider's units, and for how long."""

import datetime as dt

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from placement.clock import months_later
from placement.tables.columns import (
    LONGEST_ID,
    LONGEST_NAME,
    MOST,
    Row,
    Versioned,
    bounded,
    new_id,
    one_of,
    reference,
    sized,
    some_words,
    word_list,
)
from placement.vocabulary import Named
from placement_solver.weeks import IsoWeek

LETTER_NOTICE_MONTHS = 6
"""The months of notice of the letter of intent ("Giltighetstid och frånträde"): a party tells the others six months
before it leaves. An agreement has the same where neither it nor the template says otherwise.
"""
MOST_NOTICE_MONTHS = 120
LONGEST_NOTICE_DAYS = 366
"""The earliest cancellation that an agreement can put a price on: so many days before a placement's first day."""


class Figure(Named):
    """What a clause of an agreement settles."""

    VALIDITY = "validity", "giltighet", "validity"
    NOTICE = "notice", "uppsägning", "notice"
    PROFESSIONS = "professions", "yrken", "professions"
    UNITS = "units", "enheter", "units"
    FLOOR = "floor", "golv", "floor"
    CEILING = "ceiling", "tak", "ceiling"
    PRICE = "price", "ersättning", "price"
    CANCELLATION = "cancellation", "avbokning", "cancellation"


class Agreement(Row, Versioned, table=True):
    """An agreement between a lärosäte and a provider, for some professions or all (None), and some units or all.

    ``price_ore`` is the price of a student-week in hundredths of the currency, so that sums are exact. It holds from
    the first day until an ``AgreementPrice`` follows it.

    ``notice_months`` count from the day on which the other party received the notice, or from the day on which it was
    given if no other is known. ``withdrawal_by_id`` is the party that has asked to withdraw a notice.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        CheckConstraint("institution_id <> provider_id", name="two_parties"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity_in_order"),
        some_words("professions"),
        bounded("price_ore", 0, 100 * MOST),
        CheckConstraint("length(currency) = 3 AND currency = upper(currency)", name="currency_code"),
        Index(None, "institution_id", "provider_id"),
        bounded("notice_months", 0, MOST_NOTICE_MONTHS),
        CheckConstraint(
            "notice_received_on IS NULL OR (notice_given_on IS NOT NULL AND notice_received_on >= notice_given_on)",
            name="notice_received_after_given",
        ),
        CheckConstraint("withdrawal_by_id IS NULL OR notice_given_on IS NOT NULL", name="withdrawal_of_notice"),
    )

    id: str = Field(default_factory=lambda: new_id("agr"), primary_key=True, max_length=LONGEST_ID)
    institution_id: str = Field(sa_column=reference("organisation.id", index=False))
    provider_id: str = Field(sa_column=reference("organisation.id"))
    valid_from: dt.date
    valid_to: dt.date | None = None
    notice_months: int = LETTER_NOTICE_MONTHS
    notice_given_on: dt.date | None = None
    notice_received_on: dt.date | None = None
    withdrawal_by_id: str | None = Field(default=None, sa_column=reference("organisation.id", null=True))
    professions: list[str] | None = Field(default=None, sa_type=word_list())
    every_unit: bool = True
    price_ore: int | None = None
    currency: str = Field(default="SEK", max_length=3)
    synthetic: bool = False


class AgreementUnit(Row, table=True):
    """A unit that an agreement covers, where it does not cover every unit of its provider."""

    agreement_id: str = Field(sa_column=reference("agreement.id", key=True, cascade=True))
    unit_id: str = Field(sa_column=reference("unit.id", key=True))


class AgreementVolume(Row, table=True):
    """The floor and the ceiling of student-weeks that an agreement sets for a term."""

    __table_args__ = (
        bounded("min_student_weeks", 0, MOST),
        bounded("max_student_weeks", 0, MOST),
        CheckConstraint(
            "max_student_weeks IS NULL OR max_student_weeks >= min_student_weeks", name="ceiling_above_floor"
        ),
    )

    agreement_id: str = Field(sa_column=reference("agreement.id", key=True, cascade=True))
    term_id: str = Field(sa_column=reference("term.id", key=True))
    min_student_weeks: int = 0
    max_student_weeks: int | None = None


class AgreementClause(Row, table=True):
    """The clause of the agreement that a figure comes from, as the agreement numbers it."""

    __table_args__ = (sized("clause"),)

    agreement_id: str = Field(sa_column=reference("agreement.id", key=True, cascade=True))
    figure: Figure = Field(sa_type=one_of(Figure, "figure"), primary_key=True)
    clause: str = Field(max_length=LONGEST_NAME)


class AgreementPrice(Row, table=True):
    """The price of a student-week from a day on, in hundredths of the currency, in place of the one before it."""

    __table_args__ = (bounded("price_ore", 0, 100 * MOST),)

    agreement_id: str = Field(sa_column=reference("agreement.id", key=True, cascade=True))
    valid_from: dt.date = Field(primary_key=True)
    price_ore: int


class AgreementCancellation(Row, table=True):
    """A step of an agreement's rule for cancelled placements: cancelled fewer than so many days before, so much is due.

    ``percent`` is the share of the price that is paid for the weeks that are not done. The step with the fewest days
    that still applies is the one that counts; an agreement without steps has nothing paid.
    """

    __table_args__ = (bounded("days_before", 1, LONGEST_NOTICE_DAYS), bounded("percent", 0, 100))

    agreement_id: str = Field(sa_column=reference("agreement.id", key=True, cascade=True))
    days_before: int = Field(primary_key=True)
    percent: int


def ends_on(agreement: Agreement) -> dt.date | None:
    """Return an agreement's last day: its own, or that on which its notice has run out if that is earlier."""
    if agreement.notice_given_on is None:
        return agreement.valid_to
    received = agreement.notice_received_on or agreement.notice_given_on
    noticed = months_later(received, agreement.notice_months)
    return noticed if agreement.valid_to is None else min(noticed, agreement.valid_to)


def last_week(agreement: Agreement) -> IsoWeek | None:
    """Return the last week that an agreement covers from Monday to Sunday; None if it has no last day."""
    end = ends_on(agreement)
    if end is None:
        return None
    week = IsoWeek.of(end)
    return week if end == week.sunday() else week.plus(-1)
