"""Keys: which stored row a line of a sheet is about, by our id or by its owner's own key, in any typing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import inspect

from placement.sheets.names import read_as
from placement.spelling import alike
from placement.store.access import fault, refer
from placement.tables.columns import Versioned
from placement_solver.words import Words

K = TypeVar("K", bound=Versioned)

_READ_AS_STORED = Words(
    "En pseudonym som bara är skriven på annat sätt läses som den sparade.",
    "A pseudonym that is only typed in another way is read as the stored one.",
)


class Key(NamedTuple):
    """What a row is known by: the text in one of its fields, among the rows that have other things in common.

    A fault of the key is pinned to the field. The text is empty where a row has none of its own.
    """

    field: str
    text: str
    among: Hashable = None

    @classmethod
    def of(cls, values: Mapping[str, Any], field: str, *among: str) -> Key:
        """Return the key of a row whose values these are: a field, among the rows that have the same in others."""
        return cls(field, values.get(field) or "", tuple(values.get(name) for name in among))

    @property
    def alike(self) -> Key:
        """Return the key without what is only typing."""
        return self._replace(text=alike(self.text))


class Known(Generic[K]):
    """The stored rows by id and by key; no two lines may be about the same row.

    A key as it is stored goes first, then one that differs only in typing, which is told; a ``personal`` key is not
    repeated. Where keys are ``unique``, no row gets a key that another row has, however it is typed.
    """

    def __init__(
        self, what: Words, rows: Iterable[K], key: Callable[[K], Key], *, unique: bool = True, personal: bool = False
    ) -> None:
        self._what = what
        self._unique = unique
        self._personal = personal
        self._key = key
        self._by_id: dict[str, K] = {}
        self._keys: dict[str, Key] = {}
        self._same: dict[Key, list[K]] = defaultdict(list)
        self._alike: dict[Key, list[K]] = defaultdict(list)
        self._claimed: set[Hashable] = set()
        for row in rows:
            self.add(row)

    def add(self, row: K) -> None:
        """Count a row among those that are stored, or one that has got another key."""
        key = self._key(row)
        if not self._has(row, key):
            self._keys[_id_of(row)] = key
            self._by_id[_id_of(row)] = row
            self._same[key].append(row)
            self._alike[key.alike].append(row)

    def find(self, given: dict[str, Any], key: Key, assumed: Counter[Words]) -> K | None:
        """Return the row with the id in a line or, if it has none, with its key; None if the row is new.

        The id is taken out of the line, and a key that differs only in typing gets the stored spelling in it.
        """
        row_id = given.pop("id", None)
        if row_id is not None:
            return self.with_id(row_id)
        bearers = self._same.get(key) or self._alike.get(key.alike) or []
        if len(bearers) > 1:
            raise fault(
                f"/{key.field}",
                f"several rows match this {self._what.en}: give the id of one",
                f"{self._what.sv} stämmer med flera sparade rader: ange id för en av dem",
            )
        if not bearers:
            return None
        stored = self._keys[_id_of(bearers[0])]
        if stored != key:
            given[key.field] = stored.text
            assumed[_READ_AS_STORED if self._personal else read_as(key.text, stored.text)] += 1
        return bearers[0]

    def with_id(self, row_id: str) -> K:
        """Return the row with an id."""
        return refer(self._by_id.get(row_id), "/id", self._what)

    def claim(self, row: K | None, key: Key) -> None:
        """Refuse a second line about the same row, and a key that another row has."""
        marks: set[Hashable] = set() if row is None else {_id_of(row)}
        if row is None or (self._unique and not self._has(row, key)):
            marks.add(key.alike)
        if not self._claimed.isdisjoint(marks):
            raise fault(
                f"/{key.field}",
                f"another row of the sheet is about the same {self._what.en}",
                f"{self._what.sv} finns också på en annan rad i kalkylbladet",
            )
        self._claimed |= marks
        if row is not None and self._unique:
            self.hold_free(row, key)

    def hold_free(self, row: K, key: Key) -> None:
        """Refuse a key that is new to a row if another row has it already."""
        if not self._has(row, key) and any(bearer is not row for bearer in self._alike.get(key.alike, ())):
            raise fault(
                f"/{key.field}",
                f"there is another {self._what.en} with this name",
                "namnet har redan tagits av en annan rad",
            )

    def _has(self, row: K, key: Key) -> bool:
        """Tell whether a key is the one that a row is stored with."""
        return self._keys.get(_id_of(row)) == key


def _id_of(row: Versioned) -> str:
    """Return a row's id."""
    return str(inspect(type(row)).primary_key_from_instance(row)[0])
