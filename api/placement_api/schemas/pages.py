"""Schemas of pages: in which language a page or a PDF is wanted."""

from __future__ import annotations

from pydantic import Field

from placement.printed.pages import Language
from placement_api.schemas.base import Given


class PageAsked(Given):
    """In which language. På vilket språk."""

    language: Language | None = Field(
        None, description="The language; otherwise that of Accept-Language. Språket; annars det i Accept-Language."
    )
