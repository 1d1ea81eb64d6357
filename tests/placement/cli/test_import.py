"""``placement template`` and ``placement import``: lists are filled in and loaded from a shell, whole or not at all."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from placement.database import engine_for, open_session
from placement.sheets.values import NOT_PLACES
from tests import rows
from tests.placement.cli.conftest import Placement


@pytest.fixture
def filled(tmp_path: Path, migrated_sqlite: Path) -> None:
    """The commands' database, with one row of everything."""
    shutil.copyfile(migrated_sqlite, tmp_path / "own.sqlite3")
    engine = engine_for(f"sqlite:///{tmp_path / 'own.sqlite3'}")
    with open_session(engine) as session:
        session.add_all(rows.small_world())
    engine.dispose()


OFFERS = "Enhet;Termin;Yrke;2026-W53;v. 1;Kommentar\nTallgården;VT2027;Läkare;2;;ring\n"


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding)
    return path


@pytest.mark.usefixtures("filled")
def test_a_list_is_loaded_and_what_came_of_it_is_told(placement: Placement, tmp_path: Path) -> None:
    path = written(tmp_path / "platser.csv", OFFERS, "cp1252")
    dry = placement("import", "capacity-offers", path, "--dry-run", "--lang", "sv")
    assert (dry.exit_code, dry.stderr) == (0, "")
    assert dry.stdout.splitlines() == [
        "Läst: csv, windows-1252, ';', rubriker på rad 1",
        "Kolumner som inte lästes: Kommentar",
        "Teckenkodningen antas vara windows-1252.",
        "En rad utan status men med platser läses som ett svar. (1)",
        "Tallgården (läkare): 0 -> 2 platsveckor",
        "  2026-W53: - -> 2",
        "Provkörning, inget är sparat. 1 rad: 1 nya, 0 ändrade, 0 oförändrade",
    ]
    stored = placement("import", "capacity-offers", path, "--json")
    assert json.loads(stored.stdout)["created"] == 1
    again = placement("import", "capacity-offers", path)
    assert again.stdout.splitlines()[-1] == "1 row: 0 new, 0 changed, 1 unchanged"


@pytest.mark.usefixtures("filled")
def test_what_changed_rows_replace_is_told_what_falls_first_and_the_first_twenty(
    placement: Placement, tmp_path: Path
) -> None:
    heads = "Id;Namn;Högst antal studenter\n"
    placement("import", "units", written(tmp_path / "enheter.csv", f"{heads}unt_a;Tallgården;5\n"))
    path = written(tmp_path / "enheter.csv", f"{heads}unt_a;Tallen;\n")
    told = placement("import", "units", path, "--dry-run", "--lang", "sv")
    assert told.stdout.splitlines()[-3:-1] == [
        "rad 2 Tallen: Högst antal studenter 5 -> tomt",
        "rad 2 Tallen: Namn Tallgården -> Tallen",
    ]
    assert "row 2 Tallen: Högst antal studenter 5 -> empty" in placement("import", "units", path).stdout
    zones = [f"norr;zon {number};" for number in range(22)]
    for minutes in (5, 6):
        lines = "\n".join(["Från;Till;Minuter", *(f"{zone}{minutes}" for zone in zones)])
        told = placement("import", "travel-times", written(tmp_path / "restider.csv", lines))
    assert told.stdout.splitlines()[-3:] == [
        "row 21 norr – zon 19: Minuter 5 -> 6",
        "… and 2 more",
        "22 rows: 0 new, 22 changed, 0 unchanged",
    ]


@pytest.mark.usefixtures("filled")
def test_every_fault_is_told_with_its_cell_and_the_sheet_comes_back_marked(
    placement: Placement, tmp_path: Path
) -> None:
    path = written(tmp_path / "platser.csv", OFFERS.replace(";2;", ";två;").replace("Läkare", "Lökare"))
    marked = tmp_path / "fel.xlsx"
    told = placement("import", "capacity-offers", path, "--faults", marked)
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr.splitlines() == [
        "Nothing has been stored: the sheet has 2 faults.",
        f"D2 (2026-W53) 'två': {NOT_PLACES.en}",
        "C2 (Yrke) 'Lökare': there is no such profession: did you mean physician? /v1/professions lists all of them",
        f"The faults are marked in {marked}",
    ]
    assert load_workbook(marked).worksheets[0]["D2"].comment.text == NOT_PLACES.en
    plain = placement("import", "capacity-offers", path, "--lang", "sv")
    assert plain.stderr.splitlines()[1] == f"D2 (2026-W53) 'två': {NOT_PLACES.sv}"


@pytest.mark.usefixtures("filled")
def test_what_is_no_list_and_what_is_no_file_is_refused_in_one_line(placement: Placement, tmp_path: Path) -> None:
    for command in (("import", "nothing", written(tmp_path / "x.csv", OFFERS)), ("template", "nothing")):
        told = placement(*command)
        assert told.exit_code == 2
        assert told.stderr.startswith("'nothing' is no list. Choose one of: municipalities, ")
    missing = placement("import", "sites", tmp_path / "none.csv", "--lang", "sv")
    assert (missing.exit_code, missing.stderr) == (2, f"Filen {tmp_path / 'none.csv'} kan inte läsas.\n")
    over = placement("import", "sites", written(tmp_path / "x.csv", OFFERS), "--faults", tmp_path / "x.csv")
    assert (over.exit_code, over.stderr.split(":")[0]) == (2, f"--faults would overwrite the file {tmp_path / 'x.csv'}")
    near = placement("template", "offers")
    assert near.stderr.startswith("'offers' is no list. Did you mean capacity-offers? Choose one of: ")
    empty = placement("import", "sites", written(tmp_path / "x.csv", "institutionId;name\n"))
    assert empty.stderr == "This cannot be accepted: there are no rows below the headings\n"
    unknown = placement("template", "capacity-offers", "--term", "none")
    assert (unknown.exit_code, unknown.stderr) == (2, "This cannot be accepted: there is no term 'none'\n")


@pytest.mark.usefixtures("filled")
def test_an_identity_number_in_the_name_of_a_sheet_is_told_without_a_row(placement: Placement, tmp_path: Path) -> None:
    book = Workbook()
    book.create_sheet("811228-9874")["A1"] = "x"
    book.save(tmp_path / "platser.xlsx")
    refused = placement("import", "capacity-offers", tmp_path / "platser.xlsx", "--lang", "sv")
    told = refused.stderr.splitlines()[-1]
    assert told.startswith("filen: i namnet på ett blad: personnummer tas aldrig emot")


@pytest.mark.usefixtures("filled")
def test_a_template_is_written_filled_in_and_loaded(placement: Placement, tmp_path: Path) -> None:
    path = tmp_path / "mall.xlsx"
    made = placement("template", "sites", "--out", path, "--lang", "sv")
    assert (made.exit_code, made.stdout.strip()) == (0, str(path))
    book = load_workbook(path)
    page = book.worksheets[0]
    assert [cell.value for cell in page[1]] == ["Lärosäte", "Namn", "Kommun", "# Exempel"]
    page.delete_rows(2)
    page.append(["KI", "Norr", "Stockholm"])
    book.save(path)
    again = placement("template", "sites", "--out", path, "--lang", "sv")
    assert (again.exit_code, again.stderr) == (
        2,
        f"Filen {path} finns redan och har inte skrivits över: ange en annan med --out.\n",
    )
    told = placement("import", "sites", path)
    assert told.stdout.splitlines()[-1] == "1 row: 1 new, 0 changed, 0 unchanged", told.stderr
