"""Transcripts of a cooperative's profile: claimed, confirmed, completed, shared by several people, reported yearly."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies
from sqlalchemy import select, update

from bot.chat import Incoming
from bot.errors import Unsure, UserError
from bot.records import cooperatives, yearly
from bot.records.cooperatives import cooperatives as table
from bot.records.cooperatives import memberships, size
from bot.records.tasks import tasks
from bot.text import text
from handlers.taxcode import AnyTaxCode
from tests.talk import Talk
from tests.transcripts.walks import STICKER, UNINTERRUPTED, WALKS, Script, Step, Walk, name_of, photo, rows


async def agreed_without_a_phone(talk: Talk) -> None:
    await talk.knows_person(name="", phone="")


CLAIM = Script(
    form="coop",
    opens="coop:claim",
    steps=(
        Step("kind", "=coop", wrong="cá nhân", hint="chọn", shown="Hợp tác xã"),
        Step("tax_code", "0100233488", wrong="012345678901", hint="không lưu", shown="0100233488"),
        Step("commune", "Đan Điền, Huế", wrong="xã Không Có Đâu", hint="chưa nhận ra", shown="Đan Điền"),
        Step("name", "HTX Mây tre Ví Dụ", wrong=STICKER, hint="Ví dụ", shown="HTX Mây tre Ví Dụ"),
        Step("phone", "0912 345 678", wrong="số của tôi", hint="chưa đọc được", shown="0912 345 678"),
        Step("sector", "=crafts", wrong="đủ thứ", hint="chọn", shown="tiểu thủ công nghiệp"),
    ),
    done="đã ghi HTX Mây tre Ví Dụ",
    french="Votre organisation",
    count=rows(table),
    before=agreed_without_a_phone,
)
LIGHT = Script(
    form="coop",
    opens="coop:claim",
    steps=(
        Step("kind", "=group", wrong="không rõ", hint="chọn", shown="Tổ hợp tác"),
        Step("commune", "Đan Điền, Huế", wrong="xã Không Có Đâu", hint="chưa nhận ra", shown="Đan Điền"),
        Step("name", "Tổ may Ví Dụ", wrong=STICKER, hint="Ví dụ", shown="Tổ may Ví Dụ"),
        Step("representative", "Nguyễn Thị B", wrong=STICKER, hint="Ví dụ", shown="Nguyễn Thị B"),
        Step("phone", "0912 345 678", wrong="số của tôi", hint="chưa đọc được", shown="0912 345 678"),
        Step("activity", "may áo dài", wrong=STICKER, hint="Ví dụ", shown="may áo dài"),
        Step("members", "23", wrong="nhiều lắm", hint="số", shown="23"),
    ),
    done="đã ghi Tổ may Ví Dụ",
    french="Votre organisation",
    count=rows(table),
    before=agreed_without_a_phone,
)


async def beside_its_director(talk: Talk) -> None:
    await talk.beside("owner").belongs_to("HTX Dâu tằm Ví Dụ", tax_code="0100233488")
    await talk.knows_person(name="Trần Thị C", phone="+84987654321")


JOINING = Script(
    form="coop",
    opens="coop:claim",
    steps=(
        Step("kind", "=coop", wrong="cá nhân", hint="chọn", shown="Hợp tác xã"),
        Step("tax_code", "0100233488", wrong="012345678901", hint="không lưu", shown="0100233488"),
        Step("role", "=accountant", wrong="người nhà", hint="chọn", shown="Kế toán"),
    ),
    done="giám đốc hoặc cán bộ xác nhận",
    french="Votre organisation",
    count=rows(memberships, memberships.c.role == "accountant"),
    before=beside_its_director,
)


@pytest.mark.parametrize("script", [CLAIM, LIGHT, JOINING], ids=["cooperative", "group", "joining"])
@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_entering_a_profile(talk: Talk, walk: Walk, script: Script) -> None:
    await walk(talk, script)


async def director(talk: Talk) -> None:
    await talk.belongs_to()


PEOPLE = Script(
    form="coop-people",
    opens="profile:part:people",
    steps=(
        Step("members", "23", wrong="nhiều", hint="số", shown="23"),
        Step("women", "12", wrong="24", hint="không thể lớn hơn", shown="12"),
        Step("minority", "5", wrong="40", hint="không thể lớn hơn", shown="5"),
        Step("workers", "30", wrong="vài người", hint="số", shown="30"),
        Step("insured", "8", wrong="31", hint="không thể lớn hơn", shown="8"),
    ),
    done="Em đã lưu",
    french="Membres et travailleurs",
    count=rows(table, table.c.members == 23),
    before=director,
)
YEARLY = Script(
    form="yearly",
    opens="khai số liệu năm",
    steps=(
        Step("turnover", "2,2 tỷ", wrong="khá", hint="số tiền", shown="2,2 tỷ đồng"),
        Step("profit", "-50 triệu", wrong="lỗ ít", hint="số tiền", shown="-50 triệu"),
        Step("members", "23", wrong="nhiều", hint="số", shown="23"),
        Step("workers", "30", wrong="nhiều", hint="số", shown="30"),
        Step("insured", "8", wrong="31", hint="không thể lớn hơn", shown="8"),
    ),
    done="số liệu năm 2026 đã được ghi",
    french="Chiffres de l'année",
    count=rows(yearly.yearly),
    before=director,
)


@pytest.mark.parametrize("script", [PEOPLE, YEARLY], ids=["people", "yearly"])
@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_figures_of_a_cooperative(talk: Talk, walk: Walk, script: Script) -> None:
    await walk(talk, script)


async def director_of_little(talk: Talk) -> None:
    """A director of a cooperative of which not even the sector is known."""
    await talk.belongs_to(phone="", sector="")


async def director_of_all(talk: Talk) -> None:
    await talk.belongs_to(tax_code="0100233488", commune="19885", province="46")


MAIN = Script(
    form="coop-main",
    opens="profile:part:main",
    steps=(
        Step("trade_name", "Mây tre Ví Dụ", wrong=STICKER, hint="Ví dụ", shown="Mây tre Ví Dụ"),
        Step("tax_code", "0100233488", wrong="012345678901", hint="không lưu", shown="0100233488"),
        Step("commune", "Đan Điền, Huế", wrong="xã Không Có Đâu", hint="chưa nhận ra", shown="Đan Điền"),
        Step("hamlet", "thôn Bao La", wrong=STICKER, hint="Ví dụ", shown="thôn Bao La"),
        Step("sector", "=crafts", wrong="đủ thứ", hint="chọn", shown="tiểu thủ công nghiệp"),
    ),
    done="cần cán bộ duyệt",
    french="Nom et lieu",
    count=rows(cooperatives.changes, cooperatives.changes.c.tax_code == "0100233488"),
    before=director_of_little,
)
KIND = Script(
    form="coop-main",
    opens="đổi loại hình đơn vị",
    steps=(Step("kind", "=union", wrong="cá nhân", hint="chọn", shown="Liên hiệp"),),
    done="cần cán bộ duyệt",
    french="Nom et lieu",
    count=rows(cooperatives.changes, cooperatives.changes.c.kind == "union"),
    before=director_of_all,
)
PAPERS = Script(
    form="coop-papers",
    opens="profile:part:papers",
    steps=(
        Step("registration", "3205N00012", wrong=STICKER, hint="Ví dụ", shown="3205N00012"),
        Step("registered_on", "20/11/2018", wrong="hồi xưa", hint="ngày", shown="20/11/2018"),
        Step("representative", "Nguyễn Văn A", wrong=STICKER, hint="Ví dụ", shown="Nguyễn Văn A"),
        Step("position", "=chair", wrong="to nhất", hint="chọn", shown="Chủ tịch"),
        Step("capital", "1,5 tỷ", wrong="kha khá", hint="số tiền", shown="1,5 tỷ đồng"),
    ),
    done="Em đã lưu",
    french="Enregistrement et capital",
    count=rows(table, (table.c.capital == 1_500_000_000) & (table.c.registered_on == date(2018, 11, 20))),
    before=director,
)
CONTACT = Script(
    form="coop-contact",
    opens="profile:part:contact",
    steps=(
        Step("phone", "0987 654 321", wrong="số của tôi", hint="chưa đọc được", shown="0987 654 321"),
        Step("phone2", "0234 3 822 333", wrong="không rõ", hint="chưa đọc được", shown="822 333"),
        Step("email", "htx@example.com", wrong="htx.example.com", hint="email", shown="htx@example.com"),
    ),
    done="Em đã lưu",
    french="Contact",
    count=rows(table, (table.c.phone == "+84987654321") & (table.c.email == "htx@example.com")),
    before=director_of_little,
)
TRAITS = Script(
    form="coop-traits",
    opens="profile:part:traits",
    steps=(Step("flags", "1, 3", wrong="vàng", hint="chọn các mục", shown="Hữu cơ"),),
    done="Em đã lưu",
    french="Particularités",
    count=rows(table, table.c.flags == "value_chain,organic"),
    before=director,
)


@pytest.mark.parametrize(
    "script", [MAIN, KIND, PAPERS, CONTACT, TRAITS], ids=["main", "kind", "papers", "contact", "traits"]
)
@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_completing_a_part_of_the_profile(talk: Talk, walk: Walk, script: Script) -> None:
    await walk(talk, script)


async def an_officer_with_a_new_profile(talk: Talk) -> None:
    await talk.is_officer()
    member = talk.beside("member")
    await agreed_without_a_phone(member)
    await enters(member)


REASON = Script(
    form="reason",
    opens="staff:do:1:more",
    steps=(Step("words", "Cho xin số giấy đăng ký", wrong=STICKER, hint="cảm ơn", shown="số giấy đăng ký"),),
    done="đã báo cho thành viên",
    french="Votre décision",
    count=rows(table, (table.c.state == "more") & (table.c.reason == "Cho xin số giấy đăng ký")),
    before=an_officer_with_a_new_profile,
)


@pytest.mark.parametrize("walk", UNINTERRUPTED, ids=name_of)
async def test_an_officer_asks_for_more(talk: Talk, walk: Walk) -> None:
    await walk(talk, REASON)


async def enters(talk: Talk, code: str = "0100233488", name: str = "HTX Mây tre Ví Dụ") -> None:
    """A whole new profile, up to sending it."""
    await talk.taps("coop:claim")
    for answer in ("1", code, "Đan Điền, Huế", name):
        await talk.says(answer)
    if "gọi số nào" in talk.words:
        await talk.says("0912 345 678")
    await talk.taps("form:coop:answer:sector:crafts")
    await talk.taps("Gửi")


async def joins(talk: Talk, code: str = "0100233488", role: str = "accountant") -> None:
    await talk.knows_person(name="Trần Thị C", phone="+84987654321")
    await talk.taps("coop:claim")
    await talk.says("1")
    await talk.says(code)
    await talk.taps(f"form:coop:answer:role:{role}")
    await talk.taps("Gửi")


async def state_of(talk: Talk, name: str) -> str:
    async with talk.assistant.database.read() as connection:
        found = await connection.execute(select(table.c.state).where(table.c.name == name))
        return str(found.scalar_one())


# Claiming and being confirmed.


async def test_who_needs_a_cooperative_is_asked_for_consent_and_then_for_the_profile(talk: Talk) -> None:
    await talk.says("bổ sung hồ sơ htx")
    talk.hears("91/2025/QH15")
    await talk.taps("Đồng ý")
    talk.hears("chỉ hỏi một lần", "thuộc loại nào")


async def test_an_officer_confirms_and_the_member_hears_of_it(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer(topics="cooperatives")
    await agreed_without_a_phone(talk)
    await enters(talk)
    await officer.is_told()
    officer.hears("Hồ sơ HTX", "HTX Mây tre Ví Dụ", "0100233488", "Đan Điền")
    await officer.taps("Xác nhận")
    officer.hears("đã báo cho thành viên")
    await talk.is_told()
    talk.hears("đã xác nhận hồ sơ của HTX Mây tre Ví Dụ")
    assert await state_of(talk, "HTX Mây tre Ví Dụ") == "verified"


async def test_what_is_missing_is_asked_with_its_reason_and_comes_back(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer()
    await agreed_without_a_phone(talk)
    await enters(talk)
    await officer.is_told()
    await officer.taps("Yêu cầu bổ sung")
    await officer.says("Cho xin số giấy đăng ký")
    await officer.taps("Gửi")
    await talk.is_told()
    talk.hears("cần bổ sung", "Cho xin số giấy đăng ký")
    await talk.taps("profile:part:papers")
    await talk.says("3205N00012")
    for _ in range(4):
        await talk.says("bỏ qua")
    await talk.taps("Gửi")
    await officer.is_told()
    officer.hears("HTX Mây tre Ví Dụ")
    assert await state_of(talk, "HTX Mây tre Ví Dụ") == "waiting"


async def test_a_declined_profile_gives_its_tax_code_back(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer()
    await agreed_without_a_phone(talk)
    await enters(talk)
    await officer.is_told()
    await officer.taps("Từ chối")
    await officer.says("Mã này không phải của đơn vị")
    await officer.taps("Gửi")
    await talk.is_told()
    talk.hears("chưa nhận được hồ sơ", "Mã này không phải của đơn vị")
    await talk.taps("Khai lại")
    await talk.says("1")
    await talk.says("0100233488")
    talk.hears("xã, phường nào")


async def test_a_wrong_check_digit_can_be_insisted_on_and_the_officer_sees_it(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer()
    await agreed_without_a_phone(talk)
    await talk.taps("coop:claim")
    await talk.says("1")
    await talk.says("0100233480")
    talk.hears("chưa khớp")
    await talk.taps("Đúng là 0100233480")
    for answer in ("Đan Điền, Huế", "HTX Giấy Cũ Ví Dụ", "0912345678"):
        await talk.says(answer)
    await talk.taps("form:coop:answer:sector:farming")
    talk.hears("0100233480")
    await talk.taps("Gửi")
    await officer.is_told()
    officer.hears("không khớp số kiểm tra")


@given(code=strategies.from_regex("[0-9]{10}([0-9]{3})?", fullmatch=True))
def test_a_tax_code_is_read_or_asked_back_and_insisting_keeps_its_digits(code: str) -> None:
    here, today = text("vi"), date(2026, 11, 24)
    try:
        kept = AnyTaxCode().parse(Incoming("", "", "", text=code), here, today)
    except Unsure as asked:
        kept = AnyTaxCode().parse(Incoming("", "", "", text=asked.choices[0][0]), here, today)
    assert kept.replace("-", "") == code


@given(code=strategies.from_regex("!?[0-9]{12}", fullmatch=True))
def test_a_citizens_number_is_never_kept(code: str) -> None:
    with pytest.raises(UserError) as refused:
        AnyTaxCode().parse(Incoming("", "", "", text=code), text("vi"), date(2026, 11, 24))
    assert not isinstance(refused.value, Unsure)
    assert code.strip("!") not in f"{refused.value.message}{refused.value.values}"


async def test_a_nearly_equal_name_in_the_same_commune_is_pointed_out(talk: Talk) -> None:
    other = talk.beside("other")
    await other.belongs_to("HTX Mây tre Ví Dụ", commune="19885", province="46", tax_code="0100112437")
    await agreed_without_a_phone(talk)
    await talk.taps("coop:claim")
    for answer in ("1", "0100233488", "#19885", "Hợp tác xã dịch vụ mây tre ví dụ"):
        await talk.says(answer)
    talk.hears("tên rất giống", "gọi số nào")


async def test_a_commune_is_answered_with_where_one_stands(talk: Talk) -> None:
    await agreed_without_a_phone(talk)
    await talk.taps("coop:claim")
    await talk.says("1")
    await talk.says("0100233488")
    await talk.says("48.85661, 2.35222")
    talk.hears("không thấy xã, phường nào gần vị trí này", "(3/6)")
    await talk.says("16.58111, 107.47000")
    talk.hears("thuộc chỗ nào dưới đây", "(3/6)")
    assert len([label for label in talk.buttons if "Thành phố Huế" in label]) == 3
    await talk.taps("Xã Đan Điền, Thành phố Huế")
    talk.hears("(4/6)")


# Somebody else's tax code.


async def test_a_known_tax_code_shows_nothing_and_asks_to_join(talk: Talk) -> None:
    owner = talk.beside("owner")
    await owner.belongs_to("HTX Bí Mật Ví Dụ", tax_code="0100233488")
    await joins(talk)
    talk.hears("giám đốc hoặc cán bộ xác nhận")
    assert "Bí Mật" not in "\n".join(one.text for one in talk.wire.to(talk.chat))
    await talk.says("hồ sơ htx")
    talk.hears("đang chờ giám đốc")
    talk.hears_not("Bí Mật")


async def test_a_director_confirms_a_colleague_and_the_officer_has_nothing_left(talk: Talk) -> None:
    owner, officer = talk.beside("owner"), talk.beside("officer")
    await officer.is_officer()
    await owner.belongs_to("HTX Dâu tằm Ví Dụ", tax_code="0100233488")
    await joins(talk)
    await owner.is_told()
    owner.hears("Trần Thị C", "kế toán")
    await owner.taps("Đúng, xác nhận")
    await talk.is_told()
    talk.hears("được xác nhận là kế toán của HTX Dâu tằm Ví Dụ")
    await talk.says("hồ sơ htx")
    talk.hears("HTX Dâu tằm Ví Dụ")
    assert await rows(tasks, tasks.c.state != "closed")(talk) == 0


async def test_an_officer_confirms_where_nobody_acts_for_it_yet(talk: Talk) -> None:
    owner, officer = talk.beside("owner"), talk.beside("officer")
    await officer.is_officer()
    await owner.belongs_to("HTX Dâu tằm Ví Dụ", tax_code="0100233488")
    await owner.taps("colleagues:left")
    await joins(talk, role="director")
    await officer.is_told()
    officer.hears("Trần Thị C", "Chưa có ai đại diện")
    await officer.taps("Xác nhận")
    await talk.is_told()
    talk.hears("giám đốc của HTX Dâu tằm Ví Dụ")


async def test_who_is_declined_hears_it_and_sees_nothing(talk: Talk) -> None:
    owner = talk.beside("owner")
    await owner.belongs_to("HTX Dâu tằm Ví Dụ", tax_code="0100233488")
    await joins(talk)
    await owner.is_told()
    await owner.taps("Không phải")
    await talk.is_told()
    talk.hears("chưa được xác nhận")
    talk.hears_not("Dâu tằm")


async def test_the_people_of_another_cooperative_are_out_of_reach(talk: Talk) -> None:
    owner, stranger = talk.beside("owner"), talk.beside("stranger")
    await owner.belongs_to("HTX Dâu tằm Ví Dụ", tax_code="0100233488")
    await joins(talk)
    await stranger.belongs_to("HTX Khác Ví Dụ", tax_code="0100112437")
    async with talk.assistant.database.read() as connection:
        found = await connection.execute(select(memberships.c.id).where(memberships.c.state == "waiting"))
        waiting = found.scalar_one()
    for command in ("yes", "no", "removed", "director", "joining", "told"):
        await stranger.taps(f"colleagues:{command}:{waiting}")
        stranger.hears("HTX khác")
    for data in ("coop:told:1", "profile:told:1", "yearly:told:1"):
        await stranger.taps(data)
        stranger.hears("HTX khác")
    assert await rows(memberships, memberships.c.state == "waiting")(talk) == 1


async def test_two_people_who_send_the_same_new_tax_code_make_one_profile(talk: Talk) -> None:
    second = talk.beside("second")
    await agreed_without_a_phone(talk)
    await second.knows_person(name="", phone="")
    await second.taps("coop:claim")
    for answer in ("1", "0100233488", "#19885", "HTX Người Sau Ví Dụ", "0912345678"):
        await second.says(answer)
    await second.taps("form:coop:answer:sector:farming")
    await enters(talk)
    await second.taps("form:coop:send")
    second.hears("giữ vai trò gì")
    assert await rows(table)(talk) == 1


# People.


async def two_people(talk: Talk) -> Talk:
    """`talk` is the director of a cooperative, the other its accountant."""
    other = talk.beside("other")
    await talk.belongs_to("HTX Dâu tằm Ví Dụ", tax_code="0100233488")
    await joins(other)
    await talk.is_told()
    await talk.taps("Đúng, xác nhận")
    await other.is_told()
    return other


async def test_a_director_sees_the_people_and_takes_one_off(talk: Talk) -> None:
    other = await two_people(talk)
    await talk.taps("colleagues:list")
    talk.hears("Nguyễn Văn A, giám đốc", "Trần Thị C, kế toán")
    await talk.taps("Trần Thị C")
    await talk.taps("Đưa ra khỏi hồ sơ")
    await talk.taps("Vâng, đưa ra")
    await other.is_told()
    other.hears("đưa anh/chị ra khỏi hồ sơ HTX Dâu tằm Ví Dụ")
    await other.says("hồ sơ htx")
    other.hears("thuộc loại nào")


async def test_the_only_director_hands_over_before_leaving(talk: Talk) -> None:
    other = await two_people(talk)
    await talk.taps("colleagues:leave")
    talk.hears("giám đốc duy nhất")
    await talk.taps("colleagues:left")
    talk.hears("giám đốc duy nhất")
    await talk.taps("colleagues:list")
    await talk.taps("Trần Thị C")
    await talk.taps("Cho làm giám đốc")
    await other.is_told()
    other.hears("giám đốc của HTX Dâu tằm Ví Dụ")
    await talk.taps("colleagues:leave")
    await talk.taps("Vâng, thôi đại diện")
    talk.hears("không còn đại diện")


async def test_an_accountant_cannot_confirm_people(talk: Talk) -> None:
    other = await two_people(talk)
    third = talk.beside("third")
    await joins(third, role="member")
    async with talk.assistant.database.read() as connection:
        found = await connection.execute(select(memberships.c.id).where(memberships.c.state == "waiting"))
        waiting = found.scalar_one()
    await other.taps(f"colleagues:yes:{waiting}")
    other.hears("chỉ giám đốc")
    assert await rows(memberships, memberships.c.state == "waiting")(talk) == 1


async def test_a_plain_member_reads_the_profile_and_does_not_change_it(talk: Talk) -> None:
    third = talk.beside("third")
    await talk.belongs_to("HTX Dâu tằm Ví Dụ", tax_code="0100233488")
    await joins(third, role="member")
    await talk.is_told()
    await talk.taps("Đúng, xác nhận")
    await third.is_told()
    await third.taps("profile:show")
    third.hears("HTX Dâu tằm Ví Dụ")
    for data in ("profile:part:main", "yearly:report"):
        await third.taps(data)
        third.hears("giám đốc hoặc kế toán")


async def test_deleting_my_data_leaves_the_cooperative(talk: Talk) -> None:
    await agreed_without_a_phone(talk)
    await enters(talk)
    await talk.says("/xoadulieu")
    await talk.taps("Đồng ý xóa")
    assert await rows(memberships)(talk) == 0
    assert await rows(table, table.c.phone != "")(talk) == 0
    assert await rows(tasks, tasks.c.state != "closed")(talk) == 0


async def test_deleting_my_data_takes_back_a_request_to_join(talk: Talk) -> None:
    owner = talk.beside("owner")
    await owner.belongs_to("HTX Dâu tằm Ví Dụ", tax_code="0100233488")
    await joins(talk)
    await owner.is_told()
    await talk.says("/xoadulieu")
    await talk.taps("Đồng ý xóa")
    assert await rows(tasks, tasks.c.state != "closed")(talk) == 0
    await owner.taps("Đúng, xác nhận")
    owner.hears("giải quyết xong")
    assert await rows(memberships)(talk) == 1
    assert await state_of(talk, "HTX Dâu tằm Ví Dụ") == "verified"


async def test_a_photo_where_a_name_is_asked_leaves_the_form_where_it_was(talk: Talk) -> None:
    await agreed_without_a_phone(talk)
    await talk.taps("coop:claim")
    for answer in ("1", "0100233488", "Đan Điền, Huế"):
        await talk.says(answer)
    await talk.sends("photo", photo().data)
    talk.hears("(4/6)", "Tên đầy đủ")


# Changing.


async def test_a_phone_is_changed_by_one_sentence(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.says("doi so dien thoai htx sang 0987 654 321")
    talk.hears("0987 654 321", "đúng")
    await talk.taps("Gửi")
    talk.hears("Em đã lưu")
    assert await rows(table, table.c.phone == "+84987654321")(talk) == 1


async def test_the_number_said_first_survives_consent_and_profile(talk: Talk) -> None:
    await talk.says("doi so dien thoai htx sang 0987 654 321")
    await talk.taps("Đồng ý")
    for answer in ("1", "0100233488", "#19885", "HTX Mây tre Ví Dụ", "0912345678"):
        await talk.says(answer)
    await talk.taps("form:coop:answer:sector:crafts")
    await talk.taps("Gửi")
    talk.hears("0987 654 321")


async def test_a_new_name_waits_for_staff_while_the_old_one_stays(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer()
    await talk.belongs_to("HTX Tên Cũ", tax_code="0100233488", commune="19885", province="46")
    await renames(talk, "HTX Tên Mới")
    talk.hears("cần cán bộ duyệt")
    await talk.says("hồ sơ htx")
    talk.hears("HTX Tên Cũ –", "Đang chờ cán bộ duyệt: HTX Tên Mới")
    await officer.is_told()
    officer.hears("HTX Tên Cũ muốn đổi tên thành HTX Tên Mới")
    await officer.taps("Đồng ý")
    await talk.is_told()
    talk.hears("HTX Tên Mới")
    assert await state_of(talk, "HTX Tên Mới") == "verified"


async def test_a_declined_name_leaves_everything_as_it_was(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer()
    await talk.belongs_to("HTX Tên Cũ", tax_code="0100233488", commune="19885", province="46")
    await renames(talk, "HTX Tên Mới")
    await officer.is_told()
    await officer.taps("Từ chối")
    await officer.says("Trùng tên đơn vị khác.")
    await officer.taps("Gửi")
    await talk.is_told()
    talk.hears("Trùng tên đơn vị khác", "vẫn giữ nguyên")
    assert await state_of(talk, "HTX Tên Cũ") == "verified"


async def renames(talk: Talk, name: str) -> None:
    await talk.taps("profile:part:main")
    await talk.says("bỏ qua")
    await talk.says("bỏ qua")
    await talk.taps("form:coop-main:edit:name")
    await talk.says(name)
    await talk.taps("Gửi")


async def becomes(talk: Talk, kind: str) -> None:
    await talk.says("đổi loại hình đơn vị")
    await talk.taps(f"form:coop-main:answer:kind:{kind}")


async def kind_of(talk: Talk) -> str:
    async with talk.assistant.database.read() as connection:
        return str((await connection.execute(select(table.c.kind))).scalar_one())


GROUP = {
    "kind": "group",
    "sector": "",
    "activity": "may áo dài",
    "representative": "Nguyễn Thị B",
    "members": 23,
}


async def test_a_group_becomes_a_cooperative_once_an_officer_agrees(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer()
    await talk.belongs_to("Tổ may Ví Dụ", commune="19885", province="46", **GROUP)
    await becomes(talk, "coop")
    talk.hears("12 tháng", "Luật 17/2023/QH15, Điều 108", "Mã số thuế")
    await talk.says("0100233488")
    await talk.taps("form:coop-main:answer:sector:crafts")
    talk.hears("Loại: Hợp tác xã", "0100233488")
    await talk.taps("Gửi")
    talk.hears("cần cán bộ duyệt")
    assert await kind_of(talk) == "group"
    await officer.is_told()
    officer.hears("Tổ may Ví Dụ", "Loại hình: Hợp tác xã thay cho Tổ hợp tác", "0100233488")
    await officer.taps("Đồng ý")
    await talk.is_told()
    talk.hears("từ nay hồ sơ ghi: Hợp tác xã, 0100233488")
    assert await kind_of(talk) == "coop"
    kept = (table.c.representative == "Nguyễn Thị B") & (table.c.activity == "may áo dài")
    assert await rows(table, kept & (table.c.members == 23) & (table.c.state == "verified"))(talk) == 1


async def test_a_kind_that_is_declined_leaves_everything_as_it_was(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer()
    await talk.belongs_to(tax_code="0100233488", commune="19885", province="46")
    await becomes(talk, "union")
    await talk.taps("Gửi")
    await talk.says("hồ sơ htx")
    talk.hears("Đang chờ cán bộ duyệt: Liên hiệp HTX", "Loại: Hợp tác xã")
    await officer.is_told()
    await officer.taps("Từ chối")
    await officer.says("Cần có ít nhất 3 HTX.")
    await officer.taps("Gửi")
    await talk.is_told()
    talk.hears("Liên hiệp HTX", "Cần có ít nhất 3 HTX", "vẫn giữ nguyên")
    assert await kind_of(talk) == "coop"


async def test_the_kind_of_a_profile_that_nobody_confirmed_yet_is_changed_at_once(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer()
    await talk.belongs_to(
        tax_code="0100233488", commune="19885", province="46", state="more", representative="Nguyễn Văn A"
    )
    await becomes(talk, "village")
    await talk.says("dệt lụa")
    talk.hears("Loại: Làng nghề")
    talk.hears_not("Mã số thuế")
    await talk.taps("Gửi")
    talk.hears("Em đã lưu")
    assert await rows(table, (table.c.kind == "village") & (table.c.state == "waiting"))(talk) == 1
    assert await rows(table, table.c.tax_code == "0100233488")(talk) == 1
    await officer.is_told()
    officer.hears("Làng nghề")


async def test_a_new_kind_keeps_the_new_name_that_waits(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer()
    await talk.belongs_to("HTX Tên Cũ", tax_code="0100233488", commune="19885", province="46")
    await renames(talk, "HTX Tên Mới")
    await becomes(talk, "union")
    await talk.taps("Gửi")
    await officer.is_told()
    await officer.taps("Đồng ý")
    await talk.is_told()
    assert await rows(table, (table.c.name == "HTX Tên Mới") & (table.c.kind == "union"))(talk) == 1


async def test_only_a_director_changes_the_kind(talk: Talk) -> None:
    other = await two_people(talk)
    await other.says("đổi loại hình đơn vị")
    other.hears("chỉ giám đốc")
    await other.taps("profile:part:main")
    for _ in range(2):
        await other.says("bỏ qua" if "không" in other.words else "Đan Điền, Huế")
    other.hears_not("Loại:")
    await other.taps("form:coop-main:edit:kind")
    other.hears_not("thuộc loại nào")


async def test_a_tax_code_of_another_cooperative_is_refused(talk: Talk) -> None:
    other = talk.beside("other")
    await other.belongs_to("HTX Khác Ví Dụ", tax_code="0100112437")
    await talk.belongs_to(tax_code="0100233488", commune="19885", province="46")
    await talk.taps("profile:part:main")
    await talk.says("bỏ qua")
    await talk.says("bỏ qua")
    await talk.taps("form:coop-main:edit:tax_code")
    await talk.says("0100112437")
    await talk.taps("Gửi")
    talk.hears("HTX khác", "Mã số thuế")
    assert await rows(cooperatives.changes)(talk) == 0


async def test_a_profile_taken_over_in_the_meantime_is_not_changed(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.says("doi so dien thoai htx sang 0987 654 321")

    async def removed(connection: object) -> None:
        await connection.execute(update(memberships).values(state="removed"))  # type: ignore[attr-defined]

    await talk.assistant.database.write(removed)
    await talk.taps("Gửi")
    talk.hears("không còn đại diện")
    assert await rows(table, table.c.phone == "+84987654321")(talk) == 0


async def test_a_form_begun_for_one_cooperative_does_not_change_another(talk: Talk) -> None:
    await talk.belongs_to("HTX Thứ Nhất")
    await talk.says("doi so dien thoai htx sang 0987 654 321")
    await talk.belongs_to("HTX Thứ Hai")
    await talk.taps("Gửi")
    talk.hears("chưa sửa gì")
    assert await rows(table, table.c.phone == "+84987654321")(talk) == 0


async def test_fewer_than_five_members_is_said_and_noted(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.taps("profile:part:people")
    await talk.says("4")
    talk.hears("ít nhất 5 thành viên", "17/2023/QH15", "thành viên nữ")


# Yearly figures.


async def test_the_figures_are_changed_until_an_officer_closes_them(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer()
    await talk.belongs_to()
    await reports(talk)
    await officer.is_told()
    officer.hears("2,2 tỷ", "-50 triệu")
    await talk.taps("yearly:report")
    await talk.taps("form:yearly:edit:members")
    await talk.says("25")
    await talk.taps("Gửi")
    assert await rows(yearly.yearly, yearly.yearly.c.members == 25)(talk) == 1
    await officer.is_told()
    await officer.taps("Nhận và chốt")
    await talk.is_told()
    talk.hears("đã nhận số liệu năm 2026")
    await talk.taps("yearly:report")
    talk.hears("đã chốt")
    assert await rows(yearly.yearly)(talk) == 1


async def test_figures_closed_between_question_and_send_stay_as_they_are(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer()
    await talk.belongs_to()
    await reports(talk)
    await talk.taps("yearly:report")
    await talk.taps("form:yearly:edit:members")
    await talk.says("99")
    await officer.is_told()
    await officer.taps("Nhận và chốt")
    await talk.is_told()
    await talk.taps("form:yearly:send")
    talk.hears("đã chốt")
    assert await rows(yearly.yearly, yearly.yearly.c.members == 99)(talk) == 0


async def test_a_year_begun_before_the_cut_off_stays_that_year(talk: Talk) -> None:
    await talk.belongs_to()
    await talk.taps("yearly:report")
    await talk.says("2,2 tỷ")
    talk.clock.moves(days=6 * 30)
    for answer in ("315 triệu", "23", "30", "8"):
        await talk.says(answer)
    await talk.taps("Gửi")
    talk.hears("năm 2026")


async def test_the_size_follows_from_the_figures(talk: Talk) -> None:
    await talk.belongs_to()
    await reports(talk, members="60")
    await talk.says("hồ sơ htx")
    talk.hears("Quy mô: nhỏ", "113/2024")


async def reports(talk: Talk, members: str = "23") -> None:
    await talk.taps("yearly:report")
    for answer in ("2,2 tỷ", "-50 triệu", members, "30", "8"):
        await talk.says(answer)
    await talk.taps("Gửi")


@pytest.mark.parametrize(
    ("today", "year"),
    [
        (date(2026, 11, 14), 2025),
        (date(2026, 11, 15), 2026),
        (date(2026, 12, 14), 2026),
        (date(2026, 12, 31), 2026),
        (date(2027, 1, 1), 2026),
    ],
)
def test_the_year_that_is_asked_follows_from_the_day(today: date, year: int) -> None:
    assert yearly.asked_year(today) == year


@pytest.mark.parametrize(
    ("sector", "members", "turnover", "capital", "expected"),
    [
        ("farming", 300, 50 * 10**9, 0, "large"),
        ("farming", 300, 0, 10 * 10**9, "large"),
        ("farming", 300, 49 * 10**9, 4 * 10**9, "medium"),
        ("farming", 50, 2 * 10**9, 0, "small"),
        ("farming", 49, 99 * 10**9, 99 * 10**9, "micro"),
        ("farming", 50, 10**9, 10**8, "micro"),
        ("farming", 50, None, 10**8, ""),
        ("farming", None, 10**9, 10**8, ""),
        ("crafts", 500, 99 * 10**9, 99 * 10**9, ""),
    ],
)
def test_the_size_is_that_of_the_decree(
    sector: str, members: int | None, turnover: int | None, capital: int | None, expected: str
) -> None:
    assert size(sector, members, turnover, capital) == expected
