"""Pages: what people open in a browser; each works without scripts, in Swedish and in English.

``frame`` is what they have around their content, ``readers`` who is let in, ``guarding`` what goes around each of them.
A page calls the same functions as the API and holds no query. ``PAGES`` are all of them.
"""

from __future__ import annotations

from placement_api.pages import (
    access,
    agreements,
    answers,
    assets,
    audit,
    compare,
    county_map,
    fairness,
    incoming,
    offer_sheets,
    offers,
    one_request,
    overview,
    own,
    pins,
    placed,
    plan,
    public,
    publications,
    publishing,
    readiness,
    request_sheets,
    requests,
    run_changes,
    runs,
    sign_in,
    site_claims,
    site_comparison,
    site_latecomers,
    site_round_forms,
    site_turns,
    site_wish_sheets,
    site_wishes,
    sites,
    starting,
    student_site,
    supervisors,
    surveys,
    term_forms,
    terms,
    unit_links,
    unplaced,
)
from placement_api.pages.guarding import guard

PAGES = (
    assets.router,
    sign_in.router,
    *(
        guard(router)
        for router in (
            surveys.router,
            term_forms.router,  # before the terms, whose {code} would match its address
            terms.router,
            plan.router,
            county_map.router,
            access.router,
            access.links_router,
            overview.router,
            answers.router,
            readiness.router,
            starting.router,
            runs.router,
            run_changes.router,
            compare.router,
            fairness.router,
            publishing.router,
            publications.router,
            audit.router,
            offers.router,
            offer_sheets.router,
            unit_links.router,
            incoming.router,
            supervisors.router,
            agreements.router,
            request_sheets.router,
            requests.router,
            one_request.router,
            one_request.link_router,
            pins.router,
            placed.router,
            unplaced.router,
            own.router,
            public.router,
            site_round_forms.router,  # before the rounds, whose {round_id} would match its address
            sites.router,
            site_wish_sheets.router,  # before the wishes, whose {student_id} would match its address
            site_wishes.router,
            site_claims.router,
            site_latecomers.router,
            site_turns.router,
            student_site.router,
            site_comparison.router,
        )
    ),
)
