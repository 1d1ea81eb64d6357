"""Valid identity numbers of nobody, drawn by Hypothesis, in every dress that people and programs give them."""

from __future__ import annotations

import datetime as dt
from itertools import cycle

from hypothesis import strategies as st

HYPHENS = "-\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}\N{NON-BREAKING HYPHEN}\N{HYPHEN}\N{FULLWIDTH HYPHEN-MINUS}"
SPACES = " \N{NO-BREAK SPACE}\N{THIN SPACE}\N{NARROW NO-BREAK SPACE}\N{FIGURE SPACE}"
UNSEEN = "\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}\N{WORD JOINER}\N{ZERO WIDTH JOINER}"
BETWEEN = ["", *HYPHENS, *SPACES, *UNSEEN, ".", "/", "_", "+", " - ", "\N{MIDDLE DOT}"]
ESCAPED = ["&nbsp;", "&#45;", "%2D", "%252D", "%20", "%C2%A0", "</b>"]
WIDE = [12 * "-", 5 * " —", " -  ", " -- ", "    ", ",", ", ", ";", "; ", *ESCAPED]
ISO_HYPHENS = {"-", "\N{FULLWIDTH HYPHEN-MINUS}"}
SCRIPTS = ["".join(map(chr, range(zero, zero + 10))) for zero in (0x30, 0xFF10, 0x660, 0x966, 0x1D7CE)]
"""The digits as typed, in full width, Arabic-Indic, Devanagari and mathematical bold."""


def number_of(born: dt.date, serial: int, later: int = 0) -> str:
    """Return the twelve digits of a day, a serial number of three digits, and the check digit that belongs to them."""
    day = f"{born:%Y%m}{born.day + later:02d}"
    nine = f"{day[2:]}{serial:03d}"
    weighed = (int(digit) * factor for digit, factor in zip(nine, cycle((2, 1)), strict=False))
    return f"{day}{serial:03d}{-sum(each // 10 + each % 10 for each in weighed) % 10}"


numbers = st.builds(
    number_of,
    st.dates(dt.date(1900, 1, 1), dt.date(2010, 12, 31)),  # a later day may be one of a plan
    st.integers(0, 999),
    st.sampled_from([0, 60]),
)


@st.composite
def dressed(draw: st.DrawFn) -> str:
    """Draw a number and a dress: with or without its century, in some script, with something between its parts."""
    script: str = draw(st.sampled_from(SCRIPTS))
    twelve: str = draw(numbers).translate(str.maketrans(SCRIPTS[0], script))
    parts = [twelve[2:4], twelve[4:6], twelve[6:8], twelve[8:]]
    within, before_the_last = draw(st.sampled_from(BETWEEN)), draw(st.sampled_from([*BETWEEN, *WIDE]))
    century = draw(st.sampled_from(["", twelve[:2]]))
    if century and within in ISO_HYPHENS:
        before_the_last = within  # an hour or a year may come after another
    zeros = "" if within else script[0] * draw(st.sampled_from([0, 1, 3]))
    spelled: str = zeros + century + within.join(parts[:3]) + before_the_last + parts[3]
    if draw(st.booleans()):
        between: str = draw(st.sampled_from(SPACES + UNSEEN))
        spelled = between.join(draw(st.sampled_from([twelve, twelve[2:]])))
    return spelled
