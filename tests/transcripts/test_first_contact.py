"""The first words, the menu and its neighbours, as a director meets them."""

from __future__ import annotations

import pytest

from bot.records import people
from handlers import start, topics
from tests.talk import Talk


async def test_a_greeting_is_answered_with_who_speaks_what_it_can_do_and_a_request_for_consent(
    talk: Talk,
) -> None:
    await talk.says("em chào anh chị ạ")
    talk.hears("trợ lý tự động của Liên minh Hợp tác xã", "không phải người thật", "có nguồn")
    talk.hears("đồng ý cho em lưu tên", "Luật 91/2025/QH15")
    assert {"Vay vốn", "Gặp cán bộ", "Đồng ý", "Không đồng ý", "Français", "English"} <= set(talk.buttons)


async def test_no_message_has_more_than_eight_buttons(talk: Talk) -> None:
    for said in ("/start", "/menu", "xem thêm", "htx muon vay 500tr can giay to j", "thời tiết mai thế nào"):
        for message in await talk.says(said):
            assert len(message.buttons) <= 8
    for topic in ("topic:loans", "topic:loans:1", "start:topics", "start:more", "start:own"):
        for message in await talk.taps(topic):
            assert len(message.buttons) <= 8


async def test_the_second_start_does_not_introduce_itself_again(talk: Talk) -> None:
    await talk.says("/start")
    await talk.taps("Đồng ý")
    await talk.says("/start")
    talk.hears("Em chào anh/chị!")
    talk.hears_not("không phải người thật", "đồng ý cho em lưu tên")


async def test_the_page_that_was_opened_is_greeted(talk: Talk) -> None:
    await talk.sends("joined")
    talk.hears("trợ lý tự động")


@pytest.mark.parametrize(
    "word", ["/help", "trợ giúp", "tro giup", "giúp em với ạ", "hướng dẫn", "help", "aide"]
)
async def test_help_is_typed_plainly_in_every_language(talk: Talk, word: str) -> None:
    await talk.says(word)
    talk.hears("gặp cán bộ – nói chuyện với người")


@pytest.mark.parametrize("word", ["/menu", "menu", "Menu chính", "danh mục", "thèmes", "topics"])
async def test_the_menu_is_typed_plainly_in_every_language(talk: Talk, word: str) -> None:
    await talk.says(word)
    talk.hears("Em giúp gì được")
    assert talk.buttons[0] == "Hỏi chính sách"


@pytest.mark.parametrize("word", ["/cancel", "hủy", "huy", "thôi", "annuler", "cancel"])
async def test_cancel_with_nothing_open_says_so_and_offers_the_menu(talk: Talk, word: str) -> None:
    await talk.says(word)
    talk.hears("không có gì để hủy")
    assert "Vay vốn" in talk.buttons


async def test_a_topic_lists_its_questions_and_a_question_its_answer(talk: Talk) -> None:
    await talk.says("menu")
    await talk.taps("Hỏi chính sách")
    await talk.taps("Vay vốn")
    talk.hears("chọn một câu")
    await talk.taps("Điều kiện vay Quỹ hỗ trợ phát triển HTX")
    talk.hears("Nguồn: Nghị định 45/2021/NĐ-CP")


async def test_the_number_of_a_button_is_as_good_as_a_tap(talk: Talk) -> None:
    await talk.says("menu")
    await talk.says("4")
    talk.hears("Vay vốn: anh/chị cần việc gì")


async def test_a_number_means_the_buttons_of_the_last_message(talk: Talk) -> None:
    await talk.says("/start")
    await talk.says("1")
    talk.hears("ghi nhận anh/chị đồng ý")


async def test_the_label_of_a_button_typed_without_accents_is_as_good_as_a_tap(talk: Talk) -> None:
    await talk.says("menu")
    await talk.says("vay von")
    talk.hears("Vay vốn: anh/chị cần việc gì")


async def test_a_language_is_chosen_by_button_and_stays_after_a_restart(talk: Talk) -> None:
    await talk.says("/language")
    assert talk.buttons == ["Tiếng Việt", "Français", "English"]
    await talk.taps("Français")
    talk.hears("désormais en français")
    await talk.restart()
    await talk.says("menu")
    talk.hears("Que puis-je faire pour vous ?")


@pytest.mark.parametrize(
    ("word", "heard"),
    [
        ("tiếng Anh", "in English"),
        ("english", "in English"),
        ("tieng phap", "en français"),
        ("en vietnamien", "tiếng Việt"),
    ],
)
async def test_a_language_is_chosen_by_its_name_in_any_language(talk: Talk, word: str, heard: str) -> None:
    await talk.says(word)
    talk.hears(heard)


async def test_the_persons_choice_wins_over_the_channels_language(talk: Talk) -> None:
    talk.language("fr")
    await talk.says("/menu")
    talk.hears("Que puis-je faire")
    await talk.says("tiếng Việt")
    await talk.says("/menu")
    talk.hears("Em giúp gì được")


async def test_without_a_word_of_the_channel_the_language_of_the_text_counts(talk: Talk) -> None:
    await talk.says("What papers do I need for a loan from the Fund?")
    talk.hears("Source:", "Decree 45/2021")
    await talk.says("Quels sont les intérêts et la durée des prêts du Fonds ?")
    talk.hears("Source :", "Décret 45/2021")


@pytest.mark.parametrize(
    "typed", ["ok", "zq102wv1", "GTIN 8934563138165", "HTX Ví Dụ", "Green Tea Premium", "label", "bonjour"]
)
async def test_a_code_a_name_or_a_word_does_not_change_the_language(talk: Talk, typed: str) -> None:
    await talk.says("lập hợp tác xã cần mấy người?")
    await talk.says(typed)
    await talk.says("/menu")
    talk.hears("Em giúp gì được")


async def test_a_sentence_changes_the_language_and_a_name_does_not_change_it_back(talk: Talk) -> None:
    await talk.says("lập hợp tác xã cần mấy người?")
    talk.hears("ít nhất 5 thành viên")
    await talk.says("bonjour, quelles sont les aides pour les coopératives ?")
    talk.hears("Est-ce l’une de ces questions")
    await talk.says("HTX Ví Dụ")
    await talk.says("/menu")
    talk.hears("Que puis-je faire")
    await talk.says("cho em hỏi giấy tờ vay vốn")
    await talk.says("/menu")
    talk.hears("Em giúp gì được")


async def test_a_request_is_heard_in_its_language_as_a_question_is(talk: Talk) -> None:
    await talk.says("I would like to apply for a loan from the Fund")
    talk.hears("May I keep your name")


async def test_an_answer_in_a_form_does_not_change_the_language(talk: Talk) -> None:
    await talk.taps("person:contact")
    await talk.taps("Đồng ý")
    await talk.says("what is the name of my cooperative")
    talk.hears("(2/2) Cán bộ gọi số nào")


async def test_an_unknown_command_offers_the_menu(talk: Talk) -> None:
    await talk.says("/hoicho")
    talk.hears("chưa biết lệnh này")
    assert "Gặp cán bộ" in talk.buttons


async def test_a_deep_link_opens_its_article(talk: Talk) -> None:
    await talk.says("/start article_ocop-han-36-thang")
    talk.hears("trợ lý tự động", "36 tháng")


@pytest.mark.parametrize("payload", ["article_gone", "xyz", "%3Cscript%3E"])
async def test_a_deep_link_to_nothing_is_a_plain_start(talk: Talk, payload: str) -> None:
    await talk.says(f"/start {payload}")
    talk.hears("trợ lý tự động", "có nguồn")


async def test_a_deep_link_can_choose_the_language(talk: Talk) -> None:
    await talk.says("/start fr")
    talk.hears("assistant automatique")


async def test_nothing_personal_is_kept_before_the_person_agreed(talk: Talk) -> None:
    await talk.says("xin chào", name="Nguyễn Văn A")
    await talk.says("lập htx cần mấy người", name="Nguyễn Văn A")
    async with talk.assistant.database.read() as connection:
        rows = (await connection.execute(people.people.select())).all()
        payloads = (await connection.exec_driver_sql("SELECT payload FROM inbox")).scalars().all()
    assert [(row.name, row.phone, row.consent) for row in rows] == [("", "", None)]
    assert not [payload for payload in payloads if "Nguyễn" in payload]


async def test_who_left_hears_nothing_and_is_heard_again_on_return(talk: Talk) -> None:
    await talk.says("xin chào")
    await talk.sends("left")
    talk.hears_nothing()
    await talk.sends("joined")
    talk.hears("Em chào anh/chị!")


ENTRIES = {
    data
    for _, data in (
        *start.MENU,
        *(entry for _, entries in start.SUBMENUS.values() for entry in entries),
        *topics.ACTIONS.values(),
    )
}


@pytest.mark.parametrize("data", sorted(ENTRIES))
async def test_every_entry_of_the_menu_leads_somewhere(talk: Talk, data: str) -> None:
    await talk.belongs_to()
    await talk.taps(data)
    assert talk.heard
    talk.hears_not("viết câu hỏi bằng chữ", "gặp lỗi", "Luật 91/2025")
    assert talk.buttons
