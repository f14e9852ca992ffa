"""Workbooks have real numbers, calendars are understood by other programs, and nothing in them can act."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.chat import Made
from bot.papers import make


def _make(maker: str, values: dict[str, Any]) -> bytes:
    return make(Made(maker, "a", values), lambda reference: b"")


def _page(maker: str, values: dict[str, Any]) -> Worksheet:
    page = load_workbook(io.BytesIO(_make(maker, values))).active
    assert isinstance(page, Worksheet)
    return page


def _sheet(rows: list[list[Any]], *kinds: str) -> Worksheet:
    columns = [{"label": f"Cột {n}", "kind": kind} for n, kind in enumerate(kinds, 1)]
    return _page("sheet", {"title": "Sản phẩm", "sheet": "Sản phẩm", "columns": columns, "rows": rows})


def test_a_sheet_has_numbers_as_numbers_and_days_as_days() -> None:
    row = ["Chè", 1.5, 120_000, 0.048, "2026-11-24", "2026-11-24T02:00:00+00:00", None]
    page = _sheet([row], "text", "number", "money", "percent", "day", "moment", "text")
    cells = page[4]
    assert [cell.value for cell in cells] == [
        "Chè",
        1.5,
        120_000,
        0.048,
        datetime(2026, 11, 24),  # noqa: DTZ001
        datetime(2026, 11, 24, 9),  # noqa: DTZ001
        None,
    ]
    assert [cell.number_format for cell in cells][2:5] == ['#,##0" ₫"', "0.0#%", "dd/mm/yyyy"]
    assert page.freeze_panes == "A4"
    assert page.auto_filter.ref == "A3:G4"
    assert [cell.value for cell in page[3]][:2] == ["Cột 1", "Cột 2"]


def test_what_a_person_wrote_is_never_a_formula() -> None:
    dangerous = ["=1+1", "+84 912", "-2", "@SUM(A1)", '=HYPERLINK("http://x")', "\x00\x0bnul"]
    page = _sheet([[text] for text in dangerous], "text")
    cells = [page.cell(row, 1) for row in range(4, 10)]
    assert [cell.data_type for cell in cells] == ["s"] * 6
    assert [cell.value for cell in cells] == [*dangerous[:-1], "nul"]


def test_a_sheet_of_any_name_can_be_opened() -> None:
    values = {"title": "=x", "sheet": "Sổ: [a/b]?*'" + "x" * 60, "columns": [], "rows": []}
    page = _page("sheet", {**values, "columns": [{"label": "a", "kind": "text"}]})
    assert len(page.title) <= 31
    assert page["A1"].data_type == "s"


def _period(number: int, left: int) -> dict[str, Any]:
    day = f"2027-{number:02}-10"
    return {"label": f"T{number}", "day": day, "principal": 100, "interest": left // 10, "balance": left}


def test_a_schedule_adds_up_and_says_who_decides() -> None:
    page = _page(
        "schedule_sheet",
        {
            "title": "Lịch trả nợ tạm tính",
            "sheet": "Lịch",
            "about": [["Số tiền", "300 đồng"], ["Lãi suất", "4,8 %/năm"]],
            "columns": ["Kỳ", "Ngày", "Gốc", "Lãi", "Phải trả", "Dư nợ"],
            "periods": [_period(1, 200), _period(2, 100), _period(3, 0)],
            "total": "Cộng",
            "note": "Tạm tính; Quỹ quyết định.",
        },
    )
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert rows[4] == ["Kỳ", "Ngày", "Gốc", "Lãi", "Phải trả", "Dư nợ"]
    assert rows[5] == [1, datetime(2027, 1, 10), 100, 20, 120, 200]  # noqa: DTZ001
    assert rows[8] == ["Cộng", None, 300, 30, 330, None]
    assert rows[10][0] == "Tạm tính; Quỹ quyết định."


def _event(**values: Any) -> dict[str, Any]:
    return {
        "uid": "event-12@union.example.vn",
        "title": "Hội nghị",
        "start": "2026-11-26T08:00:00+07:00",
        **values,
    }


def _read(*events: dict[str, Any]) -> list[Any]:
    data = _make("calendar", {"stamp": "2026-11-24T09:00:00+07:00", "events": list(events)})
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))  # RFC 5545, 3.1
    assert data.endswith(b"END:VCALENDAR\r\n")
    return list(icalendar.Calendar.from_ical(data).walk("VEVENT"))


def test_an_entry_has_its_times_its_place_and_its_reminder() -> None:
    long = "Trung tâm Hội nghị tỉnh; 12 Nguyễn Huệ, phường Trường Vinh\nCổng số 2 " * 3
    (event,) = _read(
        _event(end="2026-11-26T17:00:00+07:00", place=long, remind=[60], url="https://x.example.vn/e/1")
    )
    assert event.decoded("dtstart") == datetime(2026, 11, 26, 1, tzinfo=UTC)
    assert event.decoded("dtend") == datetime(2026, 11, 26, 10, tzinfo=UTC)
    assert event.decoded("dtstamp") == datetime(2026, 11, 24, 2, tzinfo=UTC)
    assert (event["uid"], event["location"], event["status"]) == (
        "event-12@union.example.vn",
        long,
        "CONFIRMED",
    )
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(minutes=-60)


def test_a_change_has_a_higher_sequence_and_a_cancelled_one_reminds_nobody() -> None:
    first, second = (_read(_event(sequence=n, cancelled=n == 1, remind=[60]))[0] for n in (0, 1))
    assert first["uid"] == second["uid"]
    assert (first["sequence"], second["sequence"], second["status"]) == (0, 1, "CANCELLED")
    assert second.walk("VALARM") == []


def test_a_deadline_is_a_whole_day_and_several_fit_in_one_file() -> None:
    one, many = _read(_event(start="2026-11-30"), _event(uid="b@x", start="2026-11-30", end="2026-12-02"))
    assert (one.decoded("dtstart"), one.decoded("dtend")) == (date(2026, 11, 30), date(2026, 12, 1))
    assert many.decoded("dtend") == date(2026, 12, 3)
    assert one["transp"] == "TRANSPARENT"
