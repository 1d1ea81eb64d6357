"""Browsers: the cookies that they keep, and how a change is told from one that another site made them send.

A cookie has the prefix ``__Host-`` and is sent over TLS only, unless the service is on this very machine without TLS.
"""

from __future__ import annotations

import hmac
import re
from urllib.parse import urlsplit

from fastapi import Request, Response

from placement.errors import NotAllowedError
from placement.settings import HERE, Settings
from placement.signing_in.sessions import csrf_token

SESSION = "placement"
SIGN_IN = "placement-sign-in"
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf"
READING = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_PATH = 500
_PREFIX = "__Host-"
_OWN_PATH = re.compile(r"/(?!/)[!-\[\]-~]*")
"""A path of printable ASCII that no browser reads as another host: one slash first, and no backslash."""


def kept_in(request: Request, name: str) -> str | None:
    """Return what a browser keeps under a name."""
    return request.cookies.get(_full(request, name))


def keep(request: Request, answer: Response, name: str, value: str, seconds: int) -> None:
    """Let a browser keep a value that no script can read and that no other site's forms are sent with."""
    answer.set_cookie(
        _full(request, name),
        value,
        max_age=seconds,
        path="/",
        secure=_protected(request),
        httponly=True,
        samesite="lax",
    )


def forget(request: Request, answer: Response, name: str) -> None:
    """Let a browser forget what it keeps under a name."""
    keep(request, answer, name, "", 0)


def address_of(request: Request, path: str) -> str:
    """Return the whole address of a page of ours, as browsers reach it."""
    settings: Settings = request.app.state.settings
    return f"{settings.public_url or str(request.base_url).rstrip('/')}{path}"


def refuse_other_sites(request: Request) -> None:
    """Refuse a change that a browser says another site made it send.

    Raises:
        NotAllowedError: by ``Sec-Fetch-Site`` or ``Origin``, another site is behind the call.

    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    own = site == "same-origin" if site is not None else origin is None or _is_own(request, origin)
    if not own:
        raise NotAllowedError(
            sv="Ändringen kommer från en annan webbplats.", en="The change comes from another website."
        )


def refuse_unmeant(request: Request, secret: str, shown: str | None) -> None:
    """Refuse a change by cookie that does not show the session's own token, which other sites do not know.

    Raises:
        NotAllowedError: another site is behind the call, or the token is missing or wrong.

    """
    refuse_other_sites(request)
    if not shows_own_token(secret, shown):
        raise NotAllowedError(
            sv=f"Ändringen saknar rätt {CSRF_HEADER}. Hämta den ur /v1/session.",
            en=f"The change lacks the right {CSRF_HEADER}. Fetch it from /v1/session.",
        )


def shows_own_token(secret: str, shown: str | None) -> bool:
    """Tell whether a change shows the session's own token."""
    return shown is not None and hmac.compare_digest(shown.encode(), csrf_token(secret).encode())


def own_path(given: str) -> str:
    """Return a path of ours to lead on to, and the front page in place of anything else."""
    return given if len(given) <= LONGEST_PATH and _OWN_PATH.fullmatch(given) else "/"


def page_before(request: Request) -> str:
    """Return the address of the page that had the form, or the link, which a browser has sent."""
    page = urlsplit(request.headers.get("referer", ""))
    return own_path(page.path + (f"?{page.query}" if page.query else ""))


def _full(request: Request, name: str) -> str:
    return f"{_PREFIX}{name}" if _protected(request) else name


def _protected(request: Request) -> bool:
    """Tell whether browsers reach the service over TLS; what is not on this machine has to be."""
    settings: Settings = request.app.state.settings
    if settings.public_url is not None:
        return settings.public_url.startswith("https://")
    return request.url.scheme == "https" or request.url.hostname not in HERE


def _is_own(request: Request, origin: str) -> bool:
    """Tell whether an origin is the service's own; behind a proxy only the settings know it whole."""
    settings: Settings = request.app.state.settings
    if settings.public_url is not None:
        own = urlsplit(settings.public_url)
        return origin == f"{own.scheme}://{own.netloc}"
    return urlsplit(origin).netloc == request.url.netloc
