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
        case "topics":
            ask = turn.text(N_("Tap a topic, or just write your question:"))
            return [Outgoing(ask, topic_buttons(turn, more=False))]
        case "more":
            return [Outgoing(turn.text(N_("More topics:")), topic_buttons(turn, more=True))]
        case name if name in SUBMENUS:
            return [submenu(turn, name)]
        case _:
            asked = Outgoing(turn.text(N_("What can I do for you?")), menu_buttons(turn))
            return [*await saved_forms(turn), asked]


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
    "• menu – what you can do here\n"
    "• my things – what you registered or asked for, and how it stands\n"
    "• officer – talk to a person of the Alliance\n"
    "• link channels – go on with me on Zalo, Telegram or the web page\n"
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
            "I answer questions on support policies, loans, OCOP, labels and cooperative law, each with its "
            "source; I take registrations for fairs and courses, products, labels, loans and offers. What I "
            "am not sure of, I pass on to an officer."
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
    """`/start article_<id>` opens an article, `ticket_<code>` a ticket, `link_<code>` links two chats; a language code
    chooses it. Anything else is a plain start.
    """
    kind, _, value = turn.argument.partition("_")
    if kind == "ticket":
        turn.then = f"event:scan:{value[:20]}"
        return []
    if kind == "link":
        turn.then = f"link:code:{value[:20]}"
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


#: The main menu: what a person can do, each with the button's data.
MENU = (
    (N_("Ask about policies"), "start:topics"),
    (N_("Fairs and events"), "event:list"),
    (N_("Products and labels"), "start:products"),
    (N_("Loans"), "start:loans"),
    (N_("Buy and sell"), "trade:menu"),
    (N_("My records"), "start:own"),
    (N_("Report a difficulty"), "need:new"),
    (N_("Talk to an officer"), "person:ask"),
)
#: What lies behind an entry of the menu, under the sentence that is said with it.
SUBMENUS = {
    "products": (
        N_("Products and labels: what shall we do?"),
        (
            (N_("Register a product"), "product:new"),
            (N_("Our products"), "product:list"),
            (N_("Our certificates"), "cert:list"),
            (N_("Labels, design, certification"), "request:new"),
            (N_("Supermarkets and online markets"), "channel:list"),
        ),
    ),
    "loans": (
        N_("Loans: what shall we do?"),
        (
            (N_("Check a loan"), "loan:apply"),
            (N_("Calculate instalments"), "calc:new"),
            (N_("Loan programmes"), "programme:list"),
            (N_("My loan file"), "loan:status"),
            (N_("Questions about loans"), "topic:loans"),
        ),
    ),
    "own": (
        N_("Your own records:"),
        (
            (N_("Everything and how it stands"), "mine:list"),
            (N_("Our cooperative’s profile"), "profile:show"),
            (N_("Who acts for the cooperative"), "colleagues:list"),
            (N_("Yearly figures"), "yearly:new"),
            (N_("Language"), "start:language"),
            (N_("Link channels"), "link:show"),
            (N_("My data"), "privacy:show"),
        ),
    ),
}


def menu_buttons(turn: Turn) -> tuple[Button, ...]:
    return tuple(Button(turn.text(label), data=data) for label, data in MENU)


def submenu(turn: Turn, name: str) -> Outgoing:
    asked, entries = SUBMENUS[name]
    buttons = (Button(turn.text(label), data=data) for label, data in entries)
    return Outgoing(turn.text(asked), (*buttons, privacy.back(turn)))


def topic_buttons(turn: Turn, *, more: bool) -> tuple[Button, ...]:
    """The topics of questions: six, and the rest."""
    t = turn.text
    found = list(topics.TOPICS.items())
    shown = found[6:] if more else found[:6]
    buttons = [Button(t(label), data=f"topic:{name}") for name, label in shown]
    if not more:
        buttons.append(Button(t(N_("More…")), data="start:more"))
    return (*buttons, privacy.back(turn))


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
