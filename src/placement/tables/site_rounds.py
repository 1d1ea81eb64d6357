"""Site rounds: how the students of a cohort choose their places of study, what each got, and every decision on it."""

import datetime as dt

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from placement.clock import now
from placement.tables.columns import (
    LONGEST_ID,
    LONGEST_NAME,
    MOST,
    SENSITIVE,
    Moment,
    Row,
    Versioned,
    bounded,
    json_type,
    new_id,
    one_of,
    reference,
    sized,
    some_words,
    word_list,
)
from placement.vocabulary import Named

MOST_SITES = 20
MOST_CLASSES = 20
LONGEST_NOTE = 500
_LIVING = text("status <> 'cancelled'")


class SiteRoundStatus(Named):
    """How far a site round has come; each step is taken once, and none is taken back."""

    PLANNED = "planned", "planerad", "planned"
    OPEN = "open", "öppen", "open"
    DRAWN = "drawn", "lottad", "drawn"
    DECIDED = "decided", "beslutad", "decided"
    CANCELLED = "cancelled", "inställd", "cancelled"


class QuotaKind(Named):
    """How a site's number of places is given: as a share of the round, as a fixed number, or as the rest."""

    SHARE = "share", "andel", "share"
    FIXED = "fixed", "fast antal", "fixed number"
    REST = "rest", "resten", "the rest"


class PriorityEffect(Named):
    """What a priority class gives: the first choice among all sites, or priority to certain sites only."""

    FIRST_CHOICE = "first-choice", "först att välja", "first choice"
    CERTAIN_SITES = "certain-sites", "företräde till vissa orter", "priority to certain sites"


class SiteReason(Named):
    """Why a student belongs to a site: the outcome of a round, or what was decided afterwards."""

    ROUND = "round", "studieortsvalet", "the site round"
    LATE_ENTRY = "late-entry", "sen antagning", "late entry"
    SOCIAL = "social", "sociala skäl", "social reasons"
    MEDICAL = "medical", "medicinska skäl", "medical reasons"
    SWAP = "swap", "byte med en annan student", "exchange with another student"
    RETURN = "return", "återkomst efter uppehåll", "return after a break"
    CLOSED_SITE = "closed-site", "orten tar inte längre emot", "the site takes no more students"
    CORRECTION = "correction", "rättelse", "correction"
    OTHER = "other", "annat", "other"


class SiteRound(Row, Versioned, table=True):
    """A cohort's choice of sites: when wishes are taken in, from which term the sites hold, and its draw.

    ``seed`` decides the draw. It is made when the round opens and is shown to nobody before the draw; its digest is
    published at once. A cohort has at most one round that is not cancelled.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        CheckConstraint("opens_on <= closes_on", name="dates_in_order"),
        CheckConstraint("(seed IS NULL) = (seed_sha256 IS NULL)", name="seed_with_its_digest"),
        CheckConstraint("length(seed_sha256) = 64", name="seed_sha256_length"),
        CheckConstraint("(status = 'cancelled') = (cancelled_because IS NOT NULL)", name="reason_iff_cancelled"),
        CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided_by_somebody"),
        sized("cancelled_because", LONGEST_NOTE),
        sized("decided_by"),
        Index(
            "uq_site_round_cohort_id",
            "cohort_id",
            unique=True,
            sqlite_where=_LIVING,
            postgresql_where=_LIVING,
        ),
    )

    id: str = Field(default_factory=lambda: new_id("srd"), primary_key=True, max_length=LONGEST_ID)
    cohort_id: str = Field(sa_column=reference("cohort.id", index=False))
    from_term_id: str = Field(sa_column=reference("term.id"))
    opens_on: dt.date
    closes_on: dt.date
    status: SiteRoundStatus = Field(default=SiteRoundStatus.PLANNED, sa_type=one_of(SiteRoundStatus, "status"))
    seed: str | None = Field(default=None, max_length=64, sa_column_kwargs={"info": SENSITIVE})
    seed_sha256: str | None = Field(default=None, max_length=64)
    opened_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    drawn_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    decided_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    decided_by: str | None = Field(default=None, max_length=LONGEST_NAME)
    cancelled_because: str | None = Field(default=None, max_length=LONGEST_NOTE)


class SiteQuota(Row, table=True):
    """A site that takes part in a round, and how many students it takes; ``place`` is its place in the list, from 0."""

    __table_args__ = (
        bounded("place", 0, MOST_SITES - 1),
        bounded("number", 1, MOST),
        bounded("floor", 0, MOST),
        bounded("ceiling", 0, MOST),
        CheckConstraint("(kind = 'rest') = (number IS NULL)", name="number_unless_rest"),
        CheckConstraint("ceiling IS NULL OR ceiling >= floor", name="ceiling_over_floor"),
        UniqueConstraint("round_id", "place"),
    )

    round_id: str = Field(sa_column=reference("site_round.id", key=True, cascade=True))
    site_id: str = Field(sa_column=reference("site.id", key=True))
    place: int
    kind: QuotaKind = Field(sa_type=one_of(QuotaKind, "kind"))
    number: int | None = None
    floor: int = 0
    ceiling: int | None = None


class SitePriority(Row, table=True):
    """A priority class of a round, in the programme's written order: its rank, what it is called, and what it gives.

    ``sites`` are the ids of the sites that it is for, if it is not for all.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        bounded("rank", 1, MOST_CLASSES),
        sized("name_sv"),
        sized("name_en"),
        some_words("sites"),
        CheckConstraint("(effect = 'certain-sites') = (sites IS NOT NULL)", name="sites_iff_certain"),
        UniqueConstraint("round_id", "rank"),
    )

    id: str = Field(default_factory=lambda: new_id("spr"), primary_key=True, max_length=LONGEST_ID)
    round_id: str = Field(sa_column=reference("site_round.id", cascade=True, index=False))
    rank: int
    name_sv: str = Field(max_length=LONGEST_NAME)
    name_en: str = Field(max_length=LONGEST_NAME)
    effect: PriorityEffect = Field(sa_type=one_of(PriorityEffect, "effect"))
    sites: list[str] | None = Field(default=None, sa_type=word_list())


class SiteWish(Row, Versioned, table=True):
    """What a student has wished in a round: all sites in order, a priority without its reason, and a partner.

    ``granted`` is the answer to the claim of a priority; None while there is none. The last wish that was sent counts.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        some_words("ranking"),
        CheckConstraint("granted IS NULL OR priority_id IS NOT NULL", name="granted_only_if_claimed"),
        CheckConstraint("partner_id IS NULL OR partner_id <> student_id", name="partner_another"),
        UniqueConstraint("round_id", "student_id"),
    )

    id: str = Field(default_factory=lambda: new_id("swi"), primary_key=True, max_length=LONGEST_ID)
    round_id: str = Field(sa_column=reference("site_round.id", index=False))
    student_id: str = Field(sa_column=reference("student.id"))
    ranking: list[str] = Field(sa_type=word_list())
    priority_id: str | None = Field(
        default=None, sa_column=reference("site_priority.id", null=True, index=False, sensitive=True)
    )
    granted: bool | None = Field(default=None, sa_column_kwargs={"info": SENSITIVE})
    partner_id: str | None = Field(default=None, sa_column=reference("student.id", null=True))
    sent_at: dt.datetime = Field(default_factory=now, sa_type=Moment)


class SiteTurn(Row, table=True):
    """What a student met when the turn came in a round: the number, what was open, and the site that was got.

    ``place`` counts the turns of a round from 1. ``priority_id`` is the granted priority, and ``by_priority`` says
    that the turn was the priority's. ``full_sites`` and ``closed_sites`` were not open: full, or needed for others'
    floors. ``late`` marks a student who came after the draw. From ``left_on`` on, a student who has left the programme
    has no place.
    """

    __table_args__ = (
        bounded("number", 1, MOST),
        bounded("place", 1, MOST),
        bounded("rank", 1, MOST_SITES),
        Index(None, "round_id", "place", "number"),
    )

    round_id: str = Field(sa_column=reference("site_round.id", key=True))
    student_id: str = Field(sa_column=reference("student.id", key=True))
    number: int
    place: int
    site_id: str = Field(sa_column=reference("site.id"))
    rank: int | None = None
    ranking: list[str] = Field(sa_type=json_type())
    full_sites: list[str] = Field(sa_type=json_type())
    closed_sites: list[str] = Field(sa_type=json_type())
    priority_id: str | None = Field(
        default=None, sa_column=reference("site_priority.id", null=True, index=False, sensitive=True)
    )
    by_priority: bool = Field(default=False, sa_column_kwargs={"info": SENSITIVE})
    partner_id: str | None = Field(default=None, sa_column=reference("student.id", null=True))
    apart: bool = False
    late: bool = False
    left_on: dt.date | None = None


class SiteDecision(Row, table=True):
    """A decision that a student belongs to a site from a term on: from which site, why, by whom and when.

    A student's decisions are counted from 1; of those that hold in a term, the last one made counts. The reason is a
    word of a list, and the note never says more about the student than is needed.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        bounded("number", 1, MOST),
        sized("note", LONGEST_NOTE),
        sized("decided_by"),
        CheckConstraint("(reason IN ('round', 'late-entry')) = (round_id IS NOT NULL)", name="round_iff_of_one"),
        UniqueConstraint("student_id", "number"),
    )

    id: str = Field(default_factory=lambda: new_id("sde"), primary_key=True, max_length=LONGEST_ID)
    student_id: str = Field(sa_column=reference("student.id", index=False))
    number: int
    from_site_id: str | None = Field(default=None, sa_column=reference("site.id", null=True))
    site_id: str = Field(sa_column=reference("site.id"))
    from_term_id: str = Field(sa_column=reference("term.id"))
    reason: SiteReason = Field(sa_type=one_of(SiteReason, "reason"), sa_column_kwargs={"info": SENSITIVE})
    note: str | None = Field(default=None, max_length=LONGEST_NOTE, sa_column_kwargs={"info": SENSITIVE})
    round_id: str | None = Field(default=None, sa_column=reference("site_round.id", null=True))
    decided_on: dt.date
    decided_by: str = Field(max_length=LONGEST_NAME)
