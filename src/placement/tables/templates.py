"""Templates: what the county's agreements are to have in common, clause by clause, each from a day on."""

import datetime as dt

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from placement.tables.agreements import LONGEST_NOTICE_DAYS, MOST_NOTICE_MONTHS, Figure
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
from placement.tables.places import ProviderKind

LONGEST_CLAUSE = 4_000


class AgreementTemplate(Row, Versioned, table=True):
    """The template for the county's agreements with one kind of provider, as the letter of intent has it.

    A service is one county's, so there is at most one template for a kind of provider.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        sized("name_sv"),
        sized("name_en"),
        UniqueConstraint("provider_kind"),
    )

    id: str = Field(default_factory=lambda: new_id("tpl"), primary_key=True, max_length=LONGEST_ID)
    provider_kind: ProviderKind = Field(sa_type=one_of(ProviderKind, "provider_kind"))
    name_sv: str = Field(max_length=LONGEST_NAME)
    name_en: str = Field(max_length=LONGEST_NAME)
    synthetic: bool = False


class TemplateClause(Row, Versioned, table=True):
    """A clause of a template as it reads from a day on, until the next row with its key begins or it has ended.

    ``figure`` is what the clause settles, if it settles something that can be compared. ``number`` is its value: months
    of notice, months of validity (None: until further notice), student-weeks in a term (floor, ceiling) or öre for a
    student-week (price). Where floor, ceiling or price have no number each agreement settles it by itself.
    ``professions`` are those that are covered, or those that a price is for; None is all. A clause about units says
    that all are covered, whoever runs them.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        sized("key", 64),
        sized("clause"),
        sized("heading_sv"),
        sized("heading_en"),
        sized("text_sv", LONGEST_CLAUSE),
        sized("text_en", LONGEST_CLAUSE),
        bounded("number", 0, 100 * MOST),
        some_words("professions"),
        CheckConstraint(
            "number IS NULL OR (figure IS NOT NULL AND figure IN ('validity', 'notice', 'floor', 'ceiling', 'price'))",
            name="number_of_figure",
        ),
        CheckConstraint(
            "professions IS NULL OR (figure IS NOT NULL AND figure IN ('professions', 'price'))",
            name="professions_of_figure",
        ),
        CheckConstraint(
            f"figure IS NULL OR figure <> 'notice' OR (number IS NOT NULL AND number <= {MOST_NOTICE_MONTHS})",
            name="months_of_notice",
        ),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity_in_order"),
        UniqueConstraint("template_id", "key", "valid_from"),
    )

    id: str = Field(default_factory=lambda: new_id("tcl"), primary_key=True, max_length=LONGEST_ID)
    template_id: str = Field(sa_column=reference("agreement_template.id", index=False, cascade=True))
    key: str = Field(max_length=64)
    clause: str | None = Field(default=None, max_length=LONGEST_NAME)
    heading_sv: str = Field(max_length=LONGEST_NAME)
    heading_en: str = Field(max_length=LONGEST_NAME)
    text_sv: str = Field(max_length=LONGEST_CLAUSE)
    text_en: str = Field(max_length=LONGEST_CLAUSE)
    figure: Figure | None = Field(default=None, sa_type=one_of(Figure, "figure"))
    number: int | None = None
    professions: list[str] | None = Field(default=None, sa_type=word_list())
    valid_from: dt.date
    valid_to: dt.date | None = None


class TemplateCancellation(Row, table=True):
    """A step of a clause about cancellations, as ``AgreementCancellation`` has them; without steps nothing is paid."""

    __table_args__ = (bounded("days_before", 1, LONGEST_NOTICE_DAYS), bounded("percent", 0, 100))

    clause_id: str = Field(sa_column=reference("template_clause.id", key=True, cascade=True))
    days_before: int = Field(primary_key=True)
    percent: int
