"""What a message looks like to those who have no buttons."""

from bot import menus
from bot.chat import Button, Outgoing

CHOICES = (Button("Hội chợ", data="events:list"), Button("Vay vốn", data="loans:menu"))
MORE = Button("Xem thêm…", data="events:list:1")
MENU = Button("Menu chính", data="start:menu")
MAP = Button("Bản đồ", url="https://example.vn/map")


def test_a_message_without_buttons_is_its_text() -> None:
    assert menus.numbered(Outgoing("Em chào anh/chị.")) == "Em chào anh/chị."


def test_choices_are_numbered_more_is_nine_and_the_menu_nought() -> None:
    shown = menus.numbered(Outgoing("Chọn giúp em:", (MENU, *CHOICES, MORE, MAP)))
    assert shown == (
        "Chọn giúp em:\n\n1. Hội chợ\n2. Vay vốn\n9. Xem thêm…\n0. Menu chính\nBản đồ: https://example.vn/map"
    )


def test_where_a_number_is_an_answer_the_buttons_are_typed_as_words() -> None:
    ways = (Button("Bỏ qua", data="form:x:skip:y"), Button("Hủy", data="form:x:cancel"))
    assert menus.numbered(Outgoing("(2/3) Bao nhiêu tấn?", ways, numbers=0)) == (
        "(2/3) Bao nhiêu tấn?\n\n✍️ Bỏ qua · Hủy"
    )


def test_of_what_was_unsure_only_the_meanings_have_numbers() -> None:
    buttons = (Button("2 tấn", data="form:x:answer:y:2"), Button("Hủy", data="form:x:cancel"))
    assert menus.numbered(Outgoing("Ý anh/chị là?", buttons, numbers=1)) == (
        "Ý anh/chị là?\n\n1. 2 tấn\n✍️ Hủy"
    )


def test_nine_choices_leave_nine_to_more() -> None:
    many = tuple(Button(f"Mục {one}", data=f"x:{one}") for one in range(10))
    assert menus.numbers(Outgoing("", many)) == [1, 2, 3, 4, 5, 6, 7, 8, 10, 11]


def test_several_numbers_are_a_list_and_an_amount_is_none() -> None:
    assert menus.numbers_of("1, 3") == menus.numbers_of("1 và 3") == menus.numbers_of("1 3") == [1, 3]
    assert menus.numbers_of("1.200.000") == menus.numbers_of("3 tấn") == menus.numbers_of("12") == []
