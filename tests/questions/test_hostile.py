"""Whatever is typed or sent is a value or asked again, in every language, and quickly."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Incoming
from bot.errors import UserError
from bot.forms import Kind
from bot.questions import (
    Area,
    Commune,
    Day,
    Document,
    Email,
    Gtin,
    Many,
    Money,
    Months,
    OneOf,
    Phone,
    Photos,
    Province,
    Quantity,
    TaxCode,
    Term,
    Whole,
    Words,
    YesNo,
    count_in,
    day_in,
    money_in,
    months_term_in,
    phone_in,
    quantity_in,
)
from bot.text import LANGUAGES, text
from tests.questions.asking import TODAY
from tests.questions.table import written
from tests.wire import said

FEW = (("a", "Yes"), ("b", "No"))
KINDS: tuple[Kind, ...] = (
    Area(), Commune(), Day(), Day(date(2026, 1, 1), 30, "near"), Document(), Email(), Gtin(), Many(FEW),
    Money(negative=True), Months(), OneOf(FEW), Phone(), Photos(), Province(), Quantity(),
    Quantity(periods=("month", "year")), TaxCode(), Term(), Whole(), Words(), YesNo(),
)  # fmt: skip

NASTY = (
    "", " ", "\x00", "0", "-", "²", "٠٩١٢", "𝟏𝟐", "1" * 5000, "1 " * 2000, "1." * 2000, "a" * 100_000, "1,1" * 60,
    "\u202e20/11", "20/\u200b11", "👍🏽", "ỷ" * 190, "mười " * 38, "9" * 199, "1/" * 99,
    "t" * 199, "0/0/0", "99/99/9999",
    "1 tỷ " * 39, "năm năm năm năm năm", "{most}", "%s", "<b>", "'; DROP TABLE", "#" * 50, "#0", "#99999999",
    "cuối " * 39, "rưỡi", "nửa", "/", "a,b,c,d,e,f,g", "1e9", "1_000", "0x10", "½ tỷ", "١٢٣ triệu", "１２３ triệu",
    "9999-12-31", "0001-01-01", "9999 năm nữa", "4000 tháng trước", "4000 năm nữa", "31/12/9999", "00000000",
)  # fmt: skip

FINDERS: tuple[Callable[[str], object], ...] = (
    money_in, quantity_in, phone_in, months_term_in, lambda s: day_in(s, TODAY),
    lambda s: count_in(s, ("người", "gian")),
)  # fmt: skip


def answered(kind: Kind, one: Incoming, language: str) -> None:
    """A value that JSON holds and that can be shown, or an error that can be said."""
    t = text(language)
    read = outcome(kind, one, language)
    if not isinstance(read, UserError):
        assert json.loads(json.dumps(read)) == read
        assert kind.show(read, t)
        return
    assert t(read.message, **read.values)
    for typed, label in getattr(read, "choices", ()):
        assert label
        assert len(typed.encode()) <= 30
        kind.parse(said(typed), t, TODAY)


def outcome(kind: Kind, one: Incoming, language: str) -> Any:
    """The value, or the error that was raised."""
    try:
        return kind.parse(one, text(language), TODAY)
    except UserError as error:
        return error


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
@pytest.mark.timeout(60)  # a pattern that does not end is found out
def test_nasty_text_is_a_value_or_asked_again(kind: Kind) -> None:
    for typed in NASTY:
        for language in LANGUAGES:
            answered(kind, said(typed), language)


def test_what_is_written_for_one_kind_is_no_fault_of_another() -> None:
    for one in written():
        for kind in KINDS:
            answered(kind, said(one.typed), one.language)


_PIECES = """
    1 2 500 1.500 1,5 tỷ tr triệu k t rưỡi nửa / - tháng năm ngày thứ tuần sau này cuối kg tấn tạ hộp mỗi sào ha m2
    đ quý đến và âm tháng12 20/11 một hai trăm mươi lẻ
"""
PIECES = st.sampled_from(_PIECES.split())


@given(
    typed=st.text(max_size=60)
    | st.lists(PIECES, max_size=9).map("".join)
    | st.lists(PIECES, max_size=9).map(" ".join),
    kind=st.sampled_from(KINDS),
    language=st.sampled_from(LANGUAGES),
)
def test_any_text_is_a_value_or_asked_again(typed: str, kind: Kind, language: str) -> None:
    answered(kind, said(typed), language)


@pytest.mark.parametrize("sent", ["photo", "file", "sticker", "voice", "other"])
def test_anything_that_is_sent_is_a_value_or_asked_again(sent: str) -> None:
    for kind in KINDS:
        for caption in ("", "500 triệu"):
            answered(kind, said(caption, kind=sent), "vi")


@given(sentence=st.text(max_size=80) | st.lists(PIECES, max_size=12).map(" ".join))
def test_nothing_in_a_sentence_breaks_a_finder(sentence: str) -> None:
    for finder in FINDERS:
        finder(sentence)


@pytest.mark.timeout(60)
def test_a_long_sentence_is_looked_through_and_changes_nothing() -> None:
    sentences: Iterable[str] = (*NASTY, "em muốn vay 500tr " * 200, "một hai ba " * 300, "1 " * 4000)
    for sentence in sentences:
        assert [finder(sentence) for finder in FINDERS] == [finder(sentence) for finder in FINDERS]
