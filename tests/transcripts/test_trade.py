"""Supply and demand: what a buyer looks for meets what a cooperative offers, and both agree before they meet."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.records import contracts, products, trade
from tests.talk import Talk
from tests.transcripts.walks import STICKER, WALKS, Script, Step, Walk, name_of, rows

OFFER = Script(
    form="offer",
    opens="trade:offer",
    steps=(
        Step("product", "Miến dong", wrong=STICKER, hint="Em cảm ơn", shown="Miến dong"),
        Step("volume", "5 tấn", wrong="nhiều lắm", hint="đơn vị", shown="5 tấn"),
        Step("price", "45k", wrong="tám củ khoai", hint="số tiền", shown="45.000 đồng"),
        Step("months", "tháng 10 đến tháng 12", wrong="lúc nào cũng", hint="tháng", shown="10"),
        Step("certificates", "1, 2", wrong="vàng", hint="chọn các mục", shown="VietGAP"),
    ),
    done="đã đăng lời chào hàng",
    french="Votre offre",
    count=rows(trade.offers),
    before=Talk.belongs_to,
)


@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_goods_are_offered(talk: Talk, walk: Walk) -> None:
    await walk(talk, OFFER)


async def a_buyer(talk: Talk) -> None:
    await talk.knows_person("")


DEMAND = Script(
    form="demand",
    opens="trade:demand",
    steps=(
        Step("product", "Nấm hương khô", wrong=STICKER, hint="Em cảm ơn", shown="Nấm hương khô"),
        Step("volume", "300 kg mỗi tháng", wrong="nhiều lắm", hint="đơn vị", shown="300 kg mỗi tháng"),
        Step("spec", "Mũ nấm 3 cm", wrong=STICKER, hint="Em cảm ơn", shown="Mũ nấm 3 cm"),
        Step("certificate", "=vietgap", wrong="vàng", hint="chọn", shown="VietGAP"),
        Step("price", "100k - 120k", wrong="120k - 100k", hint="không được cao hơn", shown="100.000 đồng"),
        Step("regular", "có", wrong="chắc thế", hint="hoặc “không”"),
        Step("starts", "1/12", wrong="31/2", hint="ngày", shown="01/12/2026"),
        Step("until", "1/6/2027", wrong="25/11/2026", hint="không được trước", shown="01/06/2027"),
        Step("province", "Cao Bằng", wrong="Atlantis", hint="tỉnh", shown="Cao Bằng"),
        Step("place", "Chợ Xanh", wrong=STICKER, hint="Em cảm ơn", shown="Chợ Xanh"),
        Step("buyer", "Công ty Ví Dụ", wrong=STICKER, hint="Em cảm ơn", shown="Công ty Ví Dụ"),
    ),
    done="đã nhận nhu cầu mua số 1",
    french="Ce que vous cherchez",
    count=rows(trade.demands),
    before=a_buyer,
)


ONCE = replace(
    DEMAND,
    steps=(
        *DEMAND.steps[:5],
        Step("regular", "không", wrong="chắc thế", hint="hoặc “không”"),
        Step("needed", "20/12", wrong="31/2", hint="ngày", shown="20/12/2026"),
        *DEMAND.steps[8:],
    ),
)


@pytest.mark.parametrize("script", [DEMAND, ONCE], ids=["regular", "once"])
@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_a_demand_is_made(talk: Talk, walk: Walk, script: Script) -> None:
    await walk(talk, script)


CONTRACT = Script(
    form="contract",
    opens="contract:new",
    steps=(
        Step("seller", "HTX Ví Dụ", wrong=STICKER, hint="Em cảm ơn", shown="HTX Ví Dụ"),
        Step("buyer", "Công ty Ví Dụ", wrong=STICKER, hint="Em cảm ơn", shown="Công ty Ví Dụ"),
        Step("product", "Kén tằm", wrong=STICKER, hint="Em cảm ơn", shown="Kén tằm"),
        Step("volume", "5 tấn", wrong="nhiều lắm", hint="đơn vị", shown="5 tấn"),
        Step("value", "1,5 tỷ", wrong="nhiều tiền", hint="tiền", shown="1,5 tỷ đồng"),
        Step("starts", "24/11/2026", wrong="31/2", hint="ngày", shown="24/11/2026"),
        Step("ends", "24/11/2027", wrong="20/11/2026", hint="không được trước", shown="24/11/2027"),
        Step("event", "Diễn đàn Ví Dụ", wrong=STICKER, hint="Em cảm ơn", shown="Diễn đàn Ví Dụ"),
    ),
    done="đã ghi hợp đồng số 1",
    french="Un contrat signé",
    count=rows(contracts.contracts),
    before=Talk.is_officer,
)


async def an_agreed_match(talk: Talk) -> None:
    buyer, _ = await three(talk)
    await talk.taps("match:yes:1")
    await buyer.taps("match:yes:1")
    await talk.is_told()


OF_A_MATCH = replace(CONTRACT, opens="contract:new:1", steps=CONTRACT.steps[4:], before=an_agreed_match)


@pytest.mark.parametrize("script", [CONTRACT, OF_A_MATCH], ids=["officer", "match"])
@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_a_contract_is_recorded(talk: Talk, walk: Walk, script: Script) -> None:
    await walk(talk, script)


async def asked_for_more(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer()
    await looks_for(talk)
    await officer.is_told()
    await officer.taps("staff:do:1:more")
    await officer.says("Đóng gói thế nào?")
    await officer.taps("Gửi")
    await talk.is_told()


MORE = Script(
    form="demmore",
    opens="trade:more:1",
    steps=(Step("text", "Bao 5 kg", wrong=STICKER, hint="Em cảm ơn", shown="Bao 5 kg"),),
    done="đã thêm vào nhu cầu mua số 1",
    french="Votre réponse",
    count=rows(trade.demands, (trade.demands.c.spec == "Bao 5 kg") & (trade.demands.c.state == "waiting")),
    before=asked_for_more,
)


@pytest.mark.parametrize("walk", WALKS, ids=name_of)
async def test_a_demand_is_completed(talk: Talk, walk: Walk) -> None:
    await walk(talk, MORE)


async def offers(talk: Talk, product: str = "Miến dong", volume: str = "5 tấn") -> None:
    await talk.taps("trade:offer")
    for answer in (product, volume, "45k", "quanh năm", "bỏ qua"):
        await talk.says(answer)
    await talk.taps("Gửi")


async def looks_for(talk: Talk, product: str = "miến dong", volume: str = "2 tấn") -> None:
    """A buyer who is no cooperative asks for goods that are delivered in Cao Bằng."""
    await talk.knows_person("Công ty Ví Dụ", "+84987654321")
    await talk.taps("trade:demand")
    for answer in (product, volume, "bỏ qua"):
        await talk.says(answer)
    await talk.taps("form:demand:answer:certificate:none")
    for answer in ("bỏ qua", "không", "20/12", "Cao Bằng", "bỏ qua"):
        await talk.says(answer)
    await talk.taps("Gửi")


async def three(talk: Talk) -> tuple[Talk, Talk]:
    """A buyer and an officer beside a cooperative that has offered glass noodles, and a demand that is published."""
    buyer, officer = talk.beside("buyer"), talk.beside("officer")
    await officer.is_officer()
    await talk.belongs_to(commune="01273")
    await offers(talk)
    await looks_for(buyer)
    await officer.is_told()
    await officer.taps("Đăng")
    await talk.is_told()
    await buyer.is_told()
    return buyer, officer


async def test_both_sides_hear_of_a_match_without_learning_who_it_is(talk: Talk) -> None:
    buyer, officer = await three(talk)
    officer.hears("1 lời chào hàng phù hợp")
    talk.hears("Có người đang tìm mua miến dong", "cùng tỉnh", "đủ sản lượng")
    talk.hears_not("Công ty Ví Dụ", "0987 654 321")
    buyer.hears("đã đăng", "Có 1 bên phù hợp", "đúng sản phẩm, cùng tỉnh, đủ sản lượng")
    buyer.hears_not("HTX", "0912 345 678")


async def test_a_match_tells_how_far_away_it_is(talk: Talk) -> None:
    buyer, officer = talk.beside("buyer"), talk.beside("officer")
    await officer.is_officer()
    await talk.belongs_to(province="46", commune="19885")
    await offers(talk)
    await looks_for(buyer)
    await officer.is_told()
    await officer.taps("Đăng")
    await talk.is_told()
    talk.hears("đúng sản phẩm, cách khoảng 700 km")
    await buyer.is_told()
    buyer.hears("cách khoảng 700 km")


async def test_of_two_matches_the_nearer_is_proposed_first(talk: Talk) -> None:
    far, buyer, officer = talk.beside("far"), talk.beside("buyer"), talk.beside("officer")
    await officer.is_officer()
    await far.belongs_to("HTX Xa Ví Dụ", province="46", commune="19885")
    await offers(far, volume="3 tấn")
    await talk.belongs_to(province="20", commune="")
    await offers(talk)
    await looks_for(buyer)
    await officer.is_told()
    await officer.taps("Đăng")
    await buyer.is_told()
    near, away = (line for line in buyer.words.splitlines() if "cách khoảng" in line)
    assert "5 tấn" in near
    assert "3 tấn" in away


async def test_contacts_are_shown_only_when_both_said_yes(talk: Talk) -> None:
    buyer, _ = await three(talk)
    await talk.taps("Đồng ý kết nối")
    talk.hears("Anh/chị đã đồng ý")
    talk.hears_not("Công ty Ví Dụ")
    await buyer.taps("match:show:1")
    buyer.hears_not("HTX Dâu tằm", "0912 345 678")
    await buyer.taps("Đồng ý kết nối")
    buyer.hears("HTX Dâu tằm Ví Dụ", "0912 345 678")
    await talk.is_told()
    talk.hears("Công ty Ví Dụ", "0987 654 321")


async def test_a_no_is_silent_unless_the_other_said_yes(talk: Talk) -> None:
    buyer, _ = await three(talk)
    await talk.taps("Lúc này chưa")
    talk.hears("để qua một bên")
    await buyer.is_told()
    buyer.hears_nothing()
    await buyer.taps("match:yes:1")
    buyer.hears("không hợp lúc này")
    buyer.hears_not("HTX Dâu tằm", "0912 345 678")


async def test_who_said_yes_hears_that_it_does_not_fit(talk: Talk) -> None:
    buyer, _ = await three(talk)
    await talk.taps("Đồng ý kết nối")
    await buyer.taps("match:no:1")
    await talk.is_told()
    talk.hears("không hợp lúc này")
    talk.hears_not("Công ty Ví Dụ", "0987 654 321")


async def test_a_forged_number_opens_nobody_elses_things(talk: Talk) -> None:
    await three(talk)
    stranger = talk.beside("stranger")
    await stranger.belongs_to("HTX Khác")
    for button in (
        "match:show:1",
        "match:yes:1",
        "match:agreed:1",
        "match:gone:1",
        "trade:mydemand:1",
        "trade:stop:1",
        "trade:myoffer:1",
        "trade:sold:1",
        "contract:new:1",
        "contract:show:1",
    ):
        await stranger.taps(button)
        stranger.hears("không phải của")
        stranger.hears_not("Công ty", "0987", "0912", "Dâu tằm")


async def test_a_buyer_hears_that_the_goods_are_sold_out(talk: Talk) -> None:
    buyer, _ = await three(talk)
    await talk.taps("trade:sold:1")
    talk.hears("hết hàng")
    await buyer.is_told()
    buyer.hears("không còn hàng")
    await buyer.taps("match:yes:1")
    buyer.hears("không còn hàng")


async def test_a_seller_hears_that_the_demand_was_withdrawn(talk: Talk) -> None:
    buyer, _ = await three(talk)
    await buyer.taps("trade:stop:1")
    buyer.hears("đã rút")
    await talk.is_told()
    talk.hears("đóng kết nối này")


async def test_what_is_over_ends_by_itself_and_is_told(talk: Talk) -> None:
    buyer, _ = await three(talk)
    await talk.passes(days=30)
    talk.hears("đóng kết nối này")
    await buyer.is_told()
    buyer.hears("Nhu cầu mua số 1", "hết hạn")
    await talk.passes(days=80)
    talk.hears("Lời chào hàng số 1", "hết hạn")


async def test_a_question_for_buyers_becomes_an_offer_with_what_was_said(talk: Talk) -> None:
    await three(talk)
    other = talk.beside("other")
    await other.belongs_to("HTX Khác")
    await other.says("co dv nao mua 5 tan mien dong ko")
    other.hears("Hiện có người đang tìm mua", "2 tấn", "(3/5)")
    await other.says("40k")
    await other.says("quanh năm")
    await other.says("bỏ qua")
    other.hears("Sản phẩm: mien dong", "Sản lượng: 5 tấn")
    await other.taps("Gửi")
    other.hears("Có 1 bên phù hợp")


async def test_who_has_not_agreed_yet_goes_on_with_what_was_said(talk: Talk) -> None:
    await talk.says("Có đơn vị nào mua 5 tấn miến dong không?")
    talk.hears("Hiện chưa có ai tìm mua miến dong", "Luật 91/2025/QH15")
    await talk.taps("Đồng ý")
    talk.hears("hợp tác xã")


async def test_a_wish_to_buy_becomes_a_demand(talk: Talk) -> None:
    await talk.says("cần mua 2 tấn nấm hương")
    talk.hears("Luật 91/2025/QH15")
    await talk.taps("Đồng ý")
    talk.hears("Anh/chị cần hàng như thế nào")


@pytest.mark.parametrize(
    "said",
    [
        "HTX muốn mua máy sấy 2 tấn thì được hỗ trợ gì?",
        "muốn bán 5 tấn gạo vào siêu thị cần giấy tờ gì",
        "khác nhau giữa hợp đồng bao tiêu và hợp đồng mua bán?",
    ],
)
async def test_a_question_about_support_stays_a_question(talk: Talk, said: str) -> None:
    assert talk.assistant.router.leads_to(said) is None


async def test_other_products_do_not_match(talk: Talk) -> None:
    buyer, officer = talk.beside("buyer"), talk.beside("officer")
    await officer.is_officer()
    await talk.belongs_to()
    await offers(talk, "Trứng gà", "500 quả")
    await looks_for(buyer, "gà đồi", "200 con")
    await officer.is_told()
    await officer.taps("Đăng")
    officer.hears("0 lời chào hàng")
    await talk.is_told()
    talk.hears_nothing()


async def test_a_cooperative_with_a_fitting_product_is_asked_to_offer_it(talk: Talk) -> None:
    buyer, officer = talk.beside("buyer"), talk.beside("officer")
    await officer.is_officer()
    cooperative = await talk.belongs_to()

    async def work(connection: AsyncConnection) -> None:
        given = {"name": "Miến dong", "category": "food", "stars": 3}
        await products.add(connection, cooperative, given, talk.clock(), state="approved")

    await talk.assistant.database.write(work)
    await talk.says("xin chào")
    await looks_for(buyer)
    await officer.is_told()
    await officer.taps("Đăng")
    await talk.is_told()
    talk.hears("Có người đang tìm mua miến dong")
    await talk.taps("Tôi có hàng này")
    await talk.says("3 tấn")
    await talk.says("45k")
    await talk.says("quanh năm")
    await talk.taps("Gửi")
    talk.hears("Có 1 bên phù hợp")
    await buyer.is_told()
    buyer.hears("Có hợp tác xã chào bán Miến dong", "OCOP")


async def test_an_offer_of_a_product_that_was_hidden_is_withdrawn_and_told(talk: Talk) -> None:
    cooperative = await talk.belongs_to()

    async def register(connection: AsyncConnection) -> int:
        given = {"name": "Miến dong", "category": "food", "stars": 0, "price": 45000, "season": [1, 2]}
        return await products.add(connection, cooperative, given, talk.clock(), state="approved")

    product = await talk.assistant.database.write(register)
    await talk.taps("trade:offer")
    await talk.taps("Miến dong")
    await talk.says("5 tấn")
    await talk.taps("Gửi")
    talk.hears("đang chào bán", "45.000 đồng")

    async def hide(connection: AsyncConnection) -> None:
        await products.hide(connection, product)

    await talk.assistant.database.write(hide)
    await talk.passes(minutes=1)
    talk.hears("Lời chào hàng số 1, Miến dong: đã rút")


async def test_what_an_officer_asks_is_answered(talk: Talk) -> None:
    officer = talk.beside("officer")
    await officer.is_officer()
    await looks_for(talk)
    await officer.is_told()
    officer.hears("Công ty Ví Dụ", "0987 654 321")
    await officer.taps("staff:do:1:more")
    await officer.says("Đóng gói thế nào?")
    await officer.taps("Gửi")
    await talk.is_told()
    talk.hears("cần anh/chị bổ sung", "Đóng gói thế nào?")
    await talk.taps("trade:more:1")
    await talk.says("Bao 5 kg")
    await talk.taps("Gửi")
    await officer.is_told()
    officer.hears("Bao 5 kg")


async def test_who_is_buying_is_listed_without_names(talk: Talk) -> None:
    await three(talk)
    reader = talk.beside("reader")
    await reader.says("ai đang mua")
    reader.hears("miến dong, 2 tấn")
    await reader.taps("trade:want:1")
    reader.hears("Cần trước 20/12/2026", "Cao Bằng")
    reader.hears_not("Công ty", "0987")


async def test_an_offer_given_again_is_written_anew(talk: Talk) -> None:
    await talk.belongs_to()
    await offers(talk)
    await offers(talk, volume="3 tấn")
    talk.hears("Lời chào hàng số 1", "3 tấn")
    assert await OFFER.count(talk) == 1


async def test_a_contract_of_a_match_is_recorded_told_and_counted(talk: Talk) -> None:
    buyer, officer = await three(talk)
    await talk.taps("Đồng ý kết nối")
    await buyer.taps("match:yes:1")
    await buyer.taps("Hai bên đã ký hợp đồng")
    await buyer.says("90 triệu")
    await buyer.says("24/11/2026")
    await buyer.says("bỏ qua")
    await buyer.says("Diễn đàn Ví Dụ")
    await buyer.taps("Gửi")
    buyer.hears("đã ghi hợp đồng số 1")
    await talk.is_told()
    talk.hears("Hợp đồng số 1", "90 triệu đồng")
    await officer.says("báo cáo hợp đồng")
    officer.hears("1 hợp đồng", "Diễn đàn Ví Dụ: 1 hợp đồng, 90 triệu đồng")
    await talk.says("báo cáo hợp đồng")
    talk.hears("dành cho cán bộ")


async def test_deleting_ones_data_withdraws_demands_and_empties_the_buyer(talk: Talk) -> None:
    buyer, _ = await three(talk)
    await buyer.taps("privacy:erased")
    await talk.is_told()
    talk.hears("đóng kết nối này")
    async with talk.assistant.database.read() as connection:
        found = await trade.get_demand(connection, 1)
    assert found is not None
    assert (found.buyer, found.phone, found.state) == ("", "", "withdrawn")


async def test_ones_own_demands_and_offers_are_among_my_things(talk: Talk) -> None:
    await talk.belongs_to()
    await offers(talk)
    await talk.says("hồ sơ của tôi")
    talk.hears("Chào bán: Miến dong", "đang chào bán")
