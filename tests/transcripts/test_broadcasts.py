"""Announcements in chat: written, looked over, tried, approved, sent, watched, corrected, recalled, confirmed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import announcing, desk, scheduler
from bot.chat import Media
from bot.errors import Refused
from bot.policy import Policy
from bot.records import audiences, broadcasts, cooperatives, optouts, people, programmes
from bot.records.audiences import Audience
from bot.records.broadcasts import Broadcast, Totals, recipients
from bot.text import TIMEZONE, text
from handlers import broadcast_clock, broadcast_words, tags
from handlers.links import name
from tests.talk import Talk
from tests.transcripts.happenings import publish
from tests.transcripts.walks import (
    DONE,
    STICKER,
    UNINTERRUPTED,
    Script,
    Sent,
    Step,
    Walk,
    name_of,
    photo,
    rows,
)
from tests.wire import eventually, said

PDF = Sent("file", b"%PDF-1.4 an example")


async def in_office(talk: Talk) -> None:
    await talk.is_officer()


ANNOUNCE = Script(
    form="announce",
    opens="broadcasts:new",
    steps=(
        Step("topic", "=news", wrong="linh tinh", hint="chọn một", shown="Tin của Liên minh"),
        Step(
            "vi",
            "Chào {name}, mai họp trực tuyến.",
            wrong="Chào {tên}, mai họp.",
            hint="không biết điền gì vào {tên}",
            shown="Chào {name}",
        ),
        Step("fr", "Réunion en ligne demain.", wrong="} non", hint="}", shown="Réunion"),
        Step("en", "Online meeting tomorrow.", wrong=STICKER, hint="", shown="Online meeting"),
        Step("photo", photo(), wrong="không có", hint="ảnh", shown="Ảnh: 1 ảnh"),
        Step("file", PDF, wrong="không có", hint="PDF", shown="Tệp: file.pdf"),
        Step(
            "buttons",
            ("Đăng ký https://example.org/form", DONE),
            wrong="Đăng ký htp:/example",
            hint="không dùng được",
            shown="Đăng ký: https://example.org/form",
        ),
        Step("who", "=all", wrong="ai cũng được", hint="", shown="Người nhận: Tất cả mọi người"),
        Step("acknowledge", "=yes", wrong="tùy", hint="“có” hoặc “không”", shown="Cần xác nhận: Có"),
        Step("urgent", "=no", wrong="tùy", hint="“có” hoặc “không”", shown="Khẩn cấp: Không"),
        Step("when", "=later", wrong="tùy", hint="chọn một", shown="Hẹn giờ"),
        Step("at", "8h 20/12/2026", wrong="8h 24/11/2026", hint="đã qua", shown="08:00 Chủ Nhật, 20/12/2026"),
        Step(
            "expires",
            "17h 25/12/2026",
            wrong="7h 20/12/2026",
            hint="gửi sau lúc đó",
            shown="17:00 Thứ Sáu, 25/12/2026",
        ),
    ),
    done="chưa ai nhận gì cả",
    french="Une annonce",
    count=rows(broadcasts.broadcasts),
    before=in_office,
)


@pytest.mark.parametrize("walk", UNINTERRUPTED, ids=name_of)
async def test_an_announcement_is_written(talk: Talk, walk: Walk) -> None:
    await walk(talk, ANNOUNCE)


# --- helpers


async def members(talk: Talk, count: int, prefix: str = "m", **values: Any) -> list[int]:
    """New people with a chat of their own: m1, m2, …; returns their ids."""
    keys = [(talk.wire.name, talk.wire.address(f"{prefix}{number}"), False) for number in range(1, count + 1)]

    async def work(connection: AsyncConnection) -> list[int]:
        made = await people.ensure_chats(connection, keys, talk.clock())
        found = [await people.person_of(connection, made[key[:2]]) for key in keys]
        if values:
            await connection.execute(
                update(people.people).where(people.people.c.id.in_(found)).values(values)
            )
        return [person for person in found if person is not None]

    return await talk.assistant.database.write(work)


TEXT = "Chiều mai họp trực tuyến."


async def writes(
    talk: Talk,
    text: str = TEXT,
    *,
    topic: str = "news",
    french: str = "bỏ qua",
    who: tuple[str, ...] = ("=all",),
    acknowledge: bool = False,
    urgent: bool = False,
    when: tuple[str, ...] = ("=when:now",),
    buttons: tuple[str, ...] = ("bỏ qua",),
    media: Sent | None = None,
    opens: str = "/thongbao",
) -> None:
    """An officer goes through the dialog and sends it: what comes is the card of the draft."""
    if opens == "/thongbao":
        await talk.says(opens)
        await talk.taps("Soạn thông báo mới")
    else:
        await talk.says(opens)
    answers = [f"=topic:{topic}", text, french, "bỏ qua"]
    await acts(talk, *answers)
    if media and media.kind == "photo":
        await talk.sends("photo", media.data)
    else:
        await acts(talk, "bỏ qua")
    if media and media.kind == "file":
        await talk.sends("file", media.data)
    else:
        await acts(talk, "bỏ qua")
    await acts(talk, *buttons)
    await acts(talk, *("=who:all" if one == "=all" else one for one in who))
    await acts(talk, "có" if acknowledge else "không", "có" if urgent else "không", *when, "bỏ qua")
    talk.hears("Thông tin đúng chưa ạ?")
    await talk.taps("Gửi")


async def acts(talk: Talk, *answers: str) -> None:
    """Types, or taps `=question:value`; `=question` alone is Done."""
    for answer in answers:
        if answer.startswith("="):
            key, _, value = answer[1:].partition(":")
            verb = f"answer:{key}:{value}" if value else f"done:{key}"
            await talk.taps(f"form:announce:{verb}")
        else:
            await talk.says(answer)


async def one(talk: Talk, number: int = 1) -> Broadcast:
    async with talk.assistant.database.read() as connection:
        found = await broadcasts.get(connection, number)
    assert found is not None
    return found


async def totals(talk: Talk, number: int = 1) -> Totals:
    async with talk.assistant.database.read() as connection:
        return await broadcasts.totals(connection, number)


def called(talk: Talk) -> str:
    """How the channel of a talk is called."""
    return name(talk.wire.name, text("vi"))


def only_where_it_is_changed(talk: Talk) -> None:
    """What was sent cannot be changed, or not be seen to be, on each channel; there are tests of those."""
    if not talk.wire.changes:
        pytest.skip("nothing that was sent is seen to change on this channel")


async def comes_to(talk: Talk, state: str, number: int = 1) -> None:
    """Waits until an announcement is in a state."""

    async def there() -> bool:
        return (await one(talk, number)).state == state

    await eventually(there, f"it did not come to {state}")


async def beats(talk: Talk, seconds: float = 5) -> None:
    """Some seconds pass."""
    talk.clock.moves(seconds=seconds)
    here = talk.assistant
    await scheduler.beat(here.database, talk.clock, here.router.beats, here.wake)
    await talk.is_told()


def workbook(lines: Sequence[Sequence[Any]]) -> bytes:
    """An Excel file."""
    book, data = Workbook(), io.BytesIO()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for line in lines:
        sheet.append(list(line))
    book.save(data)
    return data.getvalue()


async def few(talk: Talk) -> None:
    """From here on more than two recipients need an approval."""
    settings = talk.assistant.settings
    talk.assistant.settings = settings.model_copy(update={"approval_above": 2})


# --- written, and what is wrong said


async def test_what_is_written_reaches_everybody_once_and_the_totals_add_up(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 3)
    await writes(talk)
    talk.hears("Thông báo số 1 – bản nháp", TEXT, "Sẽ gửi tới: 4 người", "Tin của Liên minh")
    assert len(talk.buttons) <= 8
    await talk.taps("Gửi cho 4 người")
    talk.hears("Em đang gửi đi")
    await comes_to(talk, "done")
    assert [talk.wire.texts(f"m{number}") for number in (1, 2, 3)] == [[TEXT]] * 3
    await talk.says("tiến độ thông báo 1")
    talk.hears("đã gửi xong", "100% (4/4)", "Đã nhận: 4", "Tổng cộng: 4")


@pytest.mark.parametrize("opens", ["gửi thông báo", "soạn thông báo", "Thông báo mới", "rédiger une annonce"])
async def test_the_dialog_opens_by_words(talk: Talk, opens: str) -> None:
    await talk.is_officer()
    await talk.says(opens)
    talk.hears("Thông báo về việc gì?")


async def test_only_officers_announce(talk: Talk) -> None:
    await talk.knows_person()
    for tap in ("new", "list", "show:1", "send:1:5", "recalled:1", "pause:1", "open:1", "read:1:1", "try:1"):
        await talk.taps(f"broadcasts:{tap}")
        talk.hears("dành cho cán bộ")
    await talk.says("/thongbao")
    talk.hears("dành cho cán bộ")


async def test_whom_it_is_for_is_counted_at_each_step_and_some_are_named(talk: Talk) -> None:
    await talk.belongs_to("HTX Nấm Hương", province="40")
    officer = talk.beside("can-bo")
    await officer.is_officer()
    await members(talk, 2, language="fr")
    await officer.taps("broadcasts:new")
    await acts(officer, "=topic:news", TEXT, "bỏ qua", "bỏ qua", "bỏ qua", "bỏ qua", "bỏ qua")
    await acts(officer, "=who:provinces", "=who:sectors", "=who", "Nghệ An, Hà Tĩnh")
    officer.hears("Hiện có 1 người nhận", "Ví dụ: HTX Nấm Hương")
    await acts(officer, "=sectors:crafts", "=sectors")
    officer.hears("Không có ai phù hợp mà nhắn tới được")
    await acts(officer, "=sectors:farming", "=sectors")
    officer.hears("Hiện có 1 người nhận")


async def test_a_language_that_is_missing_is_named_where_somebody_reads_it(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 2, language="fr")
    await writes(talk)
    talk.hears("⚠ 2 người trong đó đọc tiếng Pháp mà chưa có bản tiếng Pháp")
    await talk.taps("Thay đổi")
    await talk.taps("form:announce:edit:fr")
    await talk.says("Réunion demain.")
    await talk.taps("Gửi")
    talk.hears_not("⚠")
    await talk.taps("Gửi cho 3 người")
    await comes_to(talk, "done")
    assert talk.wire.texts("m1") == ["Réunion demain."]


@pytest.mark.parametrize(
    ("answers", "wrong", "heard"),
    [
        ((), "Chào {tên}", "không biết điền gì vào {tên}"),
        ((), "Chào anh/chị } nhé", "không biết điền gì vào }"),
        ((TEXT, "bỏ qua", "bỏ qua", "bỏ qua", "bỏ qua"), "Đăng ký http://khong-co", "không dùng được"),
        ((TEXT, "bỏ qua", "bỏ qua", "bỏ qua", "bỏ qua"), "Đăng ký javascript:alert(1)", "không dùng được"),
        ((TEXT, "bỏ qua", "bỏ qua", "bỏ qua", "bỏ qua"), "chỉ có nhãn", "nhãn rồi đến đường dẫn"),
    ],
)
async def test_a_bad_text_or_link_is_refused_where_it_is_written(
    talk: Talk, answers: tuple[str, ...], wrong: str, heard: str
) -> None:
    await talk.is_officer()
    await talk.taps("broadcasts:new")
    await acts(talk, "=topic:news", *answers, wrong)
    talk.hears(heard)


async def test_a_text_too_long_for_a_photo_is_refused(talk: Talk) -> None:
    await talk.is_officer()
    await talk.taps("broadcasts:new")
    await acts(talk, "=topic:news", "rất dài " * 150, "bỏ qua", "bỏ qua")
    await talk.sends("photo", photo().data)
    talk.hears("không đặt dưới ảnh được")


async def test_photo_buttons_and_names_arrive_in_each_language(talk: Talk) -> None:
    await talk.is_officer()
    await publish(talk.assistant.database, talk.clock())
    await members(talk, 1, name="Hà Văn Bốn", prefix="b")
    await members(talk, 1, language="fr", prefix="c")
    await writes(
        talk,
        "Chào {name} của {cooperative}.",
        french="Bonjour {name}.",
        media=photo(),
        buttons=("=buttons:event:1", "Biểu mẫu https://example.org/form", "=buttons"),
    )
    talk.hears("kèm ảnh hoặc tệp")
    await talk.taps("Gửi cho 3 người")
    await comes_to(talk, "done")
    (bon,), (claire,) = talk.wire.to("b1"), talk.wire.to("c1")
    assert bon.text == "Chào Hà Văn Bốn của đơn vị của anh/chị."
    assert bon.photo
    assert bon.photo.type == "image/jpeg"
    assert [button.label for button in bon.buttons][:2] == ["Xem và đăng ký", "Biểu mẫu"]
    assert claire.text.startswith("Bonjour ")
    assert claire.buttons[0].label == "Voir et s’inscrire"


async def test_a_photo_that_is_gone_stops_it_before_anybody_has_it(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 2)
    await writes(talk, media=photo())
    await talk.taps("Xem trước")
    talk.hears("Trên đây là tin người nhận sẽ đọc")
    kept = (await one(talk)).photo
    assert kept is not None
    talk.assistant.media.delete(kept.reference)
    await talk.taps("Gửi cho 3 người")
    talk.hears("không còn nữa")
    assert (await one(talk)).state == "draft"
    assert talk.wire.texts("m1") == []


async def test_an_audience_that_became_empty_is_refused(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 1, language="fr")
    await writes(talk, who=("=who:languages", "=who", "=languages:fr", "=languages"))
    await talk.assistant.database.write(
        lambda c: people.unreachable(c, [(talk.wire.name, talk.wire.address("m1"))])
    )
    await talk.taps("Gửi cho 1 người")
    talk.hears("Không có ai nhận thông báo này")
    assert (await one(talk)).state == "draft"


async def test_an_audience_that_grew_is_asked_again_with_both_counts(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 2)
    await writes(talk)
    await members(talk, 2, prefix="n")
    await talk.taps("Gửi cho 3 người")
    talk.hears("tăng từ 3 lên 5")
    assert talk.wire.texts("m1") == []
    await talk.taps("Gửi cho 5 người")
    await comes_to(talk, "done")
    assert talk.wire.texts("n2") == [TEXT]


async def test_of_two_who_press_send_one_sends(talk: Talk) -> None:
    await talk.is_officer()
    other = talk.beside("hai")
    await other.is_officer("Cán bộ Hai")
    await members(talk, 1)
    await writes(talk)
    await other.taps("broadcasts:show:1")
    await talk.wire.hears(
        said("", talk.chat, kind="tap", data="broadcasts:send:1:3"),
        said("", other.chat, kind="tap", data="broadcasts:send:1:3"),
    )
    await other.is_told()
    await talk.is_told()
    both = "\n".join([talk.words, other.words])
    assert both.count("Em đang gửi đi") == 1
    assert both.count("vừa được làm rồi") == 1
    await comes_to(talk, "done")
    assert talk.wire.texts("m1") == [TEXT]


async def test_a_list_of_phones_is_typed(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 1, prefix="b", phone="+84987654321")
    await members(talk, 1, prefix="c", phone="+84987654322")
    await writes(talk, who=("=who:list", "=who", "0987 654 321\n0987654399, chuyện khác"))
    talk.hears("danh sách 1 người", "Sẽ gửi tới: 1 người")
    await talk.taps("Gửi cho 1 người")
    await comes_to(talk, "done")
    assert (talk.wire.texts("b1"), talk.wire.texts("c1")) == ([TEXT], [])


async def test_what_is_not_found_of_a_list_is_named(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 1, prefix="b", phone="+84987654321")
    await talk.taps("broadcasts:new")
    await acts(talk, "=topic:news", TEXT, *["bỏ qua"] * 5, "=who:list", "=who", "chẳng có số nào")
    talk.hears("không thấy số điện thoại hay mã số thuế nào")
    await acts(talk, "0987654321; 0987654399; linh tinh")
    talk.hears("Hiện có 1 người nhận", "⚠ Không tìm thấy: 0987654399, linh tinh")


async def test_a_list_comes_as_a_spreadsheet(talk: Talk) -> None:
    await talk.belongs_to("HTX Nấm Hương", tax_code="0100233488", phone="+84911111111")
    officer = talk.beside("can-bo")
    await officer.is_officer()
    await members(talk, 1, prefix="b", phone="+84987654321")
    await officer.taps("broadcasts:new")
    await acts(officer, "=topic:news", TEXT, *["bỏ qua"] * 5, "=who:list", "=who")
    data = workbook([["Số điện thoại", "MST"], [987654321, ""], ["", "0100233488"], ["0911222333", ""]])
    officer.wire.files["list"] = data
    await officer.sends("file", Media("list", "danh-sach.xlsx", size=len(data)))
    await eventually(lambda: officer._fetched("list"), "the list was not fetched")
    await acts(officer, "không", "không", "=when:now", "bỏ qua")
    await officer.taps("Gửi")
    officer.hears("một danh sách chưa đọc")
    await officer.taps("broadcasts:send:1:9")
    officer.hears("Danh sách người nhận chưa được đọc")
    await officer.taps("Đọc danh sách")
    officer.hears("2 người trong danh sách có ở đây", "Không tìm thấy: 0911222333", "Sẽ gửi tới: 2 người")
    await officer.taps("Gửi cho 2 người")
    await comes_to(officer, "done")
    assert talk.wire.texts("b1") == [TEXT]
    assert TEXT in talk.wire.texts(talk.chat)


# --- tried, approved


async def test_it_is_tried_on_oneself_and_not_counted(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 1)
    await writes(talk, acknowledge=True)
    await talk.taps("Gửi thử cho tôi")
    await talk.is_told()
    assert TEXT in talk.wire.texts(talk.chat)
    assert talk.wire.texts("m1") == []
    await talk.taps("broadcasts:ack:1")
    talk.hears("chỉ là tin gửi thử")
    assert (await totals(talk)).all == 0


async def test_the_preview_says_by_channel_who_gets_it_and_what_can_be_done(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 2)
    (an,) = await members(talk, 1, prefix="b")
    await talk.assistant.database.write(lambda c: optouts.stop(c, an, ["news"], talk.clock()))
    talk.wire.policy = Policy(window=timedelta(hours=48), cost=55, gathers=True)
    await talk.restart()
    await writes(talk)
    await talk.taps("Xem trước")
    assert talk.heard[0].text == TEXT
    talk.hears(
        f"{called(talk)}: 3 người",
        "2 người trong đó lâu chưa nhắn",
        "thứ Sáu từ 8:00 đến 16:00",
        "không sửa được tin đã gửi",
        "tốn khoảng 55 đồng",
        "Không muốn nhận loại này: 1",
    )


async def test_more_than_so_many_recipients_need_a_second_officer(talk: Talk) -> None:
    await few(talk)
    other = talk.beside("hai")
    await talk.is_officer()
    await members(talk, 2)
    await writes(talk)
    await talk.taps("Trình duyệt")
    talk.hears("cần cán bộ thứ hai duyệt")
    await other.is_officer("Cán bộ Hai")
    await talk.taps("broadcasts:send:1:4")
    talk.hears("trình Cán bộ Hai duyệt, vì tin gửi tới 4 người")
    await other.is_told()
    other.hears("Thông báo chờ duyệt", TEXT, "Người soạn: Cán bộ Một")
    assert talk.wire.texts("m1") == []
    await talk.says("duyệt số 1")
    talk.hears("do anh/chị soạn")
    await other.taps("Duyệt và gửi")
    other.hears("Đã duyệt")
    await comes_to(talk, "done")
    await talk.is_told()
    talk.hears("Một đồng nghiệp đã duyệt")
    assert talk.wire.texts("m1") == [TEXT]
    assert (await one(talk)).approver_id == 2


async def test_what_is_not_approved_goes_back_with_the_reason_and_can_be_changed(talk: Talk) -> None:
    await few(talk)
    other = talk.beside("hai")
    await other.is_officer("Cán bộ Hai")
    await talk.is_officer()
    await members(talk, 2)
    await writes(talk)
    await talk.taps("Trình duyệt")
    await other.is_told()
    await other.taps("Không duyệt")
    await other.says("Sai ngày họp")
    await other.taps("Gửi")
    other.hears("em báo cho người soạn")
    await talk.is_told()
    talk.hears("Một đồng nghiệp không duyệt", "Sai ngày họp")
    await talk.taps("Thay đổi")
    await talk.taps("form:announce:edit:vi")
    await talk.says("Sáng kia họp trực tuyến.")
    await talk.taps("Gửi")
    await talk.taps("Trình duyệt")
    await other.is_told()
    other.hears("Sáng kia họp trực tuyến.")


async def test_an_audience_that_grew_is_shown_to_who_approves(talk: Talk) -> None:
    await few(talk)
    other = talk.beside("hai")
    await other.is_officer("Cán bộ Hai")
    await talk.is_officer()
    await members(talk, 2)
    await writes(talk)
    await talk.taps("Trình duyệt")
    await other.is_told()
    await members(talk, 1, prefix="n")
    await other.taps("Duyệt và gửi")
    other.hears("tăng từ 4 lên 5")
    assert (await one(talk)).state == "asked"
    await other.taps("staff:card:1")
    await other.taps("Duyệt và gửi")
    await comes_to(talk, "done")
    assert talk.wire.texts("n1") == [TEXT]


# --- while it goes out, and afterwards


async def done(talk: Talk, count: int = 3, **how: Any) -> None:
    """An announcement that has gone out to the officer and so many members."""
    await talk.is_officer()
    await members(talk, count)
    await writes(talk, **how)
    await talk.taps(f"Gửi cho {count + 1} người")
    await comes_to(talk, "done")


async def test_the_message_that_shows_how_far_it_is_changes_in_place_and_the_end_is_told(talk: Talk) -> None:
    only_where_it_is_changed(talk)
    await done(talk)
    said_before = len(talk.wire.to(talk.chat))
    at = next(n for n, m in enumerate(talk.wire.to(talk.chat)) if "Em đang gửi đi" in m.text)
    await beats(talk)
    now = talk.wire.to(talk.chat)
    assert "đã gửi xong" in now[at].text
    assert "▓▓▓▓▓▓▓▓▓▓ 100% (4/4)" in now[at].text
    assert len(now) == said_before + 1
    talk.hears("Đã xong", "Đã nhận: 4", "Tổng cộng: 4")
    await beats(talk)
    talk.hears_nothing()


EMPTY = Broadcast(
    id=1, state="draft", topic="news", texts={}, buttons=(), photo=None, file=None, audience=Audience(), urgent=False,
    acknowledge=False, digest=False, send_at=None, expires_at=None, every="", rule_id=None, revision=1, counted=0,
    reason="", author_id=None, approver_id=None, progress_id=None, created_at=datetime(2026, 11, 24, tzinfo=UTC),
    started_at=None, ended_at=None,
)  # fmt: skip


def test_the_bar_says_how_fast_it_goes_and_how_long_it_takes_still() -> None:
    at = datetime(2026, 11, 24, 2, tzinfo=UTC)
    sending = replace(EMPTY, state="sending")
    half = Totals({"sent": 500, "skipped": 100, "waiting": 600}, 0, 0, 0, 0, {})
    lines = broadcast_words.progress(sending, half, 2.5, at, text("vi"))
    assert lines == ["▓▓▓▓▓░░░░░ 50% (600/1.200)", "2,5 tin/giây, còn khoảng 4 phút"]


def test_at_night_it_says_when_it_goes_on() -> None:
    at = datetime(2026, 11, 24, 16, tzinfo=UTC)
    sending = replace(EMPTY, state="sending")
    waiting = Totals({"waiting": 5}, 0, 0, 0, 0, {})
    assert "06:30" in broadcast_words.progress(sending, waiting, 0.0, at, text("vi"))[1]
    urgent = replace(sending, urgent=True)
    assert len(broadcast_words.progress(urgent, waiting, 0.0, at, text("vi"))) == 1


async def test_it_waits_at_night_is_paused_resumed_and_stopped_by_words(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 2)
    await writes(talk)
    talk.clock.moves(hours=14)
    await talk.taps("Gửi cho 3 người")
    talk.hears("0% (0/3)", "gửi tiếp lúc 06:30")
    await talk.says("tạm dừng thông báo")
    talk.hears("Đã tạm ngừng", "Còn chờ: 3")
    assert "Gửi tiếp" in talk.buttons
    await talk.says("tạm dừng thông báo 1")
    talk.hears("hiện không đang gửi")
    await talk.says("gửi tiếp thông báo 1")
    talk.hears("Em gửi tiếp đây")
    await talk.says("dừng thông báo 1")
    talk.hears("Dừng hẳn chứ ạ?")
    assert (await one(talk)).state == "sending"
    await talk.taps("Đồng ý dừng")
    talk.hears("Đã dừng hẳn", "Không gửi: 3", "dừng trước khi tới lượt: 3", "Tổng cộng: 3")
    talk.clock.moves(hours=10)
    await beats(talk)
    assert talk.wire.texts("m1") == []


async def test_those_for_whom_it_failed_are_tried_again(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 2)
    await writes(talk)
    talk.wire.refuses = {talk.wire.address("m1"): Refused("no such chat")}
    await talk.taps("Gửi cho 3 người")
    await comes_to(talk, "done")
    await talk.says("thông báo 1")
    talk.hears("Đã nhận: 2", "Gửi lỗi: 1", "– no such chat: 1", "Tổng cộng: 3")
    talk.wire.refuses = {}
    await talk.taps("Gửi lại cho 1 người")
    talk.hears("Em gửi lại")
    await comes_to(talk, "done")
    assert talk.wire.texts("m1") == [TEXT]
    assert talk.wire.texts("m2") == [TEXT]
    await talk.says("thông báo 1")
    talk.hears("Đã nhận: 3", "Tổng cộng: 3")


async def test_who_has_confirmed_and_who_has_not_and_those_are_reminded(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 1, prefix="b", name="Hà Văn Bốn")
    await members(talk, 1, prefix="c", name="Lê Thị Năm")
    await writes(talk, acknowledge=True)
    await talk.taps("Gửi cho 3 người")
    await comes_to(talk, "done")
    bon = talk.beside("b1")
    await bon.taps("broadcasts:ack:1")
    bon.hears("em đã ghi là anh/chị đã nhận")
    await bon.taps("broadcasts:ack:1")
    bon.hears("em đã ghi là anh/chị đã nhận")
    await talk.says("ai đã xác nhận thông báo 1")
    talk.hears("Đã xác nhận:", "1. Hà Văn Bốn")
    talk.hears_not("Lê Thị Năm")
    await talk.says("ai chưa xác nhận")
    talk.hears("Lê Thị Năm")
    talk.hears_not("Hà Văn Bốn")
    await talk.taps("Nhắc họ")
    talk.hears("Em nhắc những người chưa xác nhận", "Đã xác nhận: 1/3")
    await comes_to(talk, "done")
    assert len(talk.wire.texts("b1")) == 3
    assert talk.wire.texts("c1")[1].endswith(TEXT)


async def test_many_names_come_a_page_at_a_time(talk: Talk) -> None:
    await members(talk, 17, name="Người Nhận")
    await talk.is_officer()
    await writes(talk, acknowledge=True)
    await talk.taps("Gửi cho 18 người")
    await comes_to(talk, "done")
    await talk.says("ai chưa xác nhận thông báo 1")
    talk.hears("15. Người Nhận")
    talk.hears_not("16.")
    await talk.taps("Xem thêm…")
    talk.hears("16.", "18.")


async def test_it_is_corrected_for_all_who_have_it(talk: Talk) -> None:
    only_where_it_is_changed(talk)
    await done(talk)
    await talk.says("đính chính thông báo 1")
    await talk.says("Sáng kia {họp}")
    talk.hears("không biết điền gì vào {họp}")
    await talk.says("Sáng kia họp trực tuyến.")
    await talk.taps("Gửi")
    talk.hears("4 người đã nhận sẽ có bản đính chính")
    await comes_to(talk, "done")
    assert talk.wire.texts("m1") == ["Sáng kia họp trực tuyến."]
    await talk.says("thông báo 1")
    talk.hears("Đã có bản đính chính: 4")


async def test_it_is_recalled_from_all_who_have_it_after_a_yes(talk: Talk) -> None:
    only_where_it_is_changed(talk)
    await done(talk)
    await talk.says("thu hồi thông báo 1")
    talk.hears("Thu hồi từ 4 người đã nhận?")
    assert talk.wire.texts("m1") == [TEXT]
    await talk.taps("Đồng ý thu hồi")
    talk.hears("đang thu hồi")
    await comes_to(talk, "done")
    assert talk.wire.texts("m1") == [""]
    await beats(talk)
    talk.hears("Đã thu hồi: 4")


async def test_what_is_paused_is_recalled_too(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 2)
    await writes(talk)
    talk.clock.moves(hours=14)
    await talk.taps("Gửi cho 3 người")
    await talk.taps("Tạm ngừng gửi")
    await talk.taps("broadcasts:recalled:1")
    talk.hears("Chưa ai nhận; em đã dừng lại", "thu hồi trước khi tới lượt: 3")
    assert (await one(talk)).state == "cancelled"


async def test_a_draft_is_thrown_away(talk: Talk) -> None:
    await talk.is_officer()
    await writes(talk)
    await talk.taps("Bỏ thông báo này")
    talk.hears("Đã bỏ; chưa ai nhận gì cả")
    await talk.says("các thông báo")
    talk.hears("đã dừng hẳn")
    await talk.taps("broadcasts:send:1:9")
    assert (await one(talk)).state == "cancelled"


async def test_a_number_that_is_none_is_said_so(talk: Talk) -> None:
    await talk.is_officer()
    for said_ in ("thông báo 99", "thu hồi thông báo 99"):
        await talk.says(said_)
        talk.hears("Không có thông báo nào như vậy")


# --- later, again and again


async def test_it_goes_out_at_its_time_and_its_author_sees_it(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 1)
    await writes(talk, when=("=when:later", "10h 25/11/2026"))
    talk.hears("Gửi: 10:00 Thứ Tư, 25/11/2026")
    await talk.taps("Gửi cho 2 người")
    talk.hears("Tin sẽ tự gửi: 10:00 Thứ Tư, 25/11/2026")
    await talk.passes(hours=24)
    talk.hears_nothing()
    await talk.passes(hours=1)
    talk.hears("Em đang gửi đi")
    await comes_to(talk, "done")
    assert talk.wire.texts("m1") == [TEXT]
    await talk.passes(minutes=1)
    assert talk.wire.texts("m1") == [TEXT]


async def test_a_time_that_passed_before_it_was_sent_is_refused(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 1)
    await writes(talk, when=("=when:later", "10h 25/11/2026"))
    talk.clock.moves(days=2)
    await talk.taps("Gửi cho 2 người")
    talk.hears("Giờ hẹn gửi đã qua")
    assert (await one(talk)).state == "draft"


async def test_a_photo_that_is_gone_when_its_time_comes_stops_it(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 1)
    await writes(talk, when=("=when:later", "10h 25/11/2026"), media=photo())
    await talk.taps("Gửi cho 2 người")
    kept = (await one(talk)).photo
    assert kept is not None
    talk.assistant.media.delete(kept.reference)
    await talk.passes(hours=25)
    talk.hears("Thông báo số 1 không gửi được, chưa ai nhận", "không còn nữa")
    assert talk.wire.texts("m1") == []
    assert (await one(talk)).state == "cancelled"
    await talk.taps("Dùng lại")
    talk.hears(TEXT)


async def test_what_is_scheduled_is_called_off(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 1)
    await writes(talk, when=("=when:later", "10h 25/11/2026"))
    await talk.taps("Gửi cho 2 người")
    await talk.taps("Dừng hẳn")
    await talk.taps("Đồng ý dừng")
    talk.hears("Đã dừng hẳn")
    await talk.passes(hours=25)
    assert talk.wire.texts("m1") == []


async def test_it_goes_out_each_week_until_it_is_stopped(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 1)
    await writes(talk, when=("=when:week", "=weekday:0", "8h30", "không"))
    talk.hears("Thứ Hai hằng tuần lúc 08:30")
    await talk.taps("Gửi cho 2 người")
    talk.hears("Lần tới: 08:30 30/11/2026")
    await talk.passes(days=6)
    await comes_to(talk, "done", 2)
    await members(talk, 1, prefix="n")
    await talk.passes(days=7)
    await comes_to(talk, "done", 3)
    assert talk.wire.texts("m1") == [TEXT, TEXT]
    assert talk.wire.texts("n1") == [TEXT]
    await talk.says("dừng thông báo 1")
    await talk.taps("Đồng ý dừng")
    await talk.passes(days=7)
    assert talk.wire.texts("m1") == [TEXT, TEXT]


async def test_after_a_stop_what_repeats_goes_out_once(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 1)
    await writes(talk, when=("=when:week", "=weekday:0", "8h30", "không"))
    await talk.taps("Gửi cho 2 người")
    await talk.passes(days=22)
    await comes_to(talk, "done", 2)
    await talk.passes(minutes=2)
    assert talk.wire.texts("m1") == [TEXT]


@pytest.mark.parametrize(
    ("every", "after", "due"),
    [
        ("week:0 08:00", "2026-11-24 09:00", "2026-11-30 08:00"),
        ("week:1 08:00", "2026-11-24 07:59", "2026-11-24 08:00"),
        ("week:1 08:00", "2026-11-24 08:00", "2026-12-01 08:00"),
        ("month:31 08:00", "2026-11-24 09:00", "2026-11-30 08:00"),
        ("month:31 08:00", "2027-02-01 09:00", "2027-02-28 08:00"),
        ("month:1 23:30", "2026-12-01 23:30", "2027-01-01 23:30"),
    ],
)
def test_a_rule_knows_when_it_is_due_next(every: str, after: str, due: str) -> None:
    def at(moment: str) -> datetime:
        return datetime.strptime(moment, "%Y-%m-%d %H:%M").replace(tzinfo=TIMEZONE)

    assert announcing.next_time(every, at(after)) == at(due)


async def test_a_digest_lists_what_is_new_and_stays_away_where_nothing_is(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 1, language="fr")
    await writes(talk, "Tin tháng này:", when=("=when:month", "1", "9h", "có"))
    talk.hears("ngày 1 hằng tháng lúc 09:00", "kèm tin mới")
    await talk.taps("Gửi cho 2 người")
    long_ago = update(programmes.programmes).values(changed_at=talk.clock() - timedelta(days=9))
    await talk.assistant.database.write(lambda c: c.execute(long_ago))
    talk.clock.moves(days=1)
    await publish(talk.assistant.database, talk.clock())
    await talk.passes(days=6, hours=1)
    await comes_to(talk, "done", 2)
    assert talk.wire.texts("m1")[0].startswith("Les nouveautés :\n• Hội chợ Xuân nông sản")
    assert "event:show:1" in [button.data for button in talk.wire.to("m1")[0].buttons]
    assert any(said_.startswith("Tin tháng này:\n• Hội chợ Xuân") for said_ in talk.wire.texts(talk.chat))
    await talk.passes(days=31)
    assert len(talk.wire.texts("m1")) == 1


# --- what members do with it


@pytest.mark.parametrize("typed", ["đã nhận", "Da nhan", "em đã nhận", "bien reçu", "received"])
async def test_the_newest_is_confirmed_by_typing(talk: Talk, typed: str) -> None:
    await done(talk, 1, acknowledge=True)
    member = talk.beside("m1")
    await member.says(typed)
    member.hears("em đã ghi là anh/chị đã nhận")
    assert (await totals(talk)).acknowledged == 1
    await member.says(typed)
    member.hears("Hiện không có gì cần anh/chị xác nhận")


async def test_what_was_not_for_somebody_is_not_confirmed(talk: Talk) -> None:
    await done(talk, 1, acknowledge=True)
    stranger = talk.beside("khac")
    await stranger.says("/menu")
    await stranger.taps("broadcasts:ack:1")
    stranger.hears("không gửi cho anh/chị")
    await stranger.taps("broadcasts:ack:xyz")
    stranger.hears("không gửi cho anh/chị")
    assert (await totals(talk)).acknowledged == 0


async def test_the_label_of_a_button_under_it_is_typed_where_there_are_none(talk: Talk) -> None:
    if talk.wire.policy.buttons:
        pytest.skip("there are buttons")
    await talk.is_officer()
    await publish(talk.assistant.database, talk.clock())
    await members(talk, 1)
    await writes(talk, buttons=("=buttons:event:1", "=buttons"))
    await talk.taps("Gửi cho 2 người")
    await comes_to(talk, "done")
    member = talk.beside("m1")
    (button, *_) = talk.wire.to("m1")[0].buttons
    await member.says(button.label.casefold())
    member.hears("Hội chợ Xuân nông sản", "Thời gian")


@pytest.mark.parametrize("how", ["broadcasts:stop:news", "không nhận loại này nữa"])
async def test_a_kind_is_turned_off_from_the_message_and_on_again(talk: Talk, how: str) -> None:
    await done(talk, 1)
    member = talk.beside("m1")
    await (member.taps(how) if ":" in how else member.says(how))
    member.hears("không tự gửi tin về: Tin của Liên minh nữa")
    await writes(talk)
    talk.hears("Không muốn nhận loại này: 1")
    await member.taps("Nhận lại loại này")
    member.hears("em lại gửi tin về: Tin của Liên minh")
    await talk.taps("broadcasts:show:2")
    talk.hears("Sẽ gửi tới: 2 người")


async def test_a_kind_that_is_unknown_leads_to_the_list(talk: Talk) -> None:
    await talk.says("không nhận loại này nữa")
    talk.hears("Anh/chị muốn nói loại nào?")
    await talk.taps("broadcasts:stop:everything")
    talk.hears("Anh/chị muốn nói loại nào?")


async def test_who_asks_to_be_forgotten_is_not_written_to(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 1)
    await writes(talk)
    talk.clock.moves(hours=14)
    await talk.taps("Gửi cho 2 người")
    member = talk.beside("m1")
    await member.taps("privacy:erased")
    talk.clock.moves(hours=10)
    await beats(talk)
    await comes_to(talk, "done")
    assert TEXT not in talk.wire.texts("m1")
    await talk.says("thông báo 1")
    talk.hears("đã xóa dữ liệu: 1", "Tổng cộng: 2")


# --- tags


TAG = Script(
    form="tag",
    opens="tags:new",
    steps=(
        Step("coop", "nam huong", wrong="HTX Không Có", hint="không thấy HTX nào", shown="nam huong"),
        Step("which", "HTX Nấm Hương Hai", wrong="cái kia", hint="chọn một", shown="HTX Nấm Hương Hai"),
        Step("tags", "rau sạch", wrong="x" * 41, hint="nhiều nhất 40 chữ", shown="rau sạch"),
    ),
    done="Nhãn nhóm của HTX Nấm Hương Hai: rau sạch",
    french="Étiquettes d’une coopérative",
    count=rows(audiences.tags),
    before=lambda talk: mushrooms(talk),
)


async def mushrooms(talk: Talk) -> None:
    await talk.beside("mot").belongs_to("HTX Nấm Hương Một")
    await talk.beside("hai").belongs_to("HTX Nấm Hương Hai", tax_code="0100233488")
    await talk.is_officer()


@pytest.mark.parametrize("walk", UNINTERRUPTED, ids=name_of)
async def test_a_cooperative_is_tagged(talk: Talk, walk: Walk) -> None:
    await walk(talk, TAG)


async def test_an_announcement_goes_to_those_with_a_tag(talk: Talk) -> None:
    await mushrooms(talk)
    await talk.says("gắn nhãn htx")
    for answer in ("0100233488", "rau sạch, VietGAP", "gửi"):
        await talk.says(answer)
    talk.hears("Nhãn nhóm của HTX Nấm Hương Hai: VietGAP, rau sạch")
    await writes(talk, who=("=who:tags", "=who", "=tags:rau sạch", "=tags"))
    talk.hears("nhãn nhóm: rau sạch", "Sẽ gửi tới: 1 người", "HTX Nấm Hương Hai")
    await talk.says("nhãn nhóm")
    talk.hears("• VietGAP: 1", "• rau sạch: 1")
    await talk.taps("tags:show:2")
    await talk.taps("Bỏ nhãn: VietGAP")
    talk.hears("Nhãn nhóm của HTX Nấm Hương Hai: rau sạch")


async def test_only_officers_tag(talk: Talk) -> None:
    await talk.says("nhãn nhóm")
    talk.hears("dành cho cán bộ")
    await talk.taps("tags:untag:1:00000000")
    talk.hears("dành cho cán bộ")


async def test_tags_go_in_and_out_by_spreadsheet(talk: Talk) -> None:
    await mushrooms(talk)
    lines = [{"tax_code": "0100233488", "tags": "rau sạch, OCOP"}, {"tax_code": "0100109106", "tags": "xa"}]

    async def work(connection: AsyncConnection) -> tuple[int, Any]:
        known = await tags.write(connection, lines, talk.clock())
        return known, await tags.taken_out(connection, text("vi"))

    assert await talk.assistant.database.write(work) == (
        1,
        [["0100233488", "HTX Nấm Hương Hai", "OCOP, rau sạch"]],
    )


async def test_the_card_of_a_new_cooperative_leads_to_its_tags(talk: Talk) -> None:
    await mushrooms(talk)

    async def work(connection: AsyncConnection) -> None:
        await connection.execute(update(cooperatives.cooperatives).values(state="waiting"))
        await desk.begin(
            connection,
            "cooperative",
            2,
            topic="cooperatives",
            commune="",
            person_id=None,
            at=talk.clock(),
            key="t",
        )

    await talk.assistant.database.write(work)
    await talk.says("/viec")
    await talk.taps("staff:card:1")
    await talk.taps("Gắn nhãn")
    talk.hears("Nhãn nào?")
    await talk.says("mới vào")
    await talk.taps("Gửi")
    await talk.taps("staff:card:1")
    talk.hears("Nhãn nhóm: mới vào")
    assert "Xác nhận" in talk.buttons


# --- in other languages, on other channels


async def test_the_message_says_the_rate_while_it_goes_out(talk: Talk) -> None:
    only_where_it_is_changed(talk)
    await talk.is_officer()
    await members(talk, 9)
    await writes(talk)
    talk.clock.moves(hours=14)  # night: nothing goes out but what this test says
    await talk.taps("Gửi cho 10 người")
    at = len(talk.wire.to(talk.chat)) - 1
    await beats(talk)
    half = update(recipients).where(recipients.c.id <= 5).values(state="sent", wants="")
    await talk.assistant.database.write(lambda connection: connection.execute(half))
    await beats(talk, 10)
    shown = talk.wire.to(talk.chat)[at].text
    assert "▓▓▓▓▓░░░░░ 50% (5/10)" in shown
    assert "0,5 tin/giây, còn khoảng" in shown


async def test_where_nothing_can_be_changed_the_end_is_told_alone(talk: Talk) -> None:
    talk.wire.policy = Policy()
    await talk.restart()
    await done(talk, 1)
    before = talk.wire.texts(talk.chat)
    await beats(talk)
    talk.hears("Đã xong", "Đã nhận: 2")
    assert talk.wire.texts(talk.chat)[:-1] == before
    await talk.says("đính chính thông báo 1")
    await talk.says("Sáng kia họp trực tuyến.")
    await talk.taps("Gửi")
    await comes_to(talk, "done")
    assert talk.wire.texts("m1") == [TEXT, "Đính chính tin đã gửi:\n\nSáng kia họp trực tuyến."]


async def test_who_has_not_written_since_is_reminded_of_what_needs_no_confirmation(talk: Talk) -> None:
    await done(talk, 2)
    talk.clock.moves(hours=1)
    await talk.beside("m1").says("/menu")
    await talk.says("nhắc lại thông báo 1")
    talk.hears("chưa nhắn lại")
    await comes_to(talk, "done")
    assert talk.wire.texts("m2")[-1].endswith(TEXT)
    assert len(talk.wire.texts("m2")) == 2
    assert len([one for one in talk.wire.texts("m1") if TEXT in one]) == 1


async def test_an_officer_reads_it_all_in_french(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 1)
    await talk.says("tiếng Pháp")
    await talk.says("nouvelle annonce")
    talk.hears("De quoi parle l’annonce ?")
    for answer in (
        "Nouvelles de l'Alliance",
        TEXT,
        *["passer"] * 5,
        "tout le monde",
        "non",
        "non",
        "Tout de suite",
        "passer",
    ):
        await talk.says(answer)
    await talk.taps("Envoyer")
    talk.hears("Annonce n° 1 – brouillon", "Recevront l’annonce : 2 personnes")
    await talk.says("envoyer l'annonce 1")
    talk.hears("Elle part.")
    await comes_to(talk, "done")
    await talk.says("rappeler l'annonce 1")
    talk.hears("La retirer chez 2 personnes")


async def test_no_message_has_more_buttons_than_fit(talk: Talk) -> None:
    await done(talk, 1, acknowledge=True)
    failed = update(recipients).where(recipients.c.id == 1).values(state="failed")
    await talk.assistant.database.write(lambda connection: connection.execute(failed))
    await talk.says("thông báo 1")
    assert len(talk.buttons) == 7
    for number in range(8):
        await writes(talk, f"Thông báo thứ {number}.")
    await talk.says("/thongbao")
    assert len(talk.buttons) == 8
    await talk.taps("Xem thêm…")
    talk.hears(TEXT)


# --- changed, used again


async def test_what_was_chosen_and_is_offered_no_more_can_still_be_read_and_changed(talk: Talk) -> None:
    await mushrooms(talk)
    await talk.assistant.database.write(lambda c: audiences.tag(c, 2, ["rau sạch"]))
    await writes(talk, who=("=who:tags", "=who", "=tags:rau sạch", "=tags"))
    await talk.assistant.database.write(lambda c: audiences.untag(c, 2, "rau sạch"))
    await talk.taps("Thay đổi")
    talk.hears("Người nhận: Theo nhãn nhóm", "Nhãn nhóm: rau sạch")
    await talk.taps("Gửi")
    await talk.taps("broadcasts:send:1:1")
    talk.hears("Không có ai nhận thông báo này")


async def test_each_filter_comes_back_when_it_is_changed(talk: Talk) -> None:
    await talk.beside("mot").belongs_to("HTX Nấm Hương", province="40", commune="16681", sector="crafts")
    await talk.is_officer()
    who = (
        *("=who:provinces", "=who:communes", "=who:kinds", "=who:sectors", "=who"),
        *("Nghệ An", "#16681", "=kinds:coop", "=kinds", "=sectors:crafts", "=sectors"),
    )
    await writes(talk, who=who)
    talk.hears("Sẽ gửi tới: 1 người")
    card = talk.words.split("\n", 1)[1]
    await talk.taps("Thay đổi")
    await talk.taps("Gửi")
    assert talk.words.split("\n", 1)[1] == card


async def test_what_is_used_again_asks_for_the_times_that_have_passed(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 1)
    await writes(talk, when=("=when:later", "10h 25/11/2026"))
    talk.clock.moves(days=2)
    await talk.taps("Thay đổi")
    talk.hears("Ngày nào, mấy giờ?")
    await talk.says("10h 30/11/2026")
    await talk.taps("Gửi")
    talk.hears("Gửi: 10:00 Thứ Hai, 30/11/2026")


async def test_a_text_made_too_long_for_its_photo_is_refused_before_it_goes(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 1)
    await writes(talk, media=photo())
    await talk.taps("Thay đổi")
    await talk.taps("form:announce:edit:vi")
    await talk.says("Chào {name}, " + "rất dài " * 118)
    await talk.taps("Gửi")
    await talk.taps("Gửi cho 2 người")
    talk.hears("không đặt dưới ảnh được")


async def test_words_to_send_without_a_number_show_it_first(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 1)
    await writes(talk)
    await talk.says("gửi thông báo đi")
    talk.hears("bản nháp, chưa gửi")
    assert (await one(talk)).state == "draft"
    await talk.says("gửi thông báo 1")
    talk.hears("Em đang gửi đi")


async def test_a_turn_that_failed_does_not_lose_what_is_due(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await talk.is_officer()
    await members(talk, 1)
    await writes(talk, when=("=when:later", "10h 25/11/2026"))
    await talk.taps("Gửi cho 2 người")

    async def broken(*_: Any) -> None:
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as patched:
        patched.setattr(broadcast_clock, "go", broken)
        await talk.passes(hours=25)
    assert (await one(talk)).state == "scheduled"
    await talk.passes(minutes=11)
    await comes_to(talk, "done")
    assert talk.wire.texts("m1") == [TEXT]


# --- the correction


async def gone_out(talk: Talk) -> None:
    await talk.is_officer()
    await members(talk, 1)
    await writes(talk, french="Réunion demain.")
    await talk.taps("Gửi cho 2 người")
    await comes_to(talk, "done")


CORRECT = Script(
    form="correct",
    opens="đính chính thông báo 1",
    steps=(
        Step(
            "vi",
            "Sáng kia họp trực tuyến.",
            wrong="Mai {gì} họp",
            hint="không biết điền gì vào {gì}",
            shown="Sáng kia",
        ),
        Step("fr", "Réunion après-demain.", wrong=STICKER, hint="", shown="après-demain"),
    ),
    done="đã nhận sẽ có bản đính chính",
    french="Une correction",
    count=rows(broadcasts.broadcasts, broadcasts.broadcasts.c.revision > 1),
    before=gone_out,
)


@pytest.mark.parametrize("walk", UNINTERRUPTED, ids=name_of)
async def test_an_announcement_is_corrected(talk: Talk, walk: Walk) -> None:
    await walk(talk, CORRECT)
