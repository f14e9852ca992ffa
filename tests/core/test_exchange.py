"""Tables that are read by kinds of question, and written so that nothing in them runs."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from bot.errors import CoopbotError, UserError
from bot.exchange import Column, Exchange, read, said, written
from bot.papers.reading import read_table
from bot.questions import Whole, Words
from bot.text import text

GOODS = Exchange(
    "goods", (Column("name", "Title", Words(2, 20), needed=True), Column("count", "People", Whole(1, 9)))
)
AT, TODAY = datetime(2026, 11, 24, tzinfo=UTC), date(2026, 11, 24)


def taken(content: str) -> tuple[list[dict[str, object]], list[str]]:
    rows, faults = read(GOODS, read_table(content.encode(), "a.csv"), text("en"), AT, TODAY)
    return rows, [said(fault, text("en")) for fault in faults]


def test_a_heading_may_be_in_any_language_or_the_key() -> None:
    for heading in ("Title,People", "Titre,Personnes", "Tên sự kiện,Số người đi", "name,count"):
        assert taken(f"{heading}\nHoney,3\n") == ([{"name": "Honey", "count": 3}], [])


def test_what_is_wrong_is_named_by_row_and_column() -> None:
    rows, faults = taken("Title,People\nHoney,3\n,2\nTea,many\n")
    assert rows == [{"name": "Honey", "count": 3}]
    assert faults[0] == "Row 3, Title: This is missing."
    assert faults[1].startswith("Row 4, People: ")


def test_a_column_that_is_needed_is_asked_for() -> None:
    with pytest.raises(UserError) as caught:
        taken("People,Other\n3,4\n")
    assert caught.value.values == {"columns": "Title"}


def test_nothing_that_is_written_is_run_as_a_formula() -> None:
    content = written("x", ["a"], [["=1+1"], ["fine"], ["+84 912"]], "csv").decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(content))] == ["a", "'=1+1", "fine", "'+84 912"]


def test_the_same_rows_are_in_each_kind_of_file() -> None:
    lines = written("x", ["a", "b"], [["mật ong", 2]], "jsonl").decode().splitlines()
    assert [json.loads(line) for line in lines] == [{"a": "mật ong", "b": 2}]
    sheet = load_workbook(io.BytesIO(written("x", ["a", "b"], [["=1+1", 2]], "xlsx"))).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]
    with pytest.raises(CoopbotError):
        written("x", ["a"], [], "doc")
