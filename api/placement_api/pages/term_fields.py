"""Term fields: what the fields of a term's form are called, what they hold, and what is wrong with them in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic.alias_generators import to_camel

from placement.errors import ConflictError, InvalidError
from placement.tables import Term
from placement_api.pages.fault_words import on_a_page, told_in, told_of
from placement_api.schemas.register.terms import Travel, Weights
from placement_solver.words import Words

DATES: Mapping[str, str] = {
    "requests_by": "requestsBy",
    "answers_by": "answersBy",
    "outside_answers_by": "outsideAnswersBy",
    "publish_by": "publishBy",
    "students_answer_by": "studentsAnswerBy",
}
"""The days of a round, each with its field."""
WEIGHTS: Mapping[str, Words] = {
    "unplaced": Words("En student utan plats", "A student without a place"),
    "travel": Words("En minuts resa", "A minute's journey"),
    "long_travel": Words("En minut över lång resa", "A minute beyond a long journey"),
    "preference": Words("Ett steg ned bland önskemålen", "A step down among the preferences"),
    "agreement_floor": Words("En studentvecka under ett avtals golv", "A student-week below an agreement's floor"),
    "change": Words("En ändrad placering", "A changed placement"),
    "interprofessional": Words("En studentvecka utan andra yrken", "A student-week without other professions"),
    "pairs": Words("Ett udda par", "An odd pair"),
    "carried_burden": Words("En tidigare börda", "A burden carried from before"),
}
"""What a weight is the cost of."""
_TRAVEL: Mapping[str, Words] = {
    "base_minutes": Words("Minuter för varje resa, utöver sträckan", "Minutes of every journey, beside the distance"),
    "minutes_per_km": Words("Minuter per kilometer", "Minutes a kilometre"),
    "max_minutes": Words("Längsta tillåtna resa, i minuter", "The longest journey allowed, in minutes"),
    "long_after": Words("En resa är lång efter så många minuter", "A journey is long after so many minutes"),
}
LABELS: Mapping[str, Words] = {
    "code": Words("Kod", "Code"),
    "firstWeek": Words("Första vecka", "First week"),
    "weeks": Words("Antal veckor", "Number of weeks"),
    "requestsBy": Words("Sista dag för begäranden", "Last day for requests"),
    "answersBy": Words("Sista dag för enheternas svar", "Last day for answers from units"),
    "outsideAnswersBy": Words(
        "Sista dag för svar till lärosäten utanför länet", "Last day for answers to lärosäten outside the county"
    ),
    "publishBy": Words("Sista dag för att publicera planen", "Last day for publishing the plan"),
    "studentsAnswerBy": Words("Sista dag för studenternas svar", "Last day for answers from students"),
    **{f"weights.{to_camel(name)}": words for name, words in WEIGHTS.items()},
    **{f"travel.{to_camel(name)}": words for name, words in _TRAVEL.items()},
}
NUMBERS = tuple(name for name in LABELS if "." in name)
"""The fields of the weights and of the journeys."""
_YEAR, _NUMBERED = r"(?P<year>\d{4})", r"(?:vecka|week|v\.?|w)\s*(?P<week>\d{1,2})"
_WEEK = re.compile(rf"\s*{_YEAR}\s*[-,]?\s*{_NUMBERED}\s*", re.IGNORECASE)
_WEEK_FIRST = re.compile(rf"\s*{_NUMBERED}\s*[-,]?\s+{_YEAR}\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a field, or with the whole form if the field is empty."""

    field: str
    words: Words


def week_in(text: str) -> str:
    """Return a week as it is stored, from ``2027-W05``, ``2027 v. 5`` or ``v. 5 2027``; other text as it is."""
    found = _WEEK.fullmatch(text) or _WEEK_FIRST.fullmatch(text)
    return text.strip() if found is None else f"{found['year']}-W{int(found['week']):02}"


def stored_fields(term: Term | None) -> dict[str, str]:
    """Return a term's values as the form has them; those of a new term are the usual ones."""
    usual = {name: field.default for name, field in Term.model_fields.items()}
    values = usual if term is None else {name: getattr(term, name) for name in Term.model_fields}
    named = {"code": "code", "first_week": "firstWeek", "weeks": "weeks", **DATES}
    named |= {f"weight_{name}": f"weights.{to_camel(name)}" for name in Weights.model_fields}
    named |= {f"travel_{name}": f"travel.{to_camel(name)}" for name in Travel.model_fields}
    if term is None:
        named = {column: field for column, field in named.items() if field in NUMBERS}
    return {field: "" if values[column] is None else str(values[column]) for column, field in named.items()}


def wrong_in(do: Callable[[], object]) -> Sequence[Wrong]:
    """Do what a form asks for, and return what is wrong with it; none if it is done."""
    try:
        do()
    except ValidationError as error:
        faults = error.errors(include_url=False)
        return [Wrong(".".join(str(part) for part in each["loc"]), told_of(each)) for each in faults]
    except (InvalidError, ConflictError) as error:
        if not error.faults:
            return [Wrong("", words) for words in told_in(error)]
        return [Wrong(to_camel(each.pointer.strip("/")), on_a_page(each.words)) for each in error.faults]
    return ()
