"""Receipts: a page says that something was done only where it was, to whoever did it, and for some minutes.

The address that a form leads on to says in words or numbers what was done. It is sealed by what the reader alone has:
the session's secret, or the one in a secret address. An address that is made up, sent on or old has no true seal.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from fastapi import Request, Response

from placement.clock import now
from placement_api.signing_in.browsers import SESSION, kept_in

DONE = "done"
COUNTS = ("created", "changed", "unchanged")
_SEAL = "seal"
TOLD = frozenset({DONE, *COUNTS, _SEAL})
"""What addresses say of what was done."""
_SECONDS = 600
"""How long after it was done a page says so."""
_MOMENT = re.compile(r"[0-9]{1,12}")
_KEY = b"placement/receipt/1"
_LANGUAGE = "language"


def seal(request: Request, answer: Response) -> Response:
    """Seal the address to which an answer leads on, if it says what was done; return the answer."""
    where = urlsplit(answer.headers.get("location", ""))
    told = dict(parse_qsl(where.query, keep_blank_values=True))
    secret = _secret_of(request)
    if secret is not None and not TOLD.isdisjoint(told):
        told.pop(_SEAL, None)
        at = int(now().timestamp())
        told[_SEAL] = f"{at}.{_digest(secret, where.path, told.items(), at)}"
        answer.headers["location"] = f"{where.path}?{urlencode(told)}"
    return answer


def is_true(request: Request) -> bool:
    """Tell whether what a page's address says was done has been done just now, by its reader."""
    told = dict(request.query_params.multi_items())
    at, _, shown = told.pop(_SEAL, "").partition(".")
    secret = _secret_of(request)
    if secret is None or _MOMENT.fullmatch(at) is None or not 0 <= now().timestamp() - int(at) <= _SECONDS:
        return False
    told.pop(_LANGUAGE, None)
    right = _digest(secret, request.url.path, told.items(), int(at))
    return hmac.compare_digest(shown.encode(), right.encode())


def _secret_of(request: Request) -> str | None:
    """Return what only the reader has: a session's secret, or that of the address."""
    return kept_in(request, SESSION) or request.path_params.get("secret")


def _digest(secret: str, path: str, told: Iterable[tuple[str, str]], at: int) -> str:
    """Return the seal of what an address says at a moment."""
    key = hmac.new(secret.encode(), _KEY, hashlib.sha256).digest()
    said = f"{at} {unquote(path)}?{urlencode(sorted(told))}"
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()[:32]
