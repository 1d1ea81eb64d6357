"""Rates: how often one caller may call, so that nobody stops the service for the others (429 with ``Retry-After``).

A caller is known by the credentials that it shows once a call with them has got through; before that, by its network
address. Nobody can use up another's calls without the other's secret, and whoever tries tokens out is stopped by
address without stopping those beside it whose tokens are known. The address is the one that the server sees:
``X-Forwarded-For`` counts only from proxies that the settings trust (``PLACEMENT_TRUSTED_PROXIES``).

The counts are in the memory of each process. A refusal needs neither the database nor the body of the call.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from placement.callers import Caller
from placement.settings import Settings
from placement_api.buckets import MOST_KEPT, Buckets, Level
from placement_api.problems import TooOftenError, answer_error

UNLIMITED = frozenset({"/healthz", "/metrics", "/readyz"})
"""What the machinery around the service asks, and never too often."""
DEAR = re.compile(
    r"/(alf-report|closings|compare|comparisons?|cut-previews|figures|imports|lottery-draws|page|pdf|plan|problem|publications(/[^/]+[.]pdf)?"
    r"|readiness|remedies|report|sheet|survey-figures|swap-candidates|yearly-reports/[^/]+)$"
)
"""Operations that cost the service much."""
DEAR_CHANGES = re.compile(r"/(decision|draw|runs|settlements|statements)$")
"""Operations that do so only when something is ordered (POST)."""
_UNAUTHENTICATED = 401
_IPV6_NETWORK = 64
"""The length of the part of an IPv6 address that names a network: one host has all of the rest to choose from."""


class Limit(NamedTuple):
    """A limit that a call has met: its name, how many calls it lets in in a minute, and how the caller stands."""

    name: str
    per_minute: int
    level: Level


class Rates:
    """What is counted in this process: calls, dear calls and wrong tokens; and which credentials are whose."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._calls = Buckets(settings.calls_per_minute, clock=clock)
        self._dear = Buckets(settings.dear_calls_per_minute, clock=clock)
        self._wrong = Buckets(settings.wrong_tokens_per_minute, clock=clock)
        self._known: OrderedDict[bytes, str] = OrderedDict()

    def meet(self, scope: Scope) -> list[Limit]:
        """Count a call that begins, and return the limits it has met; one that refuses it is the last."""
        shown, address = credentials_in(scope), address_in(scope)
        known = self._known.get(shown, "")
        counted = [("calls", self._calls, known or address)]
        if is_dear(scope):
            counted.append(("dear-calls", self._dear, known or address))
        if shown and not known:  # counted before it is known to be wrong: many at once are no way past the limit
            counted.insert(0, ("tokens", self._wrong, address))
        limits = []
        for name, buckets, key in counted:
            limits.append(Limit(name, buckets.per_minute, buckets.take(key)))
            if not limits[-1].level.let_in:
                break
        return limits

    def learn(self, scope: Scope, status: int) -> None:
        """Remember whose credentials a call had, from its answer, or count them as wrong."""
        shown, address, caller = credentials_in(scope), address_in(scope), caller_in(scope)
        known = self._known.pop(shown, "")
        if status == _UNAUTHENTICATED:
            if known or not shown:
                self._wrong.take(address)
            return
        if shown and not known:
            self._wrong.give_back(address)
        principal = known if caller is None else caller.token
        if shown and principal:
            self._known[shown] = principal
            if len(self._known) > MOST_KEPT:
                self._known.popitem(last=False)


class RateLimits:
    """Refuse calls that come too often, and tell callers how many they have left."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on if its caller has calls left."""
        if scope["type"] != "http" or scope["path"] in UNLIMITED:
            await self._app(scope, receive, send)
            return
        rates: Rates = scope["app"].state.rates
        limits = rates.meet(scope)
        if not limits[-1].level.let_in:
            refusal = await answer_error(Request(scope), TooOftenError(limits[-1].level.wait))
            _tell(limits[-1:], refusal.headers)
            await refusal(scope, receive, send)
            return

        async def count(message: Message) -> None:
            if message["type"] == "http.response.start":
                rates.learn(scope, message["status"])
                _tell([limit for limit in limits if limit.name != "tokens"], MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, count)


def caller_in(scope: Scope) -> Caller | None:
    """Return the caller of a request that has been let in; None for one that has not, or that everybody may make."""
    caller: Caller | None = scope["state"].get("caller")
    return caller


def credentials_in(scope: Scope) -> bytes:
    """Return a digest of what a request shows of who makes it; nothing if it shows nothing."""
    headers = Headers(scope=scope)
    shown = [*headers.getlist("authorization"), "", *headers.getlist("cookie")]
    return hashlib.sha256("\n".join(shown).encode("latin-1")).digest() if any(shown) else b""


def address_in(scope: Scope) -> str:
    """Return the network address that a request comes from, as the server sees it; of IPv6, the network's part."""
    host = str((scope.get("client") or ("unknown",))[0])
    try:
        address = ipaddress.ip_address(host)
    except ValueError:  # such as a socket's name
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return host
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), _IPV6_NETWORK), strict=False))


def is_dear(scope: Scope) -> bool:
    """Tell whether a request asks for something that costs the service much."""
    path: str = scope["path"]
    return bool(DEAR.search(path)) or (scope["method"] == "POST" and bool(DEAR_CHANGES.search(path)))


def _tell(limits: list[Limit], headers: MutableHeaders) -> None:
    """Say what the limits are and how the caller stands, as the IETF's draft of RateLimit header fields has it."""
    told = [limit for limit in limits if limit.per_minute]
    if told:
        headers["RateLimit-Policy"] = ", ".join(f'"{each.name}";q={each.per_minute};w=60' for each in told)
        headers["RateLimit"] = ", ".join(f'"{each.name}";r={each.level.left};t={each.level.full}' for each in told)
