"""Printing: answers that are pages or PDFs; a page runs nothing, fetches nothing, and sends its forms only back."""

from __future__ import annotations

from fastapi import Response
from fastapi.responses import HTMLResponse

from placement.printed.pages import STYLE_HASH
from placement.printed.pdf import as_pdf
from placement_api.looking import PRINTED

PDF = "application/pdf"
HTML = "text/html"
PAGE_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src '{STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
}


def page(html: str, language: str, status: int = 200) -> Response:
    """Answer with a page."""
    return HTMLResponse(html, status_code=status, headers={**PAGE_HEADERS, "Content-Language": language})


def pdf(html: str, name: str) -> Response:
    """Answer with a page set as PDF, to be saved under a name."""
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Referrer-Policy": "no-referrer"}
    made = Response(as_pdf(html), media_type=PDF, headers=headers)
    setattr(made, PRINTED, html)
    return made
