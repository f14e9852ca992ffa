"""Fairs and trainings: looking them up, registering, waiting, changing, withdrawing, the ticket, the survey."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from bot.chat import Incoming, Outgoing
from bot.errors import UserError
from bot.forms import Kind
from bot.records.audit import audit
from bot.records.events import events
from bot.records.products import products
from bot.records.registrations import event_results, registrations
from bot.scheduler import do
from bot.text import fold, text
from handlers.event_desk import Moment
from handlers.event_forms import Goods, People
from tests.talk import Talk
from tests.transcripts.happenings import SATURDAY, publish, publish_training
from tests.transcripts.test_cooperative import CLAIM
from tests.transcripts.walks import STICKER, WALKS, Script, Step, Walk, name_of, photo, rows

FAIR = (
    Step("booths", "2", wrong="chín chục", hint="từ 1 đến 4", shown="Số gian: 2"),
    Step("people", "3", wrong="0", hint="từ 1 đến 10", shown="Số người đi: 3"),
    Step("products", "nấm hương, mật ong", wrong=STICKER, hint="", shown="nấm hương, mật ong"),
    Step("power", "=1kw", wrong="điện gió", hint="", shown="Ổ thường"),
    Step("board", "HTX Nấm Hương", wrong="x" * 41, hint="40", shown="HTX Nấm Hương"),
    Step("extras", "thêm bàn ghế, nước", wrong="tàu vũ trụ", hint="", shown="Thêm bàn ghế"),
    Step("pledge", "=yes", wrong="để xem đã", hint="", shown="Cam kết"),
)
TRAINING = (
    Step("attendees", "Nguyễn Văn A 0912345678, Vi Văn Ba", wrong="Mai", hint="kèm số", shown="Vi Văn Ba"),
    Step("note", "Em ăn chay", wrong=STICKER, hint="", shown="ăn chay"),
)


async def at_the_fair(talk: Talk) -> None:
    await talk.belongs_to()
    await publish(talk.assistant.database, talk.clock(), capacity=10)
    await talk.says("hội chợ sắp tới")


async def at_the_training(talk: Talk) -> None:
    await talk.belongs_to()
    await publish_training(talk.assistant.database, talk.clock(), capacity=30)


SCRIPTS = (
    Script(
        form="fair",
        opens="event:join:1",
        steps=FAIR,
        done="Mã vé là",
        french="Inscription à une foire",
        count=rows(registrations),
        before=at_the_fair,
    ),
    Script(
        form="seats",
        opens="event:join:1",
        steps=TRAINING,
        done="Mã vé là",
        french="Inscription à un événement",
        count=rows(registrations),
        before=at_the_training,
    ),
)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.form)
@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_registering(talk: Talk, walk: Walk, script: Script) -> None:
    await walk(talk, script)


async def with_a_booth(talk: Talk) -> None:
    await at_the_fair(talk)
    await talk.taps("event:join:1")
    for answer in ("2", "3", "nấm hương", "1", "HTX Nấm", "bỏ qua", "1"):
        await talk.says(answer)
    await talk.taps("Gửi")


async def with_a_seat(talk: Talk) -> None:
    await at_the_training(talk)
    await enrol(talk, "Nguyễn Văn A")


def changing(steps: tuple[Step, ...], before: Callable[[Talk], Awaitable[None]]) -> Script:
    """What is changed is counted by the log: one line a change."""
    return Script(
        form="resize",
        opens="event:change:1",
        steps=steps,
        done="Em đã sửa xong",
        french="Modification d'une inscription",
        count=rows(audit, (audit.c.subject == "registration") & (audit.c.verb == "change")),
        before=before,
    )


CHANGES = (
    changing(
        (
            Step("booths", "1", wrong="chín chục", hint="từ 1 đến 4", shown="Số gian: 1"),
            Step("people", "2", wrong="0", hint="từ 1 đến 10", shown="Số người đi: 2"),
        ),
        with_a_booth,
    ),
    changing(
        (Step("attendees", "Vi Văn Ba 0912345678", wrong="Mai", hint="kèm số", shown="Vi Văn Ba"),),
        with_a_seat,
    ),
)


@pytest.mark.parametrize("script", CHANGES, ids=lambda script: script.steps[0].key)
@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_changing_a_registration(talk: Talk, walk: Walk, script: Script) -> None:
    await walk(talk, script)


async def row(talk: Talk, number: int = 1) -> Any:
    async with talk.assistant.database.read() as connection:
        found = await connection.execute(select(registrations).where(registrations.c.id == number))
        return found.one()


async def times_pass(talk: Talk, **by: float) -> None:
    """Lets the clock move on and do what it has to."""
    talk.clock.moves(**by)
    await do(talk.assistant.database, talk.clock, talk.assistant.router.chores, talk.assistant.wake)


async def set_event(talk: Talk, number: int = 1, **fields: Any) -> None:
    async def work(connection: Any) -> None:
        await connection.execute(update(events).where(events.c.id == number).values(**fields))

    await talk.assistant.database.write(work)


async def enrol(talk: Talk, *names: str, event: int = 1) -> list[Outgoing]:
    """Registers for a training up to the last tap on Send."""
    await talk.taps(f"event:join:{event}")
    await talk.says("\n".join(f"{name} 0912345678" for name in names))
    if "không còn đủ chỗ" in talk.words.casefold():
        await talk.taps("Vào danh sách chờ")
    await talk.says("bỏ qua")
    return await talk.taps("Gửi")


async def neighbour(talk: Talk, chat: str, cooperative: str) -> Talk:
    other = talk.beside(chat)
    await other.says("/menu")
    await other.belongs_to(cooperative)
    return other


async def test_what_is_coming_is_listed_with_its_deadline_and_what_is_free(talk: Talk) -> None:
    await publish(talk.assistant.database, talk.clock(), capacity=10)
    await talk.says("sự kiện sắp tới")
    talk.hears("Hội chợ Xuân nông sản", "08:00 19/12/2026", "Hạn đăng ký: 08:00 10/12/2026", "Còn 10 gian")
    await talk.taps("Hội chợ Xuân nông sản")
    talk.hears("Nhà văn hóa tỉnh", "Chi phí, hỗ trợ: Liên minh hỗ trợ tiền gian")
    assert [button.url for message in talk.heard for button in message.buttons if button.url]
    await talk.taps("Thêm vào lịch")
    assert talk.heard[0].file is not None


@pytest.mark.parametrize(
    ("asked", "heard", "not_heard"),
    [
        ("tháng này có hội chợ nào không", "chưa có sự kiện nào như anh/chị hỏi", "Hội chợ Xuân"),
        ("tháng 12 có hội chợ nào không em", "Hội chợ Xuân", "Tập huấn kế toán"),
        ("lich tap huan thang sau gui em voi", "Tập huấn kế toán", "Hội chợ Xuân"),
        ("hooij chowj o da nang con nhaanj dk ko, hanj chots ngay nao", "Hội chợ Đà Nẵng", "Hội chợ Xuân"),
        ("hội chợ ở Cà Mau còn nhận đk ko", "chưa có sự kiện nào như anh/chị hỏi", "Hội chợ Xuân"),
        ("Sắp tới tỉnh mình có tổ chức tuần hàng nông sản nào không?", "Tuần hàng", "Tập huấn"),
        ("are there any trainings next month?", "Tập huấn kế toán", "Hội chợ Xuân"),
        ("y a-t-il une foire le mois prochain ?", "Hội chợ Xuân", "Tập huấn"),
    ],
)
async def test_a_question_about_events_is_answered_with_real_ones(
    talk: Talk, asked: str, heard: str, not_heard: str
) -> None:
    database, at = talk.assistant.database, talk.clock()
    await publish(database, at)
    await publish_training(database, at)
    await publish(database, at, "Trung tâm triển lãm, Đà Nẵng", title="Hội chợ Đà Nẵng")
    await publish(database, at, "Siêu thị, Vinh", kind="week", title="Tuần hàng nông sản")
    await talk.says(asked)
    talk.hears(heard)
    talk.hears_not(not_heard)


@pytest.mark.parametrize(
    "asked",
    [
        "đi hội chợ có phải trả tiền gian hàng không",
        "ghi ten di hoi cho roi ma ban viec thi rut ra co bi phat chi ko",
        "Muốn cho kế toán HTX đi học thì ghi danh ở đâu?",
        "ra ha noi ban hang hoi cho thi lien minh co lo xe voi cho ngu ko",
        "comment s'inscrire à une foire ?",
        "how do I cancel my fair registration",
        "muốn đi hội chợ thì chuẩn bị gì",
        "đăng ký tập huấn ở đâu",
    ],
)
async def test_a_question_about_the_rules_stays_a_question(talk: Talk, asked: str) -> None:
    assert talk.assistant.router.leads_to(asked) is None


@pytest.mark.parametrize(
    ("said", "dialog"),
    [
        ("em muốn đk 1 gian ở hội chợ", "fair"),
        ("huy giup e di hoi cho", "cancel"),
        ("e ban k di dc hoi cho huy giup e", "cancel"),
        ("hội chợ ở Huế ngày nào", "fair"),
        ("cho 1 suất tập huấn marketing", "training"),
        ("bao giờ có diễn đàn kết nối cung cầu", "event"),
        ("inscrivez-nous à la foire de printemps", "fair"),
        ("annulez mon inscription à la formation", "cancel"),
        ("sign us up for the spring fair, 1 booth", "fair"),
    ],
)
async def test_plain_words_lead_in(talk: Talk, said: str, dialog: str) -> None:
    assert talk.assistant.router.leads_to(said) == dialog


@pytest.mark.parametrize(
    "kind", [People(1, 10), Goods((("p1", "Nấm"),)), Moment()], ids=lambda kind: type(kind).__name__
)
@given(st.text(max_size=300) | st.text("0123456789 .,;:h/\n", max_size=80))
def test_what_is_typed_is_a_value_or_asked_again(kind: Kind, typed: str) -> None:
    try:
        value = kind.parse(Incoming("", "", "", text=typed), text("vi"), date(2026, 11, 24))
    except UserError:
        return
    assert kind.show(value, text("vi"))


async def test_one_sentence_registers_with_what_it_says(talk: Talk) -> None:
    await talk.belongs_to()
    database, at = talk.assistant.database, talk.clock()
    await publish(database, at, title="Hội chợ OCOP cuối năm")
    await publish(database, at)
    await talk.says("Ghi tên HTX tôi một gian ở hội chợ xuân nhé, đi ba người.")
    talk.hears("Hội chợ Xuân nông sản", "mang hàng gì")
    await talk.says("nấm hương")
    await talk.taps("Không cần điện")
    await talk.says("HTX Nấm")
    await talk.says("bỏ qua")
    await talk.taps("Cam kết")
    talk.hears("Số gian: 1", "Số người đi: 3", "Nguyễn Văn A")


async def test_who_has_no_profile_yet_comes_to_the_registration_after_it(talk: Talk) -> None:
    await publish_training(talk.assistant.database, talk.clock())
    await talk.taps("event:join:1")
    await talk.taps("Đồng ý")
    for step in CLAIM.steps:
        answer = str(step.answer)
        if answer.startswith("="):
            await talk.taps(f"form:{CLAIM.form}:answer:{step.key}:{answer[1:]}")
        else:
            await talk.says(answer)
    await talk.taps("Gửi")
    talk.hears("Tập huấn kế toán", "Ai tham dự")


async def test_the_ticket_is_a_picture_and_stands_under_my_things(talk: Talk) -> None:
    await at_the_training(talk)
    sent = await enrol(talk, "Nguyễn Văn A")
    code = (await row(talk)).code
    assert sent[-1].photo is not None
    talk.hears(code)
    await talk.says("đăng ký của tôi")
    await talk.says("hồ sơ của tôi")
    talk.hears("Tập huấn kế toán hợp tác xã – đã xác nhận")
    await talk.taps("Tập huấn kế toán hợp tác xã")
    talk.hears("1 người", code)
    await talk.says(code.lower())
    talk.hears("Tập huấn kế toán", code)


async def test_who_comes_when_it_is_full_waits_and_is_offered_what_comes_free(talk: Talk) -> None:
    await at_the_training(talk)
    await set_event(talk, capacity=2)
    await enrol(talk, "Nguyễn Văn A", "Vi Văn Ba")
    second = await neighbour(talk, "binh", "HTX Thứ Hai")
    await enrol(second, "Hà Văn Bốn", "Hà Văn Năm")
    second.hears("thứ 1 trong danh sách chờ")
    third = await neighbour(talk, "chi", "HTX Thứ Ba")
    await enrol(third, "Hà Văn Sáu")
    third.hears("thứ 2 trong danh sách chờ")

    await talk.says("bo dang ky tap huan giup em, nha co viec")
    talk.hears("rút đăng ký Tập huấn kế toán")
    await talk.taps("event:withdrawn:1")
    talk.hears("Em đã rút đăng ký")
    await second.is_told()
    second.hears("Đã có chỗ trống", "đang giữ chỗ đến 09:00 25/11/2026")
    assert (await third.is_told()) == []

    await second.says("em nhận chỗ")
    second.hears("Mã vé là")
    assert (await row(talk, 2)).state == "confirmed"
    await second.taps("event:refuse:2")
    second.hears("Hạn nhận chỗ này đã hết")
    assert (await row(talk, 2)).state == "confirmed"


async def test_a_place_that_is_not_taken_in_time_goes_to_the_next(talk: Talk) -> None:
    await at_the_training(talk)
    await set_event(talk, capacity=1)
    await enrol(talk, "Nguyễn Văn A")
    second = await neighbour(talk, "binh", "HTX Thứ Hai")
    await enrol(second, "Hà Văn Bốn")
    third = await neighbour(talk, "chi", "HTX Thứ Ba")
    await enrol(third, "Hà Văn Sáu")
    await talk.taps("event:withdrawn:1")
    await times_pass(talk, hours=25)
    await second.is_told()
    second.hears("quá hạn nhận")
    await third.is_told()
    third.hears("Đã có chỗ trống")
    await third.says("nhường chỗ cho người khác")
    third.hears("chuyển chỗ cho người tiếp theo")
    assert [(await row(talk, number)).state for number in (1, 2, 3)] == ["withdrawn", "lapsed", "withdrawn"]


async def test_the_first_whom_it_suffices_is_offered_a_part_that_comes_free(talk: Talk) -> None:
    await at_the_training(talk)
    await set_event(talk, capacity=2)
    await enrol(talk, "Nguyễn Văn A", "Vi Văn Ba")
    large = await neighbour(talk, "binh", "HTX Thứ Hai")
    await enrol(large, "Hà Văn Bốn", "Hà Văn Năm")
    small = await neighbour(talk, "chi", "HTX Thứ Ba")
    await enrol(small, "Hà Văn Sáu")
    await talk.taps("event:change:1")
    await talk.says("Nguyễn Văn A 0912345678")
    await talk.taps("Gửi")
    talk.hears("Em đã sửa xong", "1 người")
    assert [(await row(talk, number)).state for number in (1, 2, 3)] == ["confirmed", "waiting", "offered"]
    await talk.taps("event:change:1")
    await talk.says("Nguyễn Văn A 0912345678, Vi Văn Ba")
    await talk.taps("Gửi")
    talk.hears("chỉ lấy thêm được 0")


async def test_an_event_that_fills_between_question_and_send_says_so_and_offers_the_list(talk: Talk) -> None:
    await at_the_training(talk)
    await set_event(talk, capacity=1)
    await talk.taps("event:join:1")
    await talk.says("Nguyễn Văn A 0912345678")
    await talk.says("bỏ qua")
    other = await neighbour(talk, "binh", "HTX Thứ Hai")
    await enrol(other, "Hà Văn Bốn")
    await talk.taps("Gửi")
    talk.hears("Không còn đủ chỗ", "danh sách chờ")
    assert (await row(talk)).state == "confirmed"
    await talk.taps("Vào danh sách chờ")
    talk.hears("Nguyễn Văn A")
    await talk.taps("Gửi")
    talk.hears("thứ 1 trong danh sách chờ")


async def test_an_event_that_is_called_off_before_the_send_registers_nothing(talk: Talk) -> None:
    await at_the_training(talk)
    await talk.taps("event:join:1")
    await talk.says("Nguyễn Văn A 0912345678")
    await talk.says("bỏ qua")
    await set_event(talk, state="called_off", reason="Bão số 9.")
    await talk.taps("Gửi")
    talk.hears("đã hủy: Bão số 9.", "chưa đăng ký gì")
    assert await rows(registrations)(talk) == 0


async def test_registration_that_closed_meanwhile_says_when_it_did(talk: Talk) -> None:
    await at_the_training(talk)
    await talk.taps("event:join:1")
    await talk.says("Nguyễn Văn A 0912345678")
    await talk.says("bỏ qua")
    await set_event(talk, closes_at=talk.clock() - timedelta(hours=1))
    await talk.taps("Gửi")
    talk.hears("hết hạn đăng ký lúc 08:00 24/11/2026")
    await talk.taps("event:join:1")
    talk.hears("Đã hết hạn đăng ký")


async def test_more_than_the_quota_is_asked_again(talk: Talk) -> None:
    await talk.belongs_to()
    await publish(talk.assistant.database, talk.clock(), quota=1)
    await talk.taps("event:join:1")
    await talk.says("2")
    talk.hears("từ 1 đến 1")


async def test_a_cooperative_registers_once_whoever_of_it_does(talk: Talk) -> None:
    await at_the_training(talk)
    await enrol(talk, "Nguyễn Văn A")
    await talk.taps("event:join:1")
    talk.hears("Tình trạng: đã xác nhận")
    assert await rows(registrations)(talk) == 1


async def test_goods_alone_take_no_booth(talk: Talk) -> None:
    await talk.belongs_to()
    await publish(talk.assistant.database, talk.clock(), booths="standard,display", capacity=0)
    await talk.taps("event:join:1")
    await talk.taps("Chỉ gửi hàng trưng bày")
    talk.hears("Có mấy người đi")
    for answer in ("1", "nấm hương"):
        await talk.says(answer)
    await talk.taps("Không cần điện")
    await talk.says("bỏ qua")
    await talk.taps("Cam kết")
    await talk.taps("Gửi")
    talk.hears("Chỉ gửi hàng trưng bày, 1 người")


async def test_registered_products_are_tapped_and_one_that_is_hidden_meanwhile_is_asked_again(
    talk: Talk,
) -> None:
    cooperative = await talk.belongs_to()
    await publish(talk.assistant.database, talk.clock())

    async def work(connection: Any) -> None:
        for name in ("Nấm hương khô", "Mật ong bạc hà"):
            await connection.execute(
                insert(products).values(
                    cooperative_id=cooperative,
                    name=name,
                    code=fold(name)[:3],
                    folded=fold(name),
                    category="food",
                    state="approved",
                    created_at=talk.clock(),
                    changed_at=talk.clock(),
                )
            )

    await talk.assistant.database.write(work)
    await talk.taps("event:join:1")
    for answer in ("1", "2"):
        await talk.says(answer)
    assert {"Nấm hương khô", "Mật ong bạc hà"} <= set(talk.buttons)
    await talk.taps("Nấm hương khô")
    await talk.says("xong")
    for answer in ("1", "HTX Nấm", "bỏ qua", "1"):
        await talk.says(answer)
    talk.hears("Hàng mang theo: Nấm hương khô")

    async def hide(connection: Any) -> None:
        await connection.execute(update(products).values(state="hidden"))

    await talk.assistant.database.write(hide)
    await talk.taps("Gửi")
    talk.hears("không còn trong danh sách", "mang hàng gì")
    await talk.says("nấm hương tươi")
    await talk.taps("Gửi")
    assert '"products": ["nấm hương tươi"]' in (await row(talk)).details


async def test_the_days_of_a_part_lie_within_the_fair(talk: Talk) -> None:
    await at_the_fair(talk)
    await talk.taps("event:join:1")
    for answer in ("1", "2", "nấm", "1", "HTX Nấm", "Chỉ dự một số ngày"):
        await talk.says(answer)
    await talk.says("xong")
    talk.hears("từ ngày nào")
    await talk.says("25/12")
    talk.hears("19/12/2026", "21/12/2026")
    await talk.says("20/12")
    await talk.says("19/12")
    talk.hears("20/12/2026")


async def test_what_is_someone_elses_is_neither_shown_nor_changed(talk: Talk) -> None:
    await at_the_training(talk)
    await enrol(talk, "Nguyễn Văn A")
    code = (await row(talk)).code
    other = await neighbour(talk, "binh", "HTX Thứ Hai")
    for data in ("mine", "ticket", "change", "withdraw", "withdrawn", "accept", "survey", "offer"):
        await other.taps(f"event:{data}:1")
        other.hears("không phải của anh/chị")
        other.hears_not("Nguyễn Văn A", "HTX Dâu tằm", code)
    await other.says(f"/start ticket_{code}")
    other.hears("Vé này không phải của anh/chị")
    other.hears_not("Nguyễn Văn A", "HTX Dâu tằm")
    assert (await row(talk)).state == "confirmed"


async def test_what_is_only_told_cannot_be_tapped(talk: Talk) -> None:
    await at_the_training(talk)
    await set_event(talk, capacity=0)
    await enrol(talk, "Nguyễn Văn A")
    for verb in ("granted", "offer", "off", "lapsed", "declined"):
        await talk.taps(f"event:{verb}:1")
        talk.hears("Tình trạng: trong danh sách chờ")
        talk.hears_not("Anh/chị đã có chỗ", "Đã có chỗ trống")


async def test_an_officer_checks_a_ticket_in_once(talk: Talk) -> None:
    await at_the_training(talk)
    await enrol(talk, "Nguyễn Văn A")
    code = (await row(talk)).code
    officer = talk.beside("can-bo")
    await officer.says("/menu")
    await officer.is_officer(topics="events")
    await officer.says(f"/start ticket_{code}")
    officer.hears("Chưa đến ngày", "19/12/2026")
    talk.clock.now = SATURDAY
    await officer.says(f"vé {code}")
    officer.hears("Đã ghi nhận vào cửa", "HTX Dâu tằm Ví Dụ", "Nguyễn Văn A")
    await officer.says(f"/start ticket_{code}")
    officer.hears("đã vào cửa lúc 08:00 19/12/2026")
    await officer.says("/start ticket_TAAA3A4")
    officer.hears("không thấy vé nào")


async def test_an_officer_of_other_topics_checks_nobody_in(talk: Talk) -> None:
    await at_the_training(talk)
    await enrol(talk, "Nguyễn Văn A")
    officer = talk.beside("can-bo")
    await officer.says("/menu")
    await officer.is_officer(topics="loans")
    await officer.says(f"/start ticket_{(await row(talk)).code}")
    officer.hears("Vé này không phải của anh/chị")


async def test_three_days_after_each_is_asked_once_how_it_went(talk: Talk) -> None:
    await at_the_fair(talk)
    await talk.taps("event:join:1")
    for step in FAIR[:3]:
        await talk.says(str(step.answer))
    for answer in ("1", "HTX Nấm", "bỏ qua", "1", "gửi"):
        await talk.says(answer)
    talk.clock.now = SATURDAY
    await times_pass(talk, days=2)
    await talk.is_told()
    await times_pass(talk, days=2, hours=23)
    assert await talk.is_told() == []
    await times_pass(talk, hours=1)
    await talk.is_told()
    talk.hears("Hội chợ Xuân nông sản vừa rồi")
    await times_pass(talk, hours=24)
    assert await talk.is_told() == []
    await talk.taps("Báo kết quả")
    for answer in ("2", "1,5 tỷ", "5", "12 triệu"):
        await talk.says(answer)
    picture = photo()
    await talk.sends("photo", picture.data)
    await talk.says("xong")
    talk.hears("1,5 tỷ đồng", "Người mua mới: 5")
    await talk.taps("Gửi")
    talk.hears("cảm ơn")
    assert "Ghi hợp đồng 1/2" in talk.buttons
    async with talk.assistant.database.read() as connection:
        kept = (await connection.execute(select(event_results))).one()
    assert (kept.contracts, kept.value, kept.contacts, kept.revenue) == (2, 1_500_000_000, 5, 12_000_000)
    await talk.taps("event:survey:1")
    for answer in ("0", "0", "bỏ qua", "bỏ qua", "gửi"):
        await talk.says(answer)
    talk.hears("đã báo kết quả rồi")


async def test_an_event_that_is_over_closes_its_waiting_list(talk: Talk) -> None:
    await at_the_training(talk)
    await set_event(talk, capacity=0)
    await enrol(talk, "Nguyễn Văn A")
    talk.clock.now = SATURDAY
    await times_pass(talk, days=1)
    assert (await row(talk)).state == "lapsed"


async def test_deleting_withdraws_and_empties_the_names(talk: Talk) -> None:
    await at_the_training(talk)
    await enrol(talk, "Nguyễn Văn A")
    await talk.says("/xoadulieu")
    await talk.taps("Đồng ý xóa")
    kept = await row(talk)
    assert (kept.state, kept.attendees, kept.person_id) == ("withdrawn", "[]", None)
