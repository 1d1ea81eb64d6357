"""Rows of templates, the letter of intent, contacts and reminders, for the small world and the small county."""

from __future__ import annotations

import datetime as dt

from placement.tables import (
    AgreementTemplate,
    Figure,
    LetterParty,
    OrganisationContact,
    ProviderKind,
    ReceiverKind,
    Reminder,
    ReminderKind,
    ReminderMail,
    ReminderRule,
    Row,
    TemplateCancellation,
    TemplateClause,
)

LONG_AGO, FAR_AHEAD = dt.date(2024, 1, 1), dt.date(2190, 1, 1)


def rows() -> list[Row]:
    """One row of each of these tables, of our side."""
    return [
        AgreementTemplate(
            id="tpl_a", provider_kind=ProviderKind.MUNICIPALITY, name_sv="Kommunmallen", name_en="Municipal template"
        ),
        clause("tcl_a", "price", Figure.PRICE, 98_000),
        clause("tcl_later", "quality", None, valid_from=FAR_AHEAD),
        clause("tcl_late", "cancellation", Figure.CANCELLATION),
        TemplateCancellation(clause_id="tcl_late", days_before=28, percent=50),
        LetterParty(id="ltr_a", organisation_id="org_city", joined_on=LONG_AGO),
        OrganisationContact(
            organisation_id="org_city", contact_function="VFU-samordning", contact_email="vfu@stockholm.example.se"
        ),
        ReminderRule(id="rrl_a", kind=ReminderKind.ANSWER_DUE, days_before=1, active=False, valid_from=LONG_AGO),
        reminder("rem_a", ReceiverKind.UNIT, "unt_a"),
        ReminderMail(reminder_id="rem_a", address="vfu@stockholm.example.se", due_at=None, outcome="handed-over"),
    ]


def of_each_side() -> list[Row]:
    """What each role reads of reminders, and what is the other side's."""
    return [
        LetterParty(id="ltr_ki", organisation_id="org_ki", joined_on=LONG_AGO),
        LetterParty(id="ltr_b", organisation_id="org_b", joined_on=LONG_AGO),
        leaving("ltr_leaving", "org_city"),
        leaving("ltr_ki_leaving", "org_ki"),
        leaving("ltr_b_leaving", "org_b"),
        OrganisationContact(organisation_id="org_ki", contact_function="VFU", contact_email="vfu@ki.example.se"),
        OrganisationContact(organisation_id="org_b", contact_function="VFU", contact_email="vfu@umu.example.se"),
        reminder("rem_ki", ReceiverKind.INSTITUTION, "org_ki"),
        reminder("rem_city", ReceiverKind.PROVIDER, "org_city"),
        reminder("rem_b", ReceiverKind.INSTITUTION, "org_b"),
        reminder("rem_far", ReceiverKind.UNIT, "unt_b"),
    ]


def clause(
    row_id: str,
    key: str,
    figure: Figure | None,
    number: int | None = None,
    professions: list[str] | None = None,
    valid_from: dt.date = LONG_AGO,
) -> TemplateClause:
    """A clause of our template."""
    return TemplateClause(
        id=row_id,
        template_id="tpl_a",
        key=key,
        clause="§ 7",
        heading_sv=key,
        heading_en=key,
        text_sv="Så här är det.",
        text_en="So it is.",
        figure=figure,
        number=number,
        professions=professions,
        valid_from=valid_from,
    )


def reminder(row_id: str, kind: ReceiverKind, receiver: str) -> Reminder:
    """A reminder that has been sent to somebody."""
    return Reminder(
        id=row_id,
        kind=ReminderKind.ANSWER_DUE,
        subject_type="term",
        subject_id="trm_a",
        receiver_kind=kind,
        receiver_id=receiver,
        term_id="trm_a",
        due_on=dt.date(2026, 11, 1),
        days_before=21,
        sent_at=dt.datetime(2026, 10, 18, 12, tzinfo=dt.UTC),
    )


def leaving(row_id: str, organisation: str) -> LetterParty:
    """A party that leaves the letter of intent in a time that no test comes near."""
    return LetterParty(id=row_id, organisation_id=organisation, joined_on=FAR_AHEAD, notice_given_on=FAR_AHEAD)
