"""Kinds of question that only an announcement asks: its text, its buttons, whom it is for, at what time of day."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from stdnum.vn import mst

from bot.announcing import LONGEST_LINK, link_fault
from bot.broadcasting import FIELDS, faults
from bot.chat import Incoming
from bot.errors import Unsure, UserError
from bot.forms import Kind
from bot.questions import Many, Photos, Words
from bot.questions.codes import phones
from bot.questions.moments import mentioned
from bot.questions.reading import Typed, typed
from bot.text import N_, Text

#: The choice of no filter at all.
ALL = "all"
#: Lines of a list that is typed, and letters of it.
MOST_LISTED, LONGEST_LIST = 500, 15_000
#: Letters of a button's label that every channel shows.
LABEL = 40


@dataclass(frozen=True)
class Template(Words):
    """A text in which {name} and {cooperative} stand for the reader's own."""

    def parse(self, said: Incoming, text: Text, today: date) -> str:
        written = super().parse(said, text, today)
        if wrong := faults(written):
            raise UserError(
                N_("I do not know what to put for {parts}. You may use {fields}, nothing else in braces."),
                {"parts": " ".join(wrong), "fields": ", ".join(f"{{{one}}}" for one in FIELDS)},
            )
        return written


@dataclass(frozen=True)
class OnePhoto:
    """One photo: a list of one {"ref": reference, "name": name}."""

    free = False
    takes = ("photo",)

    def parse(self, said: Incoming, text: Text, today: date) -> list[dict[str, str]]:
        return Photos(1, 1).parse(said, text, today)

    def show(self, value: Any, text: Text) -> str:
        return text.plural("{count} photo", "{count} photos", 1)

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        return ()


@dataclass(frozen=True)
class Buttons:
    """Up to three buttons: events, offered as (number, title), and lines of a label with a link.

    A list of "event:3" and "label | https://…".
    """

    events: tuple[tuple[int, str], ...] = ()
    least: int = 1
    most: int = 3
    free = True

    def parse(self, said: Incoming, text: Text, today: date) -> list[Any]:
        return self.gather([], said, text, today)

    def gather(self, so_far: list[Any], said: Incoming, text: Text, today: date) -> list[Any]:
        if said.kind == "text" and said.text in dict(self.choices(text)):
            if said.text in so_far:
                return [one for one in so_far if one != said.text]
            return self._counted([*so_far, said.text])
        lines = [line for line in re.split(r"[\n;]", typed(said, longest=2000)) if line.strip()]
        return self._counted(list(dict.fromkeys([*so_far, *(self._line(line) for line in lines)])))

    def show(self, value: Any, text: Text) -> str:
        titles = dict(self.choices(text))
        return "; ".join(titles.get(one, str(one).replace(" | ", ": ")) for one in value)

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        return [(f"event:{number}", title) for number, title in self.events]

    def _counted(self, found: list[Any]) -> list[Any]:
        if len(found) > self.most:
            raise UserError(N_("At most {most} buttons, please."), {"most": self.most})
        return found

    def _line(self, line: str) -> str:
        label, _, url = line.strip().rpartition(" ")
        label = label.strip(" |–-:")
        if not re.search(r"[./:]", url):
            raise UserError(
                N_(
                    "Please write a label and behind it a link, for example: Register https://example.org/form"
                )
            )
        if link_fault(url):
            raise UserError(
                N_("This link does not work: {link}. It begins with https://."), {"link": url[:LONGEST_LINK]}
            )
        if not 2 <= len(label) <= LABEL:
            raise UserError(N_("The label of a button has 2 to {most} letters."), {"most": LABEL})
        return f"{label} | {url}"


@dataclass(frozen=True)
class Filters(Many):
    """Several filters, or everybody, which is an answer by itself."""

    def parse(self, said: Incoming, text: Text, today: date) -> list[str]:
        found = super().parse(said, text, today)
        return [ALL] if ALL in found else found

    def gather(self, so_far: list[Any], said: Incoming, text: Text, today: date) -> list[Any] | None:
        return None if said.text == ALL else super().gather(so_far, said, text, today)


@dataclass(frozen=True)
class Several:
    """Several answers of one kind, a line each or parted by commas; a list."""

    kind: Kind
    most: int = 50
    free = False

    def parse(self, said: Incoming, text: Text, today: date) -> list[Any]:
        words = typed(said, longest=3000)
        try:
            return [self.kind.parse(said, text, today)]
        except Unsure:
            raise
        except UserError:
            parts = [part.strip() for part in re.split(r"[;\n]", words) if part.strip()]
            if len(parts) == 1:
                parts = [part.strip() for part in words.split(",") if part.strip()]
            if len(parts) < 2:
                raise
        found: list[Any] = []
        for part in parts[: self.most]:
            try:
                one = self.kind.parse(replace(said, text=part), text, today)
            except UserError:
                raise UserError(
                    N_("I am not sure about “{part}”. Please write it more exactly."), {"part": part}
                ) from None
            if one not in found:
                found.append(one)
        return found

    def show(self, value: Any, text: Text) -> str:
        return ", ".join(self.kind.show(one, text) for one in value)

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        return ()


@dataclass(frozen=True)
class Listed:
    """A list of phones and tax codes: {"phones", "codes", "unread"}, or {"file"} with a spreadsheet that was sent."""

    free = True
    takes = ("file",)

    def parse(self, said: Incoming, text: Text, today: date) -> dict[str, Any]:
        if said.media:
            media = said.media[0]
            if said.kind != "file" or len(said.media) > 1:
                raise UserError(N_("Please send one Excel or CSV file with phones or tax codes."))
            return {"file": {"ref": media.reference, "name": media.name}}
        parts = [part for part in re.split(r"[\n,;]", typed(said, longest=LONGEST_LIST)) if part.strip()]
        found = numbers_in(parts[:MOST_LISTED])
        if not (found["phones"] or found["codes"]):
            raise UserError(
                N_(
                    "I found no phone and no tax code in this. One a line, please: 0912 345 678 or 0100233488."
                )
            )
        return found

    def show(self, value: Any, text: Text) -> str:
        if "file" in value:
            return value["file"]["name"] or text(N_("a document"))
        count = len(value["phones"]) + len(value["codes"])
        return text.plural("{count} number", "{count} numbers", count)

    def choices(self, text: Text) -> Sequence[tuple[str, str]]:
        return ()


def numbers_in(cells: Iterable[Any]) -> dict[str, Any]:
    """The phones (E.164) and tax codes among what was typed or stands in cells; "unread" is the rest.

    A spreadsheet drops the zero in front. Ten digits can be both, and then count as both.
    """
    found: dict[str, dict[str, None]] = {"phones": {}, "codes": {}, "unread": {}}
    for cell in cells:
        words = str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell).strip()
        digits = re.sub(r"[\s.\-–/]", "", words)
        code = digits.zfill(10) if len(digits) == 9 else digits
        is_code = digits.isdecimal() and len(code) in (10, 13) and mst.is_valid(code)
        read = phones(words) or (phones(f"0{digits}") if digits.isdecimal() else [])
        if is_code:
            found["codes"][mst.format(code)] = None
        found["phones"] |= dict.fromkeys(read)
        if not is_code and not read:
            found["unread"][words[:60]] = None
    return {key: list(values) for key, values in found.items()}


def not_found(
    found: Mapping[str, Any], phones_known: Container[str], codes_known: Container[str]
) -> list[str]:
    """What of `numbers_in` is nobody's, each once."""
    both = {f"0{phone.removeprefix('+84')}": phone for phone in found["phones"]}
    lost = [
        plain
        for plain, phone in both.items()
        if phone not in phones_known and mst.compact(plain) not in codes_known
    ]
    lost += [code for code in found["codes"] if code not in codes_known and mst.compact(code) not in both]
    return [*lost, *found["unread"]]


@dataclass(frozen=True)
class TimeOfDay(Typed):
    """A time of day, kept as "08:00"."""

    def parse(self, said: Incoming, text: Text, today: date) -> str:
        clock: time | None = mentioned(typed(said), today).clock
        if clock is None:
            raise UserError(N_("Please type a time of day, for example: 8:00"))
        return f"{clock:%H:%M}"

    def show(self, value: Any, text: Text) -> str:
        return str(value)
