"""Problem pages: what a browser is shown in place of a problem document that nobody sitting at it could read.

A page says its own refusals (``placement_api.pages.guarding``). This is for what goes wrong around the pages: an
address that leads nowhere, a file that is too large, a service that is full or broken, a list fetched from a page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from placement.printed.pages import STYLE_HASH, Language, render
from placement_api.quality import preferences
from placement_api.signing_in.browsers import READING, page_before

HTML = "text/html"
_API = "/v1/"
_SERVICE_FAULT = 500
_POLICY = f"default-src 'none'; style-src '{STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'"


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
