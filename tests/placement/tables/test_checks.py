"""Every CHECK of every table is broken once, in raw SQL, and the database refuses it by name."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import CheckConstraint, Engine, Enum, Table, text
from sqlalchemy.exc import DataError, IntegrityError

from placement.database import engine_for, open_session
from placement.tables import METADATA
from tests.rows import small_world

NO_SCALE = "steps = NULL, low_sv = NULL, low_en = NULL, high_sv = NULL, high_en = NULL"
BREACHES = {
    "ck_municipality_code_scb": ["code = '018'", "code = 'O180'"],
    "ck_organisation_provider_kind_of_provider": [
        "kind = 'institution', provider_kind = 'region', funded_by_id = NULL",
        "kind = 'provider', provider_kind = NULL, funded_by_id = NULL",
    ],
    "ck_organisation_funded_by_of_private": [
        "kind = 'provider', provider_kind = 'region', funded_by_id = 'org_city'",
        "kind = 'institution', provider_kind = NULL, funded_by_id = 'org_city'",
        "kind = 'provider', provider_kind = 'private', funded_by_id = id",
    ],
    "ck_unit_excluded_has_operator": ["excluded_from_agreement = TRUE, operator_id = NULL"],
    "ck_term_round_in_order": [
        "requests_by = '2026-11-02'",
        "answers_by = '2026-11-16'",
        "outside_answers_by = '2026-12-02'",
    ],
    "ck_term_students_answer_after_publishing": ["students_answer_by = '2026-01-01'"],
    "ck_api_token_id_length": ["id = '000'"],
    "ck_api_token_secret_sha256_length": ["secret_sha256 = 'secret'"],
    "ck_api_token_organisation_of_role": ["role = 'provider'", "organisation_id = 'org_ki'"],
    "ck_api_token_unit_of_role": ["role = 'unit'", "unit_id = 'unt_a'"],
    "ck_api_token_protected_of_institution": ["sees_protected = TRUE"],
    "ck_protected_student_contact_can_be_reached": ["contact_email = NULL, contact_phone = NULL"],
    "ck_protected_student_alias_key_length": ["alias_key = 'abc'"],
    "ck_legal_hold_kind_or_student": ["student_id = 'stu_a'"],
    "ck_legal_hold_lifted_after_placed": ["lifted_on = '2026-10-31'"],
    "ck_best_so_far_problem_sha256_length": ["problem_sha256 = 'abc'"],
    "ck_best_so_far_searched_seconds_bounds": ["searched_seconds = -1", "searched_seconds = 100000001"],
    "ck_run_part_problem_sha256_length": ["problem_sha256 = 'abc'"],
    "ck_run_part_number_bounds": ["number = -1", "number = 1001"],
    "ck_run_part_requests_bounds": ["requests = -1", "requests = 1000001"],
    "ck_run_part_searched_seconds_bounds": ["searched_seconds = -1", "searched_seconds = 100000001"],
    "ck_run_part_worker_length": ["worker = '', heartbeat_at = '2026-10-01'"],
    "ck_run_part_alive_iff_held": ["worker = 'w'", "heartbeat_at = '2026-10-01'"],
    "ck_run_part_held_until_done": ["done = TRUE, worker = 'w', heartbeat_at = '2026-10-01'"],
    "ck_run_part_failed_iff_over": ["error = 'x', error_sv = 'x'"],
    "ck_run_part_error_in_both": ["done = TRUE, error = 'x'", "done = TRUE, error_sv = 'x'"],
    "ck_run_part_error_length": ["done = TRUE, error = '', error_sv = 'x'"],
    "ck_run_part_error_sv_length": ["done = TRUE, error = 'x', error_sv = ''"],
    "ck_remedy_work_worker_length": ["ended = FALSE, worker = '', heartbeat_at = '2026-10-01'"],
    "ck_remedy_work_alive_iff_held": ["ended = FALSE, worker = 'w'", "heartbeat_at = '2026-10-01'"],
    "ck_remedy_work_held_until_ended": ["worker = 'w', heartbeat_at = '2026-10-01'"],
    "ck_kept_remedies_answer_iff_done": ["state = 'done', worked_out_at = '2026-10-01'", "answer = '{}'"],
    "ck_kept_remedies_moment_iff_worked_out": ["state = 'failed'", "worked_out_at = '2026-10-01'"],
    "ck_calendar_secret_sha256_length": ["secret_sha256 = 'secret'"],
    "ck_webhook_reason_of_inactive": ["active = TRUE, reason = 'gone'"],
    "ck_capacity_offer_decline_reason": ["status = 'declined', decline_reason = 'nonsense'"],
    "ck_capacity_offer_reason_iff_declined": ["status = 'declined'", "decline_reason = 'other'"],
    "ck_capacity_offer_moment_iff_answered": ["status = 'unanswered'", "answered_at = NULL"],
    "ck_supervisor_external_id_pseudonymous": ["external_id = '19900101-2384'"],
    "ck_supervisor_share_of_role": ["role = 'supervisor'", "share_percent = NULL"],
    "ck_training_expires_after_completion": ["expires_on = '2024-04-30'"],
    "ck_swap_reason_of_status": [
        "status = 'declined'",
        "status = 'declined', reason = 'moved'",
        "status = 'lapsed', decided_by = NULL",
        "status = 'lapsed', decided_by = NULL, reason = 'worse'",
        "reason = 'other'",
    ],
    "ck_swap_decided_iff_over": ["decided_at = NULL", "status = 'asked', decided_by = NULL"],
    "ck_swap_decided_by_someone": ["decided_by = NULL", "status = 'asked', decided_at = NULL"],
    "ck_swap_side_moment_iff_answered": ["answer = NULL", "answered_at = NULL"],
    "ck_agreement_two_parties": ["provider_id = institution_id"],
    "ck_agreement_validity_in_order": ["valid_to = '2024-12-31'"],
    "ck_agreement_currency_code": ["currency = 'kr'", "currency = 'sek'"],
    "ck_agreement_notice_received_after_given": [
        "notice_received_on = '2026-12-01'",
        "notice_given_on = '2026-12-02', notice_received_on = '2026-12-01'",
    ],
    "ck_agreement_withdrawal_of_notice": ["withdrawal_by_id = 'org_ki'"],
    "ck_template_clause_figure": ["figure = 'nonsense', number = NULL"],
    "ck_template_clause_number_bounds": [
        "figure = 'price', number = -1",
        "figure = 'price', number = 100000001",
    ],
    "ck_template_clause_professions_words": ["figure = 'price', professions = '[]'"],
    "ck_template_clause_number_of_figure": ["figure = 'units', number = 1", "figure = NULL, number = 1"],
    "ck_template_clause_professions_of_figure": [
        "figure = 'units', number = NULL, professions = '[\"nurse\"]'",
        "figure = NULL, number = NULL, professions = '[\"nurse\"]'",
    ],
    "ck_template_clause_months_of_notice": [
        "figure = 'notice', number = NULL",
        "figure = 'notice', number = 121",
    ],
    "ck_template_clause_validity_in_order": ["valid_to = '2023-12-31'"],
    "ck_letter_party_notice_after_joining": ["notice_given_on = '2023-12-31'"],
    "ck_reminder_mail_handed_over_once": ["due_at = '2026-11-02 12:00:00', handed_over_at = '2026-11-02 12:00:00'"],
    "ck_agreement_volume_max_student_weeks_bounds": ["max_student_weeks = 1000001"],
    "ck_agreement_volume_ceiling_above_floor": ["min_student_weeks = 5, max_student_weeks = 4"],
    "ck_student_external_id_pseudonymous": [
        "external_id = '199001012384'",
        "external_id = '900101-2384'",
        "external_id = '900101+2384'",
        "external_id = '19 900161 2384'",
    ],
    "ck_request_action_plan_iff_retake": ["retake_of = 'req_b'", "action_plan_done_on = '2026-10-01'"],
    "ck_request_retake_of_another": ["retake_of = id, action_plan_done_on = '2026-10-01'"],
    "ck_site_round_dates_in_order": ["opens_on = '2001-01-02'"],
    "ck_site_round_seed_with_its_digest": ["seed = NULL", "seed_sha256 = NULL"],
    "ck_site_round_seed_sha256_length": ["seed_sha256 = 'seed'"],
    "ck_site_round_reason_iff_cancelled": ["status = 'cancelled'", "cancelled_because = 'x'"],
    "ck_site_round_decided_by_somebody": ["decided_by = NULL", "decided_at = NULL"],
    "ck_site_round_cancelled_because_length": ["status = 'cancelled', cancelled_because = ''"],
    "ck_site_quota_number_bounds": ["kind = 'fixed', number = 0", "kind = 'fixed', number = 1000001"],
    "ck_site_quota_ceiling_bounds": ["ceiling = 1000001"],
    "ck_site_priority_sites_words": [f"effect = 'certain-sites', sites = '{wrong}'" for wrong in ("[]", "{}", "[1]")],
    "ck_site_quota_kind": ["kind = 'nonsense', number = 1"],
    "ck_site_quota_number_unless_rest": ["number = 1", "kind = 'fixed'"],
    "ck_site_quota_ceiling_over_floor": ["floor = 2, ceiling = 1"],
    "ck_site_priority_sites_iff_certain": ["effect = 'certain-sites'", """sites = '["sit_a"]'"""],
    "ck_site_wish_granted_only_if_claimed": ["priority_id = NULL"],
    "ck_site_wish_partner_another": ["partner_id = student_id"],
    "ck_site_decision_reason": ["reason = 'nonsense', round_id = NULL"],
    "ck_site_decision_round_iff_of_one": ["reason = 'other'", "round_id = NULL"],
    "ck_run_seed_bounds": ["seed = -1"],
    "ck_run_error_length": ["status = 'failed', finished_at = '2026-11-02 12:00:00', error = '', error_sv = 'x'"],
    "ck_run_error_sv_length": ["status = 'failed', finished_at = '2026-11-02 12:00:00', error = 'x', error_sv = ''"],
    "ck_run_error_in_both": ["status = 'failed', finished_at = '2026-11-02 12:00:00', error = 'out of memory'"],
    "ck_run_error_iff_failed": [
        "status = 'failed', finished_at = '2026-11-02 12:00:00'",
        "error = 'out of memory', error_sv = 'minnet tog slut'",
    ],
    "ck_run_finished_iff_over": ["status = 'cancelled'", "finished_at = '2026-11-02 12:00:00'"],
    "ck_run_started": [
        "status = 'running'",
        "status = 'succeeded', finished_at = '2026-11-02 12:00:00'",
    ],
    "ck_placement_broken_rules_words": [
        "status = 'cancelled', reason = 'no-longer-possible', broken_rules = '[]'",
    ],
    "ck_placement_student_answer": ["student_answer = 'nonsense', student_answered_at = '2026-12-21 12:00:00'"],
    "ck_placement_student_reason": [
        "student_answer = 'declined', student_answered_at = '2026-12-21 12:00:00', student_reason = 'nonsense'",
    ],
    "ck_placement_moment_iff_answered": ["student_answered_at = '2026-12-21 12:00:00'", "student_answer = 'accepted'"],
    "ck_placement_student_reason_iff_declined": [
        "student_answer = 'declined', student_answered_at = '2026-12-21 12:00:00'",
        "student_answer = 'accepted', student_answered_at = '2026-12-21 12:00:00', student_reason = 'clash'",
        "student_reason = 'clash'",
    ],
    "ck_placement_rules_iff_impossible": [
        "status = 'cancelled', reason = 'no-longer-possible'",
        "status = 'cancelled', reason = 'replanned', broken_rules = '[\"capacity\"]'",
    ],
    "ck_statement_half_year_form": ["half_year = '2026-H3'", "half_year = '1999-H1'", "half_year = '2026-H'"],
    "ck_statement_number_bounds": ["number = 0, corrects_id = 'stm_b'", "number = 1000001, corrects_id = 'stm_b'"],
    "ck_statement_corrects_unless_first": ["number = 2", "corrects_id = 'stm_b'"],
    "ck_statement_currency_code": ["currency = 'kr'", "currency = 'sek'"],
    "ck_statement_sha256_length": ["sha256 = 'abc'"],
    "ck_statement_line_weeks_some": ["weeks = 0"],
    "ck_statement_line_basis": ["basis = 'nonsense', price_ore = NULL"],
    "ck_statement_line_price_iff_agreement": ["basis = 'alf'", "price_ore = NULL"],
    "ck_statement_answer_verdict": ["verdict = 'nonsense', words = NULL"],
    "ck_statement_answer_words_iff_objected": ["words = NULL", "verdict = 'acknowledged'"],
    "ck_statement_answer_sha256_length": ["sha256 = 'abc'"],
    "ck_alf_profession_validity_in_order": ["valid_to = '2025-12-31'"],
    "ck_education_level_valid_after_judged": ["judged_on = '2026-02-01', valid_until = '2026-01-31'"],
    "ck_placement_weeks_done_of_reported": [
        "weeks_done = 1",
        "status = 'completed', weeks_done = -1",
        "status = 'completed', weeks_done = 6",
    ],
    "ck_placement_reason_iff_ended": ["status = 'declined'", "reason = 'other'"],
    "ck_ledger_entry_correction": ["cause = 'corrected', correction = 'nonsense'"],
    "ck_ledger_entry_possible_wishes_bounds": ["possible_wishes = 101"],
    "ck_ledger_entry_rank_within_wishes": ["wish_rank = 3", "wish_rank = -1"],
    "ck_ledger_entry_reason_iff_corrected": ["cause = 'corrected'", "correction = 'wrong-point'"],
    "ck_student_page_secret_sha256_length": ["secret_sha256 = 'secret'"],
    "ck_sign_in_link_expires_after_made": ["expires_at = created_at"],
    "ck_sign_in_session_account_or_link": ["account_id = NULL", "link_id = 'lnk_a'"],
    "ck_plan_problem_sha256_length": ["problem_sha256 = 'abc'"],
    "ck_plan_bound_below_objective": ["bound = 13"],
    "ck_survey_question_kind": [f"kind = 'nonsense', choices = NULL, {NO_SCALE}"],
    "ck_survey_question_steps_of_scale": [NO_SCALE],
    "ck_survey_question_steps_known": ["steps = 4"],
    "ck_survey_question_ends_of_scale": ["low_sv = NULL", "high_en = NULL"],
    "ck_survey_question_choices_of_choice": ["choices = '[]'"],
    "ck_survey_round_days_in_order": ["opens_on = '2027-07-01'"],
    "ck_survey_invitation_secret_sha256_length": ["secret_sha256 = 'secret'"],
    "ck_survey_invitation_one_invited": ["placement_id = NULL", "organisation_id = 'org_city'"],
    "ck_survey_figure_hidden_whole": ["answers = NULL"],
    "ck_api_token_previous_until_then": ["previous_until = created_at"],
    "ck_api_token_previous_sha256_length": ["previous_sha256 = 'secret', previous_until = created_at"],
    "ck_audit_entry_sequence_bounds": ["sequence = 0", "sequence = -1"],
    "ck_audit_entry_whole_or_erased": ["salt = NULL, people = '[]'"],
}
"""For constraints whose form does not show it: changes of a valid row that break this constraint alone."""


def checks() -> Iterator[tuple[Table, CheckConstraint]]:
    """Every CHECK of every table."""
    for table in METADATA.sorted_tables:
        for constraint in table.constraints:
            if isinstance(constraint, CheckConstraint):
                yield table, constraint


def breaches(table: Table, constraint: CheckConstraint) -> list[str]:
    """What to change in a valid row to break one constraint."""
    name = str(constraint.name)
    if name in BREACHES:
        return BREACHES[name]
    column = name.removeprefix(f"ck_{table.name}_")
    if column in table.c:
        assert isinstance(table.c[column].type, Enum)
        return [f"{column} = 'nonsense'"]
    column, _, shape = column.rpartition("_")
    if shape == "bounds":
        low, high = map(float, re.findall(r"BETWEEN (\S+) AND (\S+)", str(constraint.sqltext))[0])
        return [f"{column} = {low - 1:.0f}", f"{column} = {high + 1:.0f}"]
    if shape == "length":
        return [f"{column} = ''"]
    if shape == "words":
        return [f"{column} = '[]'", f"{column} = '{{}}'", f"{column} = '[1]'"]
    assert shape == "week", f"no breach of {name} is known to this test"
    wrong_weeks = ("2027-03", "2027-W54", "2027-W00", "1999-W03", "20270W03")
    return [f"{column} = '{week}'" for week in wrong_weeks]


def breaking(table: Table, change: str) -> str:
    """Return the statement that makes a change to a valid row; of an entry, which nobody changes, to a copy of one."""
    if table.name != "audit_entry":
        return f"UPDATE {table.name} SET {change}"  # noqa: S608 (the words are this file's own)
    new = {"sequence": "sequence + 1", **dict(part.split(" = ") for part in change.split(", "))}
    names, cells = ", ".join(table.c.keys()), ", ".join(new.get(name, name) for name in table.c.keys())  # noqa: SIM118
    return f"INSERT INTO {table.name} ({names}) SELECT {cells} FROM {table.name}"  # noqa: S608 (as above)


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    """A database with one valid row in every table."""
    engine = engine_for(migrated_url)
    with open_session(engine) as session:
        session.add_all(small_world())
    yield engine
    engine.dispose()


def test_every_check_refuses_what_breaks_it(engine: Engine) -> None:
    for table, constraint in checks():
        for change in breaches(table, constraint):
            with engine.connect() as connection, pytest.raises(IntegrityError, match=str(constraint.name)):
                connection.execute(text(breaking(table, change)))


def test_every_table_has_a_row_in_the_small_world(engine: Engine) -> None:
    with engine.connect() as connection:
        empty = [table.name for table in METADATA.sorted_tables if connection.execute(table.select()).first() is None]
    assert empty == []


def test_a_text_longer_than_its_column_is_refused_on_both_databases(engine: Engine) -> None:
    for table, constraint in checks():
        most = re.search(r"^length\((\w+)\) BETWEEN 1 AND (\d+)$", str(constraint.sqltext))
        if most is not None:
            statement = text(f"UPDATE {table.name} SET {most[1]} = :text")  # noqa: S608 (our own words)
            with engine.connect() as connection, pytest.raises((IntegrityError, DataError)):
                connection.execute(statement, {"text": "å" * (int(most[2]) + 1)})
