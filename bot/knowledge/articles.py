"""An article is a Markdown file that a union's officer can write; what is wrong with it is said by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.errors import CoopbotError

PLACEHOLDERS = ("union", "contact")
TEXTS = ("id", "title", "topic", "action", "source", "region", "checked")
LISTS = ("questions", "related", "audience")
DATES = ("source_date", "effective_from", "expires", "review_by")
REQUIRED = ("id", "title", "topic", "questions", "source")
FIELDS = TEXTS + LISTS + DATES
#: What an article can lead to: the dialogs that `handlers.topics.ACTIONS` opens.
ACTIONS = ("fair", "training", "product", "loan", "label", "channel", "trade", "need", "profile", "status")

_FENCE = "---"
_BRACES = re.compile(r"\{([^{}\n]*)\}|[{}]")
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # no type guessing: every scalar stays text


class ArticleError(CoopbotError):
    """One or more articles cannot be used. `problems` has one sentence each: file, line, what to do."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Article:
    """What the union published about one thing. `lang` is a language code, days are local days.

    `way_on` is the last line of its text: the next step, or where to ask about something near. It is shown, and
    never searched, since it speaks of other things in the very words that people ask for those. `action` is one
    of `ACTIONS` or "": the dialog that does what the article speaks of.
    """

    id: str
    lang: str
    title: str
    body: str
    topic: str = ""
    action: str = ""
    questions: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    source: str = ""
    source_date: date | None = None
    effective_from: date | None = None
    expires: date | None = None
    review_by: date | None = None
    audience: tuple[str, ...] = ()
    region: str = "VN"
    checked: str = ""
    way_on: str = ""


def read_articles(locales: Path) -> list[Article]:
    """All of `locales/<lang>/articles/*.md`.

    Raises ArticleError with the problems of every file, so that one reading shows them all.
    """
    found: dict[tuple[str, str], Path] = {}
    articles: list[Article] = []
    problems: list[str] = []
    for path in sorted(locales.glob("*/articles/*.md")):
        lang = path.parent.parent.name
        try:
            article = read_article(path, lang)
        except ArticleError as error:
            problems += error.problems
            continue
        first = found.setdefault((lang, article.id), path)
        if first is not path:
            problems.append(
                f"{path}: the id “{article.id}” is already used by {first}; an id is given once a language"
            )
            continue
        articles.append(article)
    if problems:
        raise ArticleError(problems)
    return articles


def read_article(path: Path, lang: str) -> Article:
    """The article in `path`. Raises ArticleError with every problem of the file, each with its line."""
    problems: list[str] = []
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ArticleError([f"{path}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ArticleError([f"{path}:{line}: is not UTF-8; save the file as UTF-8 and try again"]) from error
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0].rstrip() != _FENCE:
        raise ArticleError(
            [f"{path}:1: must begin with a line “---”, then the fields, then another line “---”"]
        )
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE), None)
    if end is None:
        raise ArticleError([f"{path}:{len(lines)}: the line “---” that closes the fields is missing"])
    try:
        node = yaml.compose("\n".join(lines[1:end]), Loader=_Loader)
    except yaml.YAMLError as error:
        raise ArticleError([_broken(path, error)]) from error
    front = _Front(path, node)
    values = front.values()
    problems += front.problems
    body = "\n".join(lines[end + 1 :]).strip()
    problems += _body_problems(path, lines, end, body)
    problems += _title_problems(path, front, values)
    problems += _action_problems(path, front, values)
    if problems:
        raise ArticleError(problems)
    body, _, way_on = body.rpartition("\n") if "\n" in body else (body, "", "")
    return Article(lang=lang, body=body, way_on=way_on, **values)


def _broken(path: Path, error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 2 if mark else 2
    problem = getattr(error, "problem", None) or "cannot be understood"
    return (
        f"{path}:{line}: the fields are not valid YAML ({problem}); "
        "a text with “: ”, or one that begins with a sign, goes between double quotes"
    )


def _body_problems(path: Path, lines: list[str], end: int, body: str) -> Iterator[str]:
    if not body:
        yield f"{path}:{end + 1}: has no text after the fields"
    allowed = " and ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    for number, line in enumerate(lines[end + 1 :], end + 2):
        for match in _BRACES.finditer(line):
            if match[1] not in PLACEHOLDERS:
                yield f"{path}:{number}: unknown placeholder “{match[0]}”; only {allowed} are filled in"


def _title_problems(path: Path, front: _Front, values: dict[str, Any]) -> Iterator[str]:
    name = values.get("id")
    if name and name != path.stem:
        yield f"{path}:{front.line('id')}: the id “{name}” is not the file's name “{path.stem}”; make them the same"
    for key in ("title", "questions"):
        value = values.get(key) or ""
        for text in (value,) if isinstance(value, str) else value:
            if "{" in text or "}" in text:
                yield f"{path}:{front.line(key)}: “{key}” cannot have a placeholder; it is only filled in in the text"


def _action_problems(path: Path, front: _Front, values: dict[str, Any]) -> Iterator[str]:
    action = values.get("action")
    if action and action not in ACTIONS:
        yield (
            f"{path}:{front.line('action')}: unknown action “{action}”; it is one of {', '.join(ACTIONS)}, or empty"
        )


class _Front:
    """The fields between the two fences, each with the line it stands on."""

    def __init__(self, path: Path, node: yaml.Node | None) -> None:
        self.path = path
        self.problems: list[str] = []
        self.nodes: dict[str, yaml.Node] = {}
        self.lines: dict[str, int] = {}
        if not isinstance(node, yaml.MappingNode):
            self._problem(2, "the fields must be lines of the form “name: value”")
            return
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 2
            if name not in FIELDS:
                self._problem(line, f"unknown field “{name}”; the fields are {', '.join(FIELDS)}")
            elif name in self.nodes:
                self._problem(line, f"the field “{name}” is given twice")
            else:
                self.nodes[name], self.lines[name] = value, line
        for name in REQUIRED:
            if name not in self.nodes:
                self._problem(2, f"the field “{name}” is missing")

    def line(self, name: str) -> int:
        return self.lines.get(name, 2)

    def values(self) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for name, node in self.nodes.items():
            if name in LISTS:
                result[name] = self._texts(name, node)
            elif not isinstance(node, yaml.ScalarNode):
                self._problem(self.line(name), f"“{name}” must be one value, not a list")
            elif name in DATES:
                result[name] = self._day(name, node.value.strip())
            elif node.value.strip() or name not in REQUIRED:
                result[name] = node.value.strip()
            else:
                self._problem(self.line(name), f"“{name}” is empty")
        return result

    def _texts(self, name: str, node: yaml.Node) -> tuple[str, ...]:
        if isinstance(node, yaml.ScalarNode) and not node.value.strip():
            items: list[yaml.Node] = []
        elif isinstance(node, yaml.SequenceNode):
            items = node.value
        else:
            self._problem(self.line(name), f"“{name}” must be a list: one line “- …” for each")
            return ()
        texts = []
        for item in items:
            line = item.start_mark.line + 2
            if not isinstance(item, yaml.ScalarNode):
                self._problem(line, f"an item of “{name}” is not a text; put it between double quotes")
            elif not item.value.strip():
                self._problem(line, f"an item of “{name}” is empty")
            else:
                texts.append(item.value.strip())
        if not items and name in REQUIRED:
            self._problem(self.line(name), f"“{name}” is empty: give at least one")
        return tuple(texts)

    def _day(self, name: str, value: str) -> date | None:
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self._problem(self.line(name), f"“{name}” is not a day: “{value}”; write it like 2026-09-30")
            return None

    def _problem(self, line: int, problem: str) -> None:
        self.problems.append(f"{self.path}:{line}: {problem}")
