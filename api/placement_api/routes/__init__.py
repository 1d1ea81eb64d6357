"""Routes: one module for each slice of the API, all of them in ``ROUTERS`` in reading order."""

from placement_api.idempotency import keep_answers
from placement_api.routes import (
    agreements,
    audit,
    balances,
    calendars,
    capacity,
    cohorts,
    comparisons,
    education,
    meta,
    pins,
    placements,
    places,
    plans,
    previews,
    publishing,
    requests,
    runs,
    sheets,
    supervisors,
    terms,
    webhooks,
)

_ROUTERS = (
    meta.router,
    sheets.router,  # before the lists whose ids would take its addresses for theirs
    places.router,
    capacity.router,
    previews.router,
    supervisors.router,
    agreements.router,
    balances.router,
    terms.router,
    education.router,
    cohorts.router,
    requests.router,
    runs.router,
    plans.router,
    comparisons.router,
    publishing.router,
    placements.router,
    pins.router,
    calendars.router,
    webhooks.router,
    audit.router,
)

ROUTERS = tuple(keep_answers(router) for router in _ROUTERS)
