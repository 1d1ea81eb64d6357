"""Reminding: a mail that a coordinator sends to those who are silent, written beforehand."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request

from placement.printed.pages import say_date
from placement.register.answers import ProviderAnswers
from placement.settings import Settings
from placement.tables import Term
from placement_api.pages.frame import spoken_by
from placement_solver.words import Words

_SUBJECT = Words("Svar om platser för {term}", "Answers about places for {term}")
_BODY = Words(
    "Hej!\n\nFör {term} saknas {silent} av {asked} svar från {name}. Sista dagen för svar är {day}.\n"
    "Noll platser är också ett svar, och nej likaså. Utan svar räknar planen inte med några platser.\n\n"
    "Svara här: {address}\n",
    "Hello,\n\nFor {term}, {silent} of {asked} answers from {name} are missing. The last day for answers is {day}.\n"
    "No places is an answer too, and so is a no. Without an answer the plan counts on no places.\n\n"
    "Answer here: {address}\n",
)


def reminder_to(request: Request, term: Term, provider: ProviderAnswers) -> str:
    """Return the address of a mail to a provider, with its subject and text; without a receiver if none is known."""
    language = spoken_by(request)
    settings: Settings = request.app.state.settings
    home = (settings.public_url or str(request.base_url)).rstrip("/")
    told = {
        "term": term.code,
        "silent": provider.tally.silent,
        "asked": provider.tally.asked,
        "name": getattr(provider.name, language),
        "day": say_date(term.answers_by, language=language),
        "address": f"{home}/terms/{quote(term.code, safe='')}/offers?show=silent",
    }
    subject, body = (getattr(words, language).format(**told) for words in (_SUBJECT, _BODY))
    return f"mailto:{quote(provider.email or '', safe='@')}?subject={quote(subject)}&body={quote(body)}"
