"""Documentation: web pages that show the contract in Swedish or English and fetch nothing from other hosts."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from placement_api.problems import language_of

Language = Annotated[Literal["sv", "en"] | None, Query()]
SAFE = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
        " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
}
ASSETS = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
WORDS = {
    "sv": ("Placement: dokumentation", "In English", "en"),
    "en": ("Placement: documentation", "På svenska", "sv"),
}
PAGE = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<p><a href="/docs?language={other}" hreflang="{other}" lang="{other}">{switch}</a></p>
<main id="pages" data-contract="/docs/contract?language={language}"></main>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/pages.js"></script>
</body>
</html>
"""
SCRIPT = """\
SwaggerUIBundle({
  dom_id: "#pages",
  url: document.getElementById("pages").dataset.contract,
  deepLinking: true,
  docExpansion: "none",
  persistAuthorization: false,
  validatorUrl: null,
});
"""
router = APIRouter(include_in_schema=False)


@router.get("/docs", response_class=HTMLResponse)
def show_pages(request: Request, language: Language = None) -> Response:
    """Show the page in the language given, or in the one that the caller prefers."""
    spoken = language or language_of(request)
    title, switch, other = WORDS[spoken]
    page = PAGE.format(language=spoken, title=title, switch=switch, other=other)
    return HTMLResponse(page, headers={**SAFE, "Content-Language": spoken, "Vary": "Accept-Language"})


@router.get("/docs/pages.js")
def show_script() -> Response:
    """Send the script that starts the page; it is a file, so that inline scripts can stay forbidden."""
    return Response(SCRIPT, media_type="text/javascript")


@router.get("/docs/contract")
def show_contract(request: Request, language: Language = None) -> Response:
    """Show the contract in one language."""
    spoken = language or language_of(request)
    headers = {"Content-Language": spoken, "Vary": "Accept-Language"}
    return Response(_written(request.app, spoken), media_type="application/json", headers=headers)


@router.get("/openapi.json")
def show_whole_contract(request: Request) -> Response:
    """Send the contract, in both languages."""
    return Response(_written(request.app, None), media_type="application/json")


@router.get("/docs/swagger-ui-bundle.js")
@router.get("/docs/swagger-ui.css")
def show_asset(request: Request) -> FileResponse:
    """Send a file of Swagger UI from its package."""
    name = request.url.path.rsplit("/", 1)[1]
    return FileResponse(str(files("fastapi_swagger") / "resources" / name), media_type=ASSETS[name])


@lru_cache(maxsize=3)
def _written(app: FastAPI, language: str | None) -> bytes:
    """Return the contract as JSON; writing it anew for everyone who asks would keep others waiting."""
    document = app.openapi()
    return json.dumps(in_language(document, language) if language else document, ensure_ascii=False).encode()


def in_language(document: dict[str, Any], language: str) -> dict[str, Any]:
    """Return a copy of the contract in which each description has only the paragraph in one language.

    In Swedish, an operation's summary is the first clause of its Swedish description.
    """
    told: dict[str, Any] = json.loads(json.dumps(document))
    operations = [operation for methods in told["paths"].values() for operation in methods.values()]
    for described in (told["info"], *told["tags"], *operations):
        english, _, swedish = described["description"].partition("\n\n")
        described["description"] = swedish if language == "sv" else english
    if language == "sv":
        for operation in operations:
            operation["summary"] = operation["description"].split(". ")[0].split("; ")[0].rstrip(".")
    return told
