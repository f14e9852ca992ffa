"""First contact, the menu and its neighbours: who is speaking, what it can do, in which language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from babel import Locale

from bot.chat import Button, Outgoing
from bot.records import people
from bot.router import GO_ON, RESUME, Feature, saved_forms
from bot.scheduler import DRAFTS_LIVE, WARNED
from bot.text import LANGUAGES, N_, fold, text
from bot.turn import Turn
from handlers import privacy, topics

#: Each language by its own name, as those who look for it read it.
NAMES = {"vi": "Tiếng Việt", "fr": "Français", "en": "English"}


async def handle(turn: Turn) -> Sequence[Outgoing]:
    match turn.command:
        case "left":
            return ()
        case "start" | "joined" if turn.argument:
            return await deep_link(turn)
        case "start" | "joined" | "hello":
            return greet(turn)
        case "help":
            return [Outgoing(turn.text(HELP), menu_buttons(turn))]
        case "language":
            return await language(turn)
        case "cancel":
            return [Outgoing(turn.text(N_("There is nothing to cancel.")), menu_buttons(turn))]
        case "draft":
            return expiring(turn)
        case "more":
            return [Outgoing(turn.text(N_("More topics:")), more_buttons(turn))]
        case _:
            asked = Outgoing(turn.text(N_("What would you like to know?")), menu_buttons(turn))
            return [*saved_forms(turn), asked]


def expiring(turn: Turn) -> list[Outgoing]:
    """A form that was begun is dropped tomorrow; nothing is said where it was sent or taken up meanwhile."""
    state, name = turn.chat.state, turn.argument
    draft = state["form"] if state.get("form", {}).get("form") == name else state.get("saved", {}).get(name)
    if not draft or turn.now.timestamp() - draft["at"] < (DRAFTS_LIVE - WARNED).total_seconds():
        return []
    said = turn.text(
        N_("The form “{title}” you began is kept until tomorrow. Shall we go on with it?"),
        title=turn.text(draft["title"]),
    )
    data = GO_ON if draft is state.get("form") else f"{RESUME}{name}"
    return [Outgoing(said, (Button(turn.text(N_("Go on")), data=data),))]


HELP = N_(
    "Just write your question in your own words, with or without accents, for example: "
    "“what papers for a loan from the Fund”.\n"
    "• menu – the topics\n"
    "• officer – talk to a person of the Alliance\n"
    "• language – change the language\n"
    "• cancel – stop what you are filling in\n"
    "• delete my data – withdraw consent and delete"
)


def introduction(turn: Turn) -> str:
    """Who is speaking; Law 134/2025/QH15 asks to say that it is no person."""
    turn.chat.state["met"] = True
    return turn.text(
        N_("Hello! I am the automatic assistant of {union}, not a person."),
        union=topics.union(turn.text, turn.settings),
    )


def greet(turn: Turn) -> list[Outgoing]:
    abilities = turn.text(
        N_(
            "I answer questions on support policies, loans, OCOP, labels, fairs and cooperative law, "
            "each with its source. What I am not sure of, I pass on to an officer."
        )
    )
    known = turn.chat.state.get("met")
    lead = turn.text(N_("Hello again!")) if known else introduction(turn)
    replies = [Outgoing(f"{lead}\n{abilities}", menu_buttons(turn))]
    if turn.person.id is not None and turn.person.consent is None:
        consent = privacy.question(turn)
        replies.append(replace(consent, buttons=(*consent.buttons, *language_buttons(turn))))
    return replies


async def deep_link(turn: Turn) -> Sequence[Outgoing]:
    """`/start article_<id>` opens an article, `ticket_<code>` a ticket; a language code chooses it.

    Anything else is a plain start.
    """
    kind, _, value = turn.argument.partition("_")
    if kind == "ticket":
        turn.then = f"event:scan:{value[:20]}"
        return []
    if kind == "article" and turn.library.get(value, turn.language):
        lead = Outgoing(introduction(turn))
        return [lead, *await topics.show_article(turn, value)]
    if turn.argument in LANGUAGES and turn.person.id is not None:
        await people.choose_language(await turn.records(), turn.person, turn.argument)
    return greet(turn)


async def language(turn: Turn) -> Sequence[Outgoing]:
    """Asks for the language, or takes the one that was named."""
    chosen = turn.argument if turn.argument in LANGUAGES else _named(turn)
    if not chosen:
        ask = turn.text(N_("Which language do you prefer?"))
        return [
            Outgoing(ask, tuple(Button(NAMES[code], data=f"start:language:{code}") for code in LANGUAGES))
        ]
    if turn.person.id is None:
        turn.chat.state["language"] = chosen
    else:
        await people.choose_language(await turn.records(), turn.person, chosen)
    done = text(chosen)(N_("I will write in English from now on."))
    if "form" in turn.chat.state:
        return [Outgoing(done, (Button(text(chosen)(N_("Go on")), data=GO_ON),))]
    return [Outgoing(done, menu_buttons(turn))]


def _named(turn: Turn) -> str:
    """The language that a message names, in whichever language it does ("tiếng Anh", "français")."""
    typed = fold(turn.said.text)
    for code in LANGUAGES:
        names = {NAMES[code], *(Locale(other).languages[code] for other in LANGUAGES)}
        if any(fold(name) in typed for name in names):
            return code
    return ""


def menu_buttons(turn: Turn) -> tuple[Button, ...]:
    """The main menu: six topics, the rest, a person."""
    t = turn.text
    shown = [Button(t(label), data=f"topic:{name}") for name, label in list(topics.TOPICS.items())[:6]]
    return (
        *shown,
        Button(t(N_("More…")), data="start:more"),
        Button(t(N_("Talk to an officer")), data="person:ask"),
    )


def more_buttons(turn: Turn) -> tuple[Button, ...]:
    t = turn.text
    return (
        *(Button(t(label), data=f"topic:{name}") for name, label in list(topics.TOPICS.items())[6:]),
        Button(t(N_("Language")), data="start:language"),
        Button(t(N_("My data")), data="privacy:show"),
        Button(t(N_("Main menu")), data="start:menu"),
    )


def language_buttons(turn: Turn) -> tuple[Button, ...]:
    return tuple(
        Button(NAMES[code], data=f"start:language:{code}") for code in LANGUAGES if code != turn.language
    )


feature = Feature(
    "start",
    handle,
    commands={
        "start": N_("Start"),
        "help": N_("How to use the assistant"),
        "menu": N_("Main menu"),
        "language": N_("Change the language"),
        "cancel": N_("Stop what you are filling in"),
    },
    words={
        "hello": N_("words: hello"),
        "help": N_("words: help"),
        "menu": N_("words: menu"),
        "language": N_("words: language"),
        "cancel": N_("words: cancel"),
    },
    kinds={"joined": "joined", "left": "left"},
    interrupts=frozenset({"help", "menu", "language", "cancel"}),
)
