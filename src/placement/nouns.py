"""Nouns: what the service stores, as messages name it.

One is named in definite form in Swedish and without an article in English; several stand after their number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from placement_solver.words import Words

AGREEMENT = Words("avtalet", "agreement")
COHORT = Words("kullen", "cohort")
COURSE = Words("kursen", "course")
INSTITUTION = Words("lärosätet", "institution")
MUNICIPALITY = Words("kommunen", "municipality")
OFFER = Words("erbjudandet", "offer")
ORGANISATION = Words("organisationen", "organisation")
PLACEMENT = Words("placeringen", "placement")
PROGRAMME = Words("programmet", "programme")
PROVIDER = Words("huvudmannen", "provider")
REQUEST = Words("begäran", "request")
RUN = Words("körningen", "run")
SITE = Words("studieorten", "site")
SITE_PRIORITY = Words("förtursklassen", "priority class")
SITE_ROUND = Words("studieortsvalet", "site round")
SITE_WISH = Words("önskemålet", "wish")
STUDENT = Words("studenten", "student")
SUPERVISOR = Words("handledaren", "supervisor")
SURVEY = Words("enkäten", "survey")
TERM = Words("terminen", "term")
UNIT = Words("enheten", "unit")

IN_THE_LEDGER = Words("bland studentens", "among the student's")
IN_THE_PROGRAMME = Words("i studentens program", "in the student's programme")
IN_THE_TERM = Words("i terminen", "in the term")
IN_THE_COHORT = Words("i kullen", "in the cohort")
IN_THE_ROUND = Words("i studieortsvalet", "in the site round")
AT_THE_INSTITUTION = Words("vid studentens lärosäte", "at the student's lärosäte")
AT_THE_UNIT = Words("vid enheten", "at the unit")


class Counted(NamedTuple):
    """A noun after a number: one of it, and several, in indefinite form."""

    one: Words
    many: Words

    def __call__(self, number: int) -> Words:
        """Return a number of it, such as 2 offers."""
        noun = self.one if number == 1 else self.many
        return Words(f"{number} {noun.sv}", f"{number} {noun.en}")


def _counted(sv_one: str, sv_many: str, en_one: str, en_many: str) -> Counted:
    return Counted(Words(sv_one, en_one), Words(sv_many, en_many))


AGREEMENTS = _counted("avtal", "avtal", "agreement", "agreements")
ALF_PROFESSIONS = _counted("yrke som ALF betalar", "yrken som ALF betalar", "ALF profession", "ALF professions")
COHORTS = _counted("kull", "kullar", "cohort", "cohorts")
COURSES = _counted("kurs", "kurser", "course", "courses")
LETTER_PARTIES = _counted(
    "part i avsiktsförklaringen", "parter i avsiktsförklaringen", "party to the letter", "parties to the letter"
)
OFFERS = _counted("erbjudande", "erbjudanden", "offer", "offers")
ORGANISATIONS = _counted("organisation", "organisationer", "organisation", "organisations")
PINS = _counted("låst placering", "låsta placeringar", "pin", "pins")
PLACEMENTS = _counted("placering", "placeringar", "placement", "placements")
PLANNED = _counted("planerad placering", "planerade placeringar", "planned placement", "planned placements")
PLANS = _counted("plan", "planer", "plan", "plans")
PREFERENCES = _counted("önskemål", "önskemål", "preference", "preferences")
PROGRAMMES = _counted("program", "program", "programme", "programmes")
PUBLICATIONS = _counted("publicering", "publiceringar", "publication", "publications")
REQUESTS = _counted("begäran", "begäranden", "request", "requests")
RUNS = _counted("körning", "körningar", "run", "runs")
SITE_DECISIONS = _counted("beslut om studieort", "beslut om studieort", "decision on a site", "decisions on a site")
SITE_ROUNDS = _counted("studieortsval", "studieortsval", "site round", "site rounds")
SITE_TURNS = _counted(
    "utfall av ett studieortsval", "utfall av studieortsval", "outcome of a site round", "outcomes of a site round"
)
SITE_WISHES = _counted("önskemål om studieort", "önskemål om studieort", "wish for a site", "wishes for a site")
LEGAL_HOLDS = _counted("beslut om bevarande", "beslut om bevarande", "legal hold", "legal holds")
SITES = _counted("studieort", "studieorter", "site", "sites")
START_WEEKS = _counted(
    "startvecka för kurser", "startveckor för kurser", "start week of courses", "start weeks of courses"
)
STATEMENTS = _counted("avräkning", "avräkningar", "statement", "statements")
STATEMENT_LINES = _counted("rad i en avräkning", "rader i avräkningar", "line of a statement", "lines of statements")
STUDENTS = _counted("student", "studenter", "student", "students")
SUPERVISORS = _counted("handledare", "handledare", "supervisor", "supervisors")
SWAPS = _counted("byte", "byten", "swap", "swaps")
SWAP_SIDES = _counted("placering i ett byte", "placeringar i byten", "placement in a swap", "placements in swaps")
SURVEY_ROUNDS = _counted("enkätomgång", "enkätomgångar", "survey round", "survey rounds")
TEMPLATE_CLAUSES = _counted(
    "klausul i en avtalsmall", "klausuler i en avtalsmall", "clause of a template", "clauses of a template"
)
TOKENS = _counted("åtkomstnyckel", "åtkomstnycklar", "token", "tokens")
UNITS = _counted("enhet", "enheter", "unit", "units")
VOLUMES = _counted("avtalsvolym", "avtalsvolymer", "agreement volume", "agreement volumes")

WITH_START_WEEKS = _counted(
    "kurs med startveckor", "kurser med startveckor", "course with start weeks", "courses with start weeks"
)
BLOCKED = _counted(
    "student som inte kan placeras där",
    "studenter som inte kan placeras där",
    "student who cannot be placed there",
    "students who cannot be placed there",
)
LISTING = _counted(
    "avtal som räknar upp den", "avtal som räknar upp den", "agreement that lists it", "agreements that list it"
)
MEANT_FOR = _counted(
    "erbjudande till lärosätet", "erbjudanden till lärosätet", "offer to the lärosäte", "offers to the lärosäte"
)
WITHOUT_PLACE = _counted(
    "plan där den är utan plats",
    "planer där den är utan plats",
    "plan without a place for it",
    "plans without a place for it",
)


def joined(words: Sequence[Words]) -> Words:
    """Name several things one after the other, the last after "and"."""
    sv, en = [each.sv for each in words], [each.en for each in words]
    return Words(_joined(sv, "och"), _joined(en, "and"))


def _joined(texts: Sequence[str], last: str) -> str:
    return f" {last} ".join(part for part in (", ".join(texts[:-1]), texts[-1]) if part)
