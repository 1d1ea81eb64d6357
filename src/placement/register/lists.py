"""Lists: the professions and the kinds of units, which are closed: only a coordinator adds to them.

Whoever names a profession or a kind may give its code or its name in Swedish or English; the code is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func
from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.errors import Fault, InvalidError
from placement.register.writing import Writer, keep_fixed, writing
from placement.standard_lists import (
    PERHAPS_PROFESSIONS,
    PERHAPS_UNIT_KINDS,
    PROFESSIONS,
    SHORT_PROFESSIONS,
    SHORT_UNIT_KINDS,
    UNIT_KINDS,
)
from placement.store.access import ANYONE, COORDINATORS, FIRST, Page, Span, allow, fault, found, matching, page_of
from placement.store.in_use import USES, Use, refusal
from placement.tables import (
    Agreement,
    AlfProfession,
    Basis,
    CapacityOffer,
    Course,
    DeclineReason,
    EndReason,
    Figure,
    ListedWord,
    OfferStatus,
    OrganisationKind,
    PlacementStatus,
    Programme,
    ProviderKind,
    ReminderKind,
    RequestStatus,
    RunMode,
    Side,
    Supervisor,
    SupervisorRole,
    SwapAnswer,
    SwapReason,
    SwapStatus,
    TemplateClause,
    Unit,
    UnitRule,
    Verdict,
    WeekKind,
    WordList,
)
from placement.vocabulary import Named, Vocabulary, vocabulary_of
from placement_solver.words import Words

FIXED: Mapping[str, tuple[Words, type[Named]]] = {
    "offer-status": (Words("Besked om platser", "Answers about places"), OfferStatus),
    "decline-reason": (Words("Skäl att tacka nej till en termin", "Reasons to decline a term"), DeclineReason),
    "placement-status": (Words("En placerings status", "Statuses of a placement"), PlacementStatus),
    "end-reason": (Words("Skäl till att en placering upphör", "Reasons why a placement ends"), EndReason),
    "swap-status": (Words("Ett bytes status", "Statuses of a swap"), SwapStatus),
    "swap-answer": (Words("En enhets svar på ett byte", "A unit's answers to a swap"), SwapAnswer),
    "swap-reason": (Words("Skäl till att ett byte inte blir av", "Reasons why a swap does not happen"), SwapReason),
    "request-status": (Words("En begärans status", "Statuses of a request"), RequestStatus),
    "supervisor-role": (Words("Handledarens roll", "Roles of a supervisor"), SupervisorRole),
    "organisation-kind": (Words("Slag av organisation", "Kinds of organisations"), OrganisationKind),
    "provider-kind": (Words("Slag av huvudman", "Kinds of providers"), ProviderKind),
    "unit-rule": (Words("En kurs krav på enheten", "What a course requires of the unit"), UnitRule),
    "agreement-figure": (Words("Vad en avtalsklausul gäller", "What a clause settles"), Figure),
    "week-kind": (Words("Vad som blev av avräknade veckor", "What became of settled weeks"), WeekKind),
    "payment-basis": (Words("Vad avräknade veckor betalas enligt", "By what settled weeks are paid"), Basis),
    "agreement-side": (Words("Avtalets parter", "The sides of an agreement"), Side),
    "statement-verdict": (Words("En parts svar på en avräkning", "A side's answers to a statement"), Verdict),
    "reminder-kind": (Words("Vad en påminnelse gäller", "What a reminder is about"), ReminderKind),
    "run-mode": (Words("Vad en körning gör", "What a run does"), RunMode),
}
"""The lists in the code, which nobody adds to: what each is called, and its words."""

_ABOUT = {
    WordList.PROFESSION: (
        Words("yrket finns inte", "there is no such profession"),
        Words("alla yrken finns på /v1/professions", "/v1/professions lists all of them"),
    ),
    WordList.UNIT_KIND: (
        Words("slaget av enhet finns inte", "there is no such kind of unit"),
        Words("alla slag finns på /v1/unit-kinds", "/v1/unit-kinds lists all of them"),
    ),
}
"""What is said about a text that is not in a list, and where the list is."""

_NOUNS = {
    WordList.PROFESSION: Words("yrket", "profession"),
    WordList.UNIT_KIND: Words("slaget av enhet", "kind of unit"),
}

_SHORT = {
    WordList.PROFESSION: (SHORT_PROFESSIONS, PERHAPS_PROFESSIONS),
    WordList.UNIT_KIND: (SHORT_UNIT_KINDS, PERHAPS_UNIT_KINDS),
}
"""What people write for the words of a list, and what may be meant by one."""

_FIELDS = {"profession": WordList.PROFESSION, "professions": WordList.PROFESSION, "kinds": WordList.UNIT_KIND}
"""The fields of rows that name words of the lists."""

_USERS: Mapping[WordList, tuple[Any, ...]] = {
    WordList.PROFESSION: (
        Programme.profession,
        Supervisor.profession,
        CapacityOffer.professions,
        Agreement.professions,
        AlfProfession.profession,
        TemplateClause.professions,
    ),
    WordList.UNIT_KIND: (Unit.kinds, Course.kinds),
}
"""The columns that name the words of each list by code, one or several in a row."""


def list_words(session: Session, by: Caller, of: WordList, span: Span = FIRST) -> Page[ListedWord]:
    """List the words of a list by code."""
    allow(by, ANYONE)
    query = select(ListedWord).order_by(col(ListedWord.code))
    return page_of(session, matching(query, [(ListedWord.list, of)]), span)


def show_word(session: Session, by: Caller, of: WordList, code: str) -> ListedWord:
    """Show one word of a list."""
    allow(by, ANYONE)
    return found(session.get(ListedWord, (of, code)), code)


def add_word(session: Session, by: Caller, of: WordList, given: Mapping[str, Any]) -> ListedWord:
    """Add a word that the list does not have under any name."""
    allow(by, COORDINATORS)
    with writing(session, by) as writer:
        return ListBook(writer).enter({"list": of, **given})


def rename_word(session: Session, by: Caller, of: WordList, code: str, changes: Mapping[str, Any]) -> ListedWord:
    """Change the names of a word; its code, which other rows name it by, cannot be changed."""
    allow(by, COORDINATORS)
    row = show_word(session, by, of, code)
    with writing(session, by) as writer:
        ListBook(writer).change(row, changes)
    return row


def remove_word(session: Session, by: Caller, of: WordList, code: str) -> None:
    """Remove a word that no row names."""
    allow(by, COORDINATORS)
    row = show_word(session, by, of, code)
    with writing(session, by) as writer:
        ListBook(writer).remove(row)


def list_fixed(by: Caller, span: Span = FIRST) -> Page[tuple[str, Words, type[Named]]]:
    """List the lists that nobody adds to: the id, the name and the words of each."""
    allow(by, ANYONE)
    lists = [(list_id, title, words) for list_id, (title, words) in FIXED.items()]
    return Page(lists[span.offset : span.offset + span.limit], len(lists))


class ListBook:
    """The one place where the lists are written: their rules and audit entries."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._lists = Lists(writer.session)

    def enter(self, given: Mapping[str, Any]) -> ListedWord:
        """Add a word, and return the row."""
        row = ListedWord(**given)
        self._refuse_taken(row.list, None, {name: getattr(row, name) for name in ("code", "name_sv", "name_en")})
        self._writer.add(row)
        return row

    def change(self, row: ListedWord, changes: Mapping[str, Any]) -> bool:
        """Change a word's names, and tell whether anything changed."""
        keep_fixed(row, changes, "list", "code")
        self._refuse_taken(row.list, row.code, changes)
        return bool(self._writer.change(row, changes))

    def remove(self, row: ListedWord) -> None:
        """Remove a word that no row names."""
        used: dict[Use, int] = {}
        for column in _USERS[row.list]:
            named = col(column) == row.code if column.key == "profession" else naming(column, row.code)
            query = select(func.count()).select_from(column.class_).where(named)
            if number := self._writer.session.exec(query).one():
                used[USES[column.class_.__tablename__]] = number
        if used:
            raise refusal(_NOUNS[row.list], used, self._writer.by)
        self._writer.remove(row)

    def _refuse_taken(self, of: WordList, own: str | None, spellings: Mapping[str, str]) -> None:
        """Refuse a code or a name that is read as another word already."""
        for name, spelling in spellings.items():
            taken = self._lists.of(of).code_of(spelling)
            if taken is not None and taken != own:
                raise fault(f"/{name}", f"this is read as '{taken}' already", f"det här läses redan som '{taken}'")


class Lists:
    """The lists as they are now, each read when it is first needed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @cached_property
    def professions(self) -> Vocabulary:
        """The professions."""
        return self._read(WordList.PROFESSION)

    @cached_property
    def unit_kinds(self) -> Vocabulary:
        """The kinds of units."""
        return self._read(WordList.UNIT_KIND)

    def of(self, of: WordList) -> Vocabulary:
        """Return the vocabulary of a list."""
        return self.professions if of is WordList.PROFESSION else self.unit_kinds

    def coded(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of a row, with codes in place of the professions and kinds of units that it names.

        Raises:
            InvalidError: something is not in its list, or is named twice.

        """
        coded, faults = dict(values), list[Fault]()
        for field, of in _FIELDS.items():
            given = values.get(field)
            if isinstance(given, str):
                coded[field] = self._code(of, given, f"/{field}", faults)
            elif given is not None:
                codes = [
                    self._code(of, text, f"/{field}/{place}", faults, several=True) for place, text in enumerate(given)
                ]
                twice = [place for place, code in enumerate(codes) if code is not None and code in codes[:place]]
                faults += [Fault(f"/{field}/{place}", "named twice", "nämns två gånger") for place in twice]
                coded[field] = codes
        if faults:
            raise InvalidError(*faults)
        return coded

    def asked(self, of: WordList, text: str | None, parameter: str) -> str | None:
        """Return the code of what a list is to be narrowed to, given in a parameter; None where nothing is given."""
        faults: list[Fault] = []
        code = None if text is None else self._code(of, text, f"?{parameter}", faults)
        if faults:
            raise InvalidError(*faults)
        return code

    def _code(self, of: WordList, text: str, pointer: str, faults: list[Fault], *, several: bool = False) -> str | None:
        """Return the code of a word; note a fault if it is not in the list."""
        code = self.of(of).code_of(text)
        if code is None:
            told = self.of(of).refusal(text, several=several)
            faults.append(Fault(pointer, told.en, told.sv))
        return code

    def _read(self, of: WordList) -> Vocabulary:
        """Read a list from the database."""
        rows = self._session.exec(select(ListedWord).where(ListedWord.list == of).order_by(col(ListedWord.code)))
        return Vocabulary({row.code: Words(row.name_sv, row.name_en) for row in rows}, *_ABOUT[of], *_SHORT[of])


def naming(column: Any, code: str) -> ColumnElement[bool]:  # noqa: ANN401 (a column of any list)
    """Return the condition for the rows that name a word in a column that holds several."""
    return cast(col(column), String).contains(f'"{code}"', autoescape=True)


def contents(session: Session | None = None) -> list[tuple[Words, Mapping[str, Words]]]:
    """Return every list with its title: the open ones as they are now or, without a database, as they begin."""
    lists = None if session is None else Lists(session)
    return [
        (Words("Yrken", "Professions"), lists.professions.names if lists else PROFESSIONS),
        (Words("Slag av enheter", "Kinds of units"), lists.unit_kinds.names if lists else UNIT_KINDS),
        *((title, vocabulary_of(words).names) for title, words in FIXED.values()),
    ]


def lines_of(lists: Iterable[tuple[Words, Mapping[str, Words]]], of: Callable[[Words], str]) -> Iterator[str]:
    """Write lists as lines of text: each word with its code and both names; ``of`` picks the language of the titles."""
    for title, names in lists:
        yield of(title)
        width = max(map(len, names), default=0)
        yield from (f"  {code:{width}}  {words.sv} · {words.en}" for code, words in names.items())
        yield ""
