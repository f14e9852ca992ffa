"""What is brought in from spreadsheets, and taken out into them: one `Exchange` a kind of thing.

A row is read by the same kinds of question as a dialog's answers, so that what a cell may say is what a person may
type. Nothing is written while a row is wrong; what is wrong is named by row and column, in words.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Incoming, Made
from bot.errors import CoopbotError, UserError
from bot.forms import Answers, Kind
from bot.questions import Many, Term
from bot.text import LANGUAGES, N_, Text, fold
from bot.text import text as text_in

if TYPE_CHECKING:
    from bot.papers.reading import Row, Table

#: Endings of files that are written.
ENDINGS = ("xlsx", "csv", "jsonl")


@dataclass(frozen=True)
class Column:
    """A column by its heading, a msgid; in a file it may be written in any language, or as `key`."""

    key: str
    heading: str
    kind: Kind
    needed: bool = False


@dataclass(frozen=True)
class Fault:
    """What is wrong in a row of a file, as its spreadsheet numbers it, and in which column ("" is the whole row)."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True)
class Exchange:
    """A kind of thing that goes in or out, under the name it has on the command line.

    `check` looks at a whole row and raises `UserError`; `write` notes the rows that are new and returns how many
    they were. `headings` and `rows` are what goes out. `topic` is whose officers may bring it in by chat, with the
    words `asked` (a msgid of phrases).
    """

    name: str
    columns: tuple[Column, ...] = ()
    check: Callable[[Answers, datetime], None] = lambda row, at: None
    write: Callable[[AsyncConnection, Sequence[Answers], datetime], Awaitable[int]] | None = None
    headings: Callable[[Text], Sequence[str]] | None = None
    rows: Callable[[AsyncConnection, Text], Awaitable[Sequence[Sequence[Any]]]] | None = None
    topic: str = ""
    asked: str = ""


def read(
    exchange: Exchange, table: Table, t: Text, at: datetime, today: date
) -> tuple[list[dict[str, Any]], list[Fault]]:
    """The values of each row that is right, and what is wrong with the others."""
    found = _columns(exchange, table)
    missing = [column for column in exchange.columns if column.needed and column.key not in found]
    if missing:
        names = ", ".join(t(column.heading) for column in missing)
        raise UserError(N_("These columns are missing: {columns}."), {"columns": names})
    values: list[dict[str, Any]] = []
    faults: list[Fault] = []
    for row in table.rows:
        read_row, wrong = _row(exchange, row, found, t, today)
        if not wrong:
            try:
                exchange.check(read_row, at)
            except UserError as error:
                wrong = [Fault(row.number, "", t(error.message, **error.values))]
        if wrong:
            faults += wrong
        else:
            values.append(read_row)
    return values, faults


def cell(kind: Kind, value: Any, t: Text) -> str | int | None:
    """A value as a cell that `read` takes for the same one: what is read back in words is not always typed so."""
    if value in (None, "", []):
        return None
    if isinstance(kind, Many):
        return "; ".join(kind.show([one], t) for one in value)
    if isinstance(kind, Term):
        return t.plural("{count} month", "{count} months", value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return kind.show(value, t)


def said(fault: Fault, t: Text) -> str:
    """A fault in words."""
    if fault.column:
        return t(N_("Row {row}, {column}: {reason}"), row=fault.row, column=fault.column, reason=fault.reason)
    return t(N_("Row {row}: {reason}"), row=fault.row, reason=fault.reason)


def sheet(title: str, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> Made:
    """A table as a workbook to be made."""
    columns = [{"label": heading, "kind": "text"} for heading in headings]
    cells = [[None if cell is None else str(cell) for cell in row] for row in rows]
    return Made(
        "sheet", f"{title}.xlsx", {"title": title, "sheet": title[:31], "columns": columns, "rows": cells}
    )


def written(name: str, headings: Sequence[str], rows: Sequence[Sequence[Any]], ending: str) -> bytes:
    """A table as a file of this ending. Raises `CoopbotError` for one that is not known."""
    if ending == "xlsx":
        from bot.papers import make  # the maker costs 20 MB

        return make(sheet(name, headings, rows), lambda reference: b"")
    if ending == "csv":
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(headings)
        writer.writerows([_harmless(cell) for cell in row] for row in rows)
        return out.getvalue().encode("utf-8-sig")  # Excel takes UTF-8 only with the mark
    if ending == "jsonl":
        lines = [json.dumps(dict(zip(headings, row, strict=True)), ensure_ascii=False) for row in rows]
        return "".join(f"{line}\n" for line in lines).encode()
    raise CoopbotError(f"the file ends in one of {', '.join(ENDINGS)}, not in “{ending}”")


def _harmless(cell: Any) -> Any:
    """Without what Excel would run as a formula (owasp.org, CSV injection)."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" and cell[:1] else cell


def _columns(exchange: Exchange, table: Table) -> Mapping[str, str]:
    """The key of each column that the table has, with its heading there."""
    names = {
        fold(name): column.key
        for column in exchange.columns
        for name in (column.key, *(text_in(language)(column.heading) for language in LANGUAGES))
    }
    return {names[fold(heading)]: heading for heading in reversed(table.columns) if fold(heading) in names}


def _row(
    exchange: Exchange, row: Row, found: Mapping[str, str], t: Text, today: date
) -> tuple[dict[str, Any], list[Fault]]:
    values: dict[str, Any] = {}
    faults = []
    for column in exchange.columns:
        cell = row.cells.get(found.get(column.key, ""))
        if cell in (None, ""):
            if column.needed:
                faults.append(Fault(row.number, t(column.heading), t(N_("This is missing."))))
            continue
        try:
            values[column.key] = column.kind.parse(Incoming("", "", "", text=_typed(cell)), t, today)
        except UserError as error:
            faults.append(Fault(row.number, t(column.heading), t(error.message, **error.values)))
    return values, faults


def _typed(cell: Any) -> str:
    """A cell as a person would have typed it."""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    return re.sub(r"^'(?=[=+\-@\t\r])", "", str(cell))  # as `_harmless` wrote it
