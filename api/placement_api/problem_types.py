"""Problem types: the HTTP status of each stable code, with a title and a helping text in Swedish and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A stable code, its HTTP status, and by language (``sv``, ``en``) its title and a text that helps the caller."""

    code: str
    status: int
    title: Mapping[str, str]
    text: Mapping[str, str]


def _problem_type(code: str, status: int, sv: tuple[str, str], en: tuple[str, str]) -> ProblemType:
    """Return a row of the table; ``sv`` and ``en`` are each a title and a text."""
    return ProblemType(code, status, {"sv": sv[0], "en": en[0]}, {"sv": sv[1], "en": en[1]})


PROBLEM_TYPES = {
    problem_type.code: problem_type
    for problem_type in (
        _problem_type(
            "malformed",
            400,
            ("Anropet går inte att läsa", "Innehållet är inte giltig JSON. Fältet errors visar var felet finns."),
            ("The request cannot be read", "The body is not valid JSON. The field errors shows where the fault is."),
        ),
        _problem_type(
            "unauthenticated",
            401,
            ("Giltig åtkomstnyckel saknas", "Skicka huvudet Authorization: Bearer med en giltig åtkomstnyckel."),
            (
                "A valid token is missing",
                "Send the header Authorization: Bearer with a valid token. The coordinator issues tokens.",
            ),
        ),
        _problem_type(
            "not-allowed",
            403,
            (
                "Du saknar behörighet",
                "Din roll får inte göra detta. Tabellen i api/README.md visar vilka roller som får.",
            ),
            ("You may not do this", "Your role may not do this. The table in api/README.md shows which roles may."),
        ),
        _problem_type(
            "not-found",
            404,
            ("Det finns inte", "Det finns inte, eller så får du inte se det. Svaret är detsamma i båda fallen."),
            ("Not found", "It does not exist, or you may not see it. The answer is the same in both cases."),
        ),
        _problem_type(
            "method-not-allowed",
            405,
            ("Metoden stöds inte", "Huvudet Allow räknar upp de metoder som adressen stöder."),
            ("The method is not supported", "The header Allow lists the methods that this address supports."),
        ),
        _problem_type(
            "not-acceptable",
            406,
            (
                "Svaret finns inte i det formatet",
                "Svaret finns inte i något av formaten i huvudet Accept. Nästan alla svar finns som application/json.",
            ),
            (
                "The answer is not available in that format",
                "No format in the header Accept is available. Almost every answer is available as application/json.",
            ),
        ),
        _problem_type(
            "too-slow",
            408,
            (
                "Anropet kom för långsamt",
                "Ett anrops huvud ska komma inom 10 sekunder, och innehållet med minst 10 000 byte i sekunden.",
            ),
            (
                "The call came too slowly",
                "The head of a call must come within 10 seconds, and its body at 10,000 bytes a second at least.",
            ),
        ),
        _problem_type(
            "conflict",
            409,
            (
                "Det går inte i nuläget",
                "Det finns redan, används av något annat eller har ändrats.",
            ),
            (
                "It cannot be done at present",
                "It already exists, is in use, or has changed.",
            ),
        ),
        _problem_type(
            "in-progress",
            409,
            (
                "Samma anrop pågår redan",
                (
                    "Ett anrop med samma Idempotency-Key pågår. "
                    "Försök igen efter det antal sekunder som Retry-After anger."
                ),
            ),
            (
                "The same call is under way",
                "A call with the same Idempotency-Key is under way. Retry after the number of seconds in Retry-After.",
            ),
        ),
        _problem_type(
            "stale",
            412,
            (
                "Någon annan hann före",
                (
                    "Raden har ändrats sedan du läste den. Fältet current visar hur den ser ut nu. "
                    "Gör om ändringen och försök igen."
                ),
            ),
            (
                "Someone else was first",
                (
                    "The row has changed since you read it. The field current shows it as it is now. "
                    "Redo your change and retry."
                ),
            ),
        ),
        _problem_type(
            "too-large",
            413,
            (
                "Innehållet är för stort",
                "Ett anrop får vara högst en miljon byte, en inläsning högst tio miljoner. Dela upp innehållet.",
            ),
            (
                "The body is too large",
                "A call may be at most one million bytes, an import at most ten million. Split the body.",
            ),
        ),
        _problem_type(
            "unsupported-media-type",
            415,
            (
                "Innehållet har fel format",
                (
                    "Huvudet Content-Type ska ange en av de medietyper som svarets huvud Accept räknar upp. "
                    "En fil skickas som kroppen själv (curl --data-binary @fil), inte i ett formulär."
                ),
            ),
            (
                "The body has the wrong format",
                (
                    "The header Content-Type must name one of the media types in the answer's header Accept. "
                    "A file is sent as the body itself (curl --data-binary @file), not in a form."
                ),
            ),
        ),
        _problem_type(
            "invalid",
            422,
            (
                "Någon uppgift är fel",
                "Fältet errors räknar upp felen. Varje fel anger sin plats med en JSON Pointer eller parameterns namn.",
            ),
            (
                "Something in the call is wrong",
                "The field errors lists the faults, each with a JSON Pointer or a parameter's name.",
            ),
        ),
        _problem_type(
            "key-reused",
            422,
            (
                "Nyckeln har använts för något annat",
                "Samma Idempotency-Key har använts för ett annat anrop. Ge varje nytt anrop en egen nyckel.",
            ),
            (
                "The key has been used for something else",
                "The same Idempotency-Key has been used for another call. Give each new call a key of its own.",
            ),
        ),
        _problem_type(
            "precondition-required",
            428,
            (
                "Ange vilken version du ändrar",
                "Skicka huvudet If-Match med den ETag som raden hade när du läste den.",
            ),
            (
                "State which version you are changing",
                "Send the header If-Match with the ETag that the row had when you read it.",
            ),
        ),
        _problem_type(
            "too-often",
            429,
            (
                "För många anrop",
                "Du anropar tjänsten för ofta. Försök igen efter det antal sekunder som Retry-After anger.",
            ),
            (
                "Too many calls",
                "You call the service too often. Retry after the number of seconds in Retry-After.",
            ),
        ),
        _problem_type(
            "too-many",
            429,
            (
                "För många på en gång",
                (
                    "För många andra väntar eller följer redan. "
                    "Försök igen efter det antal sekunder som Retry-After anger."
                ),
            ),
            (
                "Too many at once",
                "Too many others are already waiting or following. Retry after the number of seconds in Retry-After.",
            ),
        ),
        _problem_type(
            "runs-in-flight",
            429,
            (
                "För många körningar på en gång",
                (
                    "Körningar som väntar eller pågår får tillsammans söka bara så länge. Avbryt någon, ge den nya "
                    "kortare tid eller försök igen efter det antal sekunder som Retry-After anger."
                ),
            ),
            (
                "Too many runs at once",
                (
                    "Runs that wait or are under way may search only so long together. Cancel one, give the new one "
                    "less time, or retry after the number of seconds in Retry-After."
                ),
            ),
        ),
        _problem_type(
            "head-too-large",
            431,
            (
                "Anropets huvud är för stort",
                "Adressen och alla huvudfält får tillsammans vara högst 64 000 byte.",
            ),
            (
                "The head of the call is too large",
                "The address and all header fields may be 64,000 bytes together.",
            ),
        ),
        _problem_type(
            "internal",
            500,
            (
                "Något gick fel hos oss",
                "Felet är vårt och finns i loggen under numret i fältet instance. Ange det numret när du hör av dig.",
            ),
            (
                "Something went wrong in the service",
                "The fault is ours. It is logged under the number in the field instance. Please report that number.",
            ),
        ),
        _problem_type(
            "unavailable",
            503,
            (
                "Tjänsten svarar inte just nu",
                "Försök igen efter det antal sekunder som huvudet Retry-After anger.",
            ),
            (
                "The service is unavailable at present",
                "Retry after the number of seconds in the header Retry-After.",
            ),
        ),
        _problem_type(
            "disk-full",
            507,
            (
                "Disken är full",
                "Inget har ändrats. Det som finns går att läsa. Den som driver tjänsten behöver ge den mer plats.",
            ),
            (
                "The disk is full",
                "Nothing has changed. What is there can be read. Whoever runs the service must give it more space.",
            ),
        ),
    )
}
