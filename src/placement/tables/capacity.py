"""Capacity: what a unit offers in a term, week by week, and for whom."""

import datetime as dt

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from placement.tables.columns import (
    LONGEST_ID,
    MOST,
    Moment,
    Row,
    Versioned,
    Week,
    a_week,
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


class OfferStatus(Named):
    """A unit's answer: places (zero is an answer too), declined, or no answer yet, which does not mean zero."""

    ANSWERED = "answered", "besvarat", "answered", "ja", "yes"
    DECLINED = "declined", "tackat nej", "declined", "nej", "no"
    UNANSWERED = "unanswered", "obesvarat", "unanswered"


class DeclineReason(Named):
    """Why a unit declines."""

    NO_SUPERVISOR = "no-supervisor", "ingen handledare", "no supervisor"
    SHORT_OF_STAFF = "short-of-staff", "personalbrist", "short of staff"
    REBUILDING = "rebuilding", "ombyggnad", "rebuilding"
    OTHER_STUDENTS = "other-students", "andra studenter", "other students"
    UNSUITABLE_CARE = "unsuitable-care", "olämplig vård", "unsuitable care"
    OTHER = "other", "annat", "other"


class CapacityOffer(Row, Versioned, table=True):
    """A unit's answer for a term: places for students of some professions, from all lärosäten or some.

    Only an answered offer has places (``OfferWeek``; a week without a row has none), and only a declined
    offer has a reason.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        some_words("professions"),
        CheckConstraint("(status = 'declined') = (decline_reason IS NOT NULL)", name="reason_iff_declined"),
        CheckConstraint("(status = 'unanswered') = (answered_at IS NULL)", name="moment_iff_answered"),
        Index(None, "term_id", "unit_id"),
    )

    id: str = Field(default_factory=lambda: new_id("off"), primary_key=True, max_length=LONGEST_ID)
    term_id: str = Field(sa_column=reference("term.id", index=False))
    unit_id: str = Field(sa_column=reference("unit.id"))
    professions: list[str] = Field(sa_type=word_list())
    every_institution: bool = True
    status: OfferStatus = Field(default=OfferStatus.UNANSWERED, sa_type=one_of(OfferStatus, "status"))
    decline_reason: DeclineReason | None = Field(default=None, sa_type=one_of(DeclineReason, "decline_reason"))
    answered_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    synthetic: bool = False


class OfferInstitution(Row, table=True):
    """A lärosäte that an offer is reserved for, if it is not open to all."""

    offer_id: str = Field(sa_column=reference("capacity_offer.id", key=True, cascade=True))
    institution_id: str = Field(sa_column=reference("organisation.id", key=True))


class OfferWeek(Row, table=True):
    """How many students an offer has places for in a week."""

    __table_args__ = (a_week("week"), bounded("places", 0, MOST))

    offer_id: str = Field(sa_column=reference("capacity_offer.id", key=True, cascade=True))
    week: IsoWeek = Field(sa_type=Week, primary_key=True)
    places: int
