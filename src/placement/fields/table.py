"""The table: every column that can tell who a person is, where they live or what is sensitive, and who sees it.

A column that is in neither ``FIELDS`` nor `placement.fields.impersonal.IMPERSONAL` fails a test, so whoever adds one
decides. An audience that an entry does not name sees nothing of it. Logs, metrics and audit entries have none of what
is marked ``SENSITIVE`` in the tables, whoever asks.

To add a field, write its entry in ``FIELDS`` with the forms by ``_seen``, and ask `placement.fields.seeing` at each way
out: ``shows(by, "table.column", own=…)``, ``hidden_from(by, "table", own=…)`` or, for a column that says who
supervises, ``supervisor_seen(by, value)``. Then write the page anew (`placement.fields.pages`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from placement.fields.forms import Audience, Form
from placement_solver.words import Words


@dataclass(frozen=True, slots=True)
class Field:
    """One or more columns, such as ``student.lat``, what they are, whose they are, and who sees them in which form."""

    columns: tuple[str, ...]
    name: Words
    owner: Words
    forms: Mapping[Audience, Form] = field(default_factory=dict)

    def form_for(self, audience: Audience) -> Form:
        """Return the form in which an audience sees the field."""
        return self.forms.get(audience, Form.HIDDEN)


_INSTITUTION = Words("studentens lärosäte", "the student's lärosäte")
_CARE = Words("enheten och dess huvudman", "the unit and its provider")
_PARTY = Words("parten själv", "the party itself")
_COUNTY = Words("regionens samordning", "the county's coordination")
_NOBODY = Words("ingen", "nobody")


def _seen(
    owner: Form = Form.WHOLE,
    coordinator: Form = Form.HIDDEN,
    institution: Form = Form.HIDDEN,
    care: Form = Form.HIDDEN,
    auditor: Form = Form.HIDDEN,
    solver: Form = Form.HIDDEN,
) -> Mapping[Audience, Form]:
    """Return the forms of each audience; the command on the machine sees what the owner sees."""
    return {
        Audience.OWNER: owner,
        Audience.COORDINATOR: coordinator,
        Audience.INSTITUTION: institution,
        Audience.CARE: care,
        Audience.AUDITOR: auditor,
        Audience.MACHINE: owner,
        Audience.SOLVER: solver,
    }


FIELDS: tuple[Field, ...] = (
    Field(
        ("student.external_id",),
        Words("lärosätets egen pseudonym för studenten", "the lärosäte's own pseudonym of the student"),
        _INSTITUTION,
        _seen(),
    ),
    Field(
        ("student.lat", "student.lon"),
        Words("punkten där studentens resor börjar", "the point where the student's journeys start"),
        _INSTITUTION,
        _seen(coordinator=Form.ROUNDED, solver=Form.WHOLE),
    ),
    Field(
        ("student.zone",),
        Words("restidszonen där studentens resor börjar", "the travel zone where the student's journeys start"),
        _INSTITUTION,
        _seen(coordinator=Form.ROUNDED, solver=Form.WHOLE),
    ),
    Field(
        ("student.max_travel", "student.priority_class", "blocked_unit.unit_id", "blocked_unit.student_id"),
        Words(
            "studentens längsta restid, förtur och spärrade enheter",
            "the student's longest journey, priority and blocked units",
        ),
        _INSTITUTION,
        _seen(coordinator=Form.WHOLE, solver=Form.WHOLE),
    ),
    Field(
        ("placement.broken_rules",),
        Words(
            "regler om studenten som en placering brutit mot; vården ser de övriga",
            "rules about the student that a placement broke; care sees the others",
        ),
        _INSTITUTION,
        _seen(coordinator=Form.WHOLE),
    ),
    Field(
        ("placement.student_reason",),
        Words("varför studenten inte kan komma till en placering", "why the student cannot come to a placement"),
        _INSTITUTION,
        _seen(),
    ),
    Field(
        ("ledger_entry.minutes", "ledger_entry.km", "swap_side.minutes_before", "swap_side.minutes_after"),
        Words("resan till en placering", "the journey to a placement"),
        _INSTITUTION,
        _seen(coordinator=Form.WHOLE),
    ),
    Field(
        (
            "preference.rank",
            "preference.unit_id",
            "ledger_entry.possible_wishes",
            "ledger_entry.wish_rank",
            "ledger_entry.unmet_wishes",
            "planned_placement.unmet_wishes",
            "swap_side.rank_before",
            "swap_side.rank_after",
            "swap.terms",
        ),
        Words("studentens önskemål om enhet", "the student's wishes for units"),
        _INSTITUTION,
        _seen(coordinator=Form.WHOLE, solver=Form.WHOLE),
    ),
    Field(
        (
            "site_wish.ranking",
            "site_wish.priority_id",
            "site_wish.granted",
            "site_wish.partner_id",
            "site_turn.ranking",
            "site_turn.priority_id",
            "site_turn.by_priority",
            "site_turn.partner_id",
        ),
        Words("studentens val av studieort, förtur och parkamrat", "the student's wishes for sites, priority and pair"),
        _INSTITUTION,
        _seen(coordinator=Form.WHOLE),
    ),
    Field(
        ("site_decision.reason", "site_decision.note"),
        Words("skälet för studentens studieort", "the reason for the student's site"),
        _INSTITUTION,
        _seen(coordinator=Form.WHOLE),
    ),
    Field(
        ("unplaced_request.reasons", "unplaced_request.causes"),
        Words(
            "varför en begäran är utan plats; lärosätet ser inte vilka handledare som är upptagna",
            "why a request is unplaced; the lärosäte does not see which supervisors are taken",
        ),
        _INSTITUTION,
        _seen(coordinator=Form.WHOLE),
    ),
    Field(
        ("supervisor.external_id",),
        Words("huvudmannens egen pseudonym för handledaren", "the provider's own pseudonym of the supervisor"),
        _CARE,
        _seen(coordinator=Form.WHOLE),
    ),
    Field(
        (
            "supervisor.id",
            "placement.supervisor_id",
            "planned_placement.supervisor_id",
            "pin.supervisor_id",
            "swap_side.supervisor_id",
            "supervisor_week.supervisor_id",
            "training.supervisor_id",
        ),
        Words("vem som handleder, med vårt id", "who supervises, by our id"),
        _CARE,
        _seen(coordinator=Form.WHOLE, institution=Form.WHETHER, auditor=Form.WHOLE, solver=Form.WHOLE),
    ),
    Field(
        (
            "supervisor.role",
            "supervisor.share_percent",
            "training.course",
            "training.credits",
            "training.completed_on",
            "training.expires_on",
        ),
        Words("handledarens anställning och utbildning", "the supervisor's employment and training"),
        _CARE,
        _seen(coordinator=Form.WHOLE, auditor=Form.WHOLE, solver=Form.WHOLE),
    ),
    Field(
        ("unit.contact_function", "unit.contact_email", "unit.contact_phone"),
        Words("enhetens kontakt för studenter, en funktion", "the unit's contact for students, a function"),
        _CARE,
        _seen(coordinator=Form.WHOLE, institution=Form.WHOLE, auditor=Form.WHOLE),
    ),
    Field(
        ("organisation_contact.contact_function", "organisation_contact.contact_email"),
        Words("organisationens kontakt, en funktion", "the organisation's contact, a function"),
        _PARTY,
        _seen(coordinator=Form.WHOLE, auditor=Form.WHOLE),
    ),
    Field(
        (
            "protected_student.student_id",
            "protected_student.marked_at",
            "protected_student.contact_function",
            "protected_student.contact_email",
            "protected_student.contact_phone",
        ),
        Words(
            "att studenten har skyddade personuppgifter, och vem på lärosätet en enhet vänder sig till; enheten ser "
            "bara det senare, och lärosätet bara med en åtkomstnyckel som ger rätten",
            "that the student has a protected identity, and whom at the lärosäte a unit turns to; the unit sees only "
            "the latter, and the lärosäte only with a token that gives the right",
        ),
        _INSTITUTION,
        _seen(),
    ),
    Field(
        ("kept_journey.minutes", "kept_journey.long"),
        Words("resan till en placering för en raderad student", "the journey to a placement of an erased student"),
        _NOBODY,
    ),
    Field(
        ("reminder_mail.address",),
        Words("adressen som en påminnelse skickas till", "the address that a reminder is mailed to"),
        _NOBODY,
        {Audience.MACHINE: Form.WHOLE},
    ),
    Field(
        ("retention_rule.reason", "legal_hold.reason"),
        Words("skälet för en gallringsregel eller ett bevarande", "the reason for a retention rule or a legal hold"),
        _COUNTY,
        _seen(coordinator=Form.WHOLE),
    ),
    Field(
        (
            "retention_rule.decided_by",
            "legal_hold.decided_by",
            "publication.published_by",
            "swap.asked_by",
            "swap.decided_by",
            "site_round.decided_by",
            "site_decision.decided_by",
            "statement.drawn_up_by",
            "statement_answer.answered_by",
        ),
        Words("vem som fattat ett beslut", "who made a decision"),
        Words("de som beslutet rör", "those whom the decision concerns"),
        _seen(Form.WHOLE, Form.WHOLE, Form.WHOLE, Form.WHOLE, Form.WHOLE),
    ),
    Field(
        ("api_token.label", "account.label"),
        Words("innehavaren av en åtkomstnyckel eller ett konto", "the holder of a token or an account"),
        _PARTY,
        _seen(coordinator=Form.WHOLE, auditor=Form.WHOLE),
    ),
    Field(
        ("statement_answer.words", "education_level.evidence", "site_round.cancelled_because"),
        Words("fri text om en avräkning, en nivå eller ett val", "free text on a statement, a level or a site round"),
        _PARTY,
        _seen(Form.WHOLE, Form.WHOLE, Form.WHOLE, Form.WHOLE, Form.WHOLE),
    ),
    Field(
        ("survey_answer.given", "survey_invitation.answered"),
        Words(
            "vem som svarat på en enkät, och svaren, som bara visas som siffror",
            "who has answered a survey, and the answers, which are told as figures only",
        ),
        _NOBODY,
    ),
    Field(
        ("survey_text.text",),
        Words("fria svar på en enkät, utan avsändare", "free answers to a survey, without a sender"),
        Words("den som frågan handlar om", "whom the question is about"),
        _seen(coordinator=Form.WHOLE),
    ),
    Field(
        ("kept_remedies.answer",),
        Words(
            "vad som skulle ge en begäran utan plats en plats, med dem som då flyttar",
            "what would give an unplaced request a place, with those who would move",
        ),
        _NOBODY,
        {Audience.COORDINATOR: Form.WHOLE, Audience.MACHINE: Form.WHOLE},
    ),
    Field(
        ("best_so_far.found", "run_part.problem", "run_part.found"),
        Words(
            "den bästa planen hittills av en körning som pågår, och dess delar",
            "the best plan so far of a run under way, and its parts",
        ),
        _NOBODY,
        {Audience.MACHINE: Form.WHOLE},
    ),
    Field(
        (
            "plan_document.problem",
            "plan_document.plan",
            "plan_document.report",
            "plan_document.leaving",
            "kept_problem.problem",
        ),
        Words("körningens dokument", "the documents of a run"),
        _NOBODY,
        {Audience.COORDINATOR: Form.ROUNDED, Audience.MACHINE: Form.WHOLE},
    ),
)
"""Every personal field, and who sees it."""

OF_COLUMN: Mapping[str, Field] = {column: entry for entry in FIELDS for column in entry.columns}
"""The entry of each column that is in the table, as ``table.column``."""
