"""The pages for everybody, signed in or not: accessibility, personal data, help, and the keys of the grid."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from placement.retention.rules import kinds_today
from placement.settings import Settings
from placement_api.pages.frame import show
from placement_api.transactions import Transaction

router = APIRouter(include_in_schema=False, tags=["meta"])


@router.get("/accessibility")
def show_accessibility(request: Request) -> Response:
    """Show the accessibility statement."""
    return show(request, None, None, "accessibility.html", contact=_contact(request))


@router.get("/privacy")
def show_privacy(request: Request, store: Transaction) -> Response:
    """Show what is stored about people, why, for how long, and what they may ask for."""
    return show(request, None, None, "privacy.html", kinds=kinds_today(store), contact=_contact(request))


@router.get("/help")
def show_help(request: Request) -> Response:
    """Show how to do what each role comes to do."""
    return show(request, None, None, "help.html", contact=_contact(request))


@router.get("/help/keys")
def show_keys(request: Request) -> Response:
    """Show the keys of the grid of places."""
    return show(request, None, None, "help_keys.html")


def _contact(request: Request) -> str | None:
    """Return the address that people may write to."""
    settings: Settings = request.app.state.settings
    return settings.contact_email
