"""Announcements in chat: written, looked over, tried, approved, sent, watched, corrected, recalled, confirmed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import scheduler
from bot.records import broadcasts, people
from bot.records.broadcasts import Broadcast, Totals, recipients
from tests.talk import Talk
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
from tests.wire import eventually

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
