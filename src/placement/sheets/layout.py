"""Layout: the columns of a list, what each holds, and what people call it in Swedish and English."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from placement.vocabulary import fold


class Kind(enum.StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole"
    PERCENT = "percent"
    PLACES = "places"
    SWITCH = "switch"
    DAY = "day"
    WORDS = "words"
    WEEKS = "weeks"


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds, whether an empty cell means that there is nothing, and whether a list must name some."""

    kind: Kind = Kind.TEXT
    nullable: bool = False
    some: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Columns that come several times, numbered: ``training1Course``, ``training2Course`` and so on."""

    stem: str
    columns: Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a list; some lists have one column per week of places, and groups of numbered columns."""

    columns: Mapping[str, Column]
    weeks: bool = False
    groups: Mapping[str, Group] = field(default_factory=dict)

    def heads(self) -> dict[str, str]:
        """Return the column of every name that it may have, written as `fold` writes it."""
        found: dict[str, str] = {}
        for name in self.columns:
            for called in names_of(name):
                found.setdefault(fold(called), name)
        for group in self.groups.values():
            for name in group.columns:
                for number in range(1, MOST_GROUPS + 1):
                    column = f"{group.stem}{number}{large(name)}"
                    for called in names_of(f"{group.stem}.{name}"):
                        first, *rest = called.split(" ")
                        found.setdefault(fold(f"{first} {number} {' '.join(rest)}"), column)
                        if number == 1:
                            found.setdefault(fold(called), column)
                    found.setdefault(fold(column), column)
        return found

    def column(self, head: str) -> Column:
        """Return what a column holds."""
        if head in self.columns:
            return self.columns[head]
        group, _, name = split_head(self, head)
        return self.groups[group].columns[name]


MOST_GROUPS = 20
_NUMBERED = re.compile(r"([a-z]+)([1-9]\d?)([A-Z]\w*)")

HEADINGS: dict[str, tuple[str, str, *tuple[str, ...]]] = {
    "id": ("Id", "Id"),
    "actionPlanDoneOn": ("Åtgärdsplan klar", "Action plan done on"),
    "attempts": ("Antal försök", "Attempts"),
    "blockedUnits": ("Spärrade enheter", "Blocked units"),
    "code": ("Kod", "Code", "kommunkod", "programkod", "kurskod"),
    "cohortId": ("Kull", "Cohort", "grupp", "studentgrupp"),
    "contactEmail": ("Kontaktens e-post", "Contact email", "e-post", "epost", "mejl", "email"),
    "contactFunction": ("Kontaktfunktion", "Contact function", "kontakt", "contact"),
    "contactPhone": ("Kontaktens telefon", "Contact phone", "telefon", "phone"),
    "courseId": ("Kurs", "Course", "kurskod", "course code"),
    "currency": ("Valuta", "Currency"),
    "decentralised": ("Decentraliserat", "Decentralised", "decentralized"),
    "declineReason": ("Skäl", "Reason", "orsak", "skäl till nej", "decline reason"),
    "destination": ("Till zon", "To zone", "till", "to", "destination"),
    "distinctUnits": ("Olika enheter", "Distinct units"),
    "excludedFromAgreement": ("Undantagen från avtal", "Excluded from agreement"),
    "externalId": ("Eget id", "Own id", "pseudonym", "external id", "externt id", "organisationsnummer"),
    "firstWeek": ("Första vecka", "First week"),
    "fundedById": ("Finansieras av", "Funded by"),
    "hoursPerWeek": ("Timmar per vecka", "Hours per week"),
    "hsaId": ("HSA-id", "HSA id"),
    "inCounty": ("I länet", "In the county", "in county"),
    "institutionId": ("Lärosäte", "Institution", "university"),
    "institutions": ("Lärosäten", "Institutions", "lärosäte", "universities", "reserverat för"),
    "kind": ("Slag", "Kind", "typ", "type"),
    "kinds": (
        "Vårdslag",
        "Kinds of care",
        "slag av vård",
        "slag av enhet",
        "vårdform",
        "typ av vård",
        "inriktning",
        "kinds of unit",
        "verksamhet",
        "kinds",
    ),
    "lastWeek": ("Sista vecka", "Last week"),
    "lat": ("Latitud", "Latitude", "breddgrad"),
    "lotteryNumber": ("Lottnummer", "Lottery number"),
    "lon": ("Longitud", "Longitude", "long", "lng", "längdgrad"),
    "maxStudentWeeks": ("Högst studentveckor", "Most student-weeks", "tak", "volym", "ceiling"),
    "maxStudents": ("Högst antal studenter", "Most students", "max antal studenter", "max studenter", "max students"),
    "maxTravel": ("Längsta restid", "Longest journey", "max restid", "max travel"),
    "minStudentWeeks": ("Minst studentveckor", "Fewest student-weeks", "golv", "floor"),
    "minutes": ("Minuter", "Minutes", "restid", "travel time"),
    "municipalityCode": ("Kommun", "Municipality", "kommunkod", "municipality code"),
    "name": ("Namn", "Name", "benämning", "enhetsnamn", "unit name"),
    "nameEn": ("Engelskt namn", "English name", "namn på engelska"),
    "nameSv": ("Svenskt namn", "Swedish name", "namn", "name", "namn på svenska"),
    "noticeGivenOn": ("Uppsagt", "Notice given on"),
    "operatorId": ("Utförare", "Operator", "driftsform", "drivs av"),
    "noticeMonths": ("Uppsägningstid i månader", "Months of notice", "uppsägningstid", "notice"),
    "origin": ("Från zon", "From zone", "från", "from", "origin"),
    "population": ("Invånare", "Population", "folkmängd"),
    "preferences": ("Önskemål", "Preferences", "önskade enheter"),
    "partnerId": ("Par med", "Pair with", "parkamrat", "partner"),
    "priceOre": ("Pris per studentvecka i öre", "Price per student-week in öre", "pris i öre"),
    "priorityRank": ("Förtur", "Priority", "förtursklass", "priority class"),
    "priorityClass": ("Förtursklass", "Priority class", "förtur"),
    "profession": ("Yrke", "Profession", "yrkesroll", "yrkesgrupp"),
    "professions": ("Yrken", "Professions", "professioner", "yrkesgrupp", "yrke", "profession", "yrkesroll"),
    "programmeId": ("Program", "Programme", "programkod", "program code"),
    "providerId": ("Huvudman", "Provider", "vårdgivare", "care provider", "anordnare"),
    "providerKind": ("Slag av huvudman", "Kind of provider"),
    "ranking": ("Rangordning", "Ranking", "önskemål", "val av ort", "wishes"),
    "reason": ("Skäl", "Reason", "orsak"),
    "retakeOf": ("Omtag av", "Retake of"),
    "role": ("Roll", "Role"),
    "roundId": ("Studieortsval", "Site round"),
    "sequence": ("Ordning", "Sequence"),
    "sharePercent": ("Andel av heltid i procent", "Share of full time in per cent", "tjänstgöringsgrad", "procent"),
    "siteId": ("Studieort", "Site"),
    "size": ("Antal studenter", "Number of students", "storlek", "antal"),
    "starts": ("Startveckor", "Start weeks", "startvecka", "start week", "kursfönster", "windows"),
    "status": ("Status", "Status", "svar", "answer", "besked"),
    "studentId": ("Student", "Student"),
    "studentAnswer": ("Studentens svar", "The student's answer"),
    "supervisionCredits": ("Handledarutbildning i hp", "Supervisor training in credits", "krav på hp"),
    "supervisorId": ("Handledare", "Supervisor"),
    "teachesInPairs": ("Undervisar i par", "Teaches in pairs", "parhandledning", "peer learning"),
    "termId": ("Termin", "Term", "semester"),
    "unitId": ("Enhet", "Unit", "mottagning", "arbetsplats", "enhets-id", "hsa-id", "hsa id", "unit id"),
    "unitName": ("Enhetens namn", "Unit name", "enhetsnamn"),
    "unitRule": ("Regel om enhet", "Unit rule"),
    "units": ("Enheter", "Units"),
    "universityHealthcare": ("Universitetssjukvård", "University healthcare"),
    "validFrom": ("Gäller från", "Valid from"),
    "validTo": ("Gäller till", "Valid to", "gäller till och med"),
    "programmeTerm": ("Programtermin", "Programme term"),
    "weeks": ("Veckor", "Weeks"),
    "weeksDone": ("Genomförda veckor", "Weeks done"),
    "trainings": ("Utbildningar", "Trainings"),
    "zone": ("Zon", "Zone"),
    "training.course": ("Utbildning kurs", "Training course", "utbildning", "training", "handledarutbildning"),
    "training.credits": ("Utbildning hp", "Training credits", "hp", "credits"),
    "training.completedOn": ("Utbildning genomförd", "Training completed on", "utbildning klar"),
    "training.expiresOn": ("Utbildning giltig till", "Training expires on", "utbildning gäller till"),
}
"""What people call each column: the Swedish heading, the English heading, and other names that are read."""

COMMENTS = frozenset(
    ("kommentar", "kommentarer", "anteckning", "anteckningar", "anmarkning", "notering", "comment", "comments", "note")
) | {"notes", "remark", "remarks", "ovrigt", "info", "information"}
"""The headings of columns that people keep for themselves; they are not read, and the answer says so."""


def names_of(name: str) -> Sequence[str]:
    """Return every name of a column, its own first."""
    return (name.rpartition(".")[2] if "." not in name else name, *HEADINGS.get(name, ()))


def heading_of(head: str, language: str) -> str:
    """Return the heading of a column in a language (``sv`` or ``en``); weeks and numbered columns too."""
    place = 0 if language == "sv" else 1
    if (numbered := _NUMBERED.fullmatch(head)) and f"{numbered[1]}.{small(numbered[3])}" in HEADINGS:
        first, *rest = HEADINGS[f"{numbered[1]}.{small(numbered[3])}"][place].split(" ")
        return " ".join((first, numbered[2], *rest))
    return HEADINGS[head][place] if head in HEADINGS else head


def split_head(layout: Layout, head: str) -> tuple[str, str, str]:
    """Return the group, the stem with its number and the field of a numbered column, as ``training2Course`` has."""
    found = _NUMBERED.fullmatch(head)
    for name, group in layout.groups.items():
        if found and found[1] == group.stem and small(found[3]) in group.columns:
            return name, found[1] + found[2], small(found[3])
    raise KeyError(head)


def nearest(text: str, layout: Layout) -> str | None:
    """Return the heading that a name is most like; None where it is like none."""
    heads = layout.heads()
    alike = get_close_matches(fold(text), heads, n=1, cutoff=0.7)
    return heads[alike[0]] if alike else None


def layout_of(shape: Mapping[str, Any]) -> Layout:
    """Return the columns of a list from the JSON Schema of its rows; lists of objects become groups, places weeks."""
    columns: dict[str, Column] = {}
    groups: dict[str, Group] = {}
    weeks = False
    for name, given in shape["properties"].items():
        inner = given.get("items", {}).get("$ref")
        if inner is None:
            columns[name] = _column_of(name, given)
        elif name == "weeks":
            weeks = True
        else:
            parts = shape["$defs"][inner.rsplit("/", 1)[1]]["properties"]
            held = {part: _column_of(part, types) for part, types in parts.items()}
            groups[name] = Group(name.removesuffix("s"), held)
    return Layout(columns, weeks, groups)


def _column_of(name: str, given: Mapping[str, Any]) -> Column:
    """Return what a column holds; an enumeration is text."""
    shapes = [given, *given.get("anyOf", [])]
    types = {shape.get("type") for shape in shapes}
    nullable = "null" in types
    if "array" in types:
        listed = next(shape for shape in shapes if shape.get("type") == "array")
        weeks = "2027-W03" in listed["items"].get("examples", ())
        return Column(Kind.WEEKS if weeks else Kind.WORDS, nullable, bool(listed.get("minItems")))
    if any(shape.get("format") == "date" for shape in shapes):
        return Column(Kind.DAY, nullable)
    if "boolean" in types:
        return Column(Kind.SWITCH, nullable)
    if types & {"integer", "number"}:
        whole = "integer" in types
        percent = name.endswith("Percent")
        return Column(Kind.PERCENT if percent else Kind.WHOLE if whole else Kind.NUMBER, nullable)
    return Column(Kind.TEXT, nullable)


def small(word: str) -> str:
    """Write a word with a small first letter."""
    return word[:1].lower() + word[1:]


def large(word: str) -> str:
    """Write a word with a large first letter."""
    return word[:1].upper() + word[1:]
