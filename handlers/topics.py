"""Topics and articles: browsing the knowledge base by tapping, and how an article is shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from bot.chat import Button, Outgoing
from bot.knowledge import Article
from bot.router import Feature
from bot.settings import Settings
from bot.text import N_, TIMEZONE, Text
from bot.turn import Turn

TOPICS = {
    "policies": N_("Support policies"),
    "loans": N_("Loans"),
    "ocop": N_("OCOP"),
    "labels": N_("Labels and packaging"),
    "fairs": N_("Fairs and events"),
    "registration": N_("Registration and law"),
    "certificates": N_("VietGAP and food safety"),
    "markets": N_("Supermarkets and online markets"),
    "tax": N_("Tax"),
    "training": N_("Training"),
    "union": N_("The Alliance"),
}
#: Dialog that an article can lead to (its field `action`) → label and data of the button that opens it.
ACTIONS = {
    "fair": (N_("Register for a fair"), "event:list:fair..0.0"),
    "training": (N_("Register for a course"), "event:list:training..0.0"),
    "product": (N_("Register a product"), "product:new"),
    "loan": (N_("Check a loan"), "loan:apply"),
    "label": (N_("Request labels"), "request:label"),
    "channel": (N_("Join a sales channel"), "channel:list"),
    "trade": (N_("Find a buyer, offer goods"), "trade:menu"),
    "need": (N_("Report a difficulty"), "need:new"),
    "profile": (N_("Our cooperative’s profile"), "profile:show"),
    "status": (N_("My things"), "mine:list"),
}
#: The dialog that the list of a topic leads to.
TOPIC_ACTIONS = {
    "loans": "loan",
    "fairs": "fair",
    "labels": "label",
    "markets": "trade",
    "training": "training",
}
#: Articles on one page of a list, so that a message has at most eight buttons.
PAGE = 6


async def handle(turn: Turn) -> Sequence[Outgoing]:
    if turn.command == "article":
        return await show_article(turn, turn.argument)
    page = int(turn.argument) if re.fullmatch("[0-9]{1,3}", turn.argument) else 0
    return listed(turn, turn.command, page)


def listed(turn: Turn, topic: str, page: int) -> list[Outgoing]:
    found = turn.library.on(topic, turn.text.language)
    t = turn.text
    begins = leads_on(TOPIC_ACTIONS.get(topic, ""), t)
    room = PAGE - len(begins)
    shown = found[page * room : (page + 1) * room]
    buttons = [*begins, *(Button(article.title, data=f"topic:article:{article.id}") for article in shown)]
    if len(found) > (page + 1) * room:
        buttons.append(Button(t(N_("More…")), data=f"topic:{topic}:{page + 1}"))
    buttons.append(Button(t(N_("Main menu")), data="start:menu"))
    if not shown:
        return [Outgoing(t(N_("There is nothing on this topic yet.")), tuple(buttons))]
    lead = t(N_("{topic}: tap a question, or write your own."), topic=t(TOPICS.get(topic, topic)))
    return [Outgoing(lead, tuple(buttons))]


async def show_article(turn: Turn, article_id: str, near: Sequence[str] = ()) -> list[Outgoing]:
    """An article as an answer: its text, its source, whether it was right, its dialog, and near questions."""
    article = turn.library.get(article_id, turn.language)
    if article is None:
        gone = turn.text(N_("This answer is no longer published. Please ask again in your own words."))
        return [Outgoing(gone, (Button(turn.text(N_("Main menu")), data="start:menu"),))]
    turn.chat.state["topic"] = article_id
    t = turn.text
    buttons = [
        Button(t(N_("Yes, that helps")), data=f"ask:yes:{article_id}"),
        Button(t(N_("No, something else")), data=f"ask:no:{article_id}"),
        *leads_on(article.action, t),
        Button(t(N_("Talk to an officer")), data="person:ask"),
    ]
    others = [turn.library.get(other, turn.language) for other in dict.fromkeys((*near, *article.related))]
    buttons += [
        Button(other.title, data=f"topic:article:{other.id}")
        for other in [o for o in others if o and o.id != article_id][:3]
    ]
    return [Outgoing(written(article, t, turn.settings, turn.now), tuple(buttons))]


def leads_on(action: str, t: Text) -> tuple[Button, ...]:
    """The button of a dialog, where one is named."""
    if not action:
        return ()
    label, data = ACTIONS[action]
    return (Button(t(label), data=data),)


def written(article: Article, t: Text, settings: Settings, now: datetime) -> str:
    """The text with what the union entered; first that it expired or is not in force yet, last its source."""
    body = "\n".join(part for part in (article.body.strip(), article.way_on) if part)
    body = body.replace("{union}", union(t, settings)).replace("{contact}", contact(t, settings))
    parts = []
    today = now.astimezone(TIMEZONE).date()
    if article.expires and article.expires < today:
        parts.append(t(N_("Please note: this expired on {day}."), day=t.day(article.expires)))
    if article.effective_from and article.effective_from > today:
        parts.append(t(N_("Please note: this applies only from {day}."), day=t.day(article.effective_from)))
    parts.append(body)
    day = t.day(article.source_date) if article.source_date else ""
    if day and day not in article.source:
        source = t(N_("Source: {source}, dated {day}"), source=article.source, day=day)
    else:
        source = t(N_("Source: {source}"), source=article.source)
    if not article.checked:
        source += t(N_(" (to be re-read by an officer)"))
    if article.source:
        parts.append(source)
    return "\n\n".join(parts)


def union(t: Text, settings: Settings) -> str:
    if settings.union_name:
        return settings.union_name
    if settings.union_province:
        return t(N_("the Cooperative Alliance of {province}"), province=settings.union_province)
    return t(N_("the Cooperative Alliance"))


def contact(t: Text, settings: Settings) -> str:
    """Where and when the union can be reached, as its settings say."""
    lines = []
    if settings.union_address:
        lines.append(t(N_("Address: {address}."), address=settings.union_address))
    if settings.union_hours:
        lines.append(t(N_("Hours: {hours}."), hours=settings.union_hours))
    if settings.union_phone:
        lines.append(t(N_("Phone: {phone}."), phone=settings.union_phone))
    if not lines:
        return t(N_("The address, hours and phone of the office have not been entered yet."))
    return " ".join(lines)


feature = Feature("topic", handle)
