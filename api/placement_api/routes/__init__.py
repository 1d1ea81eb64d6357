"""Routes: the API's endpoints in the rooms that `placement` has; ``ROUTERS`` has them in the contract's order."""

from placement_api.changers import tell_changers
from placement_api.consequences import tell_consequences
from placement_api.idempotency import keep_answers
from placement_api.looking import log_looks, log_looks_at_the_known
from placement_api.retrying import do_again
from placement_api.routes import meta, sheets
from placement_api.routes.equal_terms import differences
from placement_api.routes.events import feed
from placement_api.routes.extracts import extracts
from placement_api.routes.fairness import formulas, ledger, shares
from placement_api.routes.follow_up import figures, gaps, yearly_reports
from placement_api.routes.in_force import placements, publishing, swaps
from placement_api.routes.outgoing import calendars, student_pages, webhooks
from placement_api.routes.planning import balances, lottery, pins, plans, readiness, runs
from placement_api.routes.protected import arrivals, marks
from placement_api.routes.reading import changes, comparisons, explanations, prices, remedies
from placement_api.routes.register import (
    agreements,
    capacity,
    cohorts,
    contacts,
    education,
    letter,
    lists,
    places,
    requests,
    student_sites,
    students,
    supervision,
    templates,
    terms,
    travel_times,
)
from placement_api.routes.reminding import reminders
from placement_api.routes.retention import rules as retention_rules
from placement_api.routes.settlement import alf, statements
from placement_api.routes.signing_in import accounts as sign_in_accounts
from placement_api.routes.signing_in import links as sign_in_links
from placement_api.routes.signing_in import sessions as sign_in_sessions
from placement_api.routes.site_choice import outcomes, rounds, wishes
from placement_api.routes.store import audit_trail, tokens
from placement_api.routes.surveys import figures as survey_figures
from placement_api.routes.surveys import questionnaires as survey_questionnaires
from placement_api.routes.surveys import rounds as survey_rounds
from placement_api.routes.what_if import previews
from placement_api.shield import shield

_ROUTERS = (
    meta.router,
    sheets.router,  # before the lists, whose {id} would match its addresses
    places.router,
    travel_times.router,
    lists.router,
    capacity.router,
    previews.router,
    supervision.router,
    agreements.router,
    templates.router,
    differences.router,
    letter.router,
    contacts.router,
    reminders.router,
    balances.router,
    terms.router,
    readiness.router,
    lottery.router,
    education.router,
    cohorts.router,
    students.router,
    student_sites.router,
    marks.router,
    arrivals.router,
    extracts.router,
    retention_rules.router,
    rounds.router,
    wishes.router,
    outcomes.router,
    requests.router,
    runs.router,
    plans.router,
    changes.router,
    prices.router,
    explanations.router,
    remedies.router,
    comparisons.router,
    publishing.router,
    feed.router,
    placements.router,
    swaps.router,
    pins.router,
    statements.router,
    alf.router,
    survey_questionnaires.router,
    survey_rounds.router,
    survey_figures.router,
    calendars.router,
    student_pages.router,
    ledger.router,
    formulas.router,
    shares.router,
    webhooks.router,
    figures.router,
    gaps.router,
    yearly_reports.router,
    sign_in_sessions.router,
    sign_in_links.router,
    sign_in_accounts.router,
    tokens.router,
    audit_trail.router,
)

_INPUT = (
    places.router,
    travel_times.router,
    capacity.router,
    supervision.router,
    agreements.router,
    terms.router,
    education.router,
    cohorts.router,
    students.router,
    student_sites.router,
    outcomes.router,
    requests.router,
    pins.router,
    marks.router,
)
"""The routes that change what planning rests on; the sheets, which do so too, tell of the consequences themselves."""

ROUTERS = tuple(
    log_looks_at_the_known(
        tell_changers(
            do_again(keep_answers(log_looks(shield(tell_consequences(router) if router in _INPUT else router))))
        )
    )
    for router in _ROUTERS
)
