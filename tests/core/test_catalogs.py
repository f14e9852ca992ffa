"""Every sentence of the code stands in every catalog, translated, with the same placeholders, and no other does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bot.text import LANGUAGES, LOCALES

ROOT = Path(__file__).parent.parent.parent
#: What `pybabel extract -F pyproject.toml -k N_ -k plural:1,2` looks for, in what is shipped.
KEYWORDS: dict[str, tuple[int, ...] | None] = {"N_": None, "plural": (1, 2)}


def _used() -> Iterator[tuple[str | tuple[str, ...], str]]:
    for folder in ("bot", "handlers"):
        for name, line, message, _, _ in extract_from_dir(
            ROOT / folder, [("**.py", "python")], {}, KEYWORDS, ()
        ):
            yield message, f"{folder}/{name}:{line}"


USED = dict(_used())


def _catalog(language: str) -> Catalog:
    with (LOCALES / language / "LC_MESSAGES" / "bot.po").open("rb") as file:
        return read_po(file, locale=language)


def _key(message: Message) -> str:
    return _ids(message)[0]


def _ids(message: Message) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def _placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def _forms(message: Message) -> list[str]:
    return [message.string or ""] if isinstance(message.string, str | None) else list(message.string)


@pytest.fixture(params=LANGUAGES)
def catalog(request: pytest.FixtureRequest) -> Catalog:
    return _catalog(request.param)


def test_the_code_has_sentences() -> None:
    assert len(USED) > 50


def test_every_sentence_of_the_code_is_translated(catalog: Catalog) -> None:
    there = {_key(message) for message in catalog if all(_forms(message)) and not message.fuzzy}
    missing = {
        where: message
        for message, where in USED.items()
        if (message[0] if isinstance(message, tuple) else message) not in there
    }
    assert missing == {}


def test_no_sentence_is_left_that_the_code_does_not_say(catalog: Catalog) -> None:
    used = {message[0] if isinstance(message, tuple) else message for message in USED}
    assert [_key(message) for message in catalog if message.id and _key(message) not in used] == []
    assert not catalog.obsolete


def test_every_translation_has_the_placeholders_of_its_sentence(catalog: Catalog) -> None:
    wrong = {}
    for message in catalog:
        if not message.id:
            continue
        wanted = set().union(*map(_placeholders, _ids(message)))
        for sentence in _forms(message):
            if sentence and _placeholders(sentence) != wanted:
                wrong[sentence] = wanted
    assert wrong == {}


def test_a_list_of_words_has_words_in_every_language(catalog: Catalog) -> None:
    lists = [message for message in catalog if _key(message).startswith(("words:", "phrases:"))]
    assert lists
    for message in lists:
        assert not str(message.string).startswith(("words:", "phrases:"))
        assert all(word.strip() for word in str(message.string).split(","))


def test_no_translation_ends_in_space_or_loses_its_line_breaks(catalog: Catalog) -> None:
    for message in catalog:
        if message.id and not _key(message).startswith(("words:", "phrases:")):
            for sentence in _forms(message):
                assert sentence == sentence.rstrip()
                assert sentence.count("\n") >= _key(message).count("\n")
