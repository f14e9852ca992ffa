"""Spreadsheets that people send, as rows under their headings. What a cell means is for others to say."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from pathlib import PurePath
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from bot.errors import UserError
from bot.papers.office import office_kind
from bot.text import N_, clean

MOST_ROWS, MOST_COLUMNS, MOST_BYTES = 5_000, 60, 10 * 1024 * 1024
#: Bytes of a workbook once it is unpacked: some times what 5,000 full rows are.
_MOST_UNPACKED = 48 * 1024 * 1024
#: Excel's own last row; what claims to lie beyond it would only take time.
_LAST_ROW = 1_048_576
#: The heading is looked for among so many rows that hold anything: above it may stand a title and its like.
_SEARCHED = 20
#: What a spreadsheet was written in: UTF-16 is Excel's "Unicode text"; 1258 is Windows in Vietnam.
_ENCODINGS = ("utf-8-sig", "cp1258")
_DELIMITERS = ",;\t"

Value = str | int | float | bool | date | datetime


@dataclass(frozen=True, slots=True)
class Row:
    """`number` is the row's as the spreadsheet shows it; `cells` go by heading, without those that are empty.

    Numbers and days are such only where the spreadsheet says so: all that is in a CSV file is text.
    """

    number: int
    cells: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` are the headings in their order; a second of the same name is "name (2)", one without is "C"."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


_Line = tuple[int, list[Value | None]]


def read_table(data: bytes, name: str) -> Table:
    """The first table of an Excel workbook (.xlsx), a CSV file or one of JSON lines, whichever it is.

    Slow: in a thread. A formula is its last value. Raises `UserError` for what is too large or no table.
    """
    if len(data) > MOST_BYTES:
        raise UserError(
            N_("This file is larger than {megabytes} MB. Please send a smaller one."),
            {"megabytes": MOST_BYTES // 1024**2},
        )
    if data.startswith(b"PK"):
        if office_kind(data, _MOST_UNPACKED) != "xlsx":
            raise _unreadable()
        return _table(_workbook(data))
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _unreadable()  # an old .xls, a picture, …
    if PurePath(name).suffix.lower() == ".jsonl":
        return _table(_objects(_decoded(data)))
    if PurePath(name).suffix.lower() not in (".csv", ".tsv", ".txt", ""):
        raise _unreadable()
    return _table(_records(_decoded(data)))


def _unreadable() -> UserError:
    return UserError(
        N_(
            "This is not an Excel or CSV file that I can read. Please save it as .xlsx (Excel) and send it again."
        )
    )


def _table(lines: Iterable[_Line]) -> Table:
    filled = ((number, kept) for number, values in lines if (kept := _without_end(values)))
    first = list(islice(filled, _SEARCHED))
    if not first:
        raise _no_table()
    at = _heading(first)
    columns = _names(first[at][1])
    rows: list[Row] = []
    for number, values in (*first[at + 1 :], *filled):
        if len(rows) == MOST_ROWS:
            raise UserError(
                N_(
                    "This file has more than {rows} rows. Please split it and send the parts one after another."
                ),
                {"rows": MOST_ROWS},
            )
        if len(values) > len(columns):
            columns = _names([*columns, *[None] * (len(values) - len(columns))])
        cells = {key: value for key, value in zip(columns, values, strict=False) if value is not None}
        rows.append(Row(number, cells))
    if not rows:
        raise _no_table()
    return Table(tuple(columns), tuple(rows))


def _no_table() -> UserError:
    return UserError(
        N_(
            "I find no table in this file. It needs a row with the names of the columns, and the values below it."
        )
    )


def _heading(lines: Sequence[_Line]) -> int:
    """Which one has the names: the first of text alone that is nearly as wide as the widest, else the first."""
    counts = [sum(value is not None for value in values) for _, values in lines]
    for at, (_, values) in enumerate(lines):
        only_text = all(value is None or isinstance(value, str) for value in values)
        if only_text and counts[at] >= max(counts) * 0.6:
            return at
    return 0


def _without_end(values: list[Value | None]) -> list[Value | None]:
    """Up to the last that is there."""
    last = len(values)
    while last and values[last - 1] is None:
        last -= 1
    return values[:last]


def _names(values: Sequence[Value | None]) -> list[str]:
    """Headings of the columns, each of them once."""
    names: list[str] = []
    for place, value in enumerate(values, 1):
        name = " ".join(str(value).split()) if value is not None else get_column_letter(place)
        name, plain, count = name or get_column_letter(place), name, 1
        while name in names:
            count += 1
            name = f"{plain} ({count})"
        names.append(name)
    if len(names) > MOST_COLUMNS:
        raise UserError(
            N_("This table has more than {columns} columns. Please keep only those that are needed."),
            {"columns": MOST_COLUMNS},
        )
    return names


def _workbook(data: bytes) -> Iterator[_Line]:
    """The rows of the first sheet that is shown and holds anything."""
    try:
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            for page in workbook.worksheets:
                if page.sheet_state != "visible":
                    continue
                found = False
                rows = page.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True)
                for number, cells in enumerate(islice(rows, _LAST_ROW), 1):
                    values = [_value(cell) for cell in cells]
                    if any(value is not None for value in values):
                        found = True
                        yield number, values
                if found:
                    return
        finally:
            workbook.close()
    except UserError:
        raise
    except Exception as error:  # a broken workbook makes openpyxl raise almost anything
        raise _unreadable() from error


def _value(cell: Any) -> Value | None:
    match cell:
        case str():
            return clean(cell) or None
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return int(cell)
        case datetime() if cell.time() == time():
            return cell.date()
        case bool() | int() | float() | datetime() | date() | None:
            return cell
        case _:
            return str(cell)


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = _ENCODINGS
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable()


def _records(text: str) -> Iterator[_Line]:
    mark = max(_DELIMITERS, key=lambda mark: _evenness(text, mark))
    for number, record in enumerate(_csv(text, mark), 1):
        yield number, [clean(cell) or None for cell in record]


def _objects(text: str) -> Iterator[_Line]:
    """A file of one JSON object a line as the names of all and the values of each."""
    found: list[tuple[int, dict[str, Any]]] = []
    try:
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                found.append((number, dict(json.loads(line))))
    except (ValueError, TypeError, RecursionError):
        raise _unreadable() from None
    names = list(dict.fromkeys(name for _, one in found for name in one))
    yield 0, list(names)
    for number, one in found:
        yield number, [_value(one.get(name)) for name in names]


def _evenness(text: str, mark: str) -> tuple[int, int]:
    """How many of the first records a mark parts into equally many cells, and into how many."""
    widths = Counter(len(record) for record in islice(_csv(text, mark), _SEARCHED))
    return max(((count, width) for width, count in widths.items() if width > 1), default=(0, 0))


def _csv(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error:  # a cell of more than 128 kB: a quotation mark that is never closed
        raise _unreadable() from None
