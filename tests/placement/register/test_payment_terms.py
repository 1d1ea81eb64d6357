"""An agreement's price changes on dated days, and its rule says what a late cancellation costs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from placement.errors import ConflictError, InvalidError
from placement.register import agreements
from placement.register.payment_terms import PaymentTerms
from placement.tables import Agreement, AgreementCancellation, AgreementPrice
from tests.placement.sides import INSTITUTION, PROVIDER, entries

FIRST, LATER, LAST = dt.date(2025, 1, 1), dt.date(2027, 3, 10), dt.date(2028, 1, 1)


def terms_of(price: int | None, later: dict[dt.date, int], steps: dict[int, int]) -> PaymentTerms:
    """Payment terms without a database."""
    return PaymentTerms.of(
        Agreement(institution_id="org_ki", provider_id="org_city", valid_from=FIRST, price_ore=price),
        [AgreementPrice(agreement_id="agr", valid_from=day, price_ore=ore) for day, ore in later.items()],
        [AgreementCancellation(agreement_id="agr", days_before=days, percent=share) for days, share in steps.items()],
    )


@pytest.mark.parametrize(
    ("day", "price"),
    [
        (FIRST - dt.timedelta(days=1), None),
        (FIRST, 98_000),
        (LATER - dt.timedelta(days=1), 98_000),
        (LATER, 100_000),
        (LAST - dt.timedelta(days=1), 100_000),
        (LAST, 99_000),
        (dt.date(2040, 1, 1), 99_000),
    ],
)
def test_a_price_holds_from_its_day_until_another_follows(day: dt.date, price: int | None) -> None:
    assert terms_of(98_000, {LAST: 99_000, LATER: 100_000}, {}).price_on(day) == price


def test_an_agreement_without_a_price_may_get_one_later() -> None:
    terms = terms_of(None, {LATER: 100_000}, {})
    assert (terms.price_on(FIRST), terms.price_on(LATER)) == (None, 100_000)


@pytest.mark.parametrize(("days", "percent"), [(0, 100), (6, 100), (7, 50), (13, 50), (14, 0), (400, 0)])
def test_the_step_with_the_fewest_days_that_applies_says_what_a_cancellation_costs(days: int, percent: int) -> None:
    assert terms_of(98_000, {}, {14: 50, 7: 100}).percent_at(days) == percent
    assert terms_of(98_000, {}, {}).percent_at(days) == 0


@given(st.dictionaries(st.integers(1, 366), st.integers(0, 100), max_size=6), st.integers(0, 400))
def test_no_cancellation_costs_less_than_an_earlier_one_by_rules_that_are_accepted(
    steps: dict[int, int], days: int
) -> None:
    falling = dict(zip(sorted(steps), sorted(steps.values(), reverse=True), strict=True))
    terms = terms_of(98_000, {}, falling)
    assert terms.percent_at(days) >= terms.percent_at(days + 1)
    assert terms.percent_at(days) == max((share for limit, share in falling.items() if days < limit), default=0)


def test_prices_and_steps_are_given_changed_shown_and_recorded(store: Session) -> None:
    later = [{"valid_from": LAST, "price_ore": 99_000}, {"valid_from": LATER, "price_ore": 100_000}]
    steps = [{"days_before": 28, "percent": 25}, {"days_before": 7, "percent": 100}]
    changed = agreements.change_agreement(
        store, PROVIDER, "agr_a", {"later_prices": later, "cancellation_steps": steps}
    )
    assert changed.row.version == 2
    signed = agreements.show_agreement(store, INSTITUTION, "agr_a")
    assert [(price.valid_from, price.price_ore) for price in signed.later_prices] == [(LATER, 100_000), (LAST, 99_000)]
    assert [(step.days_before, step.percent) for step in signed.cancellation_steps] == [(7, 100), (28, 25)]
    assert {kind for _, kind, _ in entries(store)} == {"agreement_price", "agreement_cancellation"}
    again = agreements.change_agreement(store, PROVIDER, "agr_a", {"later_prices": later})
    assert again.row.version == 2
    emptied = agreements.change_agreement(store, PROVIDER, "agr_a", {"later_prices": [], "cancellation_steps": []})
    assert (emptied.later_prices, emptied.cancellation_steps) == ((), ())


@pytest.mark.parametrize(
    ("wrong", "pointer", "told"),
    [
        (
            {"later_prices": [{"valid_from": FIRST, "price_ore": 1}]},
            "/later_prices/0/valid_from",
            "a price that follows begins after the agreement's first day, 2025-01-01",
        ),
        (
            {
                "cancellation_steps": [
                    {"days_before": 14, "percent": 60},
                    {"days_before": 30, "percent": 10},
                    {"days_before": 7, "percent": 50},
                ]
            },
            "/cancellation_steps/0/percent",
            "a cancellation 7 days before cannot cost less than one 14 days before",
        ),
    ],
)
def test_terms_that_cannot_be_meant_are_refused(store: Session, wrong: dict[str, Any], pointer: str, told: str) -> None:
    with pytest.raises(InvalidError) as refused:
        agreements.change_agreement(store, PROVIDER, "agr_a", wrong)
    (fault,) = refused.value.faults
    assert fault.pointer == pointer
    assert fault.en.startswith(told)


def test_an_agreement_does_not_begin_after_a_price_that_follows(store: Session) -> None:
    with pytest.raises(ConflictError) as refused:
        agreements.change_agreement(store, PROVIDER, "agr_a", {"valid_from": dt.date(2027, 7, 1)})
    assert refused.value.faults[0].pointer == "/valid_from"
    assert refused.value.sv == "ett pris som följer börjar den 2027-07-01: ett avtal börjar före det"
