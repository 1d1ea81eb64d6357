"""Lists: the professions and the kinds of units that other rows name by code; a coordinator adds to them."""

from sqlmodel import Field

from placement.tables.columns import LONGEST_NAME, Row, Versioned, one_of, sized
from placement.vocabulary import Named

LONGEST_CODE = 64


class WordList(Named):
    """A list that is open to additions."""

    PROFESSION = "profession", "yrken", "professions"
    UNIT_KIND = "unit-kind", "slag av enheter", "kinds of units"


class ListedWord(Row, Versioned, table=True):
    """A profession, or a kind of unit: the code that other rows name it by, and its names."""

    __table_args__ = (sized("code", LONGEST_CODE), sized("name_sv"), sized("name_en"))

    list: WordList = Field(sa_type=one_of(WordList, "list"), primary_key=True)
    code: str = Field(primary_key=True, max_length=LONGEST_CODE)
    name_sv: str = Field(max_length=LONGEST_NAME)
    name_en: str = Field(max_length=LONGEST_NAME)
