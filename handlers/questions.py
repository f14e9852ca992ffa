"""Questions without an answer, as officers see them: answered in words, or by an article that has the answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import desk
from bot.chat import Outgoing
from bot.desk import Card, Decision, Shown
from bot.errors import UserError
from bot.records import notices, people, questions, staff, tasks
from bot.records.questions import Unanswered
from bot.router import Feature
from bot.text import N_
from bot.turn import Turn
from handlers import privacy

#: A question comes to staff after this time, unless the person found the answer among what was offered.
PATIENCE = timedelta(minutes=5)
#: Articles that are offered as the answer, the likeliest.
GUESSES = 2


async def handle(turn: Turn) -> Sequence[Outgoing]:
    return [Outgoing(turn.text(N_("There is nothing here any more.")), (privacy.back(turn),))]


async def show(turn: Turn, number: int) -> Shown | None:
    connection = await turn.records()
    question = await questions.get(connection, number)
    if question is None:
        return None
    t = turn.text
    person = await people.person_of(connection, question.chat_id)
    asked = t(
        N_("{who} asked, {moment}:"),
        who=await desk.known_as(connection, person, t),
        moment=t.moment(question.asked_at),
    )
    articles = [
        Decision(f"a{place}", t(N_("Article: {title}"), title=article.title))
        for place, (name, score) in enumerate(question.guesses[:GUESSES])
        if score > 0  # what was judged to be no answer is none
        and (article := turn.library.get(name, t.language))
    ]
    return Shown(
        f"{asked}\n“{question.text}”",
        (
            Decision("answer", N_("Answer"), reason=True),
            *articles,
            Decision("drop", N_("Needs no answer")),
        ),
    )


async def decide(turn: Turn, number: int, verb: str, reason: str) -> Sequence[Outgoing]:
    connection = await turn.records()
    question = await questions.get(connection, number)
    task = await tasks.of(connection, "question", number)
    officer = await staff.officer_of(connection, turn.person.id)
    if question is None or task is None or officer is None:
        raise UserError(N_("This is settled already; nothing waits here."))
    if verb == "answer":
        await desk.answer(turn, task, officer, question.chat_id, reason)
    elif verb.startswith("a"):
        await _show_article(turn, question, int(verb[1:]))
    await questions.close(connection, number, turn.now)
    done = N_("Noted; nobody else is asked.") if verb == "drop" else N_("Sent. The question is closed.")
    return [Outgoing(turn.text(done), (privacy.back(turn),))]


async def _show_article(turn: Turn, question: Unanswered, place: int) -> None:
    name = question.guesses[place][0]
    await notices.to_chat(
        await turn.records(),
        question.chat_id,
        f"person:article:{question.id}:{name}",
        key=f"article:{question.id}",
        at=turn.now,
    )


async def put_before_staff(connection: AsyncConnection, at: datetime) -> None:
    """Each question that was left without an answer becomes one card."""
    for question in await questions.without_card(connection, at - PATIENCE):
        await desk.begin(
            connection,
            "question",
            question.id,
            topic="questions",
            commune="",
            person_id=await people.person_of(connection, question.chat_id),
            at=at,
            key="new",
        )


async def _chat(connection: AsyncConnection, number: int) -> int | None:
    question = await questions.get(connection, number)
    return question.chat_id if question else None


card = Card("question", N_("A question without an answer"), show, decide, chat=_chat)

feature = Feature("question", handle, cards=(card,), chores=(put_before_staff,))
