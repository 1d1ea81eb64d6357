"""Each side answers a statement by its fingerprint; what it has acknowledged it does not take back."""

from __future__ import annotations

import pytest

from placement.callers import SYSTEM, Caller
from placement.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from placement.events.feed import read_feed
from placement.settlement.answers import StatementState, answer
from placement.settlement.statements import Wanted, list_lines, list_statements, show_document, show_statement
from placement.tables import Statement, Verdict
from tests.placement.settlement.market import INSTITUTION, OPERATOR, PROVIDER, STRANGER, Market

YES, NO = Verdict.ACKNOWLEDGED, Verdict.OBJECTED


@pytest.fixture
def statement(market: Market) -> Statement:
    """A statement of the municipality, with a line of its own and one of who runs a unit for it."""
    agreement = market.agree("town", 98_000)
    market.place("home", "2027-W05", 5)
    market.place("villa", "2027-W06", 2)
    return market.settle()[agreement]


def state(market: Market) -> StatementState:
    """The statement's state, as it is shown and as it is found by."""
    (seen,) = list_statements(market.session, SYSTEM).rows
    by_state = [each for each in StatementState if list_statements(market.session, SYSTEM, Wanted(state=each)).total]
    assert by_state == [seen.state]
    return seen.state


def test_a_statement_is_settled_when_both_have_acknowledged_it(market: Market, statement: Statement) -> None:
    assert state(market) is StatementState.DRAWN_UP
    given = answer(market.session, INSTITUTION, statement.id, YES, statement.sha256.upper(), answered_by="Ada Lind")
    assert (given.answered_by, given.side.value, given.sha256) == ("Ada Lind", "institution", statement.sha256)
    assert state(market) is StatementState.HALFWAY
    assert answer(market.session, PROVIDER, statement.id, YES, statement.sha256).answered_by == "provider"
    assert state(market) is StatementState.ACKNOWLEDGED
    told = read_feed(market.session, PROVIDER, kind="statement.acknowledged")
    assert [event.details["side"] for event in told] == ["institution", "provider"]


def test_who_objects_says_what_is_wrong_and_may_acknowledge_later(market: Market, statement: Statement) -> None:
    answer(market.session, PROVIDER, statement.id, NO, statement.sha256, words="En vecka saknas.")
    assert state(market) is StatementState.OBJECTED
    answer(market.session, INSTITUTION, statement.id, YES, statement.sha256)
    assert state(market) is StatementState.OBJECTED
    answer(market.session, PROVIDER, statement.id, YES, statement.sha256)
    assert state(market) is StatementState.ACKNOWLEDGED
    seen = show_statement(market.session, INSTITUTION, statement.id)
    assert [(each.verdict, each.words) for each in seen.answers] == [(NO, "En vecka saknas."), (YES, None), (YES, None)]
    (told,) = read_feed(market.session, INSTITUTION, kind="statement.objected")
    assert told.subject_id == statement.id


def test_what_is_acknowledged_is_not_taken_back(market: Market, statement: Statement) -> None:
    answer(market.session, PROVIDER, statement.id, YES, statement.sha256)
    for verdict, words in ((YES, None), (NO, "Ångrat.")):
        with pytest.raises(ConflictError, match="has been acknowledged by the provider"):
            answer(market.session, PROVIDER, statement.id, verdict, statement.sha256, words=words)


def test_another_fingerprint_is_refused(market: Market, statement: Statement) -> None:
    with pytest.raises(ConflictError, match="this is not the fingerprint of the statement"):
        answer(market.session, PROVIDER, statement.id, YES, "0" * 64)
    assert state(market) is StatementState.DRAWN_UP


@pytest.mark.parametrize(
    ("verdict", "words", "name", "pointer"),
    [
        (NO, None, None, "/words"),
        (NO, " \n", None, "/words"),
        (YES, "Men tveksamt.", None, "/words"),
        (NO, "Studenten 19811228-9874 var sjuk.", None, "/words"),
        (YES, None, "19811228-9874", "/answered_by"),
    ],
)
def test_words_go_with_an_objection_and_hold_no_identity_number(
    market: Market, statement: Statement, verdict: Verdict, words: str | None, name: str | None, pointer: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        answer(market.session, PROVIDER, statement.id, verdict, statement.sha256, words=words, answered_by=name)
    assert [fault.pointer for fault in refused.value.faults] == [pointer]


@pytest.mark.parametrize("by", [OPERATOR, STRANGER])
def test_whose_agreement_it_is_not_answers_as_if_it_were_not_there(
    market: Market, statement: Statement, by: Caller
) -> None:
    with pytest.raises(NotFoundError):
        answer(market.session, by, statement.id, YES, statement.sha256)


def test_a_coordinator_answers_for_nobody(market: Market, statement: Statement) -> None:
    with pytest.raises(NotAllowedError):
        answer(market.session, SYSTEM, statement.id, YES, statement.sha256)


def test_who_runs_a_unit_sees_its_own_lines_and_nothing_about_the_whole(market: Market, statement: Statement) -> None:
    answer(market.session, PROVIDER, statement.id, NO, statement.sha256, words="En vecka saknas.")
    seen = show_statement(market.session, OPERATOR, statement.id)
    assert (seen.whole, seen.sums.planned, seen.sums.amount_ore, seen.answers) == (False, 2, 196_000, ())
    assert [line.unit_id for line in list_lines(market.session, OPERATOR, statement.id).rows] == ["villa"]
    assert list_lines(market.session, PROVIDER, statement.id).total == 2
    with pytest.raises(NotFoundError):
        show_document(market.session, OPERATOR, statement.id)
    assert list_statements(market.session, OPERATOR, Wanted(state=StatementState.OBJECTED)).total == 0
    for nobody in (STRANGER,):
        with pytest.raises(NotFoundError):
            show_statement(market.session, nobody, statement.id)
