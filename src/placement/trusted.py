"""The certificate authorities that our own connections to others trust: the system's, read once a process.

To read them takes some 40 ms of processor, which a sign-in through an identity provider would pay three times.
"""

from __future__ import annotations

import ssl
from functools import cache


@cache
def trusted() -> ssl.SSLContext:
    """Return a TLS context that trusts the system's certificate authorities and checks host names."""
    return ssl.create_default_context()
