"""Columns that tell of no person by themselves: ids of ours, codes, weeks, numbers, and what is about an organisation.

A row about a student or a supervisor is named by an id that the service has drawn, which says nothing elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

SECRETS = frozenset(
    {
        "account.subject_digest",
        "api_token.previous_sha256",
        "api_token.secret_sha256",
        "audit_entry.salt",
        "calendar.secret_sha256",
        "protected_student.alias_key",
        "site_round.seed",
        "sign_in_link.secret_sha256",
        "sign_in_session.secret_sha256",
        "student_page.secret_sha256",
        "survey_invitation.secret_sha256",
        "webhook.secret",
    }
)
"""Secrets and seeds: the service tells none of them again, except a seed once it has decided its draw."""

_DECLARED = """
account: version id token_id stated_at created_at withdrawn_at
agreement: version id institution_id provider_id valid_from valid_to notice_months notice_given_on notice_received_on
  withdrawal_by_id professions every_unit price_ore currency synthetic
agreement_cancellation: agreement_id days_before percent
agreement_clause: agreement_id figure clause
agreement_price: agreement_id valid_from price_ore
agreement_template: version id provider_kind name_sv name_en synthetic
agreement_unit: agreement_id unit_id
agreement_volume: agreement_id term_id min_student_weeks max_student_weeks
alf_profession: version id profession provider_kind valid_from valid_to
api_token: version id role organisation_id unit_id sees_protected scopes created_at expires_on last_used_at
  previous_until revoked_at
audit_entry: sequence at actor_token actor_role actor_organisation action object_type object_id before after people
  trace payload_hash hash
best_so_far: run_id problem_sha256 searched_seconds
burden_formula: version id valid_from long_week week_away unmet_wish late_notice very_late_notice most_per_term
  kept_permille created_at
calendar: version id token_id subject_type subject_id created_at
capacity_offer: version id term_id unit_id professions every_institution status decline_reason answered_at synthetic
cohort: version id programme_id term_id name size synthetic
course: version id programme_id code name weeks hours_per_week kinds supervision_credits university_healthcare
  sequence unit_rule attempts teaches_in_pairs programme_term
course_window: course_id term_id start
delivery: webhook_id cursor attempts due_at test_asked_at worker leased_until attempted_at outcome
education_level: unit_id level judged_on met valid_until
event: sequence at kind term_id institution_id provider_id unit_id subject_type subject_id details
idempotency_key: id call status headers body answered_at
kept_journey: placement_id
kept_problem: run_id solver
kept_remedies: plan_id request_id state turn worked_out_at seconds
ledger_entry: id student_id term_id placement_id number unit_id unit_name cause correction recorded_at told_on start
  weeks long_after
legal_hold: version id kind student_id placed_on lifted_on
letter_party: version id organisation_id joined_on notice_months notice_given_on synthetic
listed_word: version list code name_sv name_en
municipality: version code name lat lon population in_county
offer_institution: offer_id institution_id
offer_week: offer_id week places
organisation: version id kind provider_kind name_sv name_en external_id municipality_code funded_by_id in_county
  synthetic
organisation_contact: version organisation_id
pin: version id term_id request_id unit_id start
placement: version id term_id request_id publication_id unit_id start weeks status reason weeks_done
  student_answer student_answered_at changed_at
plan: id run_id term_id problem_sha256 status objective bound created_at
plan_document: plan_id
planned_placement: id plan_id request_id unit_id start
preference: request_id
programme: version id institution_id profession code name decentralised
protected_student: version
publication: id term_id run_id number published_at placed moved ended
remedy_work: plan_id worker heartbeat_at ended
reminder: id kind subject_type subject_id receiver_kind receiver_id term_id due_on days_before sent_at
reminder_mail: reminder_id attempts due_at worker leased_until handed_over_at outcome
reminder_rule: id kind days_before active valid_from
request: version id term_id student_id course_id status retake_of action_plan_done_on
retention_rule: id kind days valid_from created_at
run: id term_id status mode time_limit_seconds seed workers memory_mb needs_memory_mb options released requested_by
  requested_at started_at heartbeat_at finished_at worker attempts requires cancel_requested phase objective bound
  unplaced elapsed_seconds phase_seconds points ended_because error error_sv
run_part: run_id number problem_sha256 requests worker heartbeat_at searched_seconds needs_memory_mb told done error
  error_sv
run_worker: number memory_mb
sign_in_link: version id token_id made_by_id created_at expires_at used_at
sign_in_refusal: id reason account_id link_id at
sign_in_session: id token_id account_id link_id created_at used_at ends_at
site: version id institution_id name municipality_code
site_decision: id student_id number from_site_id site_id from_term_id round_id decided_on
site_priority: id round_id rank name_sv name_en effect sites
site_quota: round_id site_id place kind number floor ceiling
site_round: version id cohort_id from_term_id opens_on closes_on status seed_sha256 opened_at drawn_at decided_at
site_turn: round_id student_id number place site_id rank full_sites closed_sites apart late left_on
site_wish: version id round_id student_id sent_at
statement: id agreement_id half_year number corrects_id currency planned_weeks done_weeks amount_ore sha256
  drawn_up_at
statement_answer: id statement_id side verdict sha256 answered_at
statement_line: statement_id number placement_id programme_id course_id unit_id operator_id first_week weeks kind
  basis price_ore percent amount_ore
student: version id cohort_id institution_id site_id distinct_units lottery_number erased_on synthetic
student_page: version id token_id student_id created_at
supervisor: version unit_id profession max_students every_week synthetic
supervisor_week: week
survey: id name_sv name_en audience
survey_answer: id group_id
survey_figure: round_id level subject_id question invited answers total bands
survey_group: id round_id unit_id provider_id operator_id programme_id institution_id invited
survey_invitation: id round_id group_id placement_id organisation_id
survey_question: version_id key number kind text_sv text_en required steps low_sv low_en high_sv high_en choices
survey_round: version id version_id term_id opens_on closes_on status invited
survey_text: id group_id question
survey_version: id survey_id number written_on
swap: version id term_id status reason asked_at decided_at changed_at
swap_side: swap_id placement_id unit_id start weeks consented_on answer answered_at
template_cancellation: clause_id days_before percent
template_clause: version id template_id key clause heading_sv heading_en text_sv text_en figure number professions
  valid_from valid_to
term: version id code first_week weeks requests_by answers_by outside_answers_by publish_by students_answer_by
  weight_unplaced weight_travel weight_long_travel weight_preference weight_agreement_floor weight_change
  weight_interprofessional weight_pairs weight_carried_burden travel_base_minutes travel_minutes_per_km
  travel_max_minutes travel_long_after
training: id
travel_time: origin destination minutes source
unit: version id name provider_id operator_id excluded_from_agreement municipality_code site_id kinds lat lon hsa_id
  zone max_students university_healthcare synthetic
unplaced_request: plan_id request_id
webhook: version id token_id url kinds active reason created_at
"""


def _columns() -> Iterator[str]:
    """Yield each column that is declared, as ``table.column``."""
    table = ""
    for word in _DECLARED.split():
        if word.endswith(":"):
            table = word.removesuffix(":")
        else:
            yield f"{table}.{word}"


IMPERSONAL = frozenset(_columns())
"""The columns that are declared to be no personal field, as ``table.column``."""
