"""The page behind a survey's link: the questions as a form, what is wrong with the answers, and thanks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from placement.errors import ConflictError, InvalidError, NotFoundError
from placement.printed.pages import Language, render
from placement.surveys import answering
from placement.surveys.answering import Form
from placement.tables import QuestionKind
from placement_api.pages.forms import NO_TRACE, ONLY_THE_SITE, Sent, Spoken, message, untraced
from placement_api.problems import language_of
from placement_api.routes.paths import SecretPath
from placement_api.transactions import Transaction
from placement_solver.words import Words


def _keep_secret(request: Request) -> None:
    """Let a page that says why this one is not there keep its address as secret as this one does."""
    request.state.secret_page = request.url.path


router = APIRouter(include_in_schema=False, dependencies=[Depends(_keep_secret)])

FIELD = "q-"
"""What the name of a question's field begins with; the question's key follows."""
_GONE = Words("Länken gäller inte", "The link is not valid")
_GONE_WHY = Words(
    "Den kan vara felskriven, eller så är enkäten stängd. Vänd dig till den som skickade länken.",
    "It may be misspelt, or the survey may be closed. Turn to whoever sent you the link.",
)
_THANKS = Words("Tack för ditt svar", "Thank you for your answer")
_THANKS_WHY = Words(
    "Svaret har kommit in. Det är sparat utan namn och går inte att ändra, eftersom ingen kan se vilket som är ditt.",
    "Your answer has come in. It is stored without a name and cannot be changed, since nobody can see which is yours.",
)
_NOT_NOW = Words("Enkäten kan inte besvaras i dag", "The survey cannot be answered today")


@router.get("/survey-forms/{secret}")
def show_survey_form(request: Request, store: Transaction, secret: SecretPath, language: Spoken = None) -> Response:
    """Show the questions, thanks if they are answered, or the day if it is too early or too late."""
    spoken = language or language_of(request)
    try:
        form = answering.open_form(store, secret)
    except NotFoundError:
        return message(spoken, _GONE, _GONE_WHY, 404)
    if form.answered:
        return message(spoken, _THANKS, _THANKS_WHY, 200)
    try:
        answering.refuse_outside(form.round)
    except ConflictError as error:  # nobody writes what cannot be sent
        return message(spoken, _NOT_NOW, Words(error.sv, error.en), 200)
    return _questions(form, spoken, {}, None)


def _typed(request: Request, sent: Sent) -> Mapping[str, str]:
    """Return what somebody has typed, which is given back if it cannot be taken just now."""
    request.state.fields = sent
    return sent


@router.post("/survey-forms/{secret}")
def send_survey_form(
    request: Request,
    store: Transaction,
    secret: SecretPath,
    sent: Annotated[Mapping[str, str], Depends(_typed)],
    language: Spoken = None,
) -> Response:
    """Take the answers and lead back to the page, which says thanks; or show them again with what is wrong."""
    spoken = language or language_of(request)
    given = {name.removeprefix(FIELD): value for name, value in sent.items() if name.startswith(FIELD)}
    try:
        form = answering.open_form(store, secret)
        answering.answer(store, secret, _as_answers(form, given))
    except NotFoundError:
        return message(spoken, _GONE, _GONE_WHY, 404)
    except ConflictError as error:
        title = _THANKS if form.answered else _NOT_NOW
        return message(spoken, title, Words(error.sv, error.en), 409)
    except InvalidError as error:
        return _questions(form, spoken, given, error)
    return RedirectResponse(f"{request.url.path}?language={spoken}", 303, headers=NO_TRACE)


def _as_answers(form: Form, given: Mapping[str, str]) -> dict[str, int | str]:
    """Return what a form says as answers: the step of a scale is a number."""
    scales = {each.key for each in form.questionnaire.questions if each.kind is QuestionKind.SCALE}
    return {key: int(text) if key in scales and text in _STEPS else text for key, text in given.items()}


_STEPS = frozenset("123456")


def _questions(form: Form, spoken: Language, given: Mapping[str, str], error: InvalidError | None) -> Response:
    """Answer with the form, and with what is wrong beside each question."""
    faults = {} if error is None else {fault.pointer.rpartition("/")[2]: fault.words for fault in error.faults}
    html = render("survey_form.html", spoken, form=form, given=given, faults=faults, field=FIELD)
    answer = untraced(html, spoken, 200 if error is None else 422)
    answer.headers["Referrer-Policy"] = ONLY_THE_SITE  # or a browser sends the form without saying where it is from
    return answer
