"""Routes: one module for each slice of the API, all of them in ``ROUTERS`` in reading order."""

from placement_api.routes import (
    agreements,
    audit,
    capacity,
    cohorts,
    education,
    meta,
    pins,
    placements,
    places,
    plans,
    requests,
    runs,
    supervisors,
    terms,
)

ROUTERS = (
    meta.router,
    places.router,
    capacity.router,
    supervisors.router,
    agreements.router,
    terms.router,
    education.router,
    cohorts.router,
    requests.router,
    runs.router,
    plans.router,
    placements.router,
    pins.router,
    audit.router,
)
