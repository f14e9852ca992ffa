"""Photos and documents that are sent."""

from __future__ import annotations

from bot.chat import Incoming, Media
from bot.questions import Document, Money, Phone, Photos
from tests.questions.asking import TODAY, VI, read, refused
from tests.wire import said


def sends(*names: str, kind: str = "photo") -> Incoming:
    return said("", kind=kind, media=tuple(Media(f"ref-{name}", name) for name in names))


def test_photos_are_gathered_each_once() -> None:
    first = Photos().gather([], sends("a.jpg"), VI, TODAY)
    assert first == [{"ref": "ref-a.jpg", "name": "a.jpg"}]
    both = Photos().gather(first, sends("a.jpg", "b.jpg"), VI, TODAY)
    assert both is not None
    assert [one["name"] for one in both] == ["a.jpg", "b.jpg"]
    assert Photos().show(both, VI) == "2 ảnh"


def test_a_photo_sent_as_a_file_is_a_photo_and_another_file_is_not() -> None:
    assert read(Photos(), sends("a.png", kind="file"))
    assert "ảnh" in refused(Photos(), sends("a.pdf", kind="file"))


def test_no_more_photos_than_the_question_takes() -> None:
    assert "2 ảnh" in refused(Photos(most=2), sends("a.jpg", "b.jpg", "c.jpg"))
    assert "ít nhất 2" in refused(Photos(least=2), sends("a.jpg"))


def test_words_in_place_of_a_photo_are_asked_again() -> None:
    assert "gửi ảnh" in refused(Photos(), "ảnh đây")
    assert "PDF" in refused(Document(), "em gửi sau")


def test_a_document_is_one_photo_or_file() -> None:
    value = read(Document(), sends("giay.pdf", kind="file"))
    assert value == [{"ref": "ref-giay.pdf", "name": "giay.pdf"}]
    assert Document().show(value, VI) == "giay.pdf"
    assert Document().show([{"ref": "x", "name": ""}], VI) == "một giấy tờ"
    assert "một" in refused(Document(), sends("a.pdf", "b.pdf", kind="file"))


def test_a_photo_in_place_of_words_is_asked_again() -> None:
    for kind in (Money(), Phone()):
        assert "gõ" in refused(kind, sends("a.jpg"))
