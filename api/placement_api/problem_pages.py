"""Problem pages: what a browser is shown in place of a problem document that nobody sitting at it could read.

A page says its own refusals (``placement_api.pages.guarding``). This is for what goes wrong around the pages: an
address that leads nowhere, a file that is too large, a service that is full or broken, a list fetched from a page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from placement.printed.pages import LANGUAGES, STYLE_HASH, Language, render
from placement_api.quality import language as preferred
from placement_api.quality import preferences
from placement_api.signing_in.browsers import READING, kept_in, page_before
from placement_solver.words import Words

HTML = "text/html"
LANGUAGE = "placement-language"
"""Under which name a browser keeps the language that its reader has chosen."""
NO_PAGE = Words("Här finns ingen sida", "There is no page here")
ONLY_SENT_TO = Words(
    "Hit skickas bara formulär, så det finns inget att öppna här. Inget har hänt. "
    "Gå tillbaka, eller börja om från startsidan.",
    "Forms are sent here, so there is nothing to open. Nothing has happened. Go back, or begin from the front page.",
)
"""What is told to whoever opens the address of a form."""
_API = "/v1/"
_SERVICE_FAULT = 500
_POLICY = f"default-src 'none'; style-src '{STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'"


def language_chosen(request: Request) -> Language:
    """Return the language of a page: the one asked for, the one chosen before, or the one that the browser prefers."""
    for given in (request.query_params.get("language"), kept_in(request, LANGUAGE)):
        for language in LANGUAGES:
            if given == language:
                return language
    return preferred(request.headers.get("accept-language", ""))


def is_for_a_person(request: Request) -> bool:
    """Tell whether somebody sits at a browser that goes to this address; a script or a system gets a document."""
    states_html = HTML in preferences(request.headers.get("accept", ""))
    goes_there = request.headers.get("sec-fetch-mode") == "navigate"
    return states_html and (goes_there or not request.url.path.startswith(_API))


def problem_page(
    request: Request,
    language: Language,
    *,
    status: int,
    title: str,
    detail: str,
    faults: Sequence[str],
    instance: str,
    headers: Mapping[str, str],
) -> Response:
    """Answer with a page that says what went wrong, and what to do next."""
    again = f"{quote(request.url.path)}{f'?{request.url.query}' if request.url.query else ''}"
    html = render(
        "problem.html",
        language,
        title=title,
        detail=detail,
        faults=faults,
        number=instance if status >= _SERVICE_FAULT else None,
        back=None if request.method in READING else page_before(request),
        again=again if request.method == "GET" and status >= _SERVICE_FAULT else None,
    )
    kept = {name: value for name, value in headers.items() if name.lower() != "content-type"}
    return HTMLResponse(
        html.encode("utf-8", "replace").decode(),
        status,
        {
            **kept,
            "Content-Security-Policy": _POLICY,
            "Referrer-Policy": "same-origin",
            "Vary": "Accept-Language, Accept",
        },
    )
