"""A question: answered by an article, or honestly not, and then a person is offered."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat import Button, Outgoing
from bot.records import questions, tasks
from bot.router import Feature
from bot.text import N_, clean
from bot.turn import Turn
from handlers import person, privacy, start, topics

#: Letters of one question; a longer text is for a person.
LONGEST = 2000


async def handle(turn: Turn) -> Sequence[Outgoing]:
    match turn.command:
        case "yes" | "no":
            return await judged(turn, right=turn.command == "yes")
        case "this":
            return await chosen(turn)
        case "unknown":
            said = turn.text(N_("I do not know this command. Here is the menu."))
            return [Outgoing(said, start.menu_buttons(turn))]
        case _:
            return await asked(turn)


async def asked(turn: Turn) -> list[Outgoing]:
    question = clean(turn.said.text)
    t = turn.text
    if not any(c.isalnum() for c in question):
        return [Outgoing(t(N_("Please write your question in words.")), start.menu_buttons(turn))]
    if turn.chat.state.get("for staff"):
        return await person.pass_on(turn, question, turn.said.media)
    if len(question) > LONGEST:
        turn.chat.state["asked"] = question[:LONGEST]
        long = t(N_("That is a long message. Please ask in one or two sentences, or I pass it on."))
        return [Outgoing(long, (Button(t(N_("Talk to an officer")), data="person:ask"), privacy.back(turn)))]
    finding = await turn.library.find(
        question, prior=turn.language, previous=turn.chat.state.get("topic") or None
    )
    lead = [] if turn.chat.state.get("met") or turn.said.group else [start.introduction(turn)]
    turn.chat.state["asked"] = question[:500]
    if finding.answered:
        replies = await topics.show_article(turn, finding.ranking[0][0], finding.choices)
    elif turn.chat.state.get("with staff") and turn.person.id is not None:
        return await person.pass_on(turn, question, turn.said.media)
    else:
        replies = await not_sure(turn, question, finding.lang, finding.ranking, finding.choices)
    if lead:
        replies[0] = Outgoing("\n\n".join([*lead, replies[0].text]), replies[0].buttons)
    return replies


async def not_sure(
    turn: Turn,
    question: str,
    lang: str,
    ranking: Sequence[tuple[str, float]],
    choices: Sequence[str],
) -> list[Outgoing]:
    """Says so, keeps the question for staff, and offers what is near and a person."""
    await questions.not_answered(
        await turn.records(), turn.chat.id, question, lang or turn.language, ranking, turn.now
    )
    t = turn.text
    near = [article for article in (turn.library.get(c, turn.language) for c in choices) if article]
    if near:
        said = t(N_("I am not sure what you mean. Is it one of these? If not, an officer can answer."))
    else:
        said = t(N_("I have no reliable information on this. Shall I pass your question to an officer?"))
    return [
        Outgoing(
            said,
            (
                *(Button(article.title, data=f"ask:this:{article.id}") for article in near),
                Button(t(N_("Talk to an officer")), data="person:ask"),
                privacy.back(turn),
            ),
        )
    ]


async def chosen(turn: Turn) -> list[Outgoing]:
    """One of those that were offered was meant."""
    question = str(turn.chat.state.get("asked", ""))
    connection = await turn.records()
    settled = await questions.answered_after_all(connection, turn.chat.id, question, turn.now)
    if settled is not None:
        await tasks.close(connection, "question", settled, turn.now)
    return await topics.show_article(turn, turn.argument)


async def judged(turn: Turn, *, right: bool) -> Sequence[Outgoing]:
    """Keeps what a person said of an answer; a no goes to staff as an unanswered question."""
    t, article = turn.text, turn.argument
    question = str(turn.chat.state.get("asked", ""))
    connection = await turn.records()
    new = await questions.judged(connection, turn.chat.id, question, article, right, turn.now)
    if right:
        glad = t(N_("Glad to hear it. Ask me anything else whenever you like."))
        return [Outgoing(glad, (privacy.back(turn),))]
    if question and new:
        await questions.not_answered(
            connection, turn.chat.id, question, turn.language, [(article, 0.0)], turn.now
        )
    sorry = t(N_("Sorry about that. Please put it in other words, or I pass it on to an officer."))
    return [Outgoing(sorry, (Button(t(N_("Talk to an officer")), data="person:ask"), privacy.back(turn)))]


feature = Feature("ask", handle)
