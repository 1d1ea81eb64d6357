"""Routes of wishes: a lärosäte enters what its students ask for in an open round, and answers claims of priority."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from placement.site_choice import wishes
from placement_api.callers import Institution
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, IfMatchLater, tag
from placement_api.problems import language_of
from placement_api.routes.paths import SiteRoundPath, StudentPath
from placement_api.schemas.site_choice.wishes import ClaimAnswered, SiteWishGiven, SiteWishShown, WishFilter
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["site-rounds"])


@router.get("/site-rounds/{siteRoundId}/wishes", summary="List wishes for sites")
def list_wishes(
    request: Request,
    store: Transaction,
    by: Institution,
    round_id: SiteRoundPath,
    asked: Annotated[WishFilter, Query()],
    links: Linked,
) -> Listed[SiteWishShown]:
    """List the wishes in a round by student, each with what has become of its wish for a pair.

    Listar önskemålen i ett val efter student, vart och ett med vad parönskemålet blir.
    """
    found, language = wishes.list_wishes(store, by, round_id, span=asked.span), language_of(request)
    return links.page(asked, found, lambda record: SiteWishShown.of(record, language))


@router.get("/site-rounds/{siteRoundId}/wishes/{studentId}", summary="Show a student's wish for sites")
def show_wish(
    request: Request,
    store: Transaction,
    by: Institution,
    round_id: SiteRoundPath,
    student_id: StudentPath,
    response: Response,
) -> SiteWishShown:
    """Show one student's wish.

    Visar en students önskemål.
    """
    shown = SiteWishShown.of(wishes.show_wish(store, by, round_id, student_id), language_of(request))
    tag(response, shown)
    return shown


@router.put("/site-rounds/{siteRoundId}/wishes/{studentId}", summary="Enter a student's wish for sites")
def send_wish(
    request: Request,
    store: Transaction,
    by: Institution,
    round_id: SiteRoundPath,
    student_id: StudentPath,
    given: SiteWishGiven,
    expected: IfMatchLater,
    response: Response,
) -> SiteWishShown:
    """Enter a student's ranking of all sites, with any claim of a priority and partner; the last that is sent counts.

    Inför en students rangordning av alla orter, med eventuell begäran om förtur och par; det sista som skickas gäller.
    """
    language = language_of(request)
    standing = wishes.find_wish(store, by, round_id, student_id)
    if standing is not None:
        expected.hold(SiteWishShown.of(standing, language), first=False)
    shown = SiteWishShown.of(wishes.send_wish(store, by, round_id, student_id, given.model_dump()), language)
    tag(response, shown)
    return shown


@router.delete(
    "/site-rounds/{siteRoundId}/wishes/{studentId}", status_code=204, summary="Withdraw a student's wish for sites"
)
def withdraw_wish(
    request: Request,
    store: Transaction,
    by: Institution,
    round_id: SiteRoundPath,
    student_id: StudentPath,
    expected: IfMatch,
) -> None:
    """Take back a student's wish; the student then takes part without a ranking, after all who have one.

    Tar tillbaka en students önskemål; studenten deltar då utan rangordning, efter alla som har en.
    """
    expected.hold(SiteWishShown.of(wishes.show_wish(store, by, round_id, student_id), language_of(request)))
    wishes.withdraw_wish(store, by, round_id, student_id)


@router.put("/site-rounds/{siteRoundId}/wishes/{studentId}/priority", summary="Answer a claim of a priority")
def answer_claim(
    request: Request,
    store: Transaction,
    by: Institution,
    round_id: SiteRoundPath,
    student_id: StudentPath,
    given: ClaimAnswered,
    expected: IfMatch,
    response: Response,
) -> SiteWishShown:
    """Grant or refuse the priority that a student claims, until the draw; the reason is never stored.

    Beviljar eller avslår den förtur som en student begär, fram till lottningen; skälet sparas aldrig.
    """
    language = language_of(request)
    expected.hold(SiteWishShown.of(wishes.show_wish(store, by, round_id, student_id), language))
    record = wishes.answer_claim(store, by, round_id, student_id, granted=given.granted)
    shown = SiteWishShown.of(record, language)
    tag(response, shown)
    return shown
