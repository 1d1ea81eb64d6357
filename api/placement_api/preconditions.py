"""Preconditions: a change names the version it changes, so that nobody overwrites what they have not seen."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Response

from placement_api.problems import ChangedSinceError, PreconditionRequiredError
from placement_api.schemas.base import Changeable


def tag_of(shown: Changeable) -> str:
    """Return the entity tag of a version."""
    return f'"{shown.version}"'


def tag(response: Response, shown: Changeable) -> None:
    """Send the entity tag along with what is shown."""
    response.headers["ETag"] = tag_of(shown)


class Expected:
    """The version that the caller has seen, as the If-Match header says."""

    def __init__(self, if_match: str) -> None:
        self._tags = {part.strip() for part in if_match.split(",")}

    def hold(self, current: Changeable) -> None:
        """Refuse to go on where the caller has seen another version than the current one, which is shown."""
        if self._tags.isdisjoint({"*", tag_of(current)}):
            raise ChangedSinceError(tag_of(current), current.model_dump(mode="json", by_alias=True))


async def _expected(
    if_match: Annotated[
        str | None,
        Header(
            max_length=200,
            description="The ETag of the version you have seen. ETag för den version du har sett.",
            examples=['"1"'],
        ),
    ] = None,
) -> Expected:
    """Read the header, which nobody may leave out."""
    if if_match is None:
        raise PreconditionRequiredError
    return Expected(if_match)


IfMatch = Annotated[Expected, Depends(_expected)]
