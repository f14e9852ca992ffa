"""A table is read as it was meant, whatever program wrote it; what is none is refused in words."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from bot.errors import UserError
from bot.papers.reading import MOST_COLUMNS, MOST_ROWS, Row, Table, read_table

HEADING = ("Tên hợp tác xã", "Số thành viên", "Ngày thành lập")


def _xlsx(*rows: Sequence[Any]) -> bytes:
    workbook = Workbook()
    page = workbook.worksheets[0]
    for row in rows:
        page.append(list(row))
    return _saved(workbook)


def _saved(workbook: Workbook) -> bytes:
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def _with_part(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The workbook with something replaced in one of its parts."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as given,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in given.namelist():
            content = given.read(name)
            if name == part:
                assert old in content
                content = content.replace(old, new)
            packed.writestr(name, content)
    return written.getvalue()


def test_a_workbook_is_read_with_its_numbers_and_days() -> None:
    data = _xlsx(HEADING, ("HTX Bản Liền", 32, date(2024, 7, 1)), ("HTX Nậm Đét", 12.5, None))
    assert read_table(data, "ds.xlsx") == Table(
        HEADING,
        (
            Row(2, {HEADING[0]: "HTX Bản Liền", HEADING[1]: 32, HEADING[2]: date(2024, 7, 1)}),
            Row(3, {HEADING[0]: "HTX Nậm Đét", HEADING[1]: 12.5}),
        ),
    )


def test_the_heading_is_found_below_a_title_and_rows_keep_their_numbers() -> None:
    data = _xlsx(
        ("DANH SÁCH HỢP TÁC XÃ",), ("Năm", 2026), (), HEADING, (), ("HTX A", 7, None), (), ("HTX B",)
    )
    table = read_table(data, "ds.xlsx")
    assert table.columns == HEADING
    assert [(row.number, row.cells[HEADING[0]]) for row in table.rows] == [(6, "HTX A"), (8, "HTX B")]


def test_a_column_of_its_own_name_is_kept_beside_another_and_one_without_has_its_letter() -> None:
    table = read_table(_xlsx(("Tên", "Giá", "Giá", None), ("Chè", 1, 2, "ghi chú")), "a.xlsx")
    assert table.columns == ("Tên", "Giá", "Giá (2)", "D")
    assert table.rows[0].cells == {"Tên": "Chè", "Giá": 1, "Giá (2)": 2, "D": "ghi chú"}


def test_a_formula_is_its_last_value() -> None:
    data = _xlsx(("Tên", "Giá"), ("Chè", "=1+1"))
    part, formula = "xl/worksheets/sheet1.xml", b"<f>1+1</f>"
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        content = packed.read(part)
    start = content.index(formula)
    end = content.index(b"</c>", start)
    kept = _with_part(data, part, content[start:end], formula + b"<v>2</v>")
    assert read_table(kept, "a.xlsx").rows[0].cells == {"Tên": "Chè", "Giá": 2}


def test_the_first_sheet_that_is_shown_and_holds_anything_is_read() -> None:
    workbook = Workbook()
    workbook.worksheets[0].append(("Mật", "Hidden"))
    workbook.worksheets[0].sheet_state = "hidden"
    workbook.create_sheet("trống")
    page = workbook.create_sheet("giá")
    page.append(("Tên", "Giá"))
    page.append(("Chè", 5))
    assert read_table(_saved(workbook), "a.xlsx").columns == ("Tên", "Giá")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_csv_file_is_read_however_it_was_written(encoding: str, mark: str) -> None:
    lines = [["Tên", "Giá"], ['Mật ong "bạc hà"', "320.000"], ["Chè\nShan; tuyết, ngon", "0912345678"]]
    quoted = [mark.join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines]
    table = read_table("\r\n".join(quoted).encode(encoding), "gia.csv")
    assert table.columns == ("Tên", "Giá")
    assert [list(row.cells.values()) for row in table.rows] == lines[1:]


def test_a_csv_file_of_windows_in_vietnam_is_read_composed() -> None:
    decomposed = "Tên,Giá\nCá lo\u0301c,5\n"  # code page 1258 has the marks of tones by themselves
    assert read_table(decomposed.encode("cp1258"), "a.csv").rows[0].cells == {"Tên": "Cá lóc", "Giá": "5"}


def test_decimal_commas_do_not_part_what_semicolons_part() -> None:
    table = read_table("Tên;Giá;Tỷ lệ\nChè;1,5;2,5\nMật;2,5;3,5\n".encode(), "a.csv")
    assert table.columns == ("Tên", "Giá", "Tỷ lệ")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "a.csv"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "cu.xls"),
        (b"%PDF-1.7 ...", "a.pdf"),
        (b"PK\x03\x04....", "a.xlsx"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "a.csv"),
        (_xlsx(), "a.xlsx"),
        (_xlsx(HEADING), "a.xlsx"),
        ("Tên,Giá\n".encode(), "a.csv"),
        (b'a,b\n"' + b"x" * 200_000, "a.csv"),
        (_xlsx(HEADING, ("A", 1))[:-200], "a.xlsx"),
        (_with_part(_xlsx(HEADING, ("A", 1)), "xl/worksheets/sheet1.xml", b"</row>", b""), "a.xlsx"),
    ],
)
def test_what_is_no_table_is_refused_in_words(data: bytes, name: str) -> None:
    with pytest.raises(UserError) as told:
        read_table(data, name)
    assert told.value.message.endswith(".")


def test_a_table_that_is_too_long_or_too_wide_is_refused_with_the_limit() -> None:
    rows = "Tên,Giá\n" + "a,1\n" * MOST_ROWS
    assert len(read_table(rows.encode(), "a.csv").rows) == MOST_ROWS
    with pytest.raises(UserError) as long:
        read_table((rows + "a,1\n").encode(), "a.csv")
    assert long.value.values == {"rows": MOST_ROWS}
    wide = [f"cột {number}" for number in range(MOST_COLUMNS + 1)]
    with pytest.raises(UserError) as told:
        read_table(_xlsx(wide, wide), "a.xlsx")
    assert told.value.values == {"columns": MOST_COLUMNS}
    with pytest.raises(UserError) as told:
        read_table(b"a" * (10 * 1024**2 + 1), "a.csv")
    assert told.value.values == {"megabytes": 10}


def test_a_workbook_that_unpacks_to_far_too_much_is_refused() -> None:
    part = "xl/worksheets/sheet1.xml"
    bomb = _with_part(_xlsx(HEADING, ("A", 1)), part, b"</sheetData>", b" " * 60_000_000 + b"</sheetData>")
    assert len(bomb) < 200_000
    with pytest.raises(UserError):
        read_table(bomb, "a.xlsx")


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'<row r="2"', b'<row r="2000000000"'), (b'r="A2"', b'r="XFD2"')],
)
def test_cells_that_claim_to_lie_far_away_cost_nothing(old: bytes, new: bytes) -> None:
    data = _with_part(_xlsx(HEADING, ("A", 1)), "xl/worksheets/sheet1.xml", old, new)
    with suppress(UserError):
        assert len(read_table(data, "a.xlsx").rows) <= 1


_CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn", "Z"]), min_size=1
)


@given(st.lists(st.lists(_CELLS, min_size=3, max_size=3), min_size=1, max_size=8), st.sampled_from(",;\t"))
@settings(max_examples=60, deadline=None)
def test_what_was_written_as_csv_is_read_back(rows: list[list[str]], mark: str) -> None:
    lines = [["một", "hai", "ba"], *rows]
    text = "\n".join(mark.join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines)
    composed = [[unicodedata.normalize("NFC", cell) for cell in row] for row in rows]
    table = read_table(text.encode(), "a.csv")
    assert [[*row.cells.values()] for row in table.rows] == composed


@given(st.binary(max_size=400))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_a_table_or_refused(data: bytes) -> None:
    for name in ("a.csv", "a.xlsx"):
        with suppress(UserError):
            assert read_table(data, name).rows
