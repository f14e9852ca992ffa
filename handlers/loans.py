"""Loans: a pre-check beside a programme's conditions, the papers of the file, and the request's way to the Fund.

Nothing here decides or promises: each result says who does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot import desk
from bot.chat import Button, Incoming, Media, Outgoing
from bot.desk import Card, Decision, Shown
from bot.errors import UserError, Wrong
from bot.forms import Answers, Form, Question, Sentence
from bot.questions import Day, Document, Money, OneOf, Phone, Term, Words, money_in, money_short
from bot.questions.reading import Typed
from bot.records import audit, cooperatives, loans, programmes, staff, tasks
from bot.records.cooperatives import Cooperative
from bot.records.loans import Condition, Filed, Request
from bot.records.programmes import Paper, Programme
from bot.router import Feature, Mine, open_form
from bot.text import LANGUAGES, N_, Text, fold_words, text
from bot.turn import Turn
from handlers import cooperative, loan_reminders, person, privacy
from handlers.programmes import BORROWERS, TOPIC

#: What people write who want to borrow.
ASKS = N_("phrases: check a loan")
#: With an amount and without a word of asking, this is a wish (“em cần vay 500 triệu mua máy sấy”).
WANTS = N_("words: wanting a loan, in a sentence")
QUESTIONS = N_("words: asking about a loan, in a sentence")
#: Words of a message in which a wish for a loan is still looked for.
LONGEST_STORY = 60
#: Papers that have a button at a time.
PAGE = 5
#: Files of one request that an officer is shown at once.
SHOWN_FILES = 20

CATEGORIES = {
    "working": N_("Working capital"),
    "machines": N_("Machines"),
    "buildings": N_("Workshop, store"),
    "inputs": N_("Seeds and materials"),
    "vehicle": N_("Vehicle"),
    "refinance": N_("Repay an old loan"),
}
#: What people write of a purpose, by category.
_SAID = {
    "working": N_("words: working capital"),
    "machines": N_("words: machines"),
    "buildings": N_("words: buildings"),
    "inputs": N_("words: seeds and materials"),
    "vehicle": N_("words: vehicles"),
}
DEBTS = {"none": N_("No other loan"), "current": N_("Yes, paid on time"), "bad": N_("Yes, there is bad debt")}
EVERY = {
    "month": N_("Each month"),
    "quarter": N_("Each quarter"),
    "season": N_("Each season"),
    "end": N_("At the end"),
}
COLLATERAL = {
    "land": N_("Land with certificate"),
    "building": N_("Building on land"),
    "machine": N_("Machine or vehicle"),
    "future": N_("What the loan buys"),
    "guarantee": N_("A guarantor"),
    "none": N_("No collateral"),
}
HISTORY = {
    "reports": N_("2 years, with reports"),
    "unreported": N_("2 years, no reports"),
    "new": N_("Less than 2 years"),
}
CONDITIONS = {
    "borrower": N_("Who borrows"),
    "plan": N_("A feasible project or plan: the lender assesses it"),
    "own": N_("Own capital"),
    "debts": N_("No bad debt"),
    "ceiling": N_("Amount"),
    "term": N_("Term"),
    "collateral": N_("Collateral"),
    "history": N_("Activity and financial reports"),
}
STATES = {
    "checked": N_("pre-check only, not sent"),
    "sent": N_("sent, waiting for an officer"),
    "taken": N_("an officer has taken it up"),
    "papers": N_("papers are missing"),
    "assessing": N_("under assessment at the lender"),
    "approved": N_("the lender has approved it"),
    "disbursed": N_("paid out"),
    "closed": N_("closed, all done"),
    "declined": N_("the lender has declined it"),
    "withdrawn": N_("withdrawn"),
}
NOTICE = {
    "taken": N_("An officer has taken up your loan request no. {number}."),
    "papers": N_("Papers are missing for your loan request no. {number}."),
    "assessing": N_("Your loan request no. {number} is now under assessment at the lender."),
    "approved": N_("The lender has approved your loan request no. {number}."),
    "declined": N_("The lender has declined your loan request no. {number}."),
    "disbursed": N_("The loan of your request no. {number} has been paid out."),
    "closed": N_("Your loan request no. {number} is closed. Thank you."),
}
PRELIMINARY = {
    "fund": N_("This is a preliminary check; the Fund decides."),
    "bank": N_("This is a preliminary check; the bank decides."),
}


async def handle(turn: Turn) -> Sequence[Outgoing]:
    match turn.command:
        case "apply" | "check" | "loan" | "vay":
            return await check(turn)
        case "status":
            return await status(turn)
        case "refuse" | "brought" | "look":
            return await _officers(turn)
    found = await _own(turn)
    if not isinstance(found, Request):
        return found
    match turn.command:
        case "send":
            return await send(turn, found)
        case "papers":
            return await papers(turn, found)
        case "paper":
            return await _ask_paper(turn, found)
        case "withdraw":
            asked = turn.text(N_("Withdraw loan request no. {number}?"), number=found.id)
            yes = Button(turn.text(N_("Yes, withdraw")), data=f"loan:withdrawn:{found.id}")
            return [Outgoing(asked, (yes, privacy.back(turn)))]
        case "withdrawn":
            return await withdraw(turn, found)
        case "news":
            return [await _shown(turn, found, _news(turn.text, found))]
        case "returned":
            lead = turn.text(
                N_("An officer has looked at your papers of loan request no. {number}."), number=found.id
            )
            return await papers(turn, found, lead)
        case _:
            return [await _shown(turn, found)]


# --- the pre-check


async def check(turn: Turn) -> Sequence[Outgoing]:
    """Opens the pre-check, with what was already said filled in."""
    said = wanted(turn.said.text, turn.text) if turn.said.kind == "text" else {}
    if turn.command == "check":  # what was said before consent and the cooperative were asked for
        said |= turn.chat.state.get("wanted", {})
    turn.chat.state.pop("wanted", None)
    number = turn.argument if turn.argument.isdecimal() and len(turn.argument) < 16 else ""
    found = await cooperative.needed(turn, f"loan:check:{number}")
    if not isinstance(found, Cooperative):
        turn.chat.state["wanted"] = said
        return found
    answers: dict[str, Any] = {}
    if number:
        programme = await programmes.get(await turn.records(), int(number))
        if programme and programme.lends(turn.today):
            answers["programme"] = number
    if found.kind in ("coop", "union"):
        answers["borrower"] = found.kind
    answers |= said
    lead = turn.text(N_("I check this beside the programme's conditions. It is no application yet."))
    return await open_form(turn, form, answers, before=lead)


def wanted(sentence: str, t: Text) -> dict[str, Any]:
    """What a sentence says of a loan: its amount, and what it is for."""
    known: dict[str, Any] = {}
    amount = money_in(sentence, t)
    if amount and LEAST <= amount <= MOST:
        known["amount"] = amount
    around = f" {fold_words(sentence)} "
    said = {
        category
        for category, words in _SAID.items()
        for language in LANGUAGES
        for word in text(language).typed(words)
        if f" {word} " in around
    }
    if len(said) == 1:
        known["category"] = said.pop()
    return known


def leads(said: str) -> str | None:
    """A longer story in which somebody asks for a loan of so much."""
    words = f" {fold_words(said)} "

    def holds(message: str) -> bool:
        return any(f" {phrase} " in words for one in LANGUAGES for phrase in text(one).typed(message))

    wants = holds(ASKS) or (holds(WANTS) and not holds(QUESTIONS) and "?" not in said)
    return "apply" if wants and len(words.split()) <= LONGEST_STORY and money_in(said) else None


async def submit(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    t, connection = turn.text, await turn.records()
    programme = _programme(answers)
    if programme is None or not programme.lends(turn.today):
        raise Wrong("programme", N_("This programme has ended meanwhile. Please choose another one."))
    if answers["debts"] == "bad":
        return await _hand_over(turn, answers, programme)
    if answers["own"] + answers["amount"] > answers["total"]:
        raise Wrong("own", TOO_MUCH, _parts(answers, t))
    own = await cooperatives.of_person(connection, turn.person.id) if turn.person.id else None
    if own is None:
        raise UserError(N_("I do not know your cooperative yet. Write “my cooperative” to tell me."))
    kept = {"owed": 0, "collateral_value": 0, **answers}
    request = await loans.check(connection, own.id, programme.id, turn.person.id, kept, turn.now)
    if request is None:
        raise UserError(
            N_(
                "A request of yours to this programme is under way already. Write “my loan file” to see how it stands."
            )
        )
    return [await result(turn, request, programme)]


async def _hand_over(turn: Turn, answers: Answers, programme: Programme) -> list[Outgoing]:
    """With bad debt no lender may pay out: a person talks about it, nobody is turned away by a machine."""
    t = turn.text
    lead = t(
        N_(
            "With bad debt a loan cannot be paid out (Decree 45/2021/NĐ-CP, Article 22). "
            "An officer talks with you about what can be done."
        )
    )
    told = t(
        N_("Loan wish with bad debt: {programme}, {amount}, for: {purpose}"),
        programme=t(programme.name),
        amount=money_short(answers["amount"], t),
        purpose=answers["purpose"],
    )
    return [Outgoing(lead), *await person.pass_on(turn, told)]


async def result(turn: Turn, request: Request, programme: Programme) -> Outgoing:
    """What the pre-check found, with the article behind each condition."""
    t = turn.text
    met = loans.conditions(programme, request)
    missing = [one for one in met if one.met is False]
    open_ones = [one for one in met if one.met is None]
    lines = [
        t(N_("Pre-check of {day}: {name}"), day=t.day(turn.today), name=t(programme.name)),
        *_condition_lines(met, request, programme, t),
        "",
    ]
    if missing:
        what = "; ".join(t(CONDITIONS[one.key]) for one in missing)
        lines.append(t(N_("Still missing: {what}."), what=_lower(what)))
    else:
        lines.append(t(N_("By what you told me, the basic conditions are met.")))
    if open_ones:
        lines.append(t(N_("What has “?” only the lender can say.")))
    if request.category == "refinance":
        lines.append(t(REFINANCE))
    in_charge = await staff.fitting(await turn.records(), TOPIC)
    if in_charge:
        lines.append(t(N_("In charge: {officer}."), officer=in_charge[0].name))
    lines.append(t(PRELIMINARY[programme.kind]))
    buttons = [
        Button(t(N_("Send to the officer")), data=f"loan:send:{request.id}"),
        Button(t(N_("Papers of the file")), data=f"loan:papers:{request.id}"),
        *_articles(turn, met),
        privacy.back(turn),
    ]
    return Outgoing("\n".join(lines), tuple(buttons))


def _articles(turn: Turn, met: Sequence[Condition]) -> list[Button]:
    """The article behind each condition, those of what is missing first."""
    first = sorted(met, key=lambda one: (one.met is True, one.met is None))
    found = (
        turn.library.get(key, turn.language)
        for key in dict.fromkeys(one.article for one in first if one.article)
    )
    return [Button(article.title, data=f"topic:article:{article.id}") for article in found if article][:5]


def _condition_lines(met: Sequence[Condition], request: Request, programme: Programme, t: Text) -> list[str]:
    marks = {True: "✓", False: "✗", None: "?"}
    return [f"{marks[one.met]} {_condition(one, request, programme, t)}" for one in met]


def _condition(one: Condition, request: Request, programme: Programme, t: Text) -> str:
    ceiling = programme.ceiling(request.borrower)
    match one.key:
        case "borrower":
            detail = t(BORROWERS[request.borrower])
        case "own":
            detail = t(
                N_("{share}% of the total, at least {least}% is needed"),
                share=share(request.own, request.total),
                least=programme.own_share,
            )
        case "debts":
            detail = money_short(request.owed, t) if request.owed else t(N_("no other loan"))
        case "ceiling":
            detail = money_short(request.amount, t)
            if ceiling is not None:
                detail = t(N_("{amount}, at most {most}"), amount=detail, most=money_short(ceiling, t))
            elif programme.ceiling_rule:
                detail = f"{detail}, {t(programme.ceiling_rule)}"
        case "term":
            detail = Term().show(request.term, t)
            if programme.longest is not None:
                detail = t(
                    N_("{amount}, at most {most}"),
                    amount=detail,
                    most=Term(1, 360).show(programme.longest, t),
                )
            else:
                detail = t(N_("{term}, the lender decides"), term=detail)
        case "collateral":
            detail = t(COLLATERAL[request.collateral])
            if request.collateral_value:
                detail = f"{detail}, {money_short(request.collateral_value, t)}"
        case "history":
            detail = t(HISTORY[request.history])
        case _:
            return t(CONDITIONS[one.key])
    return t(N_("{what}: {value}"), what=t(CONDITIONS[one.key]), value=detail)


def share(own: int, total: int) -> int:
    """Percent, rounded down, so that what is not enough does not look like it."""
    return own * 100 // total


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


# --- its way


async def send(turn: Turn, request: Request) -> list[Outgoing]:
    connection, t = await turn.records(), turn.text
    if not await loans.step(connection, request.id, "send", turn.now):
        return [await _shown(turn, request, t(N_("This was sent already; nothing is done twice.")))]
    await _put(turn, request)
    await audit.note(connection, "loan", request.id, "send", turn.now)
    sent = await loans.get(connection, request.id)
    assert sent is not None
    lead = t(N_("Sent. An officer looks at it in office hours; each step is told to you right here."))
    return [await _shown(turn, sent, lead)]


async def _put(turn: Turn, request: Request) -> None:
    """Puts a request before the officer in charge of the cooperative's commune."""
    found = await cooperatives.get(await turn.records(), request.cooperative_id)
    await desk.put(turn, "loan", request.id, topic=TOPIC, commune=found.commune if found else "")


async def withdraw(turn: Turn, request: Request) -> list[Outgoing]:
    connection, t = await turn.records(), turn.text
    if not await loans.step(connection, request.id, "withdraw", turn.now):
        return [
            await _shown(
                turn, request, t(N_("This cannot be withdrawn any more; please talk to an officer."))
            )
        ]
    await tasks.close(connection, "loan", request.id, turn.now)
    await audit.note(connection, "loan", request.id, "withdraw", turn.now)
    done = t(N_("Loan request no. {number} is withdrawn."), number=request.id)
    return [Outgoing(done, (privacy.back(turn),))]


async def status(turn: Turn) -> Sequence[Outgoing]:
    """How the loan requests of the cooperative stand."""
    found = await cooperative.needed(turn, "loan:status")
    if not isinstance(found, Cooperative):
        return found
    requests = await loans.of_cooperative(await turn.records(), found.id)
    t = turn.text
    if not requests:
        none = t(N_("Your cooperative has no loan request yet."))
        return [Outgoing(none, (Button(t(N_("Check a loan")), data="loan:apply"), privacy.back(turn)))]
    if len(requests) == 1:
        return [await _shown(turn, requests[0])]
    shown = requests[:6]
    lines = [f"• {_label(one, t)} – {t(STATES[one.state])}" for one in shown]
    buttons = [Button(_label(one, t), data=f"loan:request:{one.id}") for one in shown]
    return [Outgoing("\n".join([t(N_("Your loan requests:")), *lines]), (*buttons, privacy.back(turn)))]


def _label(request: Request, t: Text) -> str:
    return t(N_("Loan no. {number}: {amount}"), number=request.id, amount=money_short(request.amount, t))


def _news(t: Text, request: Request) -> str:
    return t(NOTICE.get(request.state, N_("How loan request no. {number} stands:")), number=request.id)


async def _shown(turn: Turn, request: Request, lead: str = "") -> Outgoing:
    """A request as its member reads it: where it stands, why, what is paid back when, and what can be done."""
    t, connection = turn.text, await turn.records()
    programme = await programmes.get(connection, request.programme_id)
    assert programme is not None
    lines = [lead] if lead else []
    lines += [
        t(N_("{what} ({programme})"), what=_label(request, t), programme=t(programme.name)),
        t(N_("State: {state}, {day}."), state=t(STATES[request.state]), day=t.moment(request.changed_at)),
    ]
    if request.reason:
        lines.append(t(N_("The officer wrote: {words}"), words=request.reason))
    lines += [
        t(N_("To be paid back on {day}: {amount}"), day=t.day(day), amount=t.money(dong))
        for day, dong in await loans.repayment(connection, request.id)
        if day >= turn.today
    ][:3]
    if request.state == "checked":
        lines.append(t(PRELIMINARY[programme.kind]))
    buttons = []
    if request.may("send"):
        buttons.append(Button(t(N_("Send to the officer")), data=f"loan:send:{request.id}"))
        buttons.append(Button(t(N_("Check again")), data=f"loan:check:{programme.id}"))
    if not request.ended and request.state not in ("approved", "disbursed"):
        buttons.append(Button(t(N_("Papers of the file")), data=f"loan:papers:{request.id}"))
    buttons.append(Button(t(N_("Repayment calculator")), data=f"calc:amount:{request.amount}:{request.term}"))
    if request.may("withdraw"):
        buttons.append(Button(t(N_("Withdraw the request")), data=f"loan:withdraw:{request.id}"))
    buttons += [Button(t(N_("Talk to an officer")), data="person:ask"), privacy.back(turn)]
    return Outgoing("\n".join(lines), tuple(buttons))


async def _own(turn: Turn) -> Request | list[Outgoing]:
    """The request that a button names, if it is of the person's own cooperative."""
    number = turn.argument.split(".")[0]
    connection = await turn.records()
    request = await loans.get(connection, int(number)) if number.isdecimal() and len(number) < 16 else None
    own = await cooperatives.of_person(connection, turn.person.id) if turn.person.id else None
    if request is None or own is None or request.cooperative_id != own.id:
        other = turn.text(N_("This loan request is not your cooperative's; you can only see your own."))
        return [Outgoing(other, (privacy.back(turn),))]
    return request


async def mine(turn: Turn) -> Sequence[Mine]:
    connection = await turn.records()
    own = await cooperatives.of_person(connection, turn.person.id) if turn.person.id else None
    if own is None:
        return ()
    t = turn.text
    return [
        Mine(_label(one, t), t(STATES[one.state]), f"loan:request:{one.id}")
        for one in await loans.of_cooperative(connection, own.id)
    ]


async def forget(turn: Turn) -> None:
    """A person's own pre-checks and the files they sent; what was sent to the lender is the cooperative's."""
    if turn.person.id is not None:
        await loans.forget(await turn.records(), turn.person.id)


# --- the papers of its file


async def papers(turn: Turn, request: Request, lead: str = "") -> list[Outgoing]:
    """The checklist: what is there, what is missing, what was sent back and why."""
    t, connection = turn.text, await turn.records()
    programme = await programmes.get(connection, request.programme_id)
    assert programme is not None
    filed = await loans.filed(connection, request.id)
    asked = programme.wanted(request.borrower, request.collateral)
    if not asked:
        none = t(N_("There is no list of papers for this programme yet; please ask the lender."))
        return [Outgoing(none, (Button(t(N_("Talk to an officer")), data="person:ask"), privacy.back(turn)))]
    lines = [lead] if lead else []
    lines.append(t(N_("Papers for loan no. {number}:"), number=request.id))
    lines += [_paper_line(paper, filed.get(paper.key), t) for paper in asked]
    lines += ["", t(N_("This is what such a file usually holds; the lender may ask for more."))]
    if any(paper.office for paper in asked):
        lines.append(t(OFFICE))
    page = _page_of(turn.argument)
    open_ones = [] if request.ended else _open(asked, filed)
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


OFFICE = N_(
    "Please do not send pictures of identity cards or of collateral papers here; bring them to the office "
    "(Law 91/2025/QH15)."
)


def _paper_line(paper: Paper, filed: Filed | None, t: Text) -> str:
    label = t(paper.label)
    if filed and filed.state == "refused":
        return t(N_("✗ {paper}: to be sent again – {reason}"), paper=label, reason=filed.reason)
    if filed:
        return t(N_("✓ {paper}: received"), paper=label)
    if paper.office:
        return t(N_("– {paper}: bring it to the office"), paper=label)
    return t(N_("– {paper}: missing"), paper=label)


def _open(asked: Sequence[Paper], filed: Mapping[str, Filed]) -> list[Paper]:
    """What can still be sent in the chat: first what was sent back, then what never came."""
    left = [paper for paper in asked if not paper.office and not _there(filed, paper)]
    return sorted(left, key=lambda paper: paper.key not in filed)


def _there(filed: Mapping[str, Filed], paper: Paper) -> bool:
    return paper.key in filed and filed[paper.key].state == "received"


def _page_of(argument: str) -> int:
    page = argument.partition(".")[2]
    return int(page) if re.fullmatch("[0-9]{1,2}", page) else 0


async def _ask_paper(turn: Turn, request: Request) -> list[Outgoing]:
    paper = await _wanted_paper(turn, request, turn.argument.partition(".")[2])
    if paper is None or paper.office or request.ended:
        return await papers(turn, request)
    if not turn.person.agreed:
        return [privacy.question(turn, then=f"loan:paper:{turn.argument}")]
    return await open_form(
        turn, paper_form, {"request": request.id, "paper": paper.key}, before=turn.text(paper.label)
    )


async def _wanted_paper(turn: Turn, request: Request, key: str) -> Paper | None:
    programme = await programmes.get(await turn.records(), request.programme_id)
    assert programme is not None
    asked = programme.wanted(request.borrower, request.collateral)
    return next((paper for paper in asked if paper.key == key), None)


async def _paper_facts(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    return {"request": answers.get("request"), "paper": answers.get("paper")}


async def _paper_sent(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    connection = await turn.records()
    turn.argument = str(answers["request"])
    request = await _own(turn)
    if not isinstance(request, Request) or request.ended:
        raise UserError(N_("This loan request is closed; no more papers are needed."))
    programme = await programmes.get(connection, request.programme_id)
    assert programme is not None
    before = await loans.filed(connection, request.id)
    await loans.file(connection, request.id, answers["paper"], answers["files"], turn.chat.id, turn.now)
    await audit.note(connection, "loan", request.id, "file", turn.now, detail=answers["paper"])
    asked = programme.wanted(request.borrower, request.collateral)
    complete = not _open(asked, await loans.filed(connection, request.id))
    if (complete or answers["paper"] in before) and request.state in ("sent", "taken", "papers", "assessing"):
        await _put(turn, request)  # else the officer would be told of each of ten papers
    return await papers(turn, request, turn.text(N_("Thank you, I have received it.")))


paper_form = Form(
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
    _paper_sent,
    facts=_paper_facts,
)


# --- the officer's side

_ASK = Decision("ask", N_("Papers missing"), reason=True, closes=False)
_DECLINE = Decision("decline", N_("Lender declined"), reason=True)
_LOOK = Decision("look", N_("Look at the papers"), closes=False)
DECISIONS: Mapping[str, tuple[Decision, ...]] = {
    "sent": (Decision("take", N_("Take it up"), closes=False), _LOOK, _ASK, _DECLINE),
    "taken": (_LOOK, _ASK, Decision("assess", N_("Under assessment"), closes=False), _DECLINE),
    "papers": (_LOOK, _ASK, Decision("assess", N_("Under assessment"), closes=False), _DECLINE),
    "assessing": (
        _LOOK,
        _ASK,
        Decision("approve", N_("Lender approved"), reason=True, closes=False),
        _DECLINE,
    ),
    "approved": (Decision("disburse", N_("Paid out"), closes=False),),
    "disbursed": (
        Decision("dates", N_("Enter repayment dates"), closes=False),
        Decision("close", N_("Close the request")),
    ),
}


async def show_card(turn: Turn, number: int) -> Shown | None:
    connection, t = await turn.records(), turn.text
    request = await loans.get(connection, number)
    if request is None or request.ended or request.state == "checked":
        return None
    programme = await programmes.get(connection, request.programme_id)
    own = await cooperatives.get(connection, request.cooperative_id)
    assert programme is not None
    assert own is not None
    filed = await loans.filed(connection, number)
    asked = programme.wanted(request.borrower, request.collateral)
    lines = [
        t(N_("{what} ({programme})"), what=_label(request, t), programme=t(programme.name)),
        t(N_("{name}, phone {phone}"), name=own.name, phone=_phone(own.phone, t)),
        t(N_("State: {state}, {day}."), state=t(STATES[request.state]), day=t.moment(request.changed_at)),
        f"{t(CATEGORIES[request.category])}: {request.purpose}",
        t(
            N_("Total {total}, own {own}; repaid {every} from: {source}"),
            total=money_short(request.total, t),
            own=money_short(request.own, t),
            every=_lower(t(EVERY[request.repaid_every])),
            source=request.repaid_from,
        ),
        *_condition_lines(loans.conditions(programme, request), request, programme, t),
    ]
    if asked:
        there = sum(_there(filed, paper) for paper in asked)
        lines.append(t(N_("Papers: {there} of {all} received."), there=there, all=len(asked)))
    return Shown("\n".join(lines), DECISIONS[request.state])


def _phone(number: str, t: Text) -> str:
    return Phone().show(number, t) if number else "–"


async def decide(turn: Turn, number: int, verb: str, reason: str) -> Sequence[Outgoing]:
    connection, t = await turn.records(), turn.text
    if verb == "look":
        turn.argument = str(number)
        return await _look(turn)
    if verb == "dates":
        return await open_form(turn, dates_form, {"request": number})
    if not await loans.step(connection, number, verb, turn.now, reason):
        raise UserError(N_("This request has changed meanwhile. Please open its card again."))
    request = await loans.get(connection, number)
    assert request is not None
    for one in await cooperatives.people_of(connection, request.cooperative_id):
        await turn.tell(one, f"loan:news:{number}")
    noted = t(N_("Noted: {state}. The member is told."), state=t(STATES[request.state]))
    following = [
        Button(t(decision.label), data=f"staff:do:{task.id}:{decision.verb}")
        for task in [await tasks.of(connection, "loan", number)]
        if task
        for decision in DECISIONS.get(request.state, ())
    ]
    return [Outgoing(noted, (*following, privacy.back(turn)))]


async def _officers(turn: Turn) -> Sequence[Outgoing]:
    """An officer looks at papers, sends one back, or notes one that was brought to the office."""
    t, connection = turn.text, await turn.records()
    officer = await staff.officer_of(connection, turn.person.id)
    number, _, key = turn.argument.partition(".")
    request = await loans.get(connection, int(number)) if number.isdecimal() and len(number) < 16 else None
    if officer is None or not officer.fits(TOPIC, ""):
        return [Outgoing(t(N_("This is for officers of the Alliance.")), (privacy.back(turn),))]
    if request is None or request.ended or request.state == "checked":
        return [Outgoing(t(N_("This is settled already; nothing waits here.")), (privacy.back(turn),))]
    paper = await _wanted_paper(turn, request, key)
    if turn.command == "refuse" and paper:
        return await open_form(
            turn, refusal_form, {"request": request.id, "paper": key}, before=t(paper.label)
        )
    if turn.command == "brought" and paper and paper.office:
        await loans.accept_at_office(connection, request.id, key, turn.now)
        await audit.note(connection, "loan", request.id, "brought", turn.now, officer=officer.id, detail=key)
        return await _look(turn, attach=False)
    return await _look(turn)


async def _look(turn: Turn, *, attach: bool = True) -> list[Outgoing]:
    """The papers, with their files, and what an officer may do with each; the office's own first."""
    t, connection = turn.text, await turn.records()
    request = await loans.get(connection, int(turn.argument.partition(".")[0]))
    assert request is not None
    programme = await programmes.get(connection, request.programme_id)
    assert programme is not None
    filed = await loans.filed(connection, request.id)
    asked = programme.wanted(request.borrower, request.collateral)
    sent = [
        _attached(t(paper.label), media)
        for paper in asked
        if paper.key in filed
        for media in filed[paper.key].files
    ][:SHOWN_FILES]
    ways = [
        Button(t(N_("Brought: {paper}"), paper=t(paper.label)), data=f"loan:brought:{request.id}.{paper.key}")
        for paper in asked
        if paper.office and not _there(filed, paper)
    ] + [
        Button(
            t(N_("Send back: {paper}"), paper=t(paper.label)), data=f"loan:refuse:{request.id}.{paper.key}"
        )
        for paper in asked
        if _there(filed, paper)
    ]
    page = _page_of(turn.argument) if turn.command == "look" else 0
    shown = ways[page * PAGE : (page + 1) * PAGE]
    if len(ways) > (page + 1) * PAGE:
        shown.append(Button(t(N_("More…")), data=f"loan:look:{request.id}.{page + 1}"))
    lines = [t(N_("Papers for loan no. {number}:"), number=request.id)]
    lines += [_paper_line(paper, filed.get(paper.key), t) for paper in asked]
    return [*(sent if attach and not page else []), Outgoing("\n".join(lines), (*shown, privacy.back(turn)))]


def _attached(label: str, media: Media) -> Outgoing:
    picture = media.reference.rpartition(".")[2] in ("jpg", "png")
    return Outgoing(label, photo=media) if picture else Outgoing(label, file=media)


async def _officer_needed(turn: Turn) -> int:
    officer = await staff.officer_of(await turn.records(), turn.person.id)
    if officer is None or not officer.fits(TOPIC, ""):
        raise UserError(N_("This is for officers of the Alliance."))
    return officer.id


async def _refused(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    connection, number, key = await turn.records(), int(answers["request"]), answers["paper"]
    officer = await _officer_needed(turn)
    request = await loans.get(connection, number)
    if (
        request is None
        or request.ended
        or not await loans.refuse(connection, number, key, answers["reason"], turn.now)
    ):
        raise UserError(N_("This request has changed meanwhile. Please open its card again."))
    await audit.note(
        connection, "loan", number, "refuse", turn.now, officer=officer, detail=f"{key}: {answers['reason']}"
    )
    for one in await cooperatives.people_of(connection, request.cooperative_id):
        await turn.tell(one, f"loan:returned:{number}")
    turn.argument = str(number)
    return await _look(turn, attach=False)


refusal_form = Form(
    "loan_refusal",
    N_("A paper goes back"),
    (
        Question(
            "reason",
            N_("What is wrong with it? The member reads this. For example: the second page is missing"),
            N_("Reason"),
            Words(3, 500),
        ),
    ),
    _refused,
    personal=False,
    facts=_paper_facts,
)


class Dues(Typed):
    """Days with amounts, one a line: “20/12/2026 25tr”; kept as [{"day": ISO 8601, "amount": đồng}] in order."""

    most = 120

    def parse(self, said: Incoming, text: Text, today: date) -> list[dict[str, Any]]:
        lines = [line for line in re.split(r"[\n;]", said.text[:8000]) if line.strip()]
        if said.kind != "text" or not lines or len(lines) > self.most:
            raise UserError(WHICH_DATES)
        found: dict[str, int] = {}
        for line in lines:
            try:
                day, dong = self._due(line.strip(), text, today)
            except UserError as error:
                raise UserError(N_("I cannot read this line: {line}"), {"line": line.strip()[:60]}) from error
            found[day] = found.get(day, 0) + dong
        return [{"day": day, "amount": found[day]} for day in sorted(found)]

    @staticmethod
    def _due(line: str, text: Text, today: date) -> tuple[str, int]:
        day, _, amount = line.replace(":", " ").partition(" ")
        due = Day(least=-3650, most=10_950, toward="near").parse(Incoming("", "", "", text=day), text, today)
        return due, Money(least=1, most=MOST).parse(Incoming("", "", "", text=amount), text, today)

    def show(self, value: Any, text: Text) -> str:
        first, total = value[0], sum(one["amount"] for one in value)
        return text(
            N_("{count} repayments from {day}, {amount} in all"),
            count=len(value),
            day=text.day(date.fromisoformat(first["day"])),
            amount=text.money(total),
        )


WHICH_DATES = N_("Please type one repayment a line, a day and an amount, for example: 20/12/2026 25 million")


async def _dated(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    connection, number = await turn.records(), int(answers["request"])
    officer = await _officer_needed(turn)
    request = await loans.get(connection, number)
    if request is None or request.state != "disbursed":
        raise UserError(N_("This request has changed meanwhile. Please open its card again."))
    dues = [(date.fromisoformat(one["day"]), int(one["amount"])) for one in answers["dues"]]
    await loans.plan_repayment(connection, number, dues)
    await audit.note(connection, "loan", number, "dates", turn.now, officer=officer)
    for one in await cooperatives.people_of(connection, request.cooperative_id):
        await turn.tell(one, f"loan:news:{number}")
    return [
        Outgoing(turn.text(N_("The repayment dates are noted. The member is told.")), (privacy.back(turn),))
    ]


dates_form = Form(
    "loan_dates",
    N_("Repayment dates from the lender"),
    (Question("dues", WHICH_DATES, N_("Repayments"), Dues()),),
    _dated,
    personal=False,
    facts=_paper_facts,
)


# --- the questions

LEAST, MOST = 1_000_000, 10**12
TOO_MUCH = N_(
    "{own} of your own and a loan of {amount} are more than the total of {total}. Please give your own capital again."
)
REFINANCE = N_("A loan to repay an old one needs an officer's eye: please send it to the officer.")


async def _facts(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    found = await programmes.everything(await turn.records())
    return {"programmes": [one for one in found if one.lends(turn.today)]}


def _programme(known: Answers) -> Programme | None:
    return next((one for one in known["programmes"] if str(one.id) == known["programme"]), None)


def _programmes(known: Answers) -> OneOf:
    return OneOf(tuple((str(one.id), one.name) for one in known["programmes"]))


def _parts(known: Answers, t: Text) -> dict[str, object]:
    return {key: money_short(known[key], t) for key in ("own", "amount", "total")}


def _who(known: Answers, borrower: str) -> Sentence | None:
    programme = _programme(known)
    if programme is None or borrower in programme.borrowers:
        return None
    if borrower == "group":
        raise UserError(
            N_(
                "A cooperative group cannot borrow from the Fund itself; its members can (Decree 45/2021/NĐ-CP, "
                "Article 20). Please choose “Member”."
            )
        )
    raise UserError(N_("This programme is not for this kind of borrower. Please choose another one."))


def _what_for(known: Answers, category: str) -> Sentence | None:
    return (REFINANCE, {}) if category == "refinance" else None


def _how_much(known: Answers, amount: int) -> Sentence | None:
    programme = _programme(known)
    ceiling = programme.ceiling(known["borrower"]) if programme else None
    if ceiling is None or amount <= ceiling:
        return None
    return N_("Note: this is above the ceiling of this programme; the result shows both."), {}


def _whole(known: Answers, total: int) -> Sentence | None:
    if total < known["amount"]:
        raise UserError(
            N_("The whole project costs at least what you want to borrow. Please give its total cost.")
        )
    return None


def _own_part(known: Answers, own: int) -> Sentence | None:
    if own + known["amount"] > known["total"]:
        raise UserError(
            N_(
                "Your own capital and the loan together are more than the total. Please give your own capital again."
            )
        )
    programme = _programme(known)
    percent = share(own, known["total"])
    if programme and programme.own_share is not None and own * 100 < programme.own_share * known["total"]:
        return (
            N_("Your own capital is {share}% of the total; this programme asks for at least {least}%."),
            {"share": percent, "least": programme.own_share},
        )
    return N_("Your own capital is {share}% of the total."), {"share": percent}


def _bad(known: Answers, debts: str) -> Sentence | None:
    if debts != "bad":
        return None
    return (
        N_(
            "Thank you for saying so. I stop the check here; tap Send, and an officer talks with you about it."
        ),
        {},
    )


def _how_long(known: Answers, months: int) -> Sentence | None:
    programme = _programme(known)
    if programme is None or programme.longest is None or months <= programme.longest:
        return None
    return N_("Note: this programme lends for at most {months} months."), {"months": programme.longest}


def _clean(known: Answers) -> bool:
    return bool(known.get("debts") != "bad")


def _one_of(labels: Mapping[str, str]) -> OneOf:
    return OneOf(tuple(labels.items()))


form = Form(
    "loan",
    N_("Loan pre-check"),
    (
        Question("programme", N_("Which programme is it for?"), N_("Programme"), _programmes),
        Question("borrower", N_("Who borrows?"), N_("Borrower"), _one_of(BORROWERS), check=_who),
        Question(
            "category",
            N_("What is the money for?"),
            N_("Kind of purpose"),
            _one_of(CATEGORIES),
            check=_what_for,
        ),
        Question(
            "purpose",
            N_(
                "Please describe it in a sentence. For example: buy a dryer for mulberry leaves, 2 tons a day"
            ),
            N_("Purpose"),
            Words(15, 500),
        ),
        Question(
            "amount",
            N_("How much do you want to borrow? For example: 500 million"),
            N_("Loan amount"),
            Money(least=LEAST, most=MOST),
            check=_how_much,
        ),
        Question(
            "total",
            N_("What does the whole project cost, with your own money? For example: 800 million"),
            N_("Total cost"),
            Money(least=LEAST, most=MOST),
            check=_whole,
        ),
        Question(
            "own",
            N_("How much of it is your own capital? For example: 200 million"),
            N_("Own capital"),
            Money(least=0, most=MOST),
            check=_own_part,
        ),
        Question("debts", N_("Are there other loans now?"), N_("Other loans"), _one_of(DEBTS), check=_bad),
        Question(
            "owed",
            N_("How much is still owed there? For example: 120 million"),
            N_("Still owed"),
            Money(least=1, most=MOST),
            when=lambda known: known.get("debts") == "current",
        ),
        Question(
            "term",
            N_("For how long do you want to borrow? For example: 24 months or 3 years"),
            N_("Term"),
            Term(1, 120),
            when=_clean,
            check=_how_long,
        ),
        Question(
            "repaid_from",
            N_("From what will it be repaid? For example: sale of dried mushrooms to two shops"),
            N_("Repaid from"),
            Words(3, 300),
            when=_clean,
        ),
        Question(
            "repaid_every", N_("How often is it repaid?"), N_("How often repaid"), _one_of(EVERY), when=_clean
        ),
        Question(
            "collateral",
            N_("What can serve as collateral?"),
            N_("Collateral"),
            _one_of(COLLATERAL),
            when=_clean,
        ),
        Question(
            "collateral_value",
            N_("What is it worth, as you estimate it? For example: 1 billion"),
            N_("Its value"),
            Money(least=LEAST, most=10**13),
            when=lambda known: _clean(known) and known.get("collateral") != "none",
        ),
        Question(
            "history",
            N_("How long has it been active, and are there financial reports?"),
            N_("Time active"),
            _one_of(HISTORY),
            when=_clean,
        ),
    ),
    submit,
    facts=_facts,
)

feature = Feature(
    "loan",
    handle,
    commands={"loan": N_("Check a loan"), "vay": ""},
    words={"apply": N_("words: check a loan"), "status": N_("words: my loan file")},
    phrases={"status": N_("phrases: my loan file"), "apply": ASKS},
    forms=(form, paper_form, refusal_form, dates_form),
    dialogs={"apply": "loan", "loan": "loan", "vay": "loan", "status": "status"},
    mine=mine,
    cards=(Card("loan", N_("Loan request"), show_card, decide),),
    forget=forget,
    leads=leads,
    reminders=loan_reminders.RULES,
)
