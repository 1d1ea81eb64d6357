"""Store the professions and the kinds of units as lists, and put the words that rows already use in order.

A word that was stored as it is spelt in Swedish, such as ``hemsjukvard``, becomes the word of the list that it is.
Any other word that rows use and the lists do not have is added, with itself as its name.
"""

import json
import unicodedata
from collections.abc import Iterator, Mapping

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "c28d6f9b4e53"
down_revision = "b17c5e8a3d42"
branch_labels = None
depends_on = None

PROFESSIONS = {
    "assistant_nurse": ("undersköterska", "assistant nurse"),
    "audiologist": ("audionom", "audiologist"),
    "biomedical_laboratory_scientist": ("biomedicinsk analytiker", "biomedical laboratory scientist"),
    "dental_hygienist": ("tandhygienist", "dental hygienist"),
    "dentist": ("tandläkare", "dentist"),
    "dietitian": ("dietist", "dietitian"),
    "midwife": ("barnmorska", "midwife"),
    "nurse": ("sjuksköterska", "nurse"),
    "occupational_therapist": ("arbetsterapeut", "occupational therapist"),
    "optometrist": ("optiker", "optometrist"),
    "pharmacist": ("apotekare", "pharmacist"),
    "physician": ("läkare", "physician"),
    "physiotherapist": ("fysioterapeut", "physiotherapist"),
    "psychologist": ("psykolog", "psychologist"),
    "psychotherapist": ("psykoterapeut", "psychotherapist"),
    "radiographer": ("röntgensjuksköterska", "radiographer"),
    "social_worker": ("socionom", "social worker"),
    "specialist_nurse": ("specialistsjuksköterska", "specialist nurse"),
    "speech_therapist": ("logoped", "speech therapist"),
}
UNIT_KINDS = {
    "addiction-care": ("beroendevård", "addiction care"),
    "ambulance": ("ambulanssjukvård", "ambulance service"),
    "antenatal": ("mödrahälsovård", "antenatal care"),
    "audiology": ("hörselvård", "audiology"),
    "child-health": ("barnhälsovård", "child health care"),
    "child-psychiatry": ("barn- och ungdomspsykiatri", "child and adolescent psychiatry"),
    "delivery": ("förlossning", "delivery ward"),
    "dental-care": ("tandvård", "dental care"),
    "disability-care": ("funktionshinderomsorg", "disability care"),
    "elderly-care": ("äldreomsorg", "elderly care"),
    "emergency": ("akutmottagning", "emergency department"),
    "geriatrics": ("geriatrik", "geriatrics"),
    "gynaecology": ("gynekologi", "gynaecology"),
    "habilitation": ("habilitering", "habilitation"),
    "home-care": ("hemsjukvård", "home care"),
    "intensive-care": ("intensivvård", "intensive care"),
    "laboratory": ("laboratoriemedicin", "laboratory medicine"),
    "oncology": ("onkologi", "oncology"),
    "operating-theatre": ("operation och anestesi", "operating theatre"),
    "ophthalmology": ("ögonsjukvård", "ophthalmology"),
    "paediatrics": ("barnsjukvård", "paediatrics"),
    "palliative": ("palliativ vård", "palliative care"),
    "postnatal": ("eftervård", "postnatal care"),
    "primary-care": ("primärvård", "primary care"),
    "psychiatry": ("psykiatri", "psychiatry"),
    "psychiatry-clinic": ("psykiatrisk öppenvård", "psychiatric outpatient clinic"),
    "radiology": ("radiologi", "radiology"),
    "rehabilitation": ("rehabilitering", "rehabilitation"),
    "school-health": ("elevhälsa", "school health care"),
    "social-services": ("socialtjänst", "social services"),
    "social-work": ("socialt arbete i vården", "social work in health care"),
    "specialist-clinic": ("specialistmottagning", "specialist outpatient clinic"),
    "speech-therapy": ("logopedi", "speech therapy"),
    "ward": ("vårdavdelning", "ward"),
    "ward-medicine": ("medicinavdelning", "medical ward"),
    "ward-orthopaedics": ("ortopedavdelning", "orthopaedic ward"),
    "ward-surgery": ("kirurgavdelning", "surgical ward"),
    "youth-clinic": ("ungdomsmottagning", "youth clinic"),
}
LISTS = {"profession": PROFESSIONS, "unit-kind": UNIT_KINDS}
ONE = (("programme", "profession", "profession"), ("supervisor", "profession", "profession"))
SEVERAL = (
    ("capacity_offer", "professions", "profession"),
    ("agreement", "professions", "profession"),
    ("unit", "kinds", "unit-kind"),
    ("course", "kinds", "unit-kind"),
)
WORDS = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "listed_word",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "list",
            sa.Enum("profession", "unit-kind", name="list", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name_sv", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.CheckConstraint("length(code) BETWEEN 1 AND 64", name=op.f("ck_listed_word_code_length")),
        sa.CheckConstraint("length(name_sv) BETWEEN 1 AND 200", name=op.f("ck_listed_word_name_sv_length")),
        sa.CheckConstraint("length(name_en) BETWEEN 1 AND 200", name=op.f("ck_listed_word_name_en_length")),
        sa.PrimaryKeyConstraint("list", "code", name=op.f("pk_listed_word")),
    )
    added = {name: put_in_order(name, words) for name, words in LISTS.items()}
    listed = sa.table("listed_word", *map(sa.column, ("version", "list", "code", "name_sv", "name_en")))
    rows = [
        {"version": 1, "list": name, "code": code, "name_sv": sv, "name_en": en}
        for name, words in LISTS.items()
        for code, (sv, en) in (words | {code: (code, code) for code in added[name]}).items()
    ]
    op.bulk_insert(listed, rows)


def downgrade() -> None:
    op.drop_table("listed_word")


def put_in_order(name: str, words: Mapping[str, tuple[str, str]]) -> set[str]:
    """Replace the words that rows spell otherwise than a list does, and return those that it does not have."""
    codes = {fold(spelling): code for code, names in words.items() for spelling in (code, *names)}
    unknown = set()
    for table, column, key, used in stored(name):
        wanted = list(dict.fromkeys(word if word in words else codes.get(fold(word), word) for word in used))
        unknown |= set(wanted) - words.keys()
        if wanted != used:
            several = (table, column, name) in SEVERAL
            shape = sa.table(table, sa.column("id"), sa.column(column, WORDS if several else sa.String()))
            change = shape.update().where(shape.c.id == key).values({column: wanted if several else wanted[0]})
            op.get_bind().execute(change)
    return unknown


def stored(name: str) -> Iterator[tuple[str, str, str, list[str]]]:
    """Yield the words of a list that each row uses, with its table, column and id."""
    for table, column, of in (*ONE, *SEVERAL):
        if of == name:
            shape = sa.table(table, sa.column("id"), sa.column(column))
            text = sa.select(shape.c.id, sa.cast(shape.c[column], sa.Text())).where(shape.c[column].is_not(None))
            for key, used in op.get_bind().execute(text).all():
                yield table, column, key, [used] if (table, column, of) in ONE else json.loads(used)


def fold(text: str) -> str:
    """Return a text's letters and digits in lower case and without accents."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text.casefold()) if letter.isalnum())
