"""The page of fields, docs/fields.md: who sees which personal field, in which form, in both languages.

Run ``python -m placement.fields.pages > docs/fields.md`` to write it; a test fails while page and table disagree.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from placement.fields.forms import Audience, Form
from placement.fields.table import FIELDS, Field

_OPENING = """# Fält · Fields

Sidan är skriven av koden (`python -m placement.fields.pages > docs/fields.md`); ändra den där.
This page is written by the code (`python -m placement.fields.pages > docs/fields.md`); change it there.

För den som ansvarar för personuppgifter, och den som granskar: vem som ser vilken uppgift om en person, i vilken form.
Partners system, webhooks och hemliga adresser ser det som deras åtkomstnyckel ser. Loggar och mätvärden har inget av
detta.

For those who answer for personal data, and those who review: who sees which field about a person, and in which form.
Partners' systems, webhooks and secret addresses see what their token sees. Logs and metrics hold none of this.
"""


def render() -> str:
    """Return the page as Markdown."""
    return "\n".join([_OPENING, *_forms(), *_table()])


def _forms() -> Iterator[str]:
    """Yield what each form means."""
    for form in Form:
        yield f"- `{form.value}`: {form.words.sv} · {form.words.en}"
    yield ""


def _table() -> Iterator[str]:
    """Yield the table: a row for each field, a column for each audience."""
    heads = ["Uppgift · Field", "Ägare · Owner", *(f"{each.words.sv} · {each.words.en}" for each in Audience)]
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for entry in FIELDS:
        yield f"| {' | '.join(_row(entry))} |"
    yield ""


def _row(entry: Field) -> Iterator[str]:
    columns = " ".join(f"`{column}`" for column in entry.columns)
    yield f"{entry.name.sv} · {entry.name.en}<br>{columns}"
    yield f"{entry.owner.sv} · {entry.owner.en}"
    yield from (_cell(entry.form_for(audience)) for audience in Audience)


def _cell(form: Form) -> str:
    return "–" if form is Form.HIDDEN else form.value


if __name__ == "__main__":
    sys.stdout.write(render())
