"""Reading: what a browser would make of a page."""

from __future__ import annotations

import base64
import hashlib
import re


def policy_of(html: str) -> str:
    """Return the hash that a browser computes of a page's only style element."""
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    return "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
