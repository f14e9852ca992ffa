"""Repayments of a loan, with the rate that the person typed: an example, as text, workbook and picture."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.errors import UserError
from bot.instalments import Rate
from bot.text import text
from handlers.calculator import Interest
from tests.talk import Talk
from tests.transcripts.walks import STICKER, WALKS, Script, Step, Walk, name_of
from tests.wire import said

LINE = "tính trả góp 500tr 24 tháng lãi 6%/năm"


async def test_a_sentence_with_all_of_it_is_worked_out_at_once(talk: Talk) -> None:
    await talk.says(LINE)
    talk.hears(
        "vay 500 triệu đồng, 24 tháng (2 năm), lãi 6%/năm, gốc trả đều",
        "Tháng 1: 23.333.333 đồng (gốc 20.833.333, lãi 2.500.000); còn nợ 479.166.667",
        "Tháng 24: 20.937.508 đồng (gốc 20.833.341, lãi 104.167); còn nợ 0",
        "Tổng lãi: 31.250.000 đồng",
        "chỉ là ví dụ theo lãi suất anh/chị nhập",
    )


@pytest.mark.parametrize(
    "said",
    [
        "tính giúp em vay 500 triệu trong 2 năm lãi 6%/năm",
        "vay 500tr, 24 thang, ls 6 phần trăm một năm thì trả sao",
        "tinh lai vay 500 trieu 24 thang 0,5%/thang",
    ],
)
async def test_it_is_understood_in_other_words(talk: Talk, said: str) -> None:
    await talk.says(said)
    talk.hears("vay 500 triệu đồng, 24 tháng", "Tổng lãi: 31.250.000 đồng")


async def test_another_way_of_repaying_is_one_tap(talk: Talk) -> None:
    await talk.says(LINE)
    await talk.taps("Trả góp đều")
    talk.hears("trả góp đều", "Tháng 1: 22.160.305 đồng", "Tháng 2: 22.160.305 đồng")
    await talk.taps("Gốc trả cuối kỳ")
    talk.hears("Tháng 1: 2.500.000 đồng (gốc 0", "Tổng lãi: 60.000.000 đồng")


async def test_the_schedule_comes_as_a_workbook_whose_principals_add_up(talk: Talk) -> None:
    await talk.says(LINE)
    await talk.taps("Tệp Excel")
    file = talk.heard[0].file
    assert file is not None
    assert file.name == "lich-tra-no.xlsx"
    page = load_workbook(io.BytesIO(talk.assistant.media.read(file.reference))).active
    assert page is not None
    cells = [cell for row in page.iter_rows(values_only=True) for cell in row]
    assert 20_833_341 in cells
    assert any("chỉ là ví dụ" in str(cell) for cell in cells)


async def test_the_schedule_comes_as_a_picture(talk: Talk) -> None:
    await talk.says(LINE)
    await talk.taps("Biểu đồ")
    assert talk.heard[0].photo is not None


async def test_what_is_not_said_is_asked(talk: Talk) -> None:
    await talk.says("tính trả góp 300 triệu")
    talk.hears("(2/5)", "Vay trong bao lâu")
    await talk.says("2 năm")
    await talk.says("0,57%/tháng")
    talk.hears("Lãi suất: 0,57%/tháng (6,84%/năm)")
    await talk.taps("Gốc trả đều")
    await talk.says("6 tháng")
    talk.hears("Ân hạn: 6 tháng")
    await talk.taps("Gửi")
    talk.hears("6 tháng đầu chỉ trả lãi", "Tháng 1: 1.710.000 đồng (gốc 0")


async def test_a_rate_without_a_period_is_asked(talk: Talk) -> None:
    await talk.says("tính trả góp 300 triệu 2 năm")
    await talk.says("0,57")
    talk.hears("theo năm hay theo tháng")
    await talk.taps("0,57%/tháng (6,84%/năm)")
    talk.hears("Trả theo cách nào")


async def test_a_rate_that_can_only_be_yearly_is_taken_so_and_read_back(talk: Talk) -> None:
    await talk.says("tính trả góp 300 triệu 2 năm")
    await talk.says("6,5")
    talk.hears("Lãi suất: 6,5%/năm", "Trả theo cách nào")


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("cao lắm", "chưa đọc được lãi suất"),
        ("6%/ngày", "chưa đọc được"),
        ("90%/năm", "cao hơn 60%/năm"),
        ("9" * 180, "chưa đọc được"),
        ("-1%/năm", "chưa đọc được"),
    ],
)
async def test_what_is_no_rate_is_said_kindly(talk: Talk, said: str, heard: str) -> None:
    await talk.says("tính trả góp 300 triệu 2 năm")
    await talk.says(said)
    talk.hears(heard, "(3/5)")


async def test_numbers_are_changed_on_the_card(talk: Talk) -> None:
    await talk.says(LINE)
    await talk.taps("Đổi số khác")
    await talk.taps("Sửa: Thời hạn")
    await talk.says("12 tháng")
    await talk.taps("Gửi")
    talk.hears("vay 500 triệu đồng, 12 tháng (1 năm)")


@pytest.mark.parametrize(
    "forged",
    ["calc:show:1", "calc:sheet:5:999:6y:principal:0", "calc:show:5:12:6y:gift:0", "calc:chart:0:1:6y:end:0"],
)
async def test_a_forged_button_begins_anew(talk: Talk, forged: str) -> None:
    await talk.taps(forged)
    talk.hears("(1/5)", "Vay bao nhiêu")


async def test_a_question_on_the_fund_s_interest_is_no_calculation(talk: Talk) -> None:
    for question in (
        "Mượn Quỹ một trăm triệu thì mỗi tháng đóng lãi bao nhiêu?",
        "Trả trễ hạn thì lãi quá hạn của Quỹ tính thế nào?",
        "vay quy htx ls bn 1 nam",
    ):
        assert talk.assistant.router.leads_to(question) is None


@given(st.text(max_size=250) | st.text("0123456789.,%/ namthgốlãi", max_size=40))
def test_a_rate_is_read_or_refused_whatever_is_typed(typed: str) -> None:
    try:
        value = Interest().parse(said(typed), text("vi"), date(2026, 11, 24))
    except UserError:
        return
    assert 0 <= Rate(Decimal(value["percent"]), "month" if value["per"] == "month" else "year").yearly <= 60


@given(st.decimals(0, 4, places=2), st.sampled_from(["month", "year"]), st.sampled_from(["vi", "fr", "en"]))
def test_a_rate_that_is_shown_is_read_again(percent: Decimal, per: str, language: str) -> None:
    t, value = text(language), {"percent": str(percent), "per": per}
    shown = Interest().show(value, t).split(" (")[0]
    again = Interest().parse(said(shown), t, date(2026, 11, 24))
    assert (Decimal(again["percent"]), again["per"]) == (percent, per)


async def results(talk: Talk) -> int:
    return sum("Tổng lãi" in one.text or "Total des intérêts" in one.text for one in talk.wire.to(talk.chat))


CALCULATOR = Script(
    form="calc",
    opens="calc:begin",
    steps=(
        Step("amount", "500tr", wrong="nhiều tiền", hint="chưa đọc được", shown="năm trăm triệu đồng"),
        Step("term", "24 tháng", wrong="lâu lâu", hint="bao lâu", shown="24 tháng"),
        Step("rate", "0,57%/tháng", wrong="xyz", hint="chưa đọc được lãi suất", shown="6,84%/năm"),
        Step("method", "=annuity", wrong=STICKER, hint="", shown="Trả góp đều"),
        Step("grace", "3 tháng", wrong="không rõ", hint="thời gian", shown="3 tháng"),
    ),
    done="Tổng lãi",
    french="Calcul du remboursement",
    count=results,
)


@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_the_calculator(talk: Talk, walk: Walk) -> None:
    await walk(talk, CALCULATOR)
