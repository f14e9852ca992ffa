"""A file that cannot be used says where and what, so that an officer can mend it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.knowledge import ACTIONS, ArticleError, read_article, read_articles
from handlers import topics

GOOD = """---
id: vay-von
title: Điều kiện vay vốn
topic: loans
questions:
  - Muốn vay thì cần gì?
  - "Vay: bao nhiêu?"
related: [ho-so]
source: Nghị định 45/2021/NĐ-CP, Điều 22
source_date: 2025-09-26
effective_from:
expires:
review_by: "2027-05-31"
audience: [htx]
region: VN
checked:
---
Cần vốn tự có.
Gặp {union}: {contact}
"""


def write(folder: Path, text: str | bytes, name: str = "vay-von", lang: str = "vi") -> Path:
    path = folder / lang / "articles" / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_good_file_is_read_whole(tmp_path: Path) -> None:
    article = read_article(write(tmp_path, GOOD), "vi")
    assert article.title == "Điều kiện vay vốn"
    assert article.questions == ("Muốn vay thì cần gì?", "Vay: bao nhiêu?")
    assert article.source_date == date(2025, 9, 26)
    assert article.review_by == date(2027, 5, 31)
    assert article.effective_from is None
    assert article.body == "Cần vốn tự có."
    assert article.way_on == "Gặp {union}: {contact}"


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("topic: loans", "topik: loans", 4, "unknown field “topik”"),
        ("topic: loans\n", "", 2, "“topic” is missing"),
        ("related: [ho-so]", "action: loann", 8, "unknown action “loann”; it is one of fair, training"),
        ("related: [ho-so]", "action: [loan]", 8, "“action” must be one value"),
        ("title: Điều kiện vay vốn", "title:", 3, "“title” is empty"),
        ("id: vay-von", "id: khac", 2, "is not the file's name"),
        ("2025-09-26", "26/09/2025", 10, "write it like 2026-09-30"),
        ("2025-09-26", "2025-13-26", 10, "is not a day"),
        ("  - Muốn vay thì cần gì?", "  - Vay: cần gì?", 6, "between double quotes"),
        ("related: [ho-so]", "related: ho-so", 8, "must be a list"),
        ("title: Điều kiện vay vốn", "title: a: b", 3, "not valid YAML"),
        ("topic: loans", "id: vay-von", 4, "given twice"),
        ("{contact}", "{phone}", 19, "unknown placeholder “{phone}”"),
        ("{contact}", "{", 19, "unknown placeholder “{”"),
        ("title: Điều kiện", "title: Gọi {contact}", 3, "cannot have a placeholder"),
        ("Cần vốn tự có.\nGặp {union}: {contact}\n", "\n", 17, "has no text"),
        ("checked:\n---\n", "checked:\n", 19, "that closes the fields is missing"),
        ("---\nid", "id", 1, "must begin with"),
    ],
)
def test_a_problem_names_file_line_and_remedy(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    path = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(ArticleError) as caught:
        read_article(path, "vi")
    assert any(
        problem.startswith(f"{path}:{line}: ") and said in problem for problem in caught.value.problems
    ), caught.value.problems


@pytest.mark.parametrize("action", ACTIONS)
def test_an_article_may_name_the_dialog_it_leads_to(tmp_path: Path, action: str) -> None:
    path = write(tmp_path, GOOD.replace("related:", f"action: {action}\nrelated:"))
    assert read_article(path, "vi").action == action


def test_an_article_without_an_action_leads_to_no_dialog(tmp_path: Path) -> None:
    assert read_article(write(tmp_path, GOOD), "vi").action == ""
    empty = write(tmp_path, GOOD.replace("related:", "action:\nrelated:"))
    assert read_article(empty, "vi").action == ""


def test_every_action_has_its_button() -> None:
    assert set(topics.ACTIONS) == set(ACTIONS)


def test_a_file_that_is_not_utf8_names_the_line(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD.encode().replace("vốn tự".encode(), b"v\xf4n"))
    with pytest.raises(ArticleError, match=rf"{path}:18: is not UTF-8"):
        read_article(path, "vi")


def test_windows_line_ends_and_a_byte_order_mark_are_no_problem(tmp_path: Path) -> None:
    path = write(tmp_path, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    article = read_article(path, "vi")
    assert (article.body, article.way_on) == ("Cần vốn tự có.", "Gặp {union}: {contact}")


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("loans", ""))
    write(tmp_path, GOOD, name="khac")
    write(tmp_path, GOOD, lang="fr")
    with pytest.raises(ArticleError) as caught:
        read_articles(tmp_path)
    assert len(caught.value.problems) == 2


def test_the_same_id_may_stand_once_in_every_language(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD, lang="fr")
    assert [(a.id, a.lang) for a in read_articles(tmp_path)] == [("vay-von", "fr"), ("vay-von", "vi")]


def test_our_own_articles_are_all_in_order() -> None:
    articles = read_articles(Path(__file__).parents[2] / "locales")
    ids = {lang: {a.id for a in articles if a.lang == lang} for lang in ("vi", "fr", "en")}
    assert ids["vi"] == ids["fr"] == ids["en"] != set()
    actions = {lang: {a.id: a.action for a in articles if a.lang == lang} for lang in ("vi", "fr", "en")}
    assert actions["vi"] == actions["fr"] == actions["en"]
