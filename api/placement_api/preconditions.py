"""Preconditions: a change states which version it changes, so that nobody overwrites a change they have not seen."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Response

from placement_api.problems import ChangedSinceError, PreconditionRequiredError
from placement_api.schemas.base import Changeable

LATER = "x-later"
"""Marks a header that is not required the first time; the published contract does not have the mark."""


def tag_of(shown: Changeable) -> str:
    """Return a row's entity tag: its version in quotes."""
    return f'"{shown.version}"'


def tag(response: Response, shown: Changeable) -> None:
    """Send a row's entity tag in the response's ``ETag``."""
    response.headers["ETag"] = tag_of(shown)


class Expected:
    """The version that the caller has seen, from the header ``If-Match``."""

    def __init__(self, if_match: str) -> None:
        self._tags = {part.strip() for part in if_match.split(",")}

    def hold(self, current: Changeable) -> None:
        """Refuse a change of any version but the current one.

        Raises:
            ChangedSinceError: the caller has seen another version.

        """
        if self._tags.isdisjoint({"*", tag_of(current)}):
            raise ChangedSinceError(tag_of(current), current.model_dump(mode="json", by_alias=True))


class ExpectedLater:
    """The version that the caller has seen, from the header ``If-Match``, which is not needed the first time."""

    def __init__(self, if_match: str | None) -> None:
        self._expected = None if if_match is None else Expected(if_match)

    def hold(self, current: Changeable, *, first: bool) -> None:
        """Refuse a change of any version but the current one, and a later change that states no version.

        Raises:
            ChangedSinceError: the caller has seen another version.
            PreconditionRequiredError: the header is missing, and there is something to overwrite.

        """
        if self._expected is not None:
            self._expected.hold(current)
        elif not first:
            raise PreconditionRequiredError


async def _expected(
    if_match: Annotated[
        str | None,
        Header(
            max_length=200,
            description="The ETag of the version that you read. ETag för den version som du läste.",
            examples=['"1"'],
        ),
    ] = None,
) -> Expected:
    """Read the header, which is required."""
    if if_match is None:
        raise PreconditionRequiredError
    return Expected(if_match)


async def _expected_later(
    if_match: Annotated[
        str | None,
        Header(
            max_length=200,
            description="The ETag of the version that you read. It is not needed the first time. "
            "ETag för den version som du läste. Den behövs inte första gången.",
            examples=['"1"'],
            json_schema_extra={LATER: True},
        ),
    ] = None,
) -> ExpectedLater:
    """Read the header, which is required only if there is something to overwrite."""
    return ExpectedLater(if_match)


IfMatch = Annotated[Expected, Depends(_expected)]
IfMatchLater = Annotated[ExpectedLater, Depends(_expected_later)]
