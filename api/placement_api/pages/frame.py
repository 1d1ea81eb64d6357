"""The frame: what every page has around its content, and the language in which its reader gets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment
from sqlmodel import Session

from placement.callers import Caller, Role
from placement.clock import today
from placement.identity_numbers import holds_identity_number
from placement.printed.pages import Language, environment_of
from placement.signing_in.sessions import csrf_token
from placement.tables import Term
from placement_api.door.heads import LARGEST_IMPORT
from placement_api.pages.assets import address_of_asset
from placement_api.pages.holders import say_holder
from placement_api.pages.receipts import TOLD, is_true
from placement_api.pages.repeats import FIELD as ONCE
from placement_api.pages.repeats import SENT_BEFORE, new_key
from placement_api.pages.wording import say_dated, say_plainly, say_value, say_words, say_year_and_week
from placement_api.problem_pages import LANGUAGE, language_chosen
from placement_api.signing_in.browsers import CSRF_FIELD, keep
from placement_api.signing_in.homes import home_of
from placement_api.signing_in.identifying import browser_behind
from placement_solver.words import Words

_LANGUAGE_SECONDS = 365 * 24 * 3_600
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "Vary": "Accept-Language, Cookie",
    "X-Robots-Tag": "noindex",
}


@dataclass(frozen=True, slots=True)
class Door:
    """A link of the navigation: the last part of its address below the term's, and what it is called."""

    address: str
    words: Words


_OVERVIEW = Door("/overview", Words("Översikt", "Overview"))
_PLACEMENTS = Door("/placements", Words("Placeringar", "Placements"))
_UNPLACED = Door("/unplaced", Words("Utan plats", "Without a place"))
_AGREEMENTS = Door("/agreements", Words("Avtal", "Agreements"))
_OFFERS = Door("/offers", Words("Platser", "Places"))
_INCOMING = Door("/incoming", Words("Vilka kommer", "Who comes"))
_SUPERVISORS = Door("/supervisors", Words("Handledare", "Supervisors"))
DOORS: Mapping[Role, tuple[Door, ...]] = {
    Role.COORDINATOR: (
        _OVERVIEW,
        Door("/answers", Words("Svar", "Answers")),
        Door("/runs", Words("Körningar", "Runs")),
        Door("/plan", Words("Plan", "Plan")),
        _UNPLACED,
        Door("/map", Words("Karta", "Map")),
        _AGREEMENTS,
        Door("/publish", Words("Publicera", "Publish")),
    ),
    Role.INSTITUTION: (
        Door("/requests", Words("Begäranden", "Requests")),
        _PLACEMENTS,
        _UNPLACED,
        Door("/sites", Words("Studieorter", "Sites")),
    ),
    Role.PROVIDER: (_OFFERS, _SUPERVISORS, _INCOMING, _AGREEMENTS),
    Role.UNIT: (_OFFERS, _SUPERVISORS, _INCOMING),
    Role.SUPERVISOR: (),
    Role.STUDENT: (),
    Role.AUDITOR: (),
}
"""The navigation of each role, in its order; the first door is where the role lands."""
BEYOND_TERMS: Mapping[Role, tuple[Door, ...]] = {
    Role.COORDINATOR: (Door("/access", Words("Åtkomst", "Access")), Door("/audit", Words("Granskningslogg", "Audit"))),
    Role.AUDITOR: (Door("/audit", Words("Granskningslogg", "Audit")),),
    Role.STUDENT: (Door("/me", Words("Min placering", "My placement")),),
    Role.SUPERVISOR: (Door("/me", Words("Mina studenter", "My students")),),
}
"""What a role has beside the terms; its addresses are whole."""
DONE: Mapping[str, Words] = {
    SENT_BEFORE: Words(
        "Formuläret var redan skickat. Det som visades då visas inte igen.",
        "The form had been sent already. What was shown then is not shown again.",
    ),
    "link-withdrawn": Words("Länken är återkallad.", "The link has been withdrawn."),
    "token-revoked": Words("Åtkomstnyckeln är återkallad.", "The token has been revoked."),
    "cancelling": Words(
        "Körningen avbryts; den bästa planen behålls om det finns en.",
        "The run is being cancelled; its best plan is kept if there is one.",
    ),
    "started": Words("Körningen är beställd.", "The run is ordered."),
    "published": Words("Planen är publicerad och gäller för alla.", "The plan is published and in force for all."),
    "offers-saved": Words("Sparat.", "Saved."),
    "offers-merged": Words(
        "Sparat. Någon annan hade ändrat andra veckor på samma rad medan du skrev: bådas ändringar gäller.",
        "Saved. Somebody else had changed other weeks of the same row while you typed: both changes hold.",
    ),
    "offers-same": Words("Inget var ändrat.", "Nothing had changed."),
    "placements-accepted": Words("Svaret är sparat: ja.", "The answer has been saved: yes."),
    "placements-declined": Words(
        "Svaret är sparat: nej. Lärosätet och CKU får veta.",
        "The answer has been saved: no. The lärosäte and CKU are told.",
    ),
    "comes": Words("Svaret är sparat: du kommer.", "The answer has been saved: you come."),
    "cannot-come": Words(
        "Svaret är sparat: du kan inte komma. Ditt lärosäte har fått veta det.",
        "The answer has been saved: you cannot come. Your lärosäte has been told.",
    ),
    "requeued": Words(
        "Placeringen är inställd. Studenten väntar på en ny plats.",
        "The placement is cancelled. The student waits for another place.",
    ),
    "supervisor-saved": Words("Handledaren är sparad.", "The supervisor has been saved."),
    "round-added": Words("Valet är upplagt.", "The round has been set up."),
    "round-saved": Words("Valet är sparat.", "The round has been saved."),
    "round-removed": Words("Valet är borttaget.", "The round has been removed."),
    "round-cancelled": Words("Valet är inställt.", "The round has been cancelled."),
    "wish-saved": Words("Rangordningen är sparad.", "The ranking has been saved."),
    "wish-removed": Words("Rangordningen är borttagen.", "The ranking has been removed."),
    "claim-granted": Words("Förturen är beviljad.", "The priority has been granted."),
    "claim-refused": Words("Förturen är avslagen.", "The priority has been refused."),
    "round-open": Words("Valet är öppet för önskemål.", "The round is open for wishes."),
    "round-draw": Words("Lottningen är gjord.", "The draw has been made."),
    "round-decide": Words("Utfallet är fastställt.", "The outcome has been decided."),
    "late-entered": Words("Studenten har fått orten.", "The student has been given the site."),
    "site-decided": Words("Beslutet om orten är sparat.", "The decision on the site has been saved."),
    "departed": Words(
        "Studenten har lämnat programmet. Platsen är ledig.", "The student has left the programme. The place is vacant."
    ),
    "term-added": Words("Terminen är inlagd.", "The term has been added."),
    "term-saved": Words("Terminen är sparad.", "The term has been saved."),
    "pinned": Words("Placeringen är låst.", "The placement is pinned."),
    "unpinned": Words("Låsningen är borttagen.", "The pin has been removed."),
    "address-ended": Words("Adressen har slutat gälla.", "The address has ended."),
    "withdrawn": Words("Begäran är återkallad.", "The request has been withdrawn."),
    "reopened": Words("Begäran gäller igen.", "The request stands again."),
    "row-added": Words(
        "Raden är tillagd. Skriv antal platser eller välj ett svar.",
        "The row has been added. Write the places or choose an answer.",
    ),
}
"""What a page says after something was done, by the word in its address; pages add theirs."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What the frame shows: who reads, in which term, and where else they may go.

    ``just_now`` tells whether what the address says was done is true (``receipts``).
    """

    role: Words | None
    home: Words | None
    term: Term | None
    doors: tuple[tuple[str, Words, bool], ...]
    csrf: str
    field: str
    other_language: str
    done: Words | None
    just_now: bool


def spoken_by(request: Request) -> Language:
    """Return the language of a page: the one asked for, the one chosen before, or the one that the browser prefers."""
    return language_chosen(request)


def landing(role: Role, term: Term | None) -> str:
    """Return the address on which a role lands."""
    if term is not None and DOORS[role]:
        return f"/terms/{term.code}{DOORS[role][0].address}"
    beyond = BEYOND_TERMS.get(role, ())
    return beyond[0].address if beyond and not DOORS[role] else "/terms"


def show(
    request: Request,
    store: Session | None,
    by: Caller | None,
    template: str,
    *,
    term: Term | None = None,
    status: int = 200,
    **values: Any,  # noqa: ANN401 (a template takes what it names)
) -> Response:
    """Answer with a page in its frame; without a session only what the call itself tells is in the frame."""
    language = spoken_by(request)
    frame = _frame(request, store, by, term)
    html = _environment(language).get_template(template).render(frame=frame, today=today(), **values)
    answer = HTMLResponse(html, status, headers={**_HEADERS, "Content-Language": language})
    if "language" in request.query_params:
        keep(request, answer, LANGUAGE, language, _LANGUAGE_SECONDS)
    return answer


def lead(address: str, **told: str) -> Response:
    """Lead the browser on after a form, to an address that may say what was done (``done``)."""
    where = f"{address}{'&' if '?' in address else '?'}{urlencode(told)}" if told else address
    return RedirectResponse(where, 303, headers={"Referrer-Policy": "same-origin"})


def _frame(request: Request, store: Session | None, by: Caller | None, term: Term | None) -> Frame:
    browser, language = browser_behind(request), spoken_by(request)
    asked = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if name not in {"language", *TOLD} and not holds_identity_number(f"{name} {value}")
    ]
    other = "en" if language == "sv" else "sv"
    just_now = is_true(request)
    return Frame(
        role=None if by is None else by.role.words,
        home=None if by is None or store is None else home_of(store, by),
        term=term,
        doors=() if by is None else tuple(_doors(request.url.path, by.role, term)),
        csrf="" if browser is None else csrf_token(browser.secret),
        field=CSRF_FIELD,
        other_language=f"?{urlencode([*asked, ('language', other)])}",
        done=DONE.get(request.query_params.get("done", "")) if just_now else None,
        just_now=just_now,
    )


def _doors(path: str, role: Role, term: Term | None) -> list[tuple[str, Words, bool]]:
    """Return the navigation, and which of its links leads to where the reader is."""
    inside = [] if term is None else [(f"/terms/{term.code}{each.address}", each.words) for each in DOORS[role]]
    every = [*inside, *((each.address, each.words) for each in BEYOND_TERMS.get(role, ()))]
    here = max((address for address, _ in every if f"{path}/".startswith(f"{address}/")), key=len, default="")
    return [(address, words, address == here) for address, words in every]


@cache
def _environment(language: Language) -> Environment:
    made = environment_of("placement_api.pages", language)
    made.globals.update(
        asset=address_of_asset,
        new_key=new_key,
        once=ONCE,
        largest_file=f"{LARGEST_IMPORT // 1_000_000}\N{NO-BREAK SPACE}MB",
    )
    made.filters["dated"] = partial(say_dated, language=language)
    made.filters["words"] = partial(say_words, language=language)
    made.filters["holder"] = partial(say_holder, language=language)
    made.filters["value"] = partial(say_value, language=language)
    made.filters["year_and_week"] = partial(say_year_and_week, language=language)
    made.filters["plainly"] = partial(say_plainly, language=language)
    return made
