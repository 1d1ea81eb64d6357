"""Pseudonyms: the ids that a lärosäte or a provider gives a person, never a personal identity number."""

from sqlalchemy import CheckConstraint


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
