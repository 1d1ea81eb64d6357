"""Preconditions: a change states which version it changes, so that nobody overwrites a change they have not seen."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Response

from placement_api.problems import ChangedSinceError, PreconditionRequiredError
from placement_api.schemas.base import Changeable


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


IfMatch = Annotated[Expected, Depends(_expected)]
