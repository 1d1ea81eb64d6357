"""Pseudonyms: the ids that a lärosäte or a provider gives a person, never a personal identity number."""

import re

from sqlalchemy import CheckConstraint

_WITHIN = re.compile(r"(?<!\d)(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278]\d|[39][01])[-+ ]?\d{4}(?!\d)")


def holds_identity_number(text: str) -> bool:
    """Return whether a text contains a Swedish personal identity number or coordination number."""
    return _WITHIN.search(text) is not None


def no_identity_number(column: str) -> CheckConstraint:
    """Refuse a text that is a personal identity number: ten or twelve digits, six of them a date of birth.

    Coordination numbers (the day plus 60) are refused as well. The separators -, + and space are ignored.
    """
    bare = f"replace(replace(replace({column}, '-', ''), '+', ''), ' ', '')"
    month = f"substr({bare}, length({bare}) - 7, 2)"
    day = f"substr({bare}, length({bare}) - 5, 2)"
    return CheckConstraint(
        f"NOT (length({bare}) IN (10, 12) AND ltrim({bare}, '0123456789') = ''"
        f" AND {month} BETWEEN '01' AND '12'"
        f" AND ({day} BETWEEN '01' AND '31' OR {day} BETWEEN '61' AND '91'))",
        name=f"{column}_pseudonymous",
    )
