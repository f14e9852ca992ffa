"""A person is wanted: what was asked goes to the union's staff, and an officer answers, or takes part in the chat.

While an officer takes part the assistant keeps silent: what the member writes goes to the officer, and back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import desk
from bot.chat import Button, Media, Outgoing
from bot.desk import Card, Decision, Shown
from bot.forms import Answers, Form, Question
from bot.questions import Phone, Words
from bot.records import (
    audit,
    conversations,
    cooperatives,
    forwards,
    messages,
    notices,
    people,
    questions,
    replies,
    staff,
    tasks,
)
from bot.router import TALKING, Feature, open_form
from bot.text import LANGUAGES, N_, Text, fold, fold_words, text
from bot.turn import Turn
from handlers import privacy, topics

#: Letters of a remembered question that are quoted back.
QUOTED = 160
#: Letters of a bare wish for a person (“cho tôi gặp cán bộ”); what is longer says something staff should read.
WISH = 30
#: What is written within this time of the last acknowledgement is acknowledged by it.
BURST = timedelta(minutes=2)
#: How long what is written after an officer's answer is taken for a reply to it.
REPLY = timedelta(days=3)
#: A conversation without a word for this long goes back to the assistant.
SILENCE = timedelta(hours=24)
#: Lines of a conversation that a card shows, the newest.
SHOWN = 12
PHOTOS = 5

#: What leads out of a conversation that an officer takes part in; all else goes to the officer.
LEADS_OUT = ("start:menu", "start:help", "start:language", "start:cancel", "privacy:erase", "mine:list")
BACK = N_("words: back to the assistant")
URGENT = N_("phrases: urgent")


async def handle(turn: Turn) -> Sequence[Outgoing]:
    if turn.person.id is None:
        return [Outgoing(turn.text(N_("Please write to me in a private chat for this.")))]
    if turn.said.kind == "notice":
        return await told(turn)
    match turn.command:
        case "contact":
            return await leave_contact(turn)
        case "photo" | "said":
            return await pass_on(turn, turn.said.text or _other(turn), turn.said.media)
        case "leave":
            return await leave(turn)
        case _:
            return await ask(turn)


async def listens(turn: Turn, meant: str) -> str | None:
    """What is said while an officer takes part, or as a reply to an officer, is for the officer."""
    state = turn.chat.state
    if turn.person.id is None or "form" in state or turn.said.edited:
        return None
    if "conversation" in state.get(TALKING, {}):
        if any(fold(turn.said.text) in text(language).typed(BACK) for language in LANGUAGES):
            return "leave"
        return None if meant in LEADS_OUT else "said"
    answered = state.get("answered")
    if answered and turn.now.timestamp() - answered["at"] > REPLY.total_seconds():
        state.pop("answered")
        answered = None
    return "said" if answered and (meant == "ask:" or turn.said.kind in ("photo", "file")) else None


async def ask(turn: Turn) -> list[Outgoing]:
    """Passes on what was asked last, and the wish itself where it is a sentence; else asks what to pass on."""
    said = turn.said
    if "conversation" in turn.chat.state.get(TALKING, {}):
        return [_with_officer(turn)]
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


async def pass_on(turn: Turn, said: str, media: tuple[Media, ...] = ()) -> list[Outgoing]:
    """Brings a message to staff and says what happens next."""
    connection = await turn.records()
    state = turn.chat.state
    first = await conversations.open_for(connection, turn.chat.id) is None
    number, line = await conversations.tell_staff(connection, turn.chat.id, said, media, turn.now)
    await _to_officer(turn, number, line, said, media)
    asked = state.pop("asked", None)
    if asked:
        await _no_longer_unanswered(turn, str(asked))
    answered = state.pop("answered", None)
    state.pop("for staff", None)
    state["with staff"] = number
    if "conversation" in state.get(TALKING, {}) or answered:
        return _acknowledged(turn)
    t = turn.text
    if not first:
        return [
            Outgoing(
                t(N_("I added this to your request no. {number}."), number=number), (privacy.back(turn),)
            )
        ]
    quoted = said if len(said) <= QUOTED else said[:QUOTED].rsplit(" ", 1)[0] + "…"
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


async def _to_officer(turn: Turn, number: int, line: int, said: str, media: tuple[Media, ...]) -> None:
    """Shows a new conversation to an officer as a card, and what is added to it as a line."""
    connection = await turn.records()
    urgent = sounds_urgent(said)
    wanted = turn.chat.state.get("answered", {}).get("officer")
    before = await tasks.of(connection, "person", number)
    if before and before.state == "open" and wanted not in (None, before.officer_id):
        await tasks.assign(connection, before.id, wanted, turn.now)
        before = None  # it comes to that officer as a whole
    as_card = before is None or before.officer_id is None or (urgent and not before.urgent)
    if as_card:
        person = turn.person.id
        cooperative = await cooperatives.of_person(connection, person) if person else None
        await desk.put(
            turn,
            "person",
            number,
            topic="person",
            commune=cooperative.commune if cooperative else "",
            urgent=urgent,
            officer=wanted,
        )
    task = await tasks.of(connection, "person", number)
    officer = await staff.get(connection, task.officer_id) if task and task.officer_id else None
    if task is None or officer is None or officer.person_id is None:
        return
    if not as_card:
        await turn.tell(officer.person_id, f"staff:said:{task.id}:{line}")
    chat = await notices.chat_of(connection, officer.person_id)
    if media and chat is not None:
        await forwards.send_on(connection, turn.chat.id, media, chat, f"staff:file:{task.id}", turn.now)


async def _no_longer_unanswered(turn: Turn, asked: str) -> None:
    """What an officer was asked need not be answered a second time as a question."""
    connection = await turn.records()
    question = await questions.answered_after_all(connection, turn.chat.id, asked, turn.now)
    if question is not None:
        await tasks.close(connection, "question", question, turn.now)


def sounds_urgent(said: str) -> bool:
    """Whether a message tells of what cannot wait: fire, flood, disease."""
    around = f" {fold_words(said)} "
    return any(f" {phrase} " in around for language in LANGUAGES for phrase in text(language).typed(URGENT))


def _other(turn: Turn) -> str:
    """What an officer reads of a message that has neither words nor a photo."""
    return "" if turn.said.media else turn.text(N_("(a sticker or voice message)"))


def _acknowledged(turn: Turn) -> list[Outgoing]:
    """Once for what is written in a row."""
    state, at = turn.chat.state, turn.now.timestamp()
    before, state["acknowledged"] = state.get("acknowledged", 0), at
    if at - before < BURST.total_seconds():
        return []
    if "conversation" in state.get(TALKING, {}):
        return [Outgoing(turn.text(N_("Passed on to the officer.")))]
    return [Outgoing(turn.text(N_("Passed on to the officer; the answer comes right here.")))]


def _with_officer(turn: Turn) -> Outgoing:
    return Outgoing(
        turn.text(
            N_(
                "An officer of {union} is with you here now: just write. To go back to me, the assistant, "
                "write “assistant”."
            ),
            union=topics.union(turn.text, turn.settings),
        )
    )


async def leave(turn: Turn) -> list[Outgoing]:
    """The member goes back to the assistant."""
    connection = await turn.records()
    number = turn.chat.state.get(TALKING, {}).get("conversation")
    _alone(turn)
    if number and await conversations.close(connection, number, turn.now):
        task = await tasks.of(connection, "person", number)
        await tasks.close(connection, "person", number, turn.now)
        await audit.note(connection, "person", number, "left", turn.now, label=N_("ended by the member"))
        officer = await staff.get(connection, task.officer_id) if task and task.officer_id else None
        if task and officer:
            await desk.show_to(connection, officer, task.id, turn.now, str(turn.row), "ended")
    back = turn.text(N_("I am here again. What would you like to know?"))
    return [Outgoing(back, (privacy.back(turn),))]


def _alone(turn: Turn) -> None:
    for kept in (TALKING, "with staff", "answered", "acknowledged"):
        turn.chat.state.pop(kept, None)


async def told(turn: Turn) -> list[Outgoing]:
    """What comes to a member from staff."""
    connection = await turn.records()
    t, number = turn.text, int(turn.argument.split(":")[0])
    match turn.command:
        case "reply":
            reply = await replies.get(connection, number)
            return [await _reply(turn, reply)] if reply else []
        case "file":
            forward = await forwards.get(connection, number)
            return [sent_on(turn.text, forward.stored, forward.name)] if forward else []
        case "article":
            question = await questions.text_of(connection, number)
            lead = Outgoing(
                t(N_("You asked: “{question}”. An officer found this:"), question=question[:QUOTED])
            )
            return [lead, *await topics.show_article(turn, turn.argument.partition(":")[2])]
    conversation = await conversations.get(connection, number)
    if conversation is None:
        return []
    match turn.command:
        case "held" if conversation.state == "held":
            turn.chat.state[TALKING] = {"conversation": number}
            return [_with_officer(turn)]
        case "waits":
            turn.chat.state.pop(TALKING, None)
            said = t(
                N_("The officer had to leave; your request no. {number} goes to another."), number=number
            )
            return [Outgoing(said, (privacy.back(turn),))]
        case "ended" if conversation.state == "closed":
            _alone(turn)
            said = t(N_("The conversation with the officer has ended. I am here again for your questions."))
            again = Button(t(N_("Talk to an officer")), data="person:ask")
            return [Outgoing(said, (again, privacy.back(turn)))]
    return []


async def _reply(turn: Turn, reply: replies.Reply) -> Outgoing:
    connection = await turn.records()
    t = turn.text
    union = topics.union(t, turn.settings)
    said = (
        t(N_("Officer of {union}: {text}"), union=union, text=reply.text)
        if reply.text
        else t(N_("An officer of {union} sends you a photo or file."), union=union)
    )
    task = await tasks.get(connection, reply.task_id)
    if task and task.subject == "question":
        asked = await questions.text_of(connection, task.subject_id)
        said = f"“{asked[:QUOTED]}”\n{said}"
    if "conversation" not in turn.chat.state.get(TALKING, {}):
        turn.chat.state["answered"] = {"officer": reply.officer_id, "at": int(turn.now.timestamp())}
    return Outgoing(said)


def sent_on(t: Text, stored: str | None, name: str, text_before: str = "") -> Outgoing:
    """A photo or a file that came from another chat."""
    if stored is None:
        lost = t(N_("A photo or file was sent that could not be fetched. Please ask for it again."))
        return Outgoing("\n".join(part for part in (text_before, lost) if part))
    media = Media(stored, name or stored)
    if stored.endswith((".jpg", ".png", ".webp")):
        return Outgoing(text_before, photo=media)
    return Outgoing(text_before, file=media)


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
        Question("name", N_("What is your name? For example: Nguyễn Văn A"), N_("Your name"), Words(2, 60)),
        Question("phone", N_("Which number may we call? For example: 0912 345 678"), N_("Phone"), Phone()),
    ),
    submit,
)


async def show(turn: Turn, number: int) -> Shown | None:
    """A conversation as an officer reads it: who, and what was said on both sides."""
    connection = await turn.records()
    conversation = await conversations.get(connection, number)
    if conversation is None or conversation.state == "closed":
        return None
    t = turn.text
    person = await people.person_of(connection, conversation.chat_id)
    task = await tasks.of(connection, "person", number)
    lines = await conversations.lines(connection, number)
    said = [(line.at, 0, f"• {line.text or t(N_('(a photo or file)'))}") for line in lines]
    for reply in await replies.of_task(connection, task.id) if task else []:
        words = reply.text or t(N_("(a photo or file)"))
        said.append((reply.at, 1, t(N_("→ Officer: {text}"), text=words)))
    wanted = [reference for line in lines for reference in line.media]
    head = t(
        N_("Request no. {number} from {who}, {moment}:"),
        number=number,
        who=await desk.known_as(connection, person, t),
        moment=t.moment(conversation.opened_at),
    )
    return Shown(
        "\n".join([head, *(words for _, _, words in sorted(said)[-SHOWN:])]),
        (Decision("end", N_("End the conversation")),),
        tuple((await forwards.stored(connection, conversation.chat_id, wanted))[-PHOTOS:]),
    )


async def decide(turn: Turn, number: int, verb: str, reason: str) -> Sequence[Outgoing]:
    """The officer ends the conversation."""
    connection = await turn.records()
    chat = await conversations.chat_of(connection, number)
    if chat is not None and await conversations.close(connection, number, turn.now):
        await notices.to_chat(connection, chat, f"person:ended:{number}", key=f"ended:{number}", at=turn.now)
    ended = turn.text(N_("The conversation of request no. {number} has ended."), number=number)
    return [Outgoing(ended, (privacy.back(turn),))]


async def taken(turn: Turn, number: int) -> None:
    """An officer takes part: the assistant keeps silent from now on."""
    connection = await turn.records()
    chat = await conversations.chat_of(connection, number)
    if chat is not None and await conversations.hold(connection, number):
        key = f"held:{number}:{turn.row}"
        await notices.to_chat(connection, chat, f"person:held:{number}", key=key, at=turn.now)


async def silence(connection: AsyncConnection, at: datetime) -> None:
    """Conversations without a word for long go back to the assistant; both sides are told."""
    for number in await conversations.silent(connection, at - SILENCE):
        task = await tasks.of(connection, "person", number)
        chat = await conversations.chat_of(connection, number)
        if chat is None or not await conversations.close(connection, number, at):
            continue
        await notices.to_chat(connection, chat, f"person:ended:{number}", key=f"ended:{number}", at=at)
        await audit.note(
            connection, "person", number, "silent", at, label=N_("ended without a word for a day")
        )
        await tasks.close(connection, "person", number, at)
        officer = await staff.get(connection, task.officer_id) if task and task.officer_id else None
        if task and officer:
            await desk.show_to(connection, officer, task.id, at, "silent", "ended")


async def forget(turn: Turn) -> None:
    """What was said with staff, in the officers' chats too; an officer is none any more."""
    connection = await turn.records()
    assert turn.person.id is not None
    chats = await people.chats_of(connection, turn.person.id)
    theirs = {
        "person": await conversations.of_chats(connection, chats),
        "question": await questions.of_chats(connection, chats),
    }
    for subject, numbers in theirs.items():
        for number in numbers:
            await tasks.close(connection, subject, number, turn.now)
    for task in await tasks.of_person(connection, turn.person.id):
        for verb in ("hand", "answer"):
            await messages.forget_offers(connection, f"staff:{verb}:{task.id}")
        await audit.forget(connection, task.subject, task.subject_id)
    await replies.forget(connection, chats)
    if officer := await staff.officer_of(connection, turn.person.id):
        await staff.remove(connection, officer.id, turn.now, erased=True)


card = Card(
    "person",
    N_("Wants to talk to an officer"),
    show,
    decide,
    chat=conversations.chat_of,
    taken=taken,
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
    dialogs={"ask": "human"},
    cards=(card,),
    chores=(silence,),
    forget=forget,
    listens=listens,
)
