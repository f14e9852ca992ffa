"""Excel workbooks with real numbers and days, that a phone shows without being told to calculate."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import Cell as WorkbookCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bot.papers import Read
from bot.papers.values import Cell, ScheduleSheet, Sheet

_GREEN, _TINT, _EDGE = "1A6B3F", "E7F1EA", "D8DFD8"
#: Excel shows these with the marks of the reader's own language: 1.500.000 in Vietnam.
_FORMATS = {
    "number": "#,##0.###",
    "money": '#,##0" ₫"',
    "percent": "0.0#%",
    "day": "dd/mm/yyyy",
    "moment": "hh:mm dd/mm/yyyy",
}
_HEAD = Font(bold=True, color="FFFFFF")
_LINE = Border(bottom=Side("thin", color=_EDGE))
#: Characters: a column is as wide as its widest cell, within these; longer text wraps.
_NARROWEST, _WIDEST = 8, 48
_LONGEST_CELL = 32_767
_TIMEZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def sheet(values: Sheet, read: Read) -> bytes:
    """A title, a heading that stays in view with a filter, and the rows."""
    page, workbook = _page(values["title"], values["sheet"])
    columns = values["columns"]
    kinds = [column["kind"] for column in columns]
    for note in values.get("notes", []):
        _write(page, page.max_row + 1, 1, note)
    head = page.max_row + 2
    _heading(page, head, [column["label"] for column in columns])
    for number, row in enumerate(values["rows"], head + 1):
        for place, (kind, value) in enumerate(zip(kinds, row, strict=True), 1):
            _write(page, number, place, value, kind).border = _LINE
    page.auto_filter.ref = f"A{head}:{get_column_letter(len(columns))}{head + len(values['rows'])}"
    _fit(page, head, kinds)
    return _bytes(workbook)


def schedule_sheet(values: ScheduleSheet, read: Read) -> bytes:
    """What was asked, the periods with their total, and who decides."""
    page, workbook = _page(values["title"], values["sheet"])
    for label, text in values["about"]:
        row = page.max_row + 1
        _write(page, row, 1, label)
        _write(page, row, 3, text)
    head = page.max_row + 2
    _heading(page, head, values["columns"])
    periods = values["periods"]
    for number, period in enumerate(periods, 1):
        paid = period["principal"] + period["interest"]
        cells: list[tuple[str, Cell]] = [
            ("number", number),
            ("day", period["day"]) if period.get("day") else ("text", period["label"]),
            ("money", period["principal"]),
            ("money", period["interest"]),
            ("money", paid),
            ("money", period["balance"]),
        ]
        for place, (kind, value) in enumerate(cells, 1):
            _write(page, head + number, place, value, kind).border = _LINE
    principal, interest = (sum(period[part] for period in periods) for part in ("principal", "interest"))
    total: list[Cell] = [values["total"], None, principal, interest, principal + interest, None]
    last = head + len(periods) + 1
    for place, amount in enumerate(total, 1):
        cell = _write(page, last, place, amount, "text" if place == 1 else "money")
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", _TINT)
    page.merge_cells(start_row=last + 2, end_row=last + 2, start_column=1, end_column=6)
    note = _write(page, last + 2, 1, values["note"])
    note.alignment = Alignment(wrap_text=True, vertical="top")
    page.row_dimensions[last + 2].height = 15 * (1 + len(values["note"]) // 70)
    _fit(page, head, ["number", "day", "money", "money", "money", "money"])
    return _bytes(workbook)


def _page(title: str, name: str) -> tuple[Worksheet, Workbook]:
    workbook = Workbook()
    page = workbook.worksheets[0]
    page.title = "".join(" " if c in "[]:*?/\\'" else c for c in name)[:31].strip() or "1"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9  # A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    _write(page, 1, 1, title).font = Font(bold=True, size=14)
    return page, workbook


def _heading(page: Worksheet, row: int, labels: Sequence[str]) -> None:
    for place, label in enumerate(labels, 1):
        cell = _write(page, row, place, label)
        cell.font, cell.fill = _HEAD, PatternFill("solid", _GREEN)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    page.freeze_panes = f"A{row + 1}"
    page.print_title_rows = f"{row}:{row}"


def _write(page: Worksheet, row: int, column: int, value: Cell, kind: str = "text") -> WorkbookCell:
    """One cell. What a person wrote stays text, so that a name that begins with "=" is never a formula."""
    cell = page.cell(row, column)
    assert isinstance(cell, WorkbookCell)
    if value is None or value == "":
        return cell
    cell.value = _native(value, kind)
    if isinstance(cell.value, str):
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text=len(cell.value) > _WIDEST, vertical="top")
    elif kind in _FORMATS:
        cell.number_format = _FORMATS[kind]
        cell.alignment = Alignment(vertical="top")
    return cell


def _native(value: Cell, kind: str) -> str | float | bool | date:
    if kind == "day":
        return date.fromisoformat(str(value))
    if kind == "moment":
        moment = datetime.fromisoformat(str(value))
        return (moment.astimezone(_TIMEZONE) if moment.tzinfo else moment).replace(tzinfo=None)
    if kind == "text" or isinstance(value, str):
        return ILLEGAL_CHARACTERS_RE.sub("", str(value))[:_LONGEST_CELL]
    assert value is not None
    return value


def _fit(page: Worksheet, head: int, kinds: Sequence[str]) -> None:
    for place, kind in enumerate(kinds, 1):
        cells = [page.cell(row, place).value for row in range(head, page.max_row + 1)]
        widest = max((_length(cell, kind) for cell in cells if cell is not None), default=0)
        page.column_dimensions[get_column_letter(place)].width = max(_NARROWEST, min(_WIDEST, widest + 3))


def _length(value: Any, kind: str) -> int:
    if isinstance(value, str):
        return max(len(line) for line in value.split("\n"))
    if isinstance(value, datetime):
        return 16
    if isinstance(value, date):
        return 10
    return len(f"{value:,}") + (2 if kind == "money" else 0)


def _bytes(workbook: Workbook) -> bytes:
    workbook.properties.creator = ""
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()
