"""Routes of lists: the professions and the kinds of units that rows may name, and the lists that nobody adds to."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from placement.register import lists
from placement.tables import WordList
from placement_api.callers import Anyone, Coordinator
from placement_api.paging import Linked, Listed, Paging
from placement_api.preconditions import IfMatch, tag
from placement_api.routes.paths import ProfessionPath, UnitKindPath
from placement_api.schemas.register.lists import FixedListShown, WordChange, WordFilter, WordGiven, WordShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["lists"])


@router.get("/professions", summary="List professions")
def list_professions(
    store: Transaction, by: Anyone, asked: Annotated[WordFilter, Query()], links: Linked
) -> Listed[WordShown]:
    """List the professions by code, each with its name in Swedish and English.

    Listar yrkena efter kod, med namn på svenska och engelska.
    """
    return links.page(asked, lists.list_words(store, by, WordList.PROFESSION, asked.span), WordShown.of)


@router.post("/professions", status_code=201, summary="Add a profession")
def add_profession(store: Transaction, by: Coordinator, given: WordGiven, response: Response) -> WordShown:
    """Add a profession that the list does not have under any name; only a coordinator may.

    Lägger till ett yrke som inte finns i listan under något namn; det får bara en samordnare göra.
    """
    shown = WordShown.of(lists.add_word(store, by, WordList.PROFESSION, given.model_dump()))
    tag(response, shown)
    response.headers["Location"] = f"/v1/professions/{shown.id}"
    return shown


@router.get("/professions/{professionId}", summary="Show a profession")
def show_profession(store: Transaction, by: Anyone, code: ProfessionPath, response: Response) -> WordShown:
    """Show one profession.

    Visar ett yrke.
    """
    shown = WordShown.of(lists.show_word(store, by, WordList.PROFESSION, code))
    tag(response, shown)
    return shown


@router.patch("/professions/{professionId}", summary="Rename a profession")
def rename_profession(
    store: Transaction,
    by: Coordinator,
    code: ProfessionPath,
    change: WordChange,
    expected: IfMatch,
    response: Response,
) -> WordShown:
    """Change the names that are sent; the code cannot be changed.

    Ändrar de namn som skickas; koden kan inte ändras.
    """
    expected.hold(WordShown.of(lists.show_word(store, by, WordList.PROFESSION, code)))
    shown = WordShown.of(lists.rename_word(store, by, WordList.PROFESSION, code, change.changes()))
    tag(response, shown)
    return shown


@router.delete("/professions/{professionId}", status_code=204, summary="Remove a profession")
def remove_profession(store: Transaction, by: Coordinator, code: ProfessionPath, expected: IfMatch) -> None:
    """Remove a profession that no row names.

    Tar bort ett yrke som ingen rad anger.
    """
    expected.hold(WordShown.of(lists.show_word(store, by, WordList.PROFESSION, code)))
    lists.remove_word(store, by, WordList.PROFESSION, code)


@router.get("/unit-kinds", summary="List kinds of units")
def list_unit_kinds(
    store: Transaction, by: Anyone, asked: Annotated[WordFilter, Query()], links: Linked
) -> Listed[WordShown]:
    """List the kinds of units by code, each with its name in Swedish and English.

    Listar slagen av enheter efter kod, med namn på svenska och engelska.
    """
    return links.page(asked, lists.list_words(store, by, WordList.UNIT_KIND, asked.span), WordShown.of)


@router.post("/unit-kinds", status_code=201, summary="Add a kind of unit")
def add_unit_kind(store: Transaction, by: Coordinator, given: WordGiven, response: Response) -> WordShown:
    """Add a kind of unit that the list does not have under any name; only a coordinator may.

    Lägger till ett slag av enhet som inte finns i listan under något namn; det får bara en samordnare göra.
    """
    shown = WordShown.of(lists.add_word(store, by, WordList.UNIT_KIND, given.model_dump()))
    tag(response, shown)
    response.headers["Location"] = f"/v1/unit-kinds/{shown.id}"
    return shown


@router.get("/unit-kinds/{unitKindId}", summary="Show a kind of unit")
def show_unit_kind(store: Transaction, by: Anyone, code: UnitKindPath, response: Response) -> WordShown:
    """Show one kind of unit.

    Visar ett slag av enhet.
    """
    shown = WordShown.of(lists.show_word(store, by, WordList.UNIT_KIND, code))
    tag(response, shown)
    return shown


@router.patch("/unit-kinds/{unitKindId}", summary="Rename a kind of unit")
def rename_unit_kind(
    store: Transaction,
    by: Coordinator,
    code: UnitKindPath,
    change: WordChange,
    expected: IfMatch,
    response: Response,
) -> WordShown:
    """Change the names that are sent; the code cannot be changed.

    Ändrar de namn som skickas; koden kan inte ändras.
    """
    expected.hold(WordShown.of(lists.show_word(store, by, WordList.UNIT_KIND, code)))
    shown = WordShown.of(lists.rename_word(store, by, WordList.UNIT_KIND, code, change.changes()))
    tag(response, shown)
    return shown


@router.delete("/unit-kinds/{unitKindId}", status_code=204, summary="Remove a kind of unit")
def remove_unit_kind(store: Transaction, by: Coordinator, code: UnitKindPath, expected: IfMatch) -> None:
    """Remove a kind of unit that no row names.

    Tar bort ett slag av enhet som ingen rad anger.
    """
    expected.hold(WordShown.of(lists.show_word(store, by, WordList.UNIT_KIND, code)))
    lists.remove_word(store, by, WordList.UNIT_KIND, code)


@router.get("/fixed-lists", summary="List the lists that nobody adds to")
def list_fixed_lists(by: Anyone, asked: Annotated[Paging, Query()], links: Linked) -> Listed[FixedListShown]:
    """List the statuses, reasons and other words that are the same everywhere, by list.

    Listar de statusar, skäl och andra ord som är desamma överallt, lista för lista.
    """
    found = lists.list_fixed(by, asked.span)
    return links.page(asked, found, lambda each: FixedListShown.of(*each))
