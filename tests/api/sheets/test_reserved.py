"""A sheet of offers over HTTP: the lärosäten that an offer is reserved for are part of what finds it."""

from __future__ import annotations

from placement_api.media_types import CSV
from tests.api.sheeting import Desk, faults, outcome

OFFERS = "capacity-offers"
ROW = {"Enhet": "unt_free", "Termin": "VT2027", "Yrke": "läkare", "2027-W01": "2", "2027-W02": "2"}
BESIDE = (
    "A new offer is added beside one that the unit has already for the same term and professions but other lärosäten."
    " (1)"
)
READ_AS_OPEN = "A row without lärosäten is read as the offer that is open to all, not as one that is reserved. (1)"


def row(whom: str | None = None, places: int = 2) -> dict[str, str]:
    """Return an offer to some lärosäten; None leaves out the column."""
    return {**ROW, "2027-W01": str(places)} | ({} if whom is None else {"Lärosäten": whom})


def offered(desk: Desk) -> dict[str, str]:
    """Return the places in the first week of the unit's offers by whom they are for."""
    return {found["institutions"]: found["2027-W01"] for found in desk.table(OFFERS, "&unitId=unt_free")}


def test_an_offer_to_one_institution_stays_when_another_is_offered_places(provider: Desk) -> None:
    assert outcome(provider.hand_in_table(OFFERS, [row("KI", 2)])) == (1, 0, 0)
    answer = provider.hand_in_table(OFFERS, [row("UMU", 3)])
    assert outcome(answer) == (1, 0, 0)
    assert BESIDE in answer.json()["assumptions"]
    assert offered(provider) == {"KI": "2", "UMU": "3"}
    assert outcome(provider.hand_in_table(OFFERS, [row("UMU, KI", 4)])) == (1, 0, 0)
    assert outcome(provider.hand_in_table(OFFERS, [row("KI; UMU", 5)])) == (0, 1, 0)
    assert offered(provider) == {"KI": "2", "UMU": "3", "UMU, KI": "5"}


def test_an_open_offer_and_a_reserved_one_are_two(provider: Desk) -> None:
    assert outcome(provider.hand_in_table(OFFERS, [row("", 2)])) == (1, 0, 0)
    assert outcome(provider.hand_in_table(OFFERS, [row("KI", 3)])) == (1, 0, 0)
    assert outcome(provider.hand_in_table(OFFERS, [row("", 4)])) == (0, 1, 0)
    assert offered(provider) == {"": "4", "KI": "3"}


def test_an_empty_cell_is_not_about_the_reserved_offer(provider: Desk) -> None:
    assert outcome(provider.hand_in_table(OFFERS, [row("KI", 3)])) == (1, 0, 0)
    answer = provider.hand_in_table(OFFERS, [row("", 2)])
    assert (outcome(answer), BESIDE in answer.json()["assumptions"]) == ((1, 0, 0), True)
    assert offered(provider) == {"": "2", "KI": "3"}


def test_a_row_without_the_column_is_about_the_only_offer_or_the_open_one_and_else_asks(provider: Desk) -> None:
    assert outcome(provider.hand_in_table(OFFERS, [row("KI", 3)])) == (1, 0, 0)
    assert outcome(provider.hand_in_table(OFFERS, [row(None, 4)])) == (0, 1, 0)
    assert outcome(provider.hand_in_table(OFFERS, [row("UMU", 5)])) == (1, 0, 0)
    told = faults(provider.hand_in_table(OFFERS, [row(None, 6)]))
    asked = "the unit has offers for several lärosäten: give the lärosäten, or the id of one"
    assert told == [(2, "Enhet", "unt_free", asked)]
    assert outcome(provider.hand_in_table(OFFERS, [row("", 7)])) == (1, 0, 0)
    answer = provider.hand_in_table(OFFERS, [row(None, 8)])
    assert (outcome(answer), READ_AS_OPEN in answer.json()["assumptions"]) == ((0, 1, 0), True)
    assert offered(provider) == {"": "8", "KI": "4", "UMU": "5"}


def test_offers_to_several_institutions_come_in_one_sheet_and_go_out_and_in_again(provider: Desk) -> None:
    wide = [
        "VFU-platser;;;;;",
        "Enhet;Yrke;Lärosäten;v. 53;vecka 1;Kommentar",
        "Nya vårdcentralen;läkare;KI;2;2;",
        "Nya vårdcentralen;läkare;UMU;3;;x",
        "Nya vårdcentralen;läkare;;1;1;",
    ]
    for expected in ((3, 0, 0), (0, 0, 3)):
        assert outcome(provider.hand_in(OFFERS, "\n".join(wide).encode(), CSV, "?termId=VT2027")) == expected
    table = provider.table(OFFERS)
    without = [{name: value for name, value in row.items() if name != "id"} for row in table]
    for sheet in (table, without):
        answer = provider.hand_in_table(OFFERS, sheet)
        assert (outcome(answer), answer.json()["assumptions"]) == ((0, 0, len(table)), [])


def test_the_same_institutions_twice_are_one_offer_twice(provider: Desk) -> None:
    told = faults(provider.hand_in_table(OFFERS, [row("KI, UMU"), row("UMU, KI")]))
    assert [(number, column) for number, column, _, _ in told] == [(3, "Enhet")]


def test_whom_an_offer_is_for_is_changed_by_its_id_and_told(provider: Desk) -> None:
    for whom, before, after in (("UMU, KI", "KI", "KI, UMU"), ("", "KI, UMU", "all lärosäten")):
        answer = provider.hand_in_table(OFFERS, [{"id": "off_a", "Lärosäten": whom}])
        assert outcome(answer) == (0, 1, 0)
        assert answer.json()["assumptions"] == [f"An offer that was for {before} becomes one for {after}. (1)"]
    assert outcome(provider.hand_in_table(OFFERS, [{"id": "off_a", "Lärosäten": ""}])) == (0, 0, 1)
