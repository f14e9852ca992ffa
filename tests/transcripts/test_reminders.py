"""Reminders: each rule says its own once, where it still holds; put off, stopped, asked for in one's own words."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.records import optouts, people, products, yearly
from bot.records.cooperatives import memberships
from bot.records.loans import loan_instalments, loan_requests
from bot.records.messages import REMINDER, outbox
from bot.records.people import chats
from bot.records.reminder_rules import reminder_rules
from bot.records.reminders import reminders
from bot.records.requests import requests
from bot.text import TIMEZONE
from handlers import event_reminders
from tests.talk import Talk
from tests.transcripts.happenings import SATURDAY, publish, publish_training
from tests.transcripts.test_events import FAIR, at_the_fair, enrol, neighbour, set_event
from tests.transcripts.test_events import row as registration
from tests.transcripts.test_loans import sent as loan_sent
from tests.transcripts.test_requests import asks_for_labels
from tests.transcripts.walks import STICKER, UNINTERRUPTED, WALKS, Script, Step, Walk, name_of, rows


async def until(talk: Talk, day: date, hour: int = 9) -> list[str]:
    """Lets day after day pass, each at this hour, until the end of a day; returns what was said, with its day."""
    said: list[str] = []
    while talk.clock.now.astimezone(TIMEZONE).date() < day:
        tomorrow = talk.clock.now.astimezone(TIMEZONE).date() + timedelta(days=1)
        talk.clock.now = datetime(tomorrow.year, tomorrow.month, tomorrow.day, hour, tzinfo=TIMEZONE)
        said += [f"{tomorrow:%d/%m}: {one.text}" for one in await talk.passes()]
    return said


def days(said: list[str]) -> list[str]:
    return [one[:5] for one in said]


async def kept(talk: Talk) -> list[Any]:
    async with talk.assistant.database.read() as connection:
        return list(await connection.execute(select(reminders).order_by(reminders.c.id)))


async def writes(talk: Talk, statement: Any) -> None:
    async def work(connection: AsyncConnection) -> None:
        await connection.execute(statement)

    await talk.assistant.database.write(work)


async def belongs(talk: Talk, **fields: Any) -> int:
    """Director of a cooperative who does not want to hear of yearly figures."""
    number = await talk.belongs_to(**fields)

    async def work(connection: AsyncConnection) -> None:
        chat = await people.chat_id(connection, talk.wire.name, talk.chat)
        assert chat is not None
        person = await people.person_of(connection, chat)
        assert person is not None
        await optouts.stop(connection, person, ["yearly"], talk.clock())

    await talk.assistant.database.write(work)
    return number


async def in_training(talk: Talk, *, yearly: bool = False) -> None:
    """Registered for a training on Saturday, 19 December; the clock has begun to plan."""
    await (talk.belongs_to() if yearly else belongs(talk))
    await publish_training(talk.assistant.database, talk.clock())
    await enrol(talk, "Nguyễn Văn A")
    await talk.passes()


# --- events


async def test_an_event_is_spoken_of_seven_three_and_one_day_before(talk: Talk) -> None:
    await in_training(talk)
    said = await until(talk, date(2026, 12, 20))
    assert days(said) == ["12/12", "16/12", "18/12"]
    assert "Còn 7 ngày nữa: Tập huấn kế toán" in said[0]
    assert "Giữ ngày trống" in said[0]
    assert "Hội trường Liên minh, Vinh" in said[1]
    assert "Người đi vẫn rảnh" in said[1]
    assert "Ngày mai: Tập huấn kế toán" in said[2]
    assert (await registration(talk)).code in said[2]
    told = [one for one in talk.wire.to(talk.chat) if "Còn 7 ngày nữa" in one.text]
    assert [one.reminds for one in told] == ["Sự kiện"]


async def test_a_fair_comes_with_what_to_pack_for_what_was_registered(talk: Talk) -> None:
    await at_the_fair(talk)
    await set_event(talk, setup_on=date(2026, 12, 18))
    await talk.taps("event:join:1")
    for step in FAIR[:3]:
        await talk.says(str(step.answer))
    await talk.taps("form:fair:answer:power:1kw")
    await talk.says("HTX Nấm Hương")
    await talk.taps("form:fair:answer:extras:tasting")
    for answer in ("xong", "1", "gửi"):
        await talk.says(answer)
    talk.hears("Mã vé là")
    await talk.passes()
    await until(talk, date(2026, 12, 16))
    talk.hears(
        "Dựng gian: từ 18/12/2026", "Bảng tên gian: HTX Nấm Hương", "nấm hương, mật ong", "2 gian, 3 người"
    )
    talk.hears("Dây nối điện", "nếm thử")
    urls = [button.url for message in talk.heard for button in message.buttons if button.url]
    assert urls == ["https://maps.example.org/1"]
    assert len(talk.buttons) <= 8


async def test_a_reminder_goes_out_behind_replies(talk: Talk) -> None:
    await in_training(talk)
    await until(talk, date(2026, 12, 12))
    async with talk.assistant.database.read() as connection:
        found = await connection.execute(select(outbox.c.lane).order_by(outbox.c.id.desc()).limit(1))
    assert found.scalar_one() == REMINDER


async def test_a_moved_event_moves_its_reminders(talk: Talk) -> None:
    await in_training(talk)
    assert days(await until(talk, date(2026, 12, 15))) == ["12/12"]
    later = timedelta(days=10)
    await set_event(talk, starts_at=SATURDAY + later, ends_at=SATURDAY + later + timedelta(hours=8))
    said = await until(talk, date(2026, 12, 30))
    assert days(said) == ["22/12", "26/12", "28/12"]


async def test_what_was_planned_already_is_not_said_of_an_event_that_moved_or_was_called_off(
    talk: Talk,
) -> None:
    await in_training(talk)
    await until(talk, date(2026, 12, 11), hour=23)
    assert [row.state for row in await kept(talk)] == ["waiting"]
    await set_event(talk, state="called_off", reason="Bão số 9")
    talk.clock.now = SATURDAY - timedelta(days=7)
    assert await talk.passes() == []
    assert [row.state for row in await kept(talk)] == ["void"]


async def test_an_event_that_moves_away_and_back_is_spoken_of(talk: Talk) -> None:
    await in_training(talk)
    await until(talk, date(2026, 12, 11))
    await set_event(talk, starts_at=SATURDAY + timedelta(days=1))
    await talk.passes(hours=2)
    assert [row.state for row in await kept(talk)] == ["void", "waiting"]
    await set_event(talk, starts_at=SATURDAY)
    await talk.passes(hours=2)
    assert [row.state for row in await kept(talk)] == ["waiting", "void"]
    assert days(await until(talk, date(2026, 12, 13))) == ["12/12"]


async def test_who_withdrew_hears_nothing(talk: Talk) -> None:
    await in_training(talk)
    await talk.taps("event:withdrawn:1")
    assert await until(talk, date(2026, 12, 20)) == []


async def test_a_place_that_is_offered_is_spoken_of_some_hours_before_it_goes(talk: Talk) -> None:
    await talk.belongs_to()
    await publish_training(talk.assistant.database, talk.clock(), capacity=1)
    await enrol(talk, "Nguyễn Văn A")
    second = await neighbour(talk, "binh", "HTX Thứ Hai")
    await enrol(second, "Hà Văn Bốn")
    await talk.passes()
    await talk.taps("event:withdrawn:1")
    await second.is_told()
    await second.passes(hours=18)
    second.hears_nothing()
    await second.passes(hours=4)
    second.hears("chỉ giữ cho anh/chị đến 09:00 25/11/2026")
    await second.taps("Nhận chỗ")
    assert (await registration(talk, 2)).state == "confirmed"


@pytest.mark.parametrize(
    ("offered", "ends", "said"),
    [
        ("24 09:00", "25 09:00", "25 06:30"),
        ("24 15:00", "25 15:00", "25 11:00"),
        ("24 23:30", "25 23:30", "25 19:30"),
        ("24 02:00", "25 02:00", "24 21:00"),
        ("24 07:00", "25 07:00", "24 21:00"),
        ("24 07:30", "25 07:30", "25 06:30"),
        ("24 22:30", "25 06:00", None),
    ],
)
def test_an_offer_is_spoken_of_by_day(offered: str, ends: str, said: str | None) -> None:
    def at(day: str) -> datetime:
        return datetime.strptime(f"2026-11-{day}", "%Y-%m-%d %H:%M").replace(tzinfo=TIMEZONE)

    assert event_reminders.in_time(at(ends), at(offered)) == (at(said) if said else None)


# --- certificates, yearly figures, loans, requests


async def certified(talk: Talk, expires: date, **other: Any) -> int:
    values = {"number": "12/QĐ", "expires_on": expires, "state": "approved", **other}
    return await talk.assistant.database.write(
        lambda connection: products.certify(connection, 1, None, "ocop", talk.clock(), **values)
    )


async def test_a_certificate_is_spoken_of_half_a_year_to_a_month_before_on_working_days(talk: Talk) -> None:
    await belongs(talk)
    await certified(talk, date(2027, 6, 8))  # 180 days before is 10 December
    await talk.passes()
    said = await until(talk, date(2027, 6, 9))
    # 10/03 and 09/04 are working days; 09/05 is a Sunday.
    assert days(said) == ["10/12", "10/03", "09/04", "10/05"]
    assert "OCOP 12/QĐ của 12/QĐ có giá trị đến 08/06/2027. Còn 180 ngày." in said[0]
    assert "Còn đủ thời gian" in said[0]
    assert "chuẩn bị hồ sơ" in said[1]
    assert "nộp trong tuần này" in said[2]
    assert "Thời gian gấp" in said[3]
    await talk.taps("Tôi có giấy mới rồi")
    talk.hears("sản phẩm nào")


async def test_at_tet_nothing_falls_due(talk: Talk) -> None:
    await talk.belongs_to()
    await certified(talk, date(2027, 3, 7))  # 30 days before is the second day of Tết
    await talk.passes()
    assert days(await until(talk, date(2027, 3, 7)))[-1] == "12/02"


async def test_a_renewed_certificate_is_not_spoken_of(talk: Talk) -> None:
    await belongs(talk)
    await certified(talk, date(2027, 3, 1))
    await talk.passes()
    assert days(await until(talk, date(2026, 12, 2))) == ["01/12"]
    await certified(talk, date(2030, 3, 1), number="44/QĐ", state="waiting")
    assert await until(talk, date(2027, 3, 2)) == []


async def test_figures_of_the_year_are_asked_for_weekly_then_daily_until_they_are_there(talk: Talk) -> None:
    cooperative = await talk.belongs_to()
    await talk.passes()
    said = await until(talk, date(2026, 12, 9))
    # the 29th and the 6th are Sundays
    assert days(said) == ["30/11", "07/12", "08/12", "09/12"]
    assert "hạn cuối là 15/12/2026 (Thông tư 09/2024/TT-BKHĐT)" in said[0]
    assert "Còn 15 ngày." in said[0]
    figures = {"turnover": 1, "profit": 1, "members": 1, "workers": 1, "insured": 1}
    await talk.assistant.database.write(
        lambda connection: yearly.report(connection, cooperative, 2026, figures, talk.clock())
    )
    assert await until(talk, date(2026, 12, 20)) == []


async def test_an_accountant_hears_of_the_figures_too_and_a_plain_member_does_not(talk: Talk) -> None:
    await talk.belongs_to()
    for chat, role in (("ke-toan", "accountant"), ("xa-vien", "member")):
        other = talk.beside(chat)
        await other.says("/menu")
        person = await other.knows_person()
        values = {"cooperative_id": 1, "person_id": person, "role": role, "state": "confirmed"}
        await writes(talk, memberships.insert().values(values | {"created_at": talk.clock()}))
    await talk.passes()
    await until(talk, date(2026, 11, 30))
    talk.hears("Số liệu năm 2026")
    for chat, count in (("ke-toan", 1), ("xa-vien", 0)):
        assert sum("Số liệu năm 2026" in one.text for one in talk.wire.to(talk.wire.address(chat))) == count


async def test_an_instalment_is_spoken_of_a_week_and_a_day_before(talk: Talk) -> None:
    await loan_sent(talk)
    await writes(talk, update(loan_requests).values(state="disbursed"))
    due = {"request_id": 1, "due": date(2027, 1, 15), "amount": 25_000_000}
    await writes(talk, loan_instalments.insert().values(due))
    await talk.passes()
    await until(talk, date(2026, 12, 31))
    said = await until(talk, date(2027, 1, 16))
    assert days(said) == ["08/01", "14/01"]
    assert "Khoản vay số 1" in said[0]
    assert "15/01/2027: 25.000.000 đồng" in said[0]


async def test_missing_papers_are_spoken_of_after_three_and_seven_days(talk: Talk) -> None:
    officer = await loan_sent(talk)
    await officer.taps("Thiếu giấy tờ")
    await officer.says("Thiếu điều lệ")
    await officer.taps("Gửi")
    await talk.is_told()
    await talk.passes()
    said = [one for one in await until(talk, date(2026, 12, 6)) if "Hồ sơ vay" in one]
    assert days(said) == ["27/11", "01/12"]
    assert "Cán bộ ghi: Thiếu điều lệ" in said[0] or "Thiếu điều lệ" in said[0]
    await talk.taps("Gửi giấy tờ")
    talk.hears("Giấy tờ cho khoản vay số 1")


async def test_a_request_that_waits_for_the_member_is_spoken_of(talk: Talk) -> None:
    await talk.belongs_to()
    await asks_for_labels(talk)
    await writes(
        talk, update(requests).values(state="more", reason="Gửi quyết định", changed_at=talk.clock())
    )
    await talk.passes()
    said = [one for one in await until(talk, date(2026, 12, 6)) if "Yêu cầu số 1" in one]
    assert days(said) == ["27/11", "01/12"]
    assert "Gửi quyết định" in said[0]


async def test_it_is_said_in_french(talk: Talk) -> None:
    await in_training(talk)
    talk.language("fr")
    await talk.says("/menu")
    said = await until(talk, date(2026, 12, 18))
    event = [one for one in said if "Tập huấn" in one]
    assert "Dans 7 jours : Tập huấn" in event[0]
    assert "À préparer :" in event[0]
    assert "Demain : Tập huấn" in event[2]
    assert "Me le rappeler plus tard" in talk.buttons


# --- the clock


async def test_after_a_stop_of_days_the_newest_goes_out_once_and_the_rest_is_missed(talk: Talk) -> None:
    await talk.belongs_to()
    officer = talk.beside("can-bo")
    await officer.says("/menu")
    await officer.is_officer()
    await talk.passes()
    await until(talk, date(2026, 12, 8))
    await officer.is_told()
    talk.clock.moves(days=3)  # nothing ran on the 9th and the 10th
    heard = await talk.passes()
    assert len(heard) == 1
    talk.hears("Số liệu năm 2026")
    rows_of = [(row.state, row.due_at.astimezone(TIMEZONE).day) for row in await kept(talk)]
    assert ("missed", 9) in rows_of
    assert ("missed", 10) in rows_of
    assert ("sent", 11) in rows_of
    await officer.is_told()
    officer.hears("Số liệu năm: 2 bị lỡ", "08:00 09/12/2026")
    assert await talk.passes(minutes=10) == []


async def test_what_is_too_late_is_missed(talk: Talk) -> None:
    await in_training(talk)
    await until(talk, date(2026, 12, 15))
    talk.clock.moves(days=2)  # D-3 was due 25 hours ago
    assert await talk.passes() == []
    assert [row.state for row in await kept(talk)][:2] == ["sent", "missed"]


async def test_nothing_is_said_at_night(talk: Talk) -> None:
    await in_training(talk)
    await until(talk, date(2026, 12, 11), hour=21)
    await writes(talk, update(reminders).values(due_at=talk.clock()))
    talk.clock.moves(hours=2)
    assert await talk.passes() == []
    talk.clock.moves(hours=7, minutes=29)
    assert await talk.passes() == []
    assert len(await talk.passes(minutes=1)) == 1


async def test_a_reminder_that_was_put_in_the_evening_and_read_at_night_waits_for_the_morning(
    talk: Talk,
) -> None:
    await in_training(talk)
    await until(talk, date(2026, 12, 11))
    await writes(talk, update(reminders).values(state="due", due_at=talk.clock()))
    talk.clock.moves(hours=14)
    await notice(talk, "remind:say:1")
    talk.hears_nothing()
    talk.clock.moves(hours=8)
    assert len(await talk.passes()) == 1


async def notice(talk: Talk, data: str) -> None:
    """A notice that the clock would put."""
    from bot.records import notices

    async with talk.assistant.database.read() as connection:
        person = (
            await connection.execute(select(chats.c.person_id).where(chats.c.address == talk.chat))
        ).scalar_one()
    await talk.assistant.database.write(
        lambda connection: notices.put(connection, person, data, key="test", at=talk.clock())
    )
    talk.assistant.wake()
    await talk.is_told()


async def test_who_cannot_be_reached_is_missed_and_the_others_hear_theirs(talk: Talk) -> None:
    await in_training(talk)
    second = await neighbour(talk, "binh", "HTX Thứ Hai")
    await enrol(second, "Hà Văn Bốn")
    await writes(
        talk, update(chats).where(chats.c.address == talk.wire.address("binh")).values(reachable=False)
    )
    assert days(await until(talk, date(2026, 12, 12))) == ["12/12"]
    states = {(row.person_id, row.state) for row in await kept(talk) if row.rule == "event"}
    assert {state for _, state in states} == {"sent", "missed"}


async def test_a_rule_that_breaks_does_not_stop_the_others_and_is_shown(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await in_training(talk, yearly=True)

    async def breaks(*_: object) -> list[Any]:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(yearly, "missing", breaks)
        assert days(await until(talk, date(2026, 12, 12))) == ["12/12"]
        officer = talk.beside("can-bo")
        await officer.says("/menu")
        await officer.is_officer()
        await officer.taps("rules:missed")
        officer.hears("Số liệu năm hiện không chạy được (ZeroDivisionError)")
    assert days(await until(talk, date(2026, 12, 14))) == ["13/12", "14/12"]
    await officer.taps("rules:missed")
    officer.hears_not("không chạy được")


async def test_a_reminder_that_cannot_be_said_is_broken_and_can_be_tried_again(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await in_training(talk)
    officer = talk.beside("can-bo")
    await officer.says("/menu")
    await officer.is_officer()

    def breaks(*_: object) -> list[str]:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(event_reminders, "packing", breaks)
        said = await until(talk, date(2026, 12, 12))
        assert not [one for one in said if "Tập huấn" in one]
    await officer.taps("rules:missed")
    officer.hears("Sự kiện: 1 lỗi")
    await officer.taps("Thử lại những tin lỗi")
    officer.hears("Em thử lại 1 lời nhắc")
    await talk.passes(minutes=1)
    talk.hears("Còn 7 ngày nữa: Tập huấn")


# --- put off, stopped, turned off


async def test_a_reminder_is_put_off_by_a_tap(talk: Talk) -> None:
    await in_training(talk)
    await until(talk, date(2026, 12, 12))
    await talk.taps("Nhắc lại sau")
    talk.hears("Khi nào em nhắc lại?", "Muộn nhất là 18/12/2026")
    assert talk.buttons[:2] == ["Ngày mai", "3 ngày nữa"]
    assert "Tuần sau" not in talk.buttons
    await talk.taps("3 ngày nữa")
    talk.hears("Thứ Ba, 15/12/2026")
    said = await until(talk, date(2026, 12, 15))
    assert "Còn 4 ngày nữa: Tập huấn" in next(one for one in said if "Tập huấn" in one)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("nhắc lại thứ 5", "17/12"),
        ("nhac lai 3 ngay nua nhe", "15/12"),
        ("nhắc em 3 ngày nữa", "15/12"),
        ("mai nhắc lại", "13/12"),
        ("remind me again in 2 days", "14/12"),
        ("rappelez-moi encore dans 2 jours", "14/12"),
    ],
)
async def test_a_reminder_is_put_off_by_typing(talk: Talk, typed: str, day: str) -> None:
    await in_training(talk)
    await until(talk, date(2026, 12, 12))
    await talk.says(typed)
    talk.hears(f"{day}/2026")
    said = [one for one in await until(talk, date(2026, 12, 15)) if "Tập huấn" in one]
    assert [
        one for one in (row.due_at.astimezone(TIMEZONE) for row in await kept(talk)) if f"{one:%d/%m}" == day
    ]
    assert not said or days(said) == [day]


async def test_next_week_is_too_late_for_an_event_of_this_week(talk: Talk) -> None:
    await in_training(talk)
    await until(talk, date(2026, 12, 16))
    await talk.says("nhắc lại tuần sau")
    talk.hears("Muộn nhất là 18/12/2026")


async def test_a_certificate_is_put_off_until_next_week_by_typing(talk: Talk) -> None:
    await talk.belongs_to()
    await certified(talk, date(2027, 6, 8))
    await talk.passes()
    await until(talk, date(2026, 12, 10))
    await talk.says("nhắc lại tuần sau")
    talk.hears("Thứ Năm, 17/12/2026")
    said = [one for one in await until(talk, date(2026, 12, 18)) if "OCOP" in one]
    assert days(said) == ["17/12"]


async def test_a_matter_is_stopped_and_taken_up_again(talk: Talk) -> None:
    await in_training(talk)
    await until(talk, date(2026, 12, 12))
    await talk.taps("Đừng nhắc việc này nữa")
    talk.hears("Vâng, em không nhắc việc này nữa")
    assert not [one for one in await until(talk, date(2026, 12, 16)) if "Tập huấn" in one]
    await talk.taps("Nhắc tiếp giúp tôi")
    assert [one for one in await until(talk, date(2026, 12, 18)) if "Tập huấn" in one]


async def test_somebody_elses_reminder_is_not_touched(talk: Talk) -> None:
    await in_training(talk)
    await until(talk, date(2026, 12, 12))
    other = talk.beside("khac")
    await other.says("/menu")
    for tap in ("later:1", "snooze:1:3", "stop:1"):
        await other.taps(f"remind:{tap}")
        other.hears("không còn nữa")
    assert (await kept(talk))[0].state == "sent"


@pytest.mark.parametrize(
    "typed", ["không nhận thông báo về hội chợ", "dung gui thong bao ve su kien nua", "tắt nhắc nhở hội chợ"]
)
async def test_a_topic_is_turned_off_in_words_and_on_again(talk: Talk, typed: str) -> None:
    await in_training(talk)
    await talk.says(typed)
    talk.hears("không tự gửi tin về: Hội chợ, sự kiện nữa")
    assert not [one for one in await until(talk, date(2026, 12, 12)) if "Tập huấn" in one]
    await talk.says("nhận lại thông báo về sự kiện")
    talk.hears("Em lại gửi tin về" if False else "em lại gửi tin về: Hội chợ, sự kiện")
    assert [one for one in await until(talk, date(2026, 12, 16)) if "Tập huấn" in one]


async def test_the_topics_are_turned_off_and_on_by_taps(talk: Talk) -> None:
    await talk.says("tắt nhắc nhở")
    talk.hears("✓ là việc em tự gửi tin")
    assert len(talk.buttons) == 8
    await talk.taps("✓ Vay vốn")
    assert "✗ Vay vốn" in talk.buttons
    await talk.taps("✗ Vay vốn")
    assert "✓ Vay vốn" in talk.buttons


# --- one's own


OWN = Script(
    form="remind",
    opens="remind:own",
    steps=(
        Step("text", "gọi cho cán bộ hỏi khoản vay", wrong=STICKER, hint="", shown="gọi cho cán bộ"),
        Step(
            "at",
            "thứ 6",
            wrong="khi nào cũng được",
            hint="chưa đọc được ngày này",
            shown="Thứ Sáu, 27/11/2026",
        ),
    ),
    done="Em sẽ nhắc anh/chị",
    french="Un rappel",
    count=rows(reminders, reminders.c.rule == "own"),
)


@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_a_reminder_of_ones_own(talk: Talk, walk: Walk) -> None:
    await walk(talk, OWN)


@pytest.mark.parametrize(
    ("typed", "text", "when"),
    [
        ("nhắc em thứ 6 gọi cho cán bộ", "gọi cho cán bộ", "08:00 Thứ Sáu, 27/11/2026"),
        ("nhac toi mai nop so lieu", "nop so lieu", "08:00 Thứ Tư, 25/11/2026"),
        (
            "Em ơi nhắc chị 9h sáng thứ 2 tuần sau đi giao hàng nhé",
            "đi giao hàng nhé",
            "09:00 Thứ Hai, 30/11/2026",
        ),
        ("chiều mai nhắc em hỏi giá tem", "hỏi giá tem", "14:00 Thứ Tư, 25/11/2026"),
        ("nhắc anh nộp hồ sơ OCOP ngày 20/12 lúc 7h30", "nộp hồ sơ OCOP", "07:30 Chủ Nhật, 20/12/2026"),
        ("nhắc mình 5h sáng mai hái chè", "hái chè", "05:00 Thứ Tư, 25/11/2026"),
    ],
)
async def test_a_wish_in_words_is_read_back_before_it_is_noted(
    talk: Talk, typed: str, text: str, when: str
) -> None:
    await talk.knows_person()
    await talk.says(typed)
    talk.hears(f"Việc cần nhắc: {text}", when)
    await talk.taps("Gửi")
    talk.hears(when, text)
    row = (await kept(talk))[0]
    assert (row.rule, row.note) == ("own", text)


async def test_ones_own_comes_at_its_time_be_it_at_night(talk: Talk) -> None:
    await talk.knows_person()
    await talk.says("nhắc mình 5h sáng mai hái chè")
    await talk.taps("Gửi")
    await talk.passes(hours=19)
    talk.hears_nothing()
    await talk.passes(hours=1)
    talk.hears("Anh/chị dặn em nhắc: hái chè")
    await talk.taps("Nhắc lại sau")
    await talk.taps("Ngày mai")
    talk.hears("08:00 Thứ Năm, 26/11/2026")
    await talk.passes(days=1, hours=3)
    talk.hears("hái chè")


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("nhắc em gọi cán bộ", "Khi nào?"),
        ("nhắc em thứ 6", "cần em nhắc việc gì"),
        ("nhắc em thứ 6 nộp hồ sơ trước ngày 30/11", "Khi nào?"),
        ("nhắc em cuối tháng nộp tiền", "Khi nào?"),
    ],
)
async def test_what_is_not_sure_is_asked(talk: Talk, typed: str, asked: str) -> None:
    await talk.knows_person()
    await talk.says(typed)
    talk.hears(asked)


@pytest.mark.parametrize(
    "typed",
    [
        "cán bộ nhắc em nộp số liệu năm, nộp ở đâu",
        "nhắc em hạn nộp số liệu là khi nào?",
        "anh Ba nhắc em đi họp",
    ],
)
async def test_a_story_about_reminding_is_no_wish(talk: Talk, typed: str) -> None:
    await talk.knows_person()
    await talk.says(typed)
    talk.hears_not("cần em nhắc việc gì", "Việc cần nhắc")


async def test_consent_comes_first_and_the_wish_is_not_lost(talk: Talk) -> None:
    await talk.says("nhắc em thứ 6 gọi cho cán bộ")
    talk.hears("91/2025/QH15")
    await talk.taps("Đồng ý")
    talk.hears("Việc cần nhắc: gọi cho cán bộ", "Thứ Sáu, 27/11/2026")


async def test_so_many_days_before_the_event_that_was_looked_at(talk: Talk) -> None:
    await publish(talk.assistant.database, talk.clock())
    await publish_training(talk.assistant.database, talk.clock())
    await talk.taps("event:show:2")
    await talk.passes()
    await talk.says("nhắc em 5 ngày trước")
    talk.hears("trước Tập huấn kế toán hợp tác xã 5 ngày", "Thứ Hai, 14/12/2026")
    await set_event(
        talk, 2, starts_at=SATURDAY + timedelta(days=7), ends_at=SATURDAY + timedelta(days=7, hours=8)
    )
    said = await until(talk, date(2026, 12, 27))
    assert days(said) == ["21/12"]
    assert "Còn 5 ngày nữa: Tập huấn" in said[0]


@pytest.mark.parametrize(
    ("typed", "heard", "send"),
    [
        (
            "rappelez-moi vendredi d'appeler le bureau",
            ("Rappel : d'appeler le bureau", "08:00, vendredi 27/11/2026"),
            "Envoyer",
        ),
        (
            "remind me in 3 days to send the papers",
            ("Reminder: to send the papers", "08:00 Friday, 27/11/2026"),
            "Send",
        ),
    ],
)
async def test_a_wish_in_another_language_is_read_back_in_it(
    talk: Talk, typed: str, heard: tuple[str, ...], send: str
) -> None:
    await talk.knows_person()
    await talk.says(typed)
    talk.hears(*heard)
    await talk.taps(send)
    assert len(await kept(talk)) == 1


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("nhắc em trước hội chợ 2 ngày", "trước Hội chợ Xuân nông sản 2 ngày"),
        ("nhac em 1 tuan truoc hoi cho xuan", "trước Hội chợ Xuân nông sản 7 ngày"),
        ("nhắc em trước 2 ngày", "cho sự kiện nào"),
        ("rappelez-moi 3 jours avant", "avant quel événement"),
        ("nhắc em 3 ngày trước khi cúng giỗ ông", "Khi nào?"),
        ("nhắc em 60 ngày trước hội chợ", "Ngày đó đã qua"),
    ],
)
async def test_an_event_is_found_by_its_name_or_asked_for(talk: Talk, typed: str, heard: str) -> None:
    await talk.knows_person()
    await publish(talk.assistant.database, talk.clock())
    await publish_training(talk.assistant.database, talk.clock())
    await talk.says(typed)
    talk.hears(heard)


async def test_a_wish_that_is_a_reminder_anyway_is_said_once(talk: Talk) -> None:
    await in_training(talk)
    await talk.says("nhắc em 3 ngày trước")
    talk.hears("Thứ Tư, 16/12/2026")
    said = [one for one in await until(talk, date(2026, 12, 17)) if "Tập huấn" in one]
    assert days(said) == ["12/12", "16/12"]


async def test_a_wish_for_an_event_is_taken_back(talk: Talk) -> None:
    await publish(talk.assistant.database, talk.clock())
    await talk.passes()
    await talk.says("nhắc em 5 ngày trước")
    await talk.taps("Đừng nhắc việc này nữa")
    assert await until(talk, date(2026, 12, 20)) == []


# --- the list


async def test_what_comes_is_listed_and_each_can_be_stopped(talk: Talk) -> None:
    await in_training(talk, yearly=True)
    await certified(talk, date(2027, 6, 8))
    await talk.says("nhắc em thứ 6 gọi cho cán bộ")
    await talk.taps("Gửi")
    await talk.says("/nhacnho")
    talk.hears("• gọi cho cán bộ – Thứ Sáu, 27/11/2026", "Số liệu năm", "Sự kiện: Tập huấn kế toán")
    talk.hears("Chứng nhận sắp hết hạn: 12/QĐ – Thứ Năm, 10/12/2026")
    assert len(talk.buttons) <= 8
    await talk.taps("Sự kiện: Tập huấn kế toán hợp tác xã")
    talk.hears("08:00 Thứ Bảy, 12/12/2026", "08:00 Thứ Sáu, 18/12/2026")
    await talk.taps("Đừng nhắc việc này nữa")
    await talk.says("lời nhắc của tôi")
    talk.hears_not("Tập huấn")
    assert not [one for one in await until(talk, date(2026, 12, 20)) if "Tập huấn" in one]


async def test_an_empty_list_says_how_to_begin(talk: Talk) -> None:
    await talk.says("/nhacnho")
    talk.hears("Chưa có việc gì cần nhắc", "nhắc em thứ 6")


async def test_ones_own_is_among_my_things_and_gone_with_the_data(talk: Talk) -> None:
    await talk.knows_person()
    await talk.says("nhắc em thứ 6 gọi cho cán bộ")
    await talk.taps("Gửi")
    await talk.says("/mine")
    talk.hears("gọi cho cán bộ – 08:00 Thứ Sáu, 27/11/2026")
    await talk.taps("gọi cho cán bộ")
    talk.hears("gọi cho cán bộ")
    await talk.says("/xoadulieu")
    await talk.taps("Đồng ý xóa")
    assert await kept(talk) == []


# --- officers


async def in_office(talk: Talk) -> None:
    await talk.is_officer()


STAFF = Script(
    form="rule",
    opens="rules:new",
    steps=(
        Step("base", "=before", wrong="tùy", hint="", shown="Trước sự kiện"),
        Step("kind", "=any", wrong="đám cưới", hint="", shown=""),
        Step("days", "5", wrong="nhiều", hint="", shown="Số ngày: 5"),
        Step("topic", "=events", wrong="linh tinh", hint="", shown="Chủ đề"),
        Step("vi", "Nhớ mang bảng giá và mã QR nhé.", wrong="ừ", hint="", shown="mã QR nhé"),
        Step("fr", "Pensez aux prix et au code QR.", wrong="ok", hint="", shown="code QR"),
        Step("en", "Bring prices and the QR code.", wrong="ok", hint="", shown="QR code"),
    ),
    done="Em nhắc lúc 8 giờ sáng",
    french="Un rappel pour les membres",
    count=rows(reminder_rules),
    before=in_office,
)


@pytest.mark.parametrize("walk", UNINTERRUPTED, ids=name_of)
async def test_an_officer_sets_up_a_reminder(talk: Talk, walk: Walk) -> None:
    await walk(talk, STAFF)


async def sets_up(talk: Talk, *answers: str) -> Talk:
    officer = talk.beside("can-bo")
    await officer.says("/menu")
    await officer.is_officer()
    await officer.says("lời nhắc mới")
    for answer in answers:
        if answer.startswith("="):
            key, value = answer[1:].split(":")
            await officer.taps(f"form:rule:answer:{key}:{value}")
        else:
            await officer.says(answer)
    await officer.taps("Gửi")
    officer.hears("Em nhắc lúc 8 giờ sáng")
    return officer


BEFORE = (
    "=base:before",
    "=kind:training",
    "5",
    "=topic:events",
    "Nhớ mang máy tính nhé.",
    "bỏ qua",
    "bỏ qua",
)


async def test_a_staff_reminder_reaches_those_who_registered(talk: Talk) -> None:
    await in_training(talk)
    officer = await sets_up(talk, *BEFORE)
    officer.hears("trước 5 ngày: Tập huấn" if False else "5 ngày", "⚠ còn thiếu")
    said = [one for one in await until(talk, date(2026, 12, 20)) if "máy tính" in one]
    assert days(said) == ["14/12"]
    assert "nhắc: Tập huấn kế toán" in said[0]


async def test_a_staff_reminder_is_stopped_started_and_deleted(talk: Talk) -> None:
    await in_training(talk)
    officer = await sets_up(talk, *BEFORE)
    await until(talk, date(2026, 12, 13))
    await officer.taps("Tạm dừng")
    officer.hears("đang dừng")
    assert not [one for one in await until(talk, date(2026, 12, 16)) if "máy tính" in one]
    await officer.taps("Bật lại")
    await officer.taps("Xóa")
    await officer.taps("Đồng ý xóa")
    officer.hears("Đã xóa lời nhắc")
    await officer.says("nhắc thành viên")
    officer.hears("chưa đặt lời nhắc nào")


@pytest.mark.parametrize(
    ("answers", "said_on"),
    [
        (("=base:month", "15", "=topic:news"), ["15/12", "15/01", "15/02"]),
        (("=base:day", "20/12", "không", "=topic:news"), ["20/12"]),
        (("=base:certificate", "=kind:any", "45", "=topic:products"), ["30/11"]),
    ],
)
async def test_staff_reminders_by_the_calendar(
    talk: Talk, answers: tuple[str, ...], said_on: list[str]
) -> None:
    await talk.belongs_to()
    await certified(talk, date(2027, 1, 12))
    await talk.passes()
    await sets_up(talk, *answers, "Lời nhắc của Liên minh đây.", "bỏ qua", "bỏ qua")
    said = [one for one in await until(talk, date(2027, 2, 20)) if "Lời nhắc của Liên minh đây" in one]
    assert days(said) == said_on


async def test_after_an_event_staff_can_say_something(talk: Talk) -> None:
    await in_training(talk)
    answers = (
        "=base:after",
        "=kind:any",
        "2",
        "=topic:events",
        "Cảm ơn đã dự.",
        "Merci d'être venus.",
        "bỏ qua",
    )
    await sets_up(talk, *answers)
    said = [one for one in await until(talk, date(2026, 12, 24)) if "Cảm ơn đã dự" in one]
    assert days(said) == ["21/12"]


async def test_only_officers_see_what_was_missed_and_set_up(talk: Talk) -> None:
    await talk.knows_person()
    for tap in ("list", "new", "show:1", "missed", "again", "dropped:1"):
        await talk.taps(f"rules:{tap}")
        talk.hears("dành cho cán bộ")


async def test_nothing_missed_is_said_so(talk: Talk) -> None:
    await talk.is_officer()
    await talk.says("/nhacnho")
    await talk.taps("Lời nhắc của Liên minh")
    await talk.taps("Lời nhắc bị lỡ")
    talk.hears("30 ngày qua không lỡ lời nhắc nào")
