"""What is typed on phones is read as the knowledge base would write it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from bot.knowledge import read_articles
from bot.knowledge.corpus import Corpus, initialisms
from bot.knowledge.everyday import EVERYDAY
from bot.knowledge.folding import clean, fold
from bot.knowledge.normaliser import Normaliser
from bot.knowledge.slips import Slips
from bot.knowledge.syllables import decode, is_syllable, sound

LOCALES = Path(__file__).parents[2] / "locales"


@lru_cache
def normaliser(lang: str = "vi") -> Normaliser:
    own = [a for a in read_articles(LOCALES) if a.lang == lang]
    texts = [(n, 0, text) for n, a in enumerate(own) for text in (a.title, *a.questions, *a.body.split("\n"))]
    return Normaliser(Corpus(texts), EVERYDAY[lang], vietnamese=lang == "vi")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("muon vay von can giay to gi", "muốn vay vốn cần giấy tờ gì"),
        ("HTX em muốn vay thì cần j", "htx em muốn vay thì cần gì"),
        ("hooij chowj", "hội chợ"),
        ("dduwowcj khoong", "được không"),
        ("the61 chap61", "thế chấp"),
        ("d9ong1 dau61", "đóng dấu"),
        ("nop odau", "nộp ở đâu"),
        ("lam mavach", "làm mã vạch"),
        ("muon vay vpn", "muốn vay vốn"),
        ("ky hd voi nguoi mua", "ký hợp đồng với người mua"),
        ("dc ko ad", "được không ạ"),
        ("ls bn 1 nam", "lãi suất bao nhiêu 1 năm"),
        ("ô cóp là gì", "ocop là gì"),
        ("làm việt gáp", "làm vietgap"),
        ("HTX hoà giải", "htx hòa giải"),
    ],
)
def test_it_reads(typed: str, read: str) -> None:
    # Which of its two forms a short form keeps is the knowledge base's choice.
    assert normaliser().read(typed).text.replace("hợp tác xã", "htx") == read


@pytest.mark.parametrize("typed", ["má", "giá vàng hôm nay", "bán mã", "con gà", "tỏi Lý Sơn"])
def test_accents_that_were_typed_are_kept(typed: str) -> None:
    assert normaliser().read(typed).text == clean(typed)


@pytest.mark.parametrize(
    "typed", ["gia vang hom nay", "thoi tiet ngay mai", "ket hon can gi", "bong da toi nay"]
)
def test_ordinary_words_are_not_bent_into_words_of_articles(typed: str) -> None:
    assert fold(normaliser().read(typed).text) == typed
    assert normaliser().read(typed).share == 0


def test_what_was_changed_beyond_accents_is_counted() -> None:
    assert normaliser().read("muon vay von").share == 0
    assert normaliser().read("muon vay vpn").share == pytest.approx(1 / 3)


def test_french_and_english_slips_are_mended() -> None:
    assert (
        normaliser("en").read("wher can i regsiter a coopertaive").text
        == "where can i register a cooperative"
    )
    assert "coopérative" in normaliser("fr").read("creer une cooperatvie").text


def test_a_text_spells_its_short_forms_out() -> None:
    assert initialisms("Tổ hợp tác (THT) vay vốn") == {"tht": ("tổ", "hợp", "tác")}
    assert initialisms("Tổ hợp tác (ABC) vay vốn") == {}


@pytest.mark.parametrize(
    ("typed", "meant"), [("truowngf", "trường"), ("quyx", "quỹ"), ("laix", "lãi"), ("t12", None)]
)
def test_telex_and_vni_are_decoded(typed: str, meant: str | None) -> None:
    assert decode(typed) == meant


def test_syllables_and_sounds() -> None:
    assert is_syllable("nghieng")
    assert not is_syllable("vietgap")
    assert sound(["vê", "xê", "a", "mát"]) == sound(["vcamart"])


def test_slips_are_found_by_one_letter() -> None:
    slips = Slips(["vay", "von", "thanh", "vien"])
    assert [word for word, _ in slips.near("vpn")] == ["von"]
    assert [word for word, _ in slips.near("thnah")] == ["thanh"]
    assert slips.near("xyz") == []


def test_one_spelling_for_the_place_of_the_tone() -> None:
    assert clean("Hoà thuý quý hoàn") == "hòa thúy quý hoàn"
    assert fold("Đường Œuvre") == "duong oeuvre"
