"""The staff's side: what waits comes as a card, with what may be done; reasons go to the member."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat import Button, Outgoing
from bot.desk import Card, Decision
from bot.errors import UserError
from bot.forms import Answers, Form, Question
from bot.questions import Words
from bot.records import audit, staff, tasks
from bot.records.staff import Officer
from bot.records.tasks import Task
from bot.router import Feature, open_form
from bot.text import N_
from bot.turn import Turn
from handlers import privacy


def feature(cards: Sequence[Card]) -> Feature:
    """The desk over these kinds of cards."""
    desk = Desk({card.subject: card for card in cards})
    return Feature("staff", desk.handle, forms=(desk.reason,))


class Desk:
    """Shows cards to officers and does what they decide."""

    def __init__(self, cards: Mapping[str, Card]) -> None:
        self._cards = cards
        self.reason = Form(
            "reason",
            N_("Your decision"),
            (
                Question(
                    "reason",
                    N_("What shall the member read? Please write it in one message."),
                    N_("Text"),
                    Words(2, 1000),
                ),
            ),
            self._decided,
            personal=False,
            facts=self._facts,
        )

    async def handle(self, turn: Turn) -> Sequence[Outgoing]:
        officer = await staff.officer_of(await turn.records(), turn.person.id)
        if officer is None:
            return [Outgoing(turn.text(N_("This is for officers of the Alliance.")), (privacy.back(turn),))]
        number, _, verb = turn.argument.partition(":")
        task = await tasks.get(await turn.records(), int(number)) if number.isdecimal() else None
        if task is None or task.state == "closed":
            return [
                Outgoing(turn.text(N_("This is settled already; nothing waits here.")), (privacy.back(turn),))
            ]
        if turn.command == "do":
            return await self._do(turn, officer, task, verb)
        return await self.card(turn, task)

    async def card(self, turn: Turn, task: Task) -> list[Outgoing]:
        kind = self._cards[task.subject]
        shown = await kind.show(turn, task.subject_id)
        if shown is None:
            await tasks.close(await turn.records(), task.subject, task.subject_id, turn.now)
            return [Outgoing(turn.text(N_("This was withdrawn; nothing waits here.")), (privacy.back(turn),))]
        head = turn.text(N_("No. {number}: {title}"), number=task.id, title=turn.text(kind.title))
        buttons = [
            Button(turn.text(decision.label), data=f"staff:do:{task.id}:{decision.verb}")
            for decision in shown.decisions
        ]
        photos = [Outgoing(photo=photo) for photo in shown.photos]
        return [*photos, Outgoing(f"{head}\n{shown.text}", tuple(buttons))]

    async def _do(self, turn: Turn, officer: Officer, task: Task, verb: str) -> Sequence[Outgoing]:
        shown = await self._cards[task.subject].show(turn, task.subject_id)
        decision = next((d for d in shown.decisions if d.verb == verb), None) if shown else None
        if decision is None:
            return await self.card(turn, task)
        if decision.reason:
            return await open_form(turn, self.reason, {"task": task.id, "verb": verb})
        return await self._decide(turn, officer, task, decision, "")

    async def _facts(self, turn: Turn, answers: Answers) -> Mapping[str, Any]:
        return {"task": answers.get("task"), "verb": answers.get("verb")}

    async def _decided(self, turn: Turn, answers: Answers) -> Sequence[Outgoing]:
        connection = await turn.records()
        officer = await staff.officer_of(connection, turn.person.id)
        task = await tasks.get(connection, int(answers["task"]))
        shown = await self._cards[task.subject].show(turn, task.subject_id) if task else None
        decision = next((d for d in shown.decisions if d.verb == answers["verb"]), None) if shown else None
        if officer is None or task is None or task.state == "closed" or decision is None:
            raise UserError(N_("This is settled already; nothing waits here."))
        return await self._decide(turn, officer, task, decision, answers["reason"])

    async def _decide(
        self, turn: Turn, officer: Officer, task: Task, decision: Decision, reason: str
    ) -> Sequence[Outgoing]:
        connection = await turn.records()
        replies = await self._cards[task.subject].decide(turn, task.subject_id, decision.verb, reason)
        await audit.note(
            connection,
            task.subject,
            task.subject_id,
            decision.verb,
            turn.now,
            officer=officer.id,
            detail=reason,
        )
        if decision.closes:
            await tasks.close(connection, task.subject, task.subject_id, turn.now)
        else:
            await tasks.assign(connection, task.id, officer.id, turn.now, taken=True)
        return replies
