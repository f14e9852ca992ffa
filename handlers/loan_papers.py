"""The papers of a loan's file: what is there, what is missing, and how a member sends them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.chat import Button, Outgoing
from bot.errors import UserError
from bot.forms import Answers, Form, Question
from bot.questions import Document
from bot.records import audit, loans, programmes
from bot.records.loans import Filed, Request
from bot.records.programmes import Paper
from bot.router import open_form
from bot.text import N_, Text
from bot.turn import Turn
from handlers import privacy
from handlers.loan_requests import own, put

#: Papers that have a button at a time.
PAGE = 5
OFFICE = N_(
    "Please do not send pictures of identity cards or of collateral papers here; bring them to the office "
    "(Law 91/2025/QH15)."
)


@dataclass(frozen=True, slots=True)
class Checklist:
    """The papers that a request's file usually holds, and what has come of them, by key."""

    asked: tuple[Paper, ...]
    filed: Mapping[str, Filed]

    def has(self, paper: Paper) -> bool:
        return paper.key in self.filed and self.filed[paper.key].state == "received"

    def open(self) -> list[Paper]:
        """What can still be sent in the chat: first what was sent back, then what never came."""
        left = [paper for paper in self.asked if not paper.office and not self.has(paper)]
        return sorted(left, key=lambda paper: paper.key not in self.filed)

    def paper(self, key: str) -> Paper | None:
        return next((paper for paper in self.asked if paper.key == key), None)

    def lines(self, request: Request, t: Text) -> list[str]:
        head = t(N_("Papers for loan no. {number}:"), number=request.id)
        return [head, *(_line(paper, self.filed.get(paper.key), t) for paper in self.asked)]


async def checklist(turn: Turn, request: Request) -> Checklist:
    connection = await turn.records()
    programme = await programmes.get(connection, request.programme_id)
    assert programme is not None
    asked = programme.wanted(request.borrower, request.collateral)
    return Checklist(tuple(asked), await loans.filed(connection, request.id))


async def papers(turn: Turn, request: Request, lead: str = "") -> list[Outgoing]:
    """The checklist: what is there, what is missing, what was sent back and why."""
    t, listed = turn.text, await checklist(turn, request)
    if not listed.asked:
        none = t(N_("There is no list of papers for this programme yet; please ask the lender."))
        return [Outgoing(none, (Button(t(N_("Talk to an officer")), data="person:ask"), privacy.back(turn)))]
    lines = [lead] if lead else []
    lines += [
        *listed.lines(request, t),
        "",
        t(N_("This is what such a file usually holds; the lender may ask for more.")),
    ]
    if any(paper.office for paper in listed.asked):
        lines.append(t(OFFICE))
    page = page_of(turn.argument)
    open_ones = [] if request.ended else listed.open()
    buttons = [
        Button(t(N_("Send: {paper}"), paper=t(paper.label)), data=f"loan:paper:{request.id}.{paper.key}")
        for paper in open_ones[page * PAGE : (page + 1) * PAGE]
    ]
    if len(open_ones) > (page + 1) * PAGE:
        buttons.append(Button(t(N_("More…")), data=f"loan:papers:{request.id}.{page + 1}"))
    buttons += [
        Button(t(N_("The request")), data=f"loan:request:{request.id}"),
        privacy.back(turn),
    ]
    return [Outgoing("\n".join(lines), tuple(buttons))]


def _line(paper: Paper, filed: Filed | None, t: Text) -> str:
    label = t(paper.label)
    if filed and filed.state == "refused":
        return t(N_("✗ {paper}: to be sent again – {reason}"), paper=label, reason=filed.reason)
    if filed:
        return t(N_("✓ {paper}: received"), paper=label)
    if paper.office:
        return t(N_("– {paper}: bring it to the office"), paper=label)
    return t(N_("– {paper}: missing"), paper=label)


def page_of(argument: str) -> int:
    page = argument.partition(".")[2]
    return int(page) if re.fullmatch("[0-9]{1,2}", page) else 0


async def ask(turn: Turn, request: Request) -> list[Outgoing]:
    paper = (await checklist(turn, request)).paper(turn.argument.partition(".")[2])
    if paper is None or paper.office or request.ended:
        return await papers(turn, request)
    if not turn.person.agreed:
        return [privacy.question(turn, then=f"loan:paper:{turn.argument}")]
    return await open_form(
        turn, form, {"request": request.id, "paper": paper.key}, before=turn.text(paper.label)
    )


async def facts(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    return {"request": answers.get("request"), "paper": answers.get("paper")}


async def _sent(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    connection = await turn.records()
    turn.argument = str(answers["request"])
    request = await own(turn)
    if not isinstance(request, Request) or request.ended:
        raise UserError(N_("This loan request is closed; no more papers are needed."))
    before = await loans.filed(connection, request.id)
    await loans.file(connection, request.id, answers["paper"], answers["files"], turn.chat.id, turn.now)
    await audit.note(connection, "loan", request.id, "file", turn.now, detail=answers["paper"])
    complete = not (await checklist(turn, request)).open()
    if (complete or answers["paper"] in before) and request.state in ("sent", "taken", "papers", "assessing"):
        await put(turn, request)  # else the officer would be told of each of ten papers
    return await papers(turn, request, turn.text(N_("Thank you, I have received it.")))


form = Form(
    "loan_paper",
    N_("A paper for the loan file"),
    (
        Question(
            "files",
            N_(
                "Please send it as a photo or a PDF file. No identity cards, please; they are brought to the office."
            ),
            N_("Paper"),
            Document(),
        ),
    ),
    _sent,
    facts=facts,
)
