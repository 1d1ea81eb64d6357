"""The page behind a survey's link: the questions as a form, what is wrong with the answers, and thanks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from placement.errors import ConflictError, InvalidError, NotFoundError
from placement.printed.pages import Language, render
from placement.surveys import answering
from placement.surveys.answering import Form
from placement.tables import QuestionKind
from placement_api.printing import page
from placement_api.problems import language_of
from placement_api.routes.paths import SecretPath
from placement_api.transactions import Transaction
from placement_solver.words import Words

router = APIRouter(include_in_schema=False)

FIELD = "q-"
"""What the name of a question's field begins with; the question's key follows."""
_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 500
_NO_TRACE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Vary": "Accept-Language"}
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


async def _read_form(request: Request) -> Mapping[str, str]:
    """Read a form as a browser sends it."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != _FORM:
        raise HTTPException(415, headers={"Accept": _FORM})
    try:
        body = (await request.body()).decode("ascii")
        sent = parse_qsl(body, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise HTTPException(400) from error
    return dict(sent)


Spoken = Annotated[Language | None, Query()]


@router.get("/survey-forms/{secret}")
def show_survey_form(request: Request, store: Transaction, secret: SecretPath, language: Spoken = None) -> Response:
    """Show the questions, thanks if they are answered, or the day if it is too early or too late."""
    spoken = language or language_of(request)
    try:
        form = answering.open_form(store, secret)
    except NotFoundError:
        return _message(spoken, _GONE, _GONE_WHY, 404)
    if form.answered:
        return _message(spoken, _THANKS, _THANKS_WHY, 200)
    try:
        answering.refuse_outside(form.round)
    except ConflictError as error:  # nobody writes what cannot be sent
        return _message(spoken, _NOT_NOW, Words(error.sv, error.en), 200)
    return _questions(form, spoken, {}, None)


@router.post("/survey-forms/{secret}")
def send_survey_form(
    request: Request,
    store: Transaction,
    secret: SecretPath,
    sent: Annotated[Mapping[str, str], Depends(_read_form)],
    language: Spoken = None,
) -> Response:
    """Take the answers and lead back to the page, which says thanks; or show them again with what is wrong."""
    spoken = language or language_of(request)
    given = {name.removeprefix(FIELD): value for name, value in sent.items() if name.startswith(FIELD)}
    try:
        form = answering.open_form(store, secret)
        answering.answer(store, secret, _as_answers(form, given))
    except NotFoundError:
        return _message(spoken, _GONE, _GONE_WHY, 404)
    except ConflictError as error:
        title = _THANKS if form.answered else _NOT_NOW
        return _message(spoken, title, Words(error.sv, error.en), 409)
    except InvalidError as error:
        return _questions(form, spoken, given, error)
    return RedirectResponse(f"{request.url.path}?language={spoken}", 303, headers=_NO_TRACE)


def _as_answers(form: Form, given: Mapping[str, str]) -> dict[str, int | str]:
    """Return what a form says as answers: the step of a scale is a number."""
    scales = {each.key for each in form.questionnaire.questions if each.kind is QuestionKind.SCALE}
    return {key: int(text) if key in scales and text in _STEPS else text for key, text in given.items()}


_STEPS = frozenset("123456")


def _questions(form: Form, spoken: Language, given: Mapping[str, str], error: InvalidError | None) -> Response:
    """Answer with the form, and with what is wrong beside each question."""
    faults = {} if error is None else {fault.pointer.rpartition("/")[2]: fault.words for fault in error.faults}
    html = render("survey_form.html", spoken, form=form, given=given, faults=faults, field=FIELD)
    return _answer(html, spoken, 200 if error is None else 422)


def _message(spoken: Language, title: Words, text: Words, status: int) -> Response:
    """Answer with a short message."""
    return _answer(render("survey_message.html", spoken, title=title, text=text), spoken, status)


def _answer(html: str, spoken: Language, status: int) -> Response:
    """Answer with a page that leaves no trace in caches."""
    answer = page(html, spoken, status)
    answer.headers.update(_NO_TRACE)
    return answer
