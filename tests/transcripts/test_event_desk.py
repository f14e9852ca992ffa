"""Events as officers look after them in chat."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from openpyxl import Workbook, load_workbook
from sqlalchemy import delete, select

from bot import exchange, sample
from bot.chat import Incoming, Media
from bot.errors import UserError
from bot.exchange import Exchange
from bot.papers.reading import Row, Table, read_table
from bot.records import events as records
from bot.records import registrations
from bot.records.audit import audit
from bot.records.events import Place, events
from bot.records.files import files
from bot.text import LANGUAGES, N_, fold, text
from handlers import event_words
from handlers.event_desk import Moment, Places
from handlers.event_exchange import EVENTS
from handlers.programmes import PROGRAMMES
from tests.talk import Talk
from tests.transcripts.happenings import SATURDAY, publish, publish_training
from tests.transcripts.test_events import enrol, neighbour, row, set_event
from tests.transcripts.walks import DONE, STICKER, WALKS, Script, Sent, Step, Walk, name_of, rows
from tests.wire import eventually

NEW = (
    Step("kind", "=fair", wrong="đám cưới", hint="", shown="Loại: Hội chợ"),
    Step("title", "Hội chợ OCOP Tết", wrong="Tết", hint="", shown="Hội chợ OCOP Tết"),
    Step(
        "place",
        ("Nhà văn hóa, Vinh, Nghệ An\nhttps://maps.app.goo.gl/abc", "Chợ Cửa Lò, Nghệ An", DONE),
        wrong="https://maps.app.goo.gl/abc",
        hint="tên địa điểm trước",
        shown="Nhà văn hóa, Vinh, Nghệ An https://maps.app.goo.gl/abc; Chợ Cửa Lò, Nghệ An",
    ),
    Step("starts_at", "8:00 20/12", wrong="20/12", hint="cả ngày và giờ", shown="08:00 20/12/2026"),
    Step("ends_at", "17h 22/12", wrong="17h 19/12", hint="sau giờ bắt đầu", shown="17:00 22/12/2026"),
    Step("closes_at", "17h 10/12", wrong="8h 21/12", hint="trước giờ bắt đầu", shown="17:00 10/12/2026"),
    Step("opens_at", "8h 1/12", wrong="8h 11/12", hint="trước hạn đăng ký", shown="08:00 01/12/2026"),
    Step("setup_on", "19/12", wrong="21/12", hint="không được sau ngày bắt đầu", shown="19/12/2026"),
    Step("capacity", "50", wrong="nhiều lắm", hint="", shown="50"),
    Step("quota", "2", wrong="0", hint="", shown="Tối đa mỗi HTX: 2"),
    Step("booths", "1, 2", wrong="lều bạt", hint="", shown="Nửa gian"),
    Step("terms", "Liên minh hỗ trợ tiền gian (KH 12/2026).", wrong=STICKER, hint="", shown="KH 12/2026"),
    Step("approval", "=no", wrong="để xem", hint="", shown="Cán bộ duyệt từng đăng ký: Không"),
)


async def in_office(talk: Talk) -> None:
    await talk.is_officer(topics="events")


SCRIPT = Script(
    form="eventnew",
    opens="events:new",
    steps=NEW,
    done="bản nháp",
    french="Nouvel événement",
    count=rows(events),
    before=in_office,
)


@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_a_new_event(talk: Talk, walk: Walk) -> None:
    await walk(talk, SCRIPT)


async def beside_a_fair(talk: Talk) -> None:
    await publish(talk.assistant.database, talk.clock())
    await in_office(talk)


def verb(named: str) -> Callable[[Talk], Awaitable[int]]:
    """Counts what was done to events: what is changed is changed by one line of the log, never two."""
    return rows(audit, (audit.c.subject == "event") & (audit.c.verb == named))


PDF = Sent("file", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")


def editing(field: str, step: Step, done: str) -> Script:
    return Script(
        form="eventedit",
        opens=f"events:edit:1:{field}",
        steps=(step,),
        done=done,
        french="Modification d'un événement",
        count=verb("change"),
        before=beside_a_fair,
    )


SMALL = (
    editing(
        "title",
        Step("value", "Hội chợ Hè nông sản", wrong="Hè", hint="ít nhất 5", shown="Hội chợ Hè nông sản"),
        "Hội chợ: Hội chợ Hè nông sản",
    ),
    editing(
        "place",
        Step(
            "value",
            ("Nhà văn hóa tỉnh", "Chợ Cửa Lò, Nghệ An", DONE),
            wrong="https://maps.example.org/2",
            hint="tên địa điểm trước",
            shown="Nhà văn hóa tỉnh; Chợ Cửa Lò, Nghệ An",
        ),
        "Tại 2 địa điểm:",
    ),
    editing(
        "starts_at",
        Step("value", "9h 20/12", wrong="20/12", hint="cả ngày và giờ", shown="09:00 20/12/2026"),
        "09:00 20/12/2026",
    ),
    editing(
        "booths",
        Step("value", "1, 2", wrong="lều bạt", hint="chọn các mục", shown="Nửa gian"),
        "Nửa gian",
    ),
    Script(
        form="eventoff",
        opens="events:off:1",
        steps=(Step("reason", "Bão số 9", wrong=STICKER, hint="", shown="Lý do: Bão số 9"),),
        done="Đã hủy: Bão số 9",
        french="Annulation d'un événement",
        count=verb("call off"),
        before=beside_a_fair,
    ),
    Script(
        form="eventfile",
        opens="events:add:1",
        steps=(Step("file", PDF, wrong="quy chế gian hàng", hint="", shown="Tài liệu: "),),
        done="Đã thêm tài liệu",
        french="Document d'un événement",
        count=rows(records.event_materials),
        before=beside_a_fair,
    ),
)


@pytest.mark.parametrize("script", SMALL, ids=lambda script: script.opens)
@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_what_officers_do_to_an_event(talk: Talk, walk: Walk, script: Script) -> None:
    await walk(talk, script)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("8:00 20/12", "2026-12-20T08:00:00+07:00"),
        ("8h30 ngày 20/12/2026", "2026-12-20T08:30:00+07:00"),
        ("20/12 lúc 8 giờ", "2026-12-20T08:00:00+07:00"),
        ("2h chiều thứ 7 tuần sau", "2026-12-05T14:00:00+07:00"),
        ("2 h chieu mai", "2026-11-25T14:00:00+07:00"),
        ("le 20 décembre à 8h", "2026-12-20T08:00:00+07:00"),
        ("2026-12-20 08:00", "2026-12-20T08:00:00+07:00"),
    ],
)
def test_a_day_with_its_time_is_understood(said: str, meant: str) -> None:
    assert Moment().parse(Incoming("", "", "", text=said), text("vi"), date(2026, 11, 24)) == meant


@pytest.mark.parametrize("said", ["20/12", "25h 20/12", "8:75 20/12", "8h", "sáng mai", "8h 31/2"])
def test_a_moment_that_is_none_is_asked_again(said: str) -> None:
    with pytest.raises(UserError):
        Moment().parse(Incoming("", "", "", text=said), text("vi"), date(2026, 11, 24))


async def office(talk: Talk, topics: str = "events") -> Talk:
    officer = talk.beside("can-bo")
    await officer.says("/menu")
    await officer.is_officer(topics=topics)
    return officer


async def noted(talk: Talk) -> list[tuple[Any, ...]]:
    async with talk.assistant.database.read() as connection:
        found = await connection.execute(select(audit.c.subject, audit.c.verb).order_by(audit.c.id))
        return [tuple(row) for row in found]


async def test_a_draft_is_seen_by_members_once_it_is_published(talk: Talk) -> None:
    officer = await office(talk)
    await officer.says("sự kiện mới")
    for answer in ("lớp tập huấn", "Tập huấn kế toán", "Hội trường, Vinh", "xong"):
        await officer.says(answer)
    for answer in ("8h 20/12", "17h 20/12", "17h 10/12", "bỏ qua", "30", "bỏ qua", "bỏ qua", "không", "gửi"):
        await officer.says(answer)
    officer.hears("Em đã lưu bản nháp")
    await talk.says("sự kiện sắp tới")
    talk.hears_not("Tập huấn kế toán")
    await talk.taps("event:show:1")
    talk.hears("không còn nữa")
    await officer.taps("events:publish:1")
    officer.hears("Đã công bố")
    await talk.says("sự kiện sắp tới")
    talk.hears("Tập huấn kế toán")
    assert await noted(talk) == [("event", "create"), ("event", "publish")]


async def test_what_is_for_officers_is_for_those_in_charge_of_events(talk: Talk) -> None:
    await publish(talk.assistant.database, talk.clock())
    other = await office(talk, topics="loans")
    for chat in (talk, other):
        for data in ("new", "list", "show:1", "publish:1", "close:1", "off:1", "edit:1:title", "people:1"):
            await chat.taps(f"events:{data}")
            chat.hears("dành cho cán bộ")
    assert await noted(talk) == []


async def test_calling_off_tells_everybody_with_the_reason(talk: Talk) -> None:
    await talk.belongs_to()
    await publish_training(talk.assistant.database, talk.clock())
    await enrol(talk, "Nguyễn Văn A")
    officer = await office(talk)
    await officer.taps("events:off:1")
    await officer.says("Bão số 9, hoãn sang năm sau.")
    await officer.taps("Gửi")
    officer.hears("1 đăng ký được đóng")
    heard = await talk.is_told()
    talk.hears("đã hủy", "Tập huấn kế toán", "Lý do: Bão số 9")
    assert heard[0].file is not None
    stored = talk.assistant.media.read(heard[0].file.reference)
    assert b"STATUS:CANCELLED" in stored
    assert (await row(talk)).state == "called_off"
    await officer.taps("events:off:1")
    officer.hears("Đã hủy")
    assert await talk.is_told() == []


async def test_a_change_of_the_day_is_told_and_others_are_not(talk: Talk) -> None:
    await talk.belongs_to()
    await publish_training(talk.assistant.database, talk.clock())
    await enrol(talk, "Nguyễn Văn A")
    officer = await office(talk)
    await officer.taps("events:edit:1:terms")
    officer.hears("Chi phí, hỗ trợ: Liên minh hỗ trợ")
    await officer.says("Miễn phí theo KH 12/2026")
    await officer.taps("Gửi")
    assert await talk.is_told() == []
    await officer.taps("events:edit:1:starts_at")
    await officer.says("9h 25/12")
    await officer.taps("Gửi")
    officer.hears("sửa giờ kết thúc trước")
    await officer.says("9h 19/12")
    await officer.taps("Gửi")
    officer.hears("Em đã sửa xong", "09:00–16:00 19/12/2026")
    await talk.is_told()
    talk.hears("có thay đổi", "09:00–16:00 19/12/2026")


async def test_more_places_go_to_those_that_wait(talk: Talk) -> None:
    await talk.belongs_to()
    await publish_training(talk.assistant.database, talk.clock(), capacity=0)
    await enrol(talk, "Nguyễn Văn A")
    officer = await office(talk)
    await officer.taps("events:edit:1:capacity")
    await officer.says("5")
    await officer.taps("Gửi")
    await talk.is_told()
    talk.hears("Đã có chỗ trống")


async def test_registrations_are_listed_given_a_place_and_exported(talk: Talk) -> None:
    await talk.belongs_to()
    await publish_training(talk.assistant.database, talk.clock(), capacity=1)
    await enrol(talk, "Nguyễn Văn A")
    second = await neighbour(talk, "binh", "HTX Thứ Hai")
    await enrol(second, "Hà Văn Bốn")
    officer = await office(talk)
    await officer.taps("events:people:1")
    officer.hears(
        "1. HTX Dâu tằm Ví Dụ – 1 người – đã xác nhận", "2. HTX Thứ Hai – 1 người – trong danh sách"
    )
    await officer.taps("Cho chỗ: HTX Thứ Hai")
    officer.hears("không đủ chỗ")
    await set_event(talk, capacity=2)
    await officer.taps("Cho chỗ: HTX Thứ Hai")
    officer.hears("đã có chỗ và được báo tin")
    await second.is_told()
    second.hears("Anh/chị đã có chỗ")
    sent = await officer.taps("events:sheet:1")
    assert sent[0].file is not None
    workbook = load_workbook(io.BytesIO(talk.assistant.media.read(sent[0].file.reference)))
    cells = [str(cell) for line in workbook.worksheets[0].iter_rows(values_only=True) for cell in line]
    assert "HTX Thứ Hai" in cells
    assert any("Hà Văn Bốn" in cell for cell in cells)


async def test_where_officers_approve_the_card_decides(talk: Talk) -> None:
    officer = await office(talk)
    await talk.says("/menu")
    await talk.belongs_to()
    await publish_training(talk.assistant.database, talk.clock(), approval=True, capacity=1)
    await enrol(talk, "Nguyễn Văn A")
    talk.hears("chờ cán bộ duyệt")
    await officer.is_told()
    officer.hears("HTX Dâu tằm Ví Dụ", "Nguyễn Văn A")
    await officer.taps("Từ chối")
    await officer.says("Lớp này dành cho kế toán.")
    await officer.taps("Gửi")
    officer.hears("Đã báo HTX Dâu tằm")
    await talk.is_told()
    talk.hears("chưa bố trí được chỗ", "Lý do: Lớp này dành cho kế toán.")
    await enrol(talk, "Vi Văn Ba")
    await officer.is_told()
    await officer.taps(next(b.data for m in officer.heard for b in m.buttons if b.data.endswith("approve")))
    await talk.is_told()
    talk.hears("Anh/chị đã có chỗ")
    assert (await row(talk, 2)).state == "confirmed"


async def test_a_withdrawn_registration_leaves_no_card(talk: Talk) -> None:
    officer = await office(talk)
    await talk.says("/menu")
    await talk.belongs_to()
    await publish_training(talk.assistant.database, talk.clock(), approval=True)
    await enrol(talk, "Nguyễn Văn A")
    await officer.is_told()
    approve = next(b.data for m in officer.heard for b in m.buttons if b.data.endswith("approve"))
    await talk.taps("event:withdrawn:1")
    await officer.taps(approve)
    officer.hears("không còn gì chờ")
    assert (await row(talk)).state == "withdrawn"


async def test_documents_reach_members(talk: Talk) -> None:
    await publish(talk.assistant.database, talk.clock())
    officer = await office(talk)
    await officer.taps("events:add:1")
    await officer.sends("file", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
    await officer.taps("Gửi")
    officer.hears("Đã thêm tài liệu")
    await eventually(lambda: here(talk), "the document was not fetched")
    await talk.taps("event:show:1")
    await talk.taps("Tài liệu")
    assert talk.heard[0].file is not None
    assert talk.assistant.media.read(talk.heard[0].file.reference).startswith(b"%PDF")


async def here(talk: Talk) -> bool:
    async with talk.assistant.database.read() as connection:
        return bool(await records.materials(connection, 1))


HEADINGS = ("Loại", "Tên sự kiện", "Địa điểm, địa chỉ", "Bắt đầu", "Kết thúc", "Số chỗ hoặc số gian")


def workbook(*lines: tuple[Any, ...]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for line in (HEADINGS, *lines):
        sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def send(officer: Talk, content: bytes) -> None:
    """Sends a workbook with the words under it, and waits until it is here."""
    key = f"xlsx-{len(officer.wire.files)}"
    officer.wire.files[key] = content
    await officer.sends("file", Media(key, "su-kien.xlsx", size=len(content)), text="nhập sự kiện")

    async def fetched() -> bool:
        async with officer.assistant.database.read() as connection:
            found = await connection.execute(select(files.c.stored).where(files.c.reference == key))
            return found.scalar() is not None

    await eventually(fetched, "the workbook was not fetched")


async def test_events_are_brought_in_from_a_spreadsheet_once_nothing_is_wrong(talk: Talk) -> None:
    officer = await office(talk)
    await officer.says("nhập sự kiện")
    assert officer.heard[0].file is not None
    right = (
        "Hội chợ",
        "Hội chợ OCOP Tết",
        "Vinh, Nghệ An",
        datetime(2026, 12, 20, 8),  # noqa: DTZ001  a workbook has no time zones
        "17:00 22/12/2026",
        50,
    )
    await send(
        officer,
        workbook(
            right,
            ("đám cưới", "Tập huấn kế toán", "Vinh", "20/12", "17:00 20/12/2026", None),
            ("Lớp tập huấn", "Tập huấn kế toán", "Vinh", "8:00 20/12/2026", "7:00 20/12/2026", "nhiều"),
            ("Diễn đàn", None, "Vinh", "8:00 20/12/2026", "7:00 20/12/2026", 5),
            ("Diễn đàn", "Diễn đàn cung cầu", "Vinh", "8:00 20/12/2026", "7:00 20/12/2026", 5),
        ),
    )
    officer.hears("chưa ghi gì")
    await officer.taps("Kiểm tra tệp")
    officer.hears("1 dòng đúng", "Dòng 3, Loại:", "Dòng 3, Bắt đầu:", "Dòng 4, Số chỗ hoặc số gian:")
    officer.hears("Dòng 5, Tên sự kiện: Còn thiếu", "Dòng 6: Giờ kết thúc phải sau giờ bắt đầu")
    assert await rows(events)(talk) == 0
    await officer.taps("import:write:2:events")
    officer.hears("chưa ghi gì")
    assert await rows(events)(talk) == 0
    await send(officer, workbook(right))
    await officer.taps("Kiểm tra tệp")
    await officer.taps("Nhập vào")
    officer.hears("Đã nhập: 1. Đã có từ trước: 0")
    await officer.taps("Nhập vào")
    officer.hears("Đã nhập: 0. Đã có từ trước: 1")
    async with talk.assistant.database.read() as connection:
        kept = (await connection.execute(select(events))).one()
    assert (kept.kind, kept.capacity, kept.state) == ("fair", 50, "draft")


async def test_a_file_that_is_no_workbook_and_one_of_another_chat_are_refused(talk: Talk) -> None:
    officer = await office(talk)
    await send_words(officer, b"Lo\xe1i;T\xean\n\x00\x00")
    officer.hears("chưa ghi gì")
    await officer.taps("import:check:1:events")
    officer.hears_not("dòng đúng")
    other = talk.beside("khac")
    await other.says("/menu")
    await other.is_officer("Cán bộ Hai", topics="events")
    await other.taps("import:check:1:events")
    other.hears("gửi lại tệp")
    await talk.says("/menu")
    await talk.taps("import:check:1:events")
    talk.hears("dành cho cán bộ")


async def send_words(officer: Talk, content: bytes) -> None:
    officer.wire.files["bad"] = content
    await officer.sends("file", Media("bad", "su-kien.xlsx", size=len(content)), text="nhập sự kiện")


PLACES = [
    Place("Siêu thị số 1, Vinh, Nghệ An", "https://maps.example.org/1"),
    Place("Siêu thị số 2, Cửa Lò, Nghệ An", "https://maps.example.org/2"),
    Place("Chợ đêm, Huế"),
]


async def in_three_places(talk: Talk, **fields: Any) -> None:
    number = await publish(talk.assistant.database, talk.clock(), capacity=10, **fields)
    await talk.assistant.database.write(lambda to: records.set_places(to, number, PLACES))


async def test_several_places_are_shown_one_a_line_with_their_maps(talk: Talk) -> None:
    await in_three_places(talk, setup_on=date(2026, 12, 18))
    await talk.says("sự kiện sắp tới")
    talk.hears("Siêu thị số 1, Vinh, Nghệ An và 2 nơi nữa")
    await talk.taps("event:show:1")
    talk.hears("Tại 3 địa điểm:\n• Siêu thị số 1, Vinh, Nghệ An\n• Siêu thị số 2", "Dựng gian: từ 18/12/2026")
    await talk.taps("Bản đồ các nơi")
    urls = [(button.label, button.url) for message in talk.heard for button in message.buttons if button.url]
    assert urls == [(place.name, place.map_url) for place in PLACES if place.map_url]
    sent = await talk.taps("event:ics:1")
    assert sent[0].file is not None
    (entry,) = Calendar.from_ical(talk.assistant.media.read(sent[0].file.reference)).walk("VEVENT")
    assert entry["location"] == "; ".join(place.name for place in PLACES)
    assert "Siêu thị số 2, Cửa Lò, Nghệ An: https://maps.example.org/2" in str(entry["description"])
    assert "Dựng gian: từ 18/12/2026" in str(entry["description"])


async def test_an_event_is_found_by_any_of_its_places(talk: Talk) -> None:
    await in_three_places(talk)
    for province in ("Nghệ An", "Huế"):
        await talk.says(f"có hội chợ nào ở {province} không")
        talk.hears("Hội chợ Xuân nông sản")
    await talk.says("có hội chợ nào ở Cà Mau không")
    talk.hears_not("Hội chợ Xuân nông sản")


async def test_whoever_registers_reads_all_places_and_has_them_on_the_ticket(talk: Talk) -> None:
    await talk.belongs_to()
    await in_three_places(talk, kind="training", booths="")
    await talk.taps("event:join:1")
    talk.hears("Tại 3 địa điểm:", "• Chợ đêm, Huế")
    heard = await enrol(talk, "Nguyễn Văn A")
    assert heard[-1].photo is not None
    event, one = await first_of_each(talk)
    rows_there = dict(event_words.where_on_paper(event, text("vi")))
    assert rows_there == {f"Địa điểm {at}": place.name for at, place in enumerate(PLACES, 1)}
    assert "• Siêu thị số 2" in event_words.registered(event, one, text("vi"))


async def first_of_each(talk: Talk) -> tuple[records.Event, registrations.Registration]:
    async with talk.assistant.database.read() as connection:
        event = await records.get(connection, 1)
        one = await registrations.get(connection, 1)
    assert event is not None
    assert one is not None
    return event, one


async def test_places_are_changed_together_and_keep_the_maps_they_had(talk: Talk) -> None:
    await talk.belongs_to()
    await in_three_places(talk, kind="training", booths="")
    await enrol(talk, "Nguyễn Văn A")
    officer = await office(talk)
    await officer.taps("events:edit:1:place")
    officer.hears("Siêu thị số 1, Vinh, Nghệ An https://maps.example.org/1; Siêu thị số 2")
    await officer.says("siêu thị số 1, vinh, nghệ an; Chợ Vinh, Nghệ An https://maps.example.org/9")
    officer.hears("Siêu thị số 1".lower(), "Chợ Vinh, Nghệ An https://maps.example.org/9")
    await officer.says("xong")
    await officer.taps("Gửi")
    event, _ = await first_of_each(talk)
    assert [place.map_url for place in event.places] == [
        "https://maps.example.org/1",
        "https://maps.example.org/9",
    ]
    await talk.is_told()
    talk.hears("có thay đổi", "Chợ Vinh, Nghệ An")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Hội trường, Vinh", [("Hội trường, Vinh", "")]),
        ("Hội trường, Vinh https://a.example/1", [("Hội trường, Vinh", "https://a.example/1")]),
        ("Hội trường, Vinh\nhttps://a.example/1", [("Hội trường, Vinh", "https://a.example/1")]),
        ("- Chợ A, Huế\n- Chợ B, Huế", [("Chợ A, Huế", ""), ("Chợ B, Huế", "")]),
        ("Chợ A; Chợ B https://a.example/1", [("Chợ A", ""), ("Chợ B", "https://a.example/1")]),
        ("Chợ A\nchợ a\n\n", [("Chợ A", "")]),
    ],
)
def test_places_are_read_one_a_line(said: str, meant: list[tuple[str, str]]) -> None:
    found = Places().parse(Incoming("", "", "", text=said), text("vi"), date(2026, 11, 24))
    assert [(one["name"], one["map"]) for one in found] == meant


@pytest.mark.parametrize(
    "said", ["https://a.example/1", ";", "ở", "x" * 301, "\n".join(f"Chợ số {n}" for n in range(11))]
)
def test_what_names_no_place_is_asked_again(said: str) -> None:
    with pytest.raises(UserError):
        Places().parse(Incoming("", "", "", text=said), text("vi"), date(2026, 11, 24))


_NAMES = st.text(alphabet="AnBtch 19-/,.", min_size=5, max_size=30).filter(
    lambda name: len(fold(name)) > 3 and name == " ".join(name.split()).strip(" ,.-–•()")
)


@given(
    st.lists(
        st.tuples(_NAMES, st.sampled_from(["", "https://a.example/1", "http://b.example/x?y=1"])),
        min_size=1,
        max_size=10,
        unique_by=lambda one: fold(one[0]),
    )
)
def test_places_that_are_read_back_are_the_same_places(pairs: list[tuple[str, str]]) -> None:
    value = [{"name": name, "map": link} for name, link in pairs if any(map(str.isalnum, name))]
    if value:
        shown = Places().show(value, text("vi"))
        assert Places().parse(Incoming("", "", "", text=shown), text("vi"), date(2026, 11, 24)) == value


async def test_registration_that_opens_later_is_said_when_it_is_published(talk: Talk) -> None:
    opens = datetime(2026, 12, 1, 1, tzinfo=UTC)
    await publish(talk.assistant.database, talk.clock(), state="draft", opens_at=opens)
    officer = await office(talk)
    await officer.taps("events:publish:1")
    officer.hears("thành viên đăng ký được từ 08:00 01/12/2026")
    await talk.taps("event:show:1")
    talk.hears("Mở đăng ký từ 08:00 01/12/2026")
    assert "Đăng ký" not in talk.buttons


@pytest.mark.parametrize(
    ("field", "said", "hint"),
    [
        ("opens_at", "8h 11/12", "trước hạn đăng ký"),
        ("closes_at", "8h 20/12", "trước giờ bắt đầu"),
        ("setup_on", "20/12", "không được sau ngày bắt đầu"),
        ("cleared_on", "20/12", "không được trước ngày kết thúc"),
    ],
)
async def test_a_moment_that_contradicts_the_others_is_refused(
    talk: Talk, field: str, said: str, hint: str
) -> None:
    await beside_a_fair(talk)
    await talk.taps(f"events:edit:1:{field}")
    await talk.says(said)
    await talk.taps("Gửi")
    talk.hears(hint)
    assert await verb("change")(talk) == 0


async def test_a_beginning_that_was_moved_past_the_end_is_seen_at_the_last_step(talk: Talk) -> None:
    await in_office(talk)
    await talk.taps("events:new")
    for answer in ("lớp tập huấn", "Tập huấn kế toán", "Hội trường, Vinh", "xong", "8h 20/12", "17h 20/12"):
        await talk.says(answer)
    for answer in ("17h 10/12", "bỏ qua", "30", "bỏ qua", "bỏ qua", "không"):
        await talk.says(answer)
    await talk.taps("form:eventnew:edit:starts_at")
    await talk.says("8h 21/12")
    await talk.taps("Gửi")
    talk.hears("sau giờ bắt đầu", "kết thúc")
    assert await rows(events)(talk) == 0


ROW: dict[str, Any] = {
    "kind": "Tuần hàng siêu thị",
    "title": "Tuần hàng Tết",
    "place": "Siêu thị số 1, Vinh https://maps.example.org/1\nSiêu thị số 2, Cửa Lò; Chợ Vinh",
    "starts_at": "8:00 20/12/2026",
    "ends_at": "17:00 22/12/2026",
    "opens_at": "8:00 1/12/2026",
    "setup_on": date(2026, 12, 19),
}


def read_in(**other: Any) -> tuple[list[dict[str, Any]], list[str]]:
    cells = ROW | other
    at = datetime(2026, 11, 24, 2, tzinfo=UTC)
    found, faults = exchange.read(EVENTS, Table(tuple(cells), (Row(2, cells),)), text("vi"), at, at.date())
    return found, [exchange.said(fault, text("vi")) for fault in faults]


async def test_a_row_has_several_places_its_set_up_day_and_when_registration_opens(talk: Talk) -> None:
    found, faults = read_in()
    assert faults == []
    assert EVENTS.write is not None
    write = EVENTS.write
    await talk.assistant.database.write(lambda to: write(to, found, talk.clock()))
    async with talk.assistant.database.read() as connection:
        event = await records.get(connection, 1)
    assert event is not None
    assert [(place.name, place.map_url) for place in event.places] == [
        ("Siêu thị số 1, Vinh", "https://maps.example.org/1"),
        ("Siêu thị số 2, Cửa Lò", ""),
        ("Chợ Vinh", ""),
    ]
    assert (event.setup_on, event.opens_at) == (date(2026, 12, 19), datetime(2026, 12, 1, 1, tzinfo=UTC))
    assert (event.state, event.closes_at) == ("draft", event.starts_at)


@pytest.mark.parametrize(
    ("other", "hint"),
    [
        ({"opens_at": "9:00 20/12/2026"}, "Dòng 2: Giờ mở đăng ký"),
        ({"setup_on": "21/12/2026"}, "Dòng 2: Ngày dựng gian"),
        ({"cleared_on": "21/12/2026"}, "Dòng 2: Ngày dọn gian"),
        ({"closes_at": "9:00 20/12/2026"}, "Dòng 2: Hạn đăng ký"),
        ({"starts_at": "8:00 20/11/2026"}, "Dòng 2: "),
        ({"place": "https://maps.example.org/1"}, "Dòng 2, Địa điểm, địa chỉ: "),
        ({"state": "đám cưới"}, "Dòng 2, Tình trạng: "),
    ],
)
def test_what_is_wrong_in_a_row_of_an_event_is_named(other: dict[str, str], hint: str) -> None:
    found, faults = read_in(**other)
    assert found == []
    assert faults[0].startswith(hint), faults


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ending", exchange.ENDINGS)
@pytest.mark.parametrize("kind", [EVENTS, PROGRAMMES], ids=lambda kind: kind.name)
async def test_what_is_taken_out_can_be_brought_in_again(
    talk: Talk, kind: Exchange, ending: str, language: str
) -> None:
    await in_three_places(
        talk, setup_on=date(2026, 12, 18), cleared_on=date(2026, 12, 23), terms="- Miễn phí"
    )
    await publish(talk.assistant.database, talk.clock(), title="=Lớp cũ", kind="visit", state="called_off")
    await publish(
        talk.assistant.database,
        talk.clock(),
        starts_at=SATURDAY - timedelta(days=300),
        ends_at=SATURDAY - timedelta(days=299),
        closes_at=SATURDAY,
        opens_at=SATURDAY,
        booths="standard,half,display",
        programme="8:00 Khai mạc\n9:00; Hội thảo, hỏi đáp",
        approval=True,
        state="over",
    )
    settings = talk.assistant.settings
    await talk.assistant.database.write(lambda to: sample.load(to, settings, talk.clock()))
    t = text(language)
    out, rows_, write = kind.headings, kind.rows, kind.write
    assert out
    assert rows_
    assert write
    async with talk.assistant.database.read() as connection:
        first = await rows_(connection, t)
    content = exchange.written(kind.name, out(t), first, ending)
    table = read_table(content, f"{kind.name}.{ending}")
    values, faults = exchange.read(kind, table, t, talk.clock(), talk.clock().date())
    assert [exchange.said(fault, t) for fault in faults] == []
    assert len(values) == len(first) > 4

    async def anew(connection: Any) -> Sequence[Sequence[Any]]:
        await connection.execute(delete(events))
        await write(connection, values, talk.clock())
        return await rows_(connection, t)

    again = await talk.assistant.database.write(anew)
    if kind is EVENTS:  # what was published is a draft until an officer publishes it here
        states = {t(N_("published")): t(N_("draft"))}
        first = [[*row[:-1], states.get(row[-1], row[-1])] for row in first]
        first.sort(key=lambda row: str(row))
        again = sorted(again, key=lambda row: str(row))
    assert again == first
