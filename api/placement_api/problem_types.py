"""Kinds of problems: the table of what each stable code becomes in HTTP, and the words that help, in two languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem: its stable code, its status, its title and a text that helps, in two languages."""

    code: str
    status: int
    title: Mapping[str, str]
    text: Mapping[str, str]


def _problem_type(code: str, status: int, sv: tuple[str, str], en: tuple[str, str]) -> ProblemType:
    """Write a row of the table: title and text in Swedish, then in English."""
    return ProblemType(code, status, {"sv": sv[0], "en": en[0]}, {"sv": sv[1], "en": en[1]})


PROBLEM_TYPES = {
    problem_type.code: problem_type
    for problem_type in (
        _problem_type(
            "malformed",
            400,
            ("Anropet går inte att läsa", "Innehållet är inte JSON. Se errors för platsen."),
            ("The request cannot be read", "The body is not JSON. See errors for the place."),
        ),
        _problem_type(
            "unauthenticated",
            401,
            ("Vem frågar?", "Skicka huvudet Authorization: Bearer med en giltig pollett från samordnaren."),
            (
                "Who is asking?",
                "Send the header Authorization: Bearer with a valid token from the coordinator.",
            ),
        ),
        _problem_type(
            "not-allowed",
            403,
            (
                "Det får du inte göra",
                "Din roll får inte göra detta; tabellen i api/README.md visar vem som får.",
            ),
            ("You may not do this", "Your role may not do this; the table in api/README.md shows whose may."),
        ),
        _problem_type(
            "not-found",
            404,
            ("Det finns inte", "Det finns inte, eller är inte ditt att se: svaret är detsamma för båda."),
            ("It is not there", "It is not there, or is not yours to see: the answer is the same for both."),
        ),
        _problem_type(
            "method-not-allowed",
            405,
            ("Metoden används inte här", "Huvudet Allow räknar upp de metoder som används på adressen."),
            ("The method is not used here", "The header Allow lists the methods that this address knows."),
        ),
        _problem_type(
            "not-acceptable",
            406,
            (
                "Svaret finns inte i den formen",
                "Inget av det som Accept räknar upp kan besvaras; application/json finns nästan överallt.",
            ),
            (
                "The answer has no such form",
                "Nothing that Accept lists can be answered; application/json can nearly everywhere.",
            ),
        ),
        _problem_type(
            "conflict",
            409,
            (
                "Det går inte som läget är",
                "Det finns redan, används av något annat eller har hunnit bli något annat.",
            ),
            (
                "It cannot be done as things stand",
                "It exists already, is in use, or has become something else.",
            ),
        ),
        _problem_type(
            "in-progress",
            409,
            (
                "Samma anrop pågår redan",
                "Ett anrop med samma Idempotency-Key pågår. Försök igen efter så många sekunder som Retry-After säger.",
            ),
            (
                "The same call is under way",
                "A call with the same Idempotency-Key is under way. Retry after as many seconds as Retry-After says.",
            ),
        ),
        _problem_type(
            "stale",
            412,
            (
                "Någon annan hann före",
                "Raden har ändrats sedan du läste den; current visar den. Ändra och försök igen.",
            ),
            (
                "Someone else was first",
                "The row has changed since you read it; current shows it. Change and retry.",
            ),
        ),
        _problem_type(
            "too-large",
            413,
            ("Innehållet är för stort", "Ett anrop får vara högst en miljon byte, en inläsning tio. Dela upp det."),
            ("The body is too large", "A request may be a million bytes at most, an import ten. Divide it."),
        ),
        _problem_type(
            "unsupported-media-type",
            415,
            (
                "Innehållet har fel form",
                "Huvudet Content-Type ska vara en av de medietyper som huvudet Accept i svaret räknar upp.",
            ),
            (
                "The body has a wrong form",
                "The header Content-Type must be one of the media types that the answer's header Accept lists.",
            ),
        ),
        _problem_type(
            "invalid",
            422,
            (
                "Något som angavs är fel",
                "Vart och ett av felen i errors pekar ut sin plats med en JSON Pointer.",
            ),
            ("Something given is wrong", "Each of the errors points out its place with a JSON Pointer."),
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
                "Säg vilken version du ändrar",
                "Skicka huvudet If-Match med den ETag som raden hade när du läste den.",
            ),
            (
                "Say which version you change",
                "Send the header If-Match with the ETag that the row had when you read it.",
            ),
        ),
        _problem_type(
            "too-many",
            429,
            (
                "Så många på en gång går inte",
                "Andra står redan i kö eller lyssnar. Försök igen efter så många sekunder som Retry-After säger.",
            ),
            (
                "That is too many at once",
                "Others are waiting or listening already. Retry after as many seconds as Retry-After says.",
            ),
        ),
        _problem_type(
            "internal",
            500,
            (
                "Något gick fel hos oss",
                "Felet är vårt och står i loggen under instance. Hör av dig med det numret.",
            ),
            (
                "Something went wrong here",
                "The fault is ours, logged under instance. Please report that number.",
            ),
        ),
        _problem_type(
            "unavailable",
            503,
            (
                "Tjänsten svarar inte just nu",
                "Försök igen efter så många sekunder som huvudet Retry-After säger.",
            ),
            (
                "The service does not answer now",
                "Retry after as many seconds as the header Retry-After says.",
            ),
        ),
    )
}
