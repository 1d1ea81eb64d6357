"""PDF: a page as a tagged PDF that a screen reader can read (PDF/UA-1).

WeasyPrint sets the page. It takes a second to load and needs the library Pango, so it is loaded when first asked.
"""

from __future__ import annotations

from placement.errors import UnavailableError


def as_pdf(html: str) -> bytes:
    """Set a page as PDF; nothing is fetched from anywhere. Raise UnavailableError if the machine lacks Pango."""
    try:
        from weasyprint import HTML, URLFetcher  # noqa: PLC0415 (slow to load, and most never print)
    except OSError as lacking:
        raise UnavailableError(
            sv="Tjänsten kan inte skriva PDF: biblioteket Pango saknas på maskinen. Hämta sidan som HTML.",
            en="The service cannot write PDF: the machine lacks the library Pango. Ask for the page as HTML.",
        ) from lacking
    made: bytes = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=["data"])).write_pdf(
        pdf_variant="pdf/ua-1"
    )
    return made
