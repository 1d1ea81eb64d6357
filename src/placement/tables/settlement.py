"""Settlement: what was drawn up for an agreement and a half-year, line by line, and what the two sides answered.

A statement and its lines never change: what turns out otherwise later is a new statement with the differences.
"""

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from placement.clock import now
from placement.tables.columns import (
    LONGEST_ID,
    LONGEST_NAME,
    MOST,
    MOST_WEEKS,
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
)
from placement.tables.places import ProviderKind
from placement.vocabulary import Named
from placement_solver.weeks import IsoWeek

LONGEST_WORDS = 2_000
MOST_PRICE_ORE = 100 * MOST
MOST_LINE_ORE = MOST_PRICE_ORE * MOST_WEEKS
MOST_SUM_ORE = MOST_LINE_ORE * MOST


class WeekKind(Named):
    """What became of the weeks of a line."""

    DONE = "done", "genomförda", "done"
    CANCELLED = "cancelled", "avbokade", "cancelled"
    NOT_DONE = "not-done", "inte genomförda", "not done"
    UNREPORTED = "unreported", "inte rapporterade", "not reported"


class Basis(Named):
    """By what the weeks of a line are paid, or why they are not."""

    AGREEMENT = "agreement", "avtalet", "the agreement"
    ALF = "alf", "ALF", "ALF"
    NO_PRICE = "no-price", "inget pris", "no price"
    OUTSIDE = "outside-agreement", "utanför avtalstiden", "outside the agreement's time"


class Side(Named):
    """The two sides of an agreement."""

    INSTITUTION = "institution", "lärosätet", "the institution"
    PROVIDER = "provider", "huvudmannen", "the provider"


class Verdict(Named):
    """What a side answers to a statement."""

    ACKNOWLEDGED = "acknowledged", "godkänd", "acknowledged"
    OBJECTED = "objected", "invänd mot", "objected to"


class Statement(Row, table=True):
    """What is to be paid under an agreement for a half-year, drawn up by a named person; 2, 3 … correct the first.

    Sums are in hundredths of the currency. Those of a correction are differences, and may be negative.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        CheckConstraint(
            "length(half_year) = 7 AND substr(half_year, 1, 4) BETWEEN '2000' AND '2199'"
            " AND substr(half_year, 5, 3) IN ('-H1', '-H2')",
            name="half_year_form",
        ),
        bounded("number", 1, MOST),
        CheckConstraint("(number = 1) = (corrects_id IS NULL)", name="corrects_unless_first"),
        CheckConstraint("length(currency) = 3 AND currency = upper(currency)", name="currency_code"),
        sized("drawn_up_by"),
        bounded("planned_weeks", -MOST * MOST_WEEKS, MOST * MOST_WEEKS),
        bounded("done_weeks", -MOST * MOST_WEEKS, MOST * MOST_WEEKS),
        bounded("amount_ore", -MOST_SUM_ORE, MOST_SUM_ORE),
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
        UniqueConstraint("agreement_id", "half_year", "number"),
        Index(None, "half_year", "agreement_id"),
    )

    id: str = Field(default_factory=lambda: new_id("stm"), primary_key=True, max_length=LONGEST_ID)
    agreement_id: str = Field(sa_column=reference("agreement.id", index=False))
    half_year: str = Field(max_length=7)
    number: int
    corrects_id: str | None = Field(default=None, sa_column=reference("statement.id", null=True))
    currency: str = Field(max_length=3)
    planned_weeks: int
    done_weeks: int
    amount_ore: int = Field(sa_type=BigInteger)
    sha256: str = Field(max_length=64)
    drawn_up_by: str = Field(max_length=LONGEST_NAME)
    drawn_up_at: dt.datetime = Field(default_factory=now, sa_type=Moment)


class StatementLine(Row, table=True):
    """Consecutive weeks of one placement that are paid alike; in a correction, weeks taken back are negative.

    Each week has the price of its Monday, of which ``percent`` is paid. ``amount_ore`` is the sum of the weeks, each
    rounded to whole öre by itself, so that the sum is the same however the weeks are divided into lines.
    """

    __table_args__ = (
        bounded("number", 1, MOST),
        a_week("first_week"),
        bounded("weeks", -MOST_WEEKS, MOST_WEEKS),
        CheckConstraint("weeks <> 0", name="weeks_some"),
        bounded("price_ore", 0, MOST_PRICE_ORE),
        bounded("percent", 0, 100),
        CheckConstraint("(basis = 'agreement') = (price_ore IS NOT NULL)", name="price_iff_agreement"),
        bounded("amount_ore", -MOST_LINE_ORE, MOST_LINE_ORE),
    )

    statement_id: str = Field(sa_column=reference("statement.id", key=True))
    number: int = Field(primary_key=True)
    placement_id: str = Field(sa_column=reference("placement.id"))
    programme_id: str = Field(sa_column=reference("programme.id"))
    course_id: str = Field(sa_column=reference("course.id"))
    unit_id: str = Field(sa_column=reference("unit.id"))
    operator_id: str | None = Field(default=None, sa_column=reference("organisation.id", null=True))
    first_week: IsoWeek = Field(sa_type=Week)
    weeks: int
    kind: WeekKind = Field(sa_type=one_of(WeekKind, "kind"))
    basis: Basis = Field(sa_type=one_of(Basis, "basis"))
    price_ore: int | None = None
    percent: int
    amount_ore: int = Field(sa_type=BigInteger)


class StatementAnswer(Row, table=True):
    """A side's answer to a statement, by a named person who has seen what has this fingerprint; answers are kept."""

    __table_args__ = (
        sized("id", LONGEST_ID),
        sized("answered_by"),
        sized("words", LONGEST_WORDS),
        CheckConstraint("(verdict = 'objected') = (words IS NOT NULL)", name="words_iff_objected"),
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
    )

    id: str = Field(default_factory=lambda: new_id("sta"), primary_key=True, max_length=LONGEST_ID)
    statement_id: str = Field(sa_column=reference("statement.id"))
    side: Side = Field(sa_type=one_of(Side, "side"))
    verdict: Verdict = Field(sa_type=one_of(Verdict, "verdict"))
    sha256: str = Field(max_length=64)
    words: str | None = Field(default=None, max_length=LONGEST_WORDS)
    answered_by: str = Field(max_length=LONGEST_NAME)
    answered_at: dt.datetime = Field(default_factory=now, sa_type=Moment)


class AlfProfession(Row, Versioned, table=True):
    """A profession whose education the state pays for (ALF) at units of a kind of provider, from a day on.

    Its weeks are shown in statements and invoiced by none.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        sized("profession", 64),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity_in_order"),
        UniqueConstraint("profession", "provider_kind", "valid_from"),
    )

    id: str = Field(default_factory=lambda: new_id("alf"), primary_key=True, max_length=LONGEST_ID)
    profession: str = Field(max_length=64)
    provider_kind: ProviderKind = Field(sa_type=one_of(ProviderKind, "provider_kind"))
    valid_from: dt.date
    valid_to: dt.date | None = None
