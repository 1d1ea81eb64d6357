"""Schemas of lists: professions, kinds of units, and the lists that nobody adds to."""

from __future__ import annotations

from pydantic import Field, JsonValue

from placement.tables import ListedWord
from placement.vocabulary import Named
from placement_api.paging import Paging
from placement_api.schemas.base import Change, Changeable, Given, Name, Shown, Word, example
from placement_api.sorting import sorting
from placement_solver.words import Words

_WORD: dict[str, JsonValue] = {"nameSv": "ambulanssjuksköterska", "nameEn": "ambulance nurse"}


class WordNamed(Given):
    """A word's names. Ett ords namn."""

    name_sv: Name
    name_en: Name


class WordGiven(WordNamed):
    """A word to add to a list. Ett ord som ska läggas till i en lista."""

    model_config = example({"code": "ambulance_nurse", **_WORD})

    code: Word = Field(description="What other rows name it by. Det som andra rader anger.")


class WordChange(WordNamed, Change):
    """The names of a word to change. De namn på ordet som ska ändras."""

    model_config = example({"nameEn": "paramedic nurse"})


class WordShown(Changeable):
    """A word of a list; its id is its code. Ett ord i en lista; dess id är koden."""

    model_config = example({"id": "ambulance_nurse", "version": 1, **_WORD})

    name_sv: str
    name_en: str

    @classmethod
    def of(cls, row: ListedWord) -> WordShown:
        """Show a word."""
        return cls(id=row.code, version=row.version, name_sv=row.name_sv, name_en=row.name_en)


class WordFilter(Paging):
    """Which part of a list. Vilken del av en lista."""

    sort: str | None = sorting("code", "nameSv", "nameEn")


class FixedWordShown(Shown):
    """A word that means the same in every database. Ett ord som betyder samma sak i varje databas."""

    code: str
    name_sv: str
    name_en: str


class FixedListShown(Shown):
    """A list that nobody adds to: its id, its names and its words. En fast lista: id, namn och ord."""

    model_config = example(
        {
            "id": "request-status",
            "nameSv": "En begärans status",
            "nameEn": "Statuses of a request",
            "words": [{"code": "open", "nameSv": "öppen", "nameEn": "open"}],
        }
    )

    id: str
    name_sv: str
    name_en: str
    words: list[FixedWordShown]

    @classmethod
    def of(cls, list_id: str, title: Words, words: type[Named]) -> FixedListShown:
        """Show a list."""
        shown = [FixedWordShown(code=each.value, name_sv=each.words.sv, name_en=each.words.en) for each in words]
        return cls(id=list_id, name_sv=title.sv, name_en=title.en, words=shown)
