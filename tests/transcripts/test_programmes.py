"""Programmes: what each asks for with its source; officers make, change and end them in chat and from a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.exchange import Fault, read
from bot.forms import Answers
from bot.papers.reading import Row, Table
from bot.records import programmes
from bot.records.programmes import Programme
from bot.text import text
from handlers.programmes import PROGRAMMES, merged
from tests.talk import Talk
from tests.transcripts.walks import STICKER, WALKS, Script, Step, Walk, name_of, rows

ROW = {
    "Mã": "quy-2027",
    "Chương trình": "Cho vay của Quỹ tỉnh năm 2027",
    "Bên cấp vốn": "Quỹ",
    "Đối tượng": "Hợp tác xã, Liên hiệp HTX",
    "Mức vay tối đa": 500_000_000,
    "Vốn tự có (%)": 30,
    "Thời hạn dài nhất": "36 tháng",
    "Lãi suất": "6,84%/năm",
    "Ngày công bố": date(2026, 1, 15),
    "Công bố tại": "thông báo 12/TB-QHT",
    "Nguồn": "Quy chế cho vay của Quỹ tỉnh",
    "Ngày văn bản": "15/01/2026",
}


HEADINGS = {column.key: text("vi")(column.heading) for column in PROGRAMMES.columns}


async def stored(talk: Talk, number: int) -> Programme:
    async with talk.assistant.database.read() as connection:
        found = await programmes.get(connection, number)
        assert found is not None
        return found


async def test_programmes_are_there_from_the_first_start_and_only_once(talk: Talk) -> None:
    await talk.restart()
    assert await rows(programmes.programmes)(talk) == len(programmes.NATIONAL)
    await talk.says("chương trình vay")
    talk.hears("Quỹ hỗ trợ phát triển HTX của tỉnh", "Ngân hàng cho vay nông nghiệp")
    await talk.taps("Xem thêm…")
    talk.hears("Hỗ trợ HTX giai đoạn 2021–2025 (Quyết định 1804/QĐ-TTg) (đã hết hạn)")


async def test_a_programme_is_read_with_its_ceilings_and_their_source(talk: Talk) -> None:
    await talk.says("chương trình vay")
    await talk.taps("Ngân hàng cho vay nông nghiệp không cần tài sản bảo đảm")
    talk.hears(
        "Hợp tác xã: 5 tỷ đồng",
        "Tổ hợp tác: 500 triệu đồng",
        "không phải đương nhiên được vay",
        "156/2025",
        "16/06/2025",
    )
    await talk.taps("programme:show:1")
    talk.hears("ít nhất 20% tổng vốn", "chưa có mức được công bố", "Nghị định 45/2021/NĐ-CP")


async def test_what_has_ended_says_so_first_and_cannot_be_asked_for(talk: Talk) -> None:
    await talk.taps("programme:show:5")
    talk.hears("đã hết hạn ngày 31/12/2025")
    assert "Kiểm tra điều kiện vay" not in talk.buttons


async def test_every_article_behind_a_condition_is_there(talk: Talk) -> None:
    for programme in programmes.NATIONAL:
        for article in programme.articles.values():
            assert talk.assistant.library.get(article, "vi") is not None


@pytest.mark.parametrize("tap", ["new", "change:1", "end:1", "ended:1"])
async def test_only_officers_change_programmes(talk: Talk, tap: str) -> None:
    await talk.knows_person()
    await talk.taps(f"programme:{tap}")
    talk.hears("dành cho cán bộ")
    assert (await stored(talk, 1)).valid_to is None


async def test_an_officer_changes_one_answer_and_all_else_stays(talk: Talk) -> None:
    await talk.is_officer(topics="loans")
    before = await stored(talk, 1)
    await talk.taps("programme:change:1")
    talk.hears("• Chương trình: Quỹ hỗ trợ phát triển HTX của tỉnh", "Vốn tự có (%): 20")
    await talk.taps("form:programme:edit:own_share")
    await talk.says("30")
    await talk.taps("Gửi")
    talk.hears("Đã lưu", "ít nhất 30% tổng vốn")
    after = await stored(talk, 1)
    assert after.own_share == 30
    assert (after.name, after.papers, after.articles) == (before.name, before.papers, before.articles)


async def test_a_list_by_borrower_is_kept_when_something_else_changes(talk: Talk) -> None:
    await talk.is_officer(topics="loans")
    await talk.taps("programme:change:3")
    await talk.taps("Gửi")
    assert (await stored(talk, 3)).ceiling("group") == 500_000_000


async def test_a_rate_stands_only_with_its_day_and_source(talk: Talk) -> None:
    await talk.is_officer(topics="loans")
    await talk.taps("programme:change:1")
    await talk.taps("form:programme:edit:rate")
    await talk.says("6,84%/năm")
    talk.hears("công bố ngày nào")
    await talk.says("15/01/2026")
    await talk.says("thông báo 12/TB-QHT của Quỹ")
    await talk.taps("Gửi")
    talk.hears("Lãi suất: 6,84%/năm (công bố ngày 15/01/2026, thông báo 12/TB-QHT của Quỹ)")


async def test_an_officer_ends_a_programme(talk: Talk) -> None:
    await talk.is_officer(topics="loans")
    await talk.taps("programme:end:2")
    await talk.taps("Có, kết thúc")
    assert (await stored(talk, 2)).valid_to == date(2026, 11, 24)
    talk.clock.moves(days=1)
    await talk.taps("programme:show:2")
    talk.hears("đã hết hạn ngày 24/11/2026")


async def test_a_programme_that_never_was_is_said_to_be_none(talk: Talk) -> None:
    await talk.taps("programme:show:99")
    talk.hears("Không có chương trình này")


def table(**other: object) -> Table:
    """A workbook of one programme, as `bot.papers.reading` reads it; `other` cells by the key of their column."""
    cells: dict[str, Any] = ROW | {HEADINGS[key]: value for key, value in other.items()}
    return Table(tuple(cells), (Row(2, cells),))


def read_in(**other: object) -> tuple[list[dict[str, Any]], list[Fault]]:
    at = datetime(2026, 11, 24, 2, tzinfo=UTC)
    return read(PROGRAMMES, table(**other), text("vi"), at, at.date())


async def test_a_row_of_a_table_becomes_a_programme_and_the_same_code_writes_it_anew(talk: Talk) -> None:
    write = PROGRAMMES.write
    assert write is not None
    for share in (30, 25):
        rows_read, faults = read_in(own_share=share)
        assert faults == []

        async def work(connection: AsyncConnection, rows: Sequence[Answers] = rows_read) -> int:
            return await write(connection, rows, talk.clock())

        assert await talk.assistant.database.write(work) == 1
    async with talk.assistant.database.read() as connection:
        found = await programmes.coded(connection, "quy-2027")
    assert found is not None
    assert (found.kind, found.borrowers) == ("fund", ("coop", "union"))
    assert (found.ceiling("coop"), found.own_share, found.longest) == (500_000_000, 25, 36)
    assert (found.rate, found.rate_on, found.source_on) == ("6,84%/năm", date(2026, 1, 15), date(2026, 1, 15))


@pytest.mark.parametrize(
    ("key", "value", "column"),
    [
        ("name", "", "Chương trình"),
        ("code", "", "Mã"),
        ("rate_on", "hôm nào đó", "Ngày công bố"),
        ("borrowers", "trâu", "Đối tượng"),
        ("rate_on", "", ""),
    ],
)
def test_a_wrong_cell_is_named_with_its_row_and_column(key: str, value: str, column: str) -> None:
    rows_read, faults = read_in(**{key: value})
    assert rows_read == []
    assert [(fault.row, fault.column) for fault in faults] == [(2, column)]
    assert faults[0].reason


def test_papers_that_are_known_keep_their_keys_and_rules() -> None:
    answers = {
        "name": "Cho vay",
        "kind": "fund",
        "borrowers": ["coop"],
        "source": "Quy chế",
        "source_on": "2026-01-15",
    }
    papers = "- Điều lệ\nCăn cước của người đại diện hoặc người vay\nẢnh xưởng"
    found = merged(None, answers | {"papers": papers}, "x")
    assert [(paper.key, paper.office) for paper in found.papers] == [
        ("charter", False),
        ("identity", True),
        ("own-2", False),
    ]


async def _officer(talk: Talk) -> None:
    await talk.is_officer(topics="loans")


PROGRAMME = Script(
    form="programme",
    opens="programme:new",
    before=_officer,
    steps=(
        Step(
            "name", "Cho vay của Quỹ tỉnh năm 2027", wrong="Quỹ", hint="ít nhất 5", shown="Quỹ tỉnh năm 2027"
        ),
        Step("kind", "=fund", wrong="ông bà", hint="chọn", shown="Quỹ"),
        Step("borrowers", "1, 2", wrong="con trâu", hint="số", shown="Hợp tác xã, Liên hiệp HTX"),
        Step("ceiling", "500tr", wrong="nhiều", hint="chưa đọc được", shown="năm trăm triệu đồng"),
        Step("ceiling_rule", "không quá 80% dự án", wrong=STICKER, hint="", shown="80% dự án"),
        Step("own_share", "30", wrong="120", hint="90", shown="30"),
        Step("longest", "3 năm", wrong="lâu lâu", hint="bao lâu", shown="36 tháng"),
        Step("rate", "6,84%/năm", wrong=STICKER, hint="", shown="6,84%/năm"),
        Step("rate_on", "15/01/2026", wrong="hôm nào đó", hint="chưa đọc được", shown="15/01/2026"),
        Step("rate_source", "thông báo 12/TB-QHT", wrong=STICKER, hint="", shown="12/TB-QHT"),
        Step("collateral", "đất có sổ", wrong=STICKER, hint="", shown="đất có sổ"),
        Step("papers", "Điều lệ\nẢnh xưởng", wrong=STICKER, hint="", shown="Ảnh xưởng"),
        Step("source", "Quy chế cho vay của Quỹ", wrong="QC", hint="ít nhất 5", shown="Quy chế cho vay"),
        Step("source_on", "15/01/2026", wrong="năm ngoái", hint="", shown="15/01/2026"),
        Step("valid_to", "31/12/2027", wrong="mãi mãi", hint="chưa đọc được", shown="31/12/2027"),
    ),
    done="Đã lưu",
    french="Un programme",
    count=rows(programmes.programmes, programmes.programmes.c.code.like("own-%")),
)


@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_a_new_programme(talk: Talk, walk: Walk) -> None:
    await walk(talk, PROGRAMME)
