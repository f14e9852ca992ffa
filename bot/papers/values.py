"""What each maker takes: labels and amounts already translated and written out, nothing that needs a database.

A handler writes `Made("ticket", "ve.png", Ticket(event=…, …))`. Everything here is what JSON can hold: days and
moments are ISO 8601 text, amounts whole đồng. An empty text is left out of the picture.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

Cell = str | int | float | bool | None


class Card(TypedDict):
    """`card`: a product to be shared, a picture of 1080 by 1350 pixels.

    `stars` is OCOP's, 0 where there is none; `photo` a picture in the media store; `url` goes into the QR code
    with `scan` beside it ("Quét để xem và đặt hàng"); `price` and `pack` are written out ("120.000 đồng", "hũ
    500 g"); `example` is the ribbon's text where the product is made up.
    """

    product: str
    cooperative: str
    place: NotRequired[str]
    stars: NotRequired[int]
    price: NotRequired[str]
    pack: NotRequired[str]
    photo: NotRequired[str]
    url: NotRequired[str]
    scan: NotRequired[str]
    example: NotRequired[str]


class Ticket(TypedDict):
    """`ticket`: a registration for an event, to be shown at its entrance.

    `heading` says what it is ("Vé tham dự"); `rows` are (label, value) in reading order: place, times, booth,
    people; `state` is written out ("Đã duyệt") and `tone` its colour; `url` is the check-in link in the QR code.
    """

    heading: str
    event: str
    rows: list[tuple[str, str]]
    number_label: str
    number: str
    state: NotRequired[str]
    tone: NotRequired[Literal["good", "waiting", "off"]]
    url: NotRequired[str]
    scan: NotRequired[str]
    example: NotRequired[str]


class Qr(TypedDict):
    """`qr`: a QR code alone, `label` under it."""

    url: str
    label: NotRequired[str]


class Period(TypedDict):
    """One repayment, in whole đồng: `balance` is what is still owed after it; `label` is the month ("T3/2027")."""

    label: str
    principal: int
    interest: int
    balance: int
    day: NotRequired[str]


class ScheduleChart(TypedDict):
    """`schedule_chart`: bars of principal and interest by period, and the balance as a line.

    `language` says how numbers at the axes are written; amounts are shown in units of `unit_size` đồng, which
    `unit` names ("triệu đồng", 1_000_000). `note` says that it is preliminary and that the Fund decides.
    """

    title: str
    about: NotRequired[str]
    periods: list[Period]
    principal: str
    interest: str
    balance: str
    unit: str
    unit_size: int
    language: str
    note: str


class ScheduleSheet(TypedDict):
    """`schedule_sheet`: the same as an Excel workbook with real numbers.

    `about` are (label, value) above the table: who, how much, which rate; `columns` the six headings: number,
    day, principal, interest, payment, balance; `total` the label of the last row.
    """

    title: str
    sheet: str
    about: list[tuple[str, str]]
    columns: tuple[str, str, str, str, str, str]
    periods: list[Period]
    total: str
    note: str


class Event(TypedDict):
    """One entry of a calendar.

    `uid` is the same for ever (`event-12@example.vn`), `sequence` grows with each change. `start` and `end` are
    moments with an offset, or days (`2026-11-24`; `end` is then the last day itself); `remind` is minutes before.
    """

    uid: str
    title: str
    start: str
    end: NotRequired[str]
    place: NotRequired[str]
    about: NotRequired[str]
    url: NotRequired[str]
    sequence: NotRequired[int]
    cancelled: NotRequired[bool]
    remind: NotRequired[list[int]]


class Calendar(TypedDict):
    """`calendar`: an .ics file. `stamp` is the moment of the last change, with an offset."""

    events: list[Event]
    stamp: str


class SheetColumn(TypedDict):
    """`kind`: "text", "number", "money" (đồng), "percent" (0.05 is 5 %), "day" or "moment" (ISO 8601)."""

    label: str
    kind: Literal["text", "number", "money", "percent", "day", "moment"]


class Sheet(TypedDict):
    """`sheet`: any table as an Excel workbook; a row has a cell a column."""

    title: str
    sheet: str
    columns: list[SheetColumn]
    rows: list[list[Cell]]
    notes: NotRequired[list[str]]
