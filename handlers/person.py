"""A person is wanted: what was asked goes to the union's staff, and the member hears what happens next."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat import Button, Media, Outgoing
from bot.forms import Answers, Form, Question
from bot.questions import Phone, Words
from bot.records import conversations, people
from bot.router import Feature, open_form
from bot.text import N_
from bot.turn import Turn
from handlers import privacy

#: Letters of a remembered question that are quoted back.
QUOTED = 160
#: Letters of a bare wish for a person (“cho tôi gặp cán bộ”); what is longer says something staff should read.
WISH = 30


async def handle(turn: Turn) -> Sequence[Outgoing]:
    if turn.person.id is None:
        return [Outgoing(turn.text(N_("Please write to me in a private chat for this.")))]
    match turn.command:
        case "contact":
            return await leave_contact(turn)
        case "photo":
            return await pass_on(turn, turn.said.text, turn.said.media)
        case _:
            return await ask(turn)


async def ask(turn: Turn) -> list[Outgoing]:
    """Passes on what was asked last, and the wish itself where it is a sentence; else asks what to pass on."""
    said = turn.said
    sentence = said.kind == "text" and not said.text.startswith("/") and len(said.text) > WISH
    wanted = [str(turn.chat.state.get("asked", "")), said.text if sentence else ""]
    if any(wanted):
        return await pass_on(turn, "\n".join(part for part in wanted if part))
    turn.chat.state["for staff"] = True
    return [
        Outgoing(
            turn.text(N_("What shall I pass on to the officers? Please write it in one message.")),
            (privacy.back(turn),),
        )
    ]


async def pass_on(turn: Turn, text: str, media: tuple[Media, ...] = ()) -> list[Outgoing]:
    """Stores a message for staff and says what happens next."""
    connection = await turn.records()
    first = await conversations.open_for(connection, turn.chat.id) is None
    number = await conversations.tell_staff(connection, turn.chat.id, text, media, turn.now)
    turn.chat.state.pop("for staff", None)
    turn.chat.state.pop("asked", None)
    turn.chat.state["with staff"] = number
    t = turn.text
    if not first:
        return [
            Outgoing(
                t(N_("I added this to your request no. {number}."), number=number), (privacy.back(turn),)
            )
        ]
    quoted = text if len(text) <= QUOTED else text[:QUOTED].rsplit(" ", 1)[0] + "…"
    lines = [
        t(N_("I passed this on to the officers as request no. {number}:"), number=number),
        f"“{quoted}”" if quoted else t(N_("(a photo or file)")),
        t(N_("An officer reads it in office hours and answers right here. Add more by just writing it.")),
    ]
    if turn.settings.union_phone:
        lines.append(t(N_("If it is urgent, please call {phone}."), phone=turn.settings.union_phone))
    buttons = [privacy.back(turn)]
    if not turn.person.phone:
        buttons.insert(0, Button(t(N_("Leave my phone number")), data="person:contact"))
    return [Outgoing("\n".join(lines), tuple(buttons))]


async def leave_contact(turn: Turn) -> list[Outgoing]:
    if not turn.person.agreed:
        return [privacy.question(turn, then="person:contact")]
    return await open_form(turn, contact, {})


async def submit(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    await people.keep_contact(await turn.records(), turn.person, answers["name"], answers["phone"])
    thanks = turn.text(
        N_("Thank you. The officer will call {phone}."), phone=Phone().show(answers["phone"], turn.text)
    )
    return [Outgoing(thanks, (privacy.back(turn),))]


contact = Form(
    "contact",
    N_("How to reach you"),
    (
        Question("name", N_("What is your name? For example: Nguyễn Văn A"), N_("Full name"), Words(2, 60)),
        Question("phone", N_("Which number may we call? For example: 0912 345 678"), N_("Phone"), Phone()),
    ),
    submit,
)

feature = Feature(
    "person",
    handle,
    commands={"person": N_("Talk to an officer")},
    words={"ask": N_("words: talk to an officer")},
    phrases={"ask": N_("phrases: talk to an officer")},
    kinds={"photo": "photo", "file": "photo"},
    forms=(contact,),
    interrupts=frozenset({"ask"}),
)
