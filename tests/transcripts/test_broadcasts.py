"""Announcements in chat: written, looked over, tried, approved, sent, watched, corrected, recalled, confirmed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import scheduler
from bot.chat import Media
from bot.policy import Policy, Rate
from bot.records import broadcasts, optouts, people
from bot.records.broadcasts import Broadcast, Totals
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
            "expires", "17h 25/12/2026", wrong="7h 20/12/2026", hint="gửi sau lúc đó", shown="17:00 Thứ Sáu, 25/12/2026"
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
    keys = [("wire", f"{prefix}{number}", False) for number in range(1, count + 1)]

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
    for line in lines:
        book.active.append(list(line))
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
    assert bon.photo and bon.photo.type == "image/jpeg"
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
    await talk.assistant.database.write(lambda c: people.unreachable(c, [("wire", "m1")]))
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
        "wire: 3 người",
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
