"""“Còn thành viên thì sao?” goes on with the last article; a whole new question does not."""

from __future__ import annotations

import pytest

from bot.knowledge import KnowledgeBase
from bot.knowledge.followups import Ellipsis, ellipsis
from tests.knowledge.fakes import small_base

BASE = KnowledgeBase.build(small_base())


@pytest.mark.parametrize(
    ("words", "lang", "left_out"),
    [
        ("bao nhiêu", "vi", Ellipsis.ALL),
        ("mấy ngày", "vi", Ellipsis.ALL),
        ("nộp ở đâu", "vi", Ellipsis.ALL),
        ("how much", "en", Ellipsis.ALL),
        ("et combien", "fr", Ellipsis.ALL),
        ("còn thành viên thì sao", "vi", Ellipsis.SOME),
        ("thành viên thì sao", "vi", Ellipsis.SOME),
        ("and for a member", "en", Ellipsis.SOME),
        ("et pour un membre", "fr", Ellipsis.SOME),
        ("hội chợ", "vi", Ellipsis.NONE),
        ("làm mã vạch ở đâu", "vi", Ellipsis.NONE),
        ("nếu hợp tác xã tạm ngừng kinh doanh thì phải báo trước mấy ngày", "vi", Ellipsis.NONE),
        ("", "vi", Ellipsis.NONE),
        ("und wie viel", "de", Ellipsis.NONE),
    ],
)
def test_how_much_a_question_leaves_out(words: str, lang: str, left_out: Ellipsis) -> None:
    assert ellipsis(words.split(), lang) is left_out


@pytest.mark.parametrize("question", ["bao nhiêu?", "mấy ngày", "nộp ở đâu", "nop o dau", "het bn"])
def test_a_question_that_names_nothing_keeps_the_topic(question: str) -> None:
    for last in ("ma-vach", "tam-ngung", "hoi-cho"):
        assert BASE.find(question, "vi", previous=last).ranking[0][0] == last


def test_a_question_that_names_a_detail_may_move_to_a_related_article() -> None:
    assert BASE.find("còn thành viên thì sao?", previous="vay-von").ranking[0][0] in ("vay-von", "ho-so-vay")
    assert BASE.find("còn thành viên thì sao?").ranking[0][0] == "ho-so-vay"


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("Làm mã vạch hết bao nhiêu tiền?", "ma-vach"),
        ("lam ma vach o dau", "ma-vach"),
        ("Đổi giám đốc thì báo ở đâu?", "giam-doc"),
        ("hội chợ", "hoi-cho"),
        ("còn hội chợ thì sao?", "hoi-cho"),
    ],
)
def test_a_new_question_is_not_dragged_to_the_old_topic(question: str, article: str) -> None:
    assert BASE.find(question, previous="vay-von").ranking[0][0] == article


def test_an_unknown_previous_article_changes_nothing() -> None:
    assert BASE.find("bao nhiêu?", previous="gone") == BASE.find("bao nhiêu?")


def test_what_no_article_knows_is_not_answered_because_of_the_context() -> None:
    assert not BASE.find("còn giá vàng thì sao?", previous="ma-vach").answered
