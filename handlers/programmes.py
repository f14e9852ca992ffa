"""Programmes that lend or support: what each asks for, with its source; officers make, change and end them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Button, Outgoing
from bot.errors import UserError
from bot.exchange import Column, Exchange, cell
from bot.forms import SKIPPED, Answers, Form, Question
from bot.questions import Day, Many, Money, OneOf, Term, Whole, Words, money_short
from bot.records import audit, programmes, staff
from bot.records.programmes import EVERYONE, Paper, Programme
from bot.records.staff import Officer
from bot.router import Feature, open_form
from bot.text import N_, Text, fold, in_every_language
from bot.turn import Turn
from handlers import privacy

TOPIC = "loans"
#: Programmes that are listed at a time.
PAGE = 4

BORROWERS = {
    "coop": N_("Cooperative"),
    "union": N_("Union of cooperatives"),
    "member": N_("Member, person or household"),
    "group": N_("Cooperative group"),
    "business": N_("Household business"),
    "farm": N_("Farm owner"),
}
LENDERS = {"fund": N_("Fund"), "bank": N_("Bank"), "support": N_("Support, no loan")}


async def handle(turn: Turn) -> Sequence[Outgoing]:
    number = int(turn.argument) if turn.argument.isdecimal() and len(turn.argument) < 16 else None
    match turn.command:
        case "show" | "new" | "change" | "end" | "ended":
            return await _one(turn, turn.command, number)
        case _:
            return await listed(turn, number or 0)


async def listed(turn: Turn, page: int) -> list[Outgoing]:
    """All programmes, a page at a time, those that ended last and marked."""
    t, connection = turn.text, await turn.records()
    found = sorted(await programmes.everything(connection), key=lambda one: one.over(turn.today))
    shown = found[page * PAGE : (page + 1) * PAGE]
    lines = [f"• {title(one, t, turn.today)}" for one in shown]
    buttons = [Button(t(one.name), data=f"programme:show:{one.id}") for one in shown]
    if len(found) > (page + 1) * PAGE:
        buttons.append(Button(t(N_("More…")), data=f"programme:list:{page + 1}"))
    if await in_charge(turn):
        buttons.append(Button(t(N_("Add a programme")), data="programme:new"))
    else:
        buttons.append(Button(t(N_("Repayment calculator")), data="calc:begin"))
    buttons.append(privacy.back(turn))
    lead = t(N_("Programmes that lend or support. Tap one to see what it asks for:"))
    return [Outgoing("\n".join([lead, *lines]), tuple(buttons))]


async def _one(turn: Turn, command: str, number: int | None) -> Sequence[Outgoing]:
    t, connection = turn.text, await turn.records()
    officer = await in_charge(turn)
    if command != "show" and officer is None:
        return [Outgoing(t(N_("This is for officers of the Alliance.")), (privacy.back(turn),))]
    if command == "new":
        return await open_form(turn, form, {})
    programme = await programmes.get(connection, number) if number else None
    if programme is None:
        return [Outgoing(t(N_("There is no such programme.")), (privacy.back(turn),))]
    match command:
        case "change":
            return await open_form(turn, form, {"id": programme.id, **_answers(programme, t)})
        case "end":
            asked = t(N_("End “{name}” today? Nobody can ask for it after that."), name=t(programme.name))
            yes = Button(t(N_("Yes, end it")), data=f"programme:ended:{programme.id}")
            return [Outgoing(asked, (yes, privacy.back(turn)))]
        case "ended":
            assert officer is not None
            if await programmes.end(connection, programme.id, turn.today, turn.now):
                await audit.note(connection, "programme", programme.id, "end", turn.now, officer=officer.id)
            programme = await programmes.get(connection, programme.id) or programme
    return [Outgoing(written(programme, t, turn.today), tuple(_ways(turn, programme, officer is not None)))]


def _ways(turn: Turn, programme: Programme, officer: bool) -> list[Button]:
    t, buttons = turn.text, []
    if programme.lends(turn.today):
        buttons.append(Button(t(N_("Check a loan")), data=f"loan:check:{programme.id}"))
    buttons += [
        Button(article.title, data=f"topic:article:{article.id}")
        for key in dict.fromkeys(programme.articles.values())
        if (article := turn.library.get(key, turn.language))
    ][: 2 if officer else 4]
    if officer:
        buttons.append(Button(t(N_("Change it")), data=f"programme:change:{programme.id}"))
        if not programme.over(turn.today):
            buttons.append(Button(t(N_("End it")), data=f"programme:end:{programme.id}"))
    return [*buttons, Button(t(N_("Talk to an officer")), data="person:ask"), privacy.back(turn)]


async def in_charge(turn: Turn) -> Officer | None:
    """The officer that a person is, if programmes are theirs to change."""
    officer = await staff.officer_of(await turn.records(), turn.person.id)
    return officer if officer and officer.fits(TOPIC, "") else None


def title(programme: Programme, t: Text, today: date) -> str:
    name = t(programme.name)
    return t(N_("{name} (ended)"), name=name) if programme.over(today) else name


def written(programme: Programme, t: Text, today: date) -> str:
    """A programme as it is read: each figure with its source, what is not known said to be so."""
    lines = [t(programme.name)]
    if programme.over(today) and programme.valid_to:
        lines.append(t(N_("Please note: this expired on {day}."), day=t.day(programme.valid_to)))
    lines.append(t(N_("For: {who}."), who=_names(programme.borrowers, t)))
    lines += _ceilings(programme, t)
    if programme.own_share is not None:
        lines.append(t(N_("Own capital: at least {share}% of the total."), share=programme.own_share))
    if programme.longest is not None:
        lines.append(t(N_("Term: at most {term}."), term=Term().show(programme.longest, t)))
    if programme.rate and programme.rate_on:
        published = t(
            N_("Rate: {rate} (published on {day}, {source})."),
            rate=programme.rate,
            day=t.day(programme.rate_on),
            source=programme.rate_source,
        )
        lines.append(published)
    elif programme.kind != "support":
        lines.append(t(N_("Rate: I have none that was published; please ask the lender.")))
    if programme.collateral:
        lines.append(t(N_("Collateral: {what}."), what=t(programme.collateral)))
    lines.append("")
    lines.append(
        t(N_("Source: {source}, dated {day}"), source=t(programme.source), day=t.day(programme.source_on))
    )
    if programme.example:
        lines.append(t(N_("This is an example, not a real programme.")))
    return "\n".join(lines)


def _ceilings(programme: Programme, t: Text) -> list[str]:
    rule = t(programme.ceiling_rule) if programme.ceiling_rule else ""
    amounts = [
        f"{t(BORROWERS[who])}: {money_short(dong, t)}" if who else money_short(dong, t)
        for who, dong in programme.ceilings.items()
    ]
    if amounts:
        amount = "; ".join(amounts)
        return (
            [t(N_("At most: {amount} ({rule})."), amount=amount, rule=rule)]
            if rule
            else [t(N_("At most: {amount}."), amount=amount)]
        )
    if rule:
        return [t(N_("Amount: {rule}."), rule=rule)]
    return [] if programme.kind == "support" else [t(N_("At most: I have no figure; please ask the lender."))]


def _names(borrowers: Sequence[str], t: Text) -> str:
    return ", ".join(t(BORROWERS[who]) for who in borrowers)


def _answers(programme: Programme, t: Text) -> dict[str, Any]:
    """A programme as the answers of its form, in the officer's language."""
    rated = programme.rate or SKIPPED
    return {
        "name": t(programme.name),
        "kind": programme.kind,
        "borrowers": list(programme.borrowers),
        "ceiling": programme.ceilings.get(EVERYONE),
        "ceiling_rule": t(programme.ceiling_rule) or SKIPPED,
        "own_share": programme.own_share,
        "longest": programme.longest,
        "rate": rated,
        **({"rate_on": _iso(programme.rate_on), "rate_source": programme.rate_source} if rated else {}),
        "collateral": t(programme.collateral) or SKIPPED,
        "papers": "\n".join(t(paper.label) for paper in programme.papers) or SKIPPED,
        "source": t(programme.source),
        "source_on": _iso(programme.source_on),
        "valid_to": _iso(programme.valid_to),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def merged(before: Programme | None, answers: Mapping[str, Any], code: str) -> Programme:
    """A programme from the answers of its form; what was left as it was, in any language, keeps its words and keys."""
    old = before or Programme(code, "fund", "", (), "", date.min)

    def kept(was: str, said: str | None) -> str:
        return was if was and said in in_every_language(was).values() else said or ""

    ceiling = answers.get("ceiling")
    by_borrower = {who: dong for who, dong in old.ceilings.items() if who != EVERYONE}
    known = {
        fold(label): paper
        for paper in (*old.papers, *programmes.PAPERS)
        for label in in_every_language(paper.label).values()
    }
    lines = [line.strip(" -•\t") for line in str(answers.get("papers") or "").splitlines()]
    return replace(
        old,
        name=kept(old.name, answers["name"]),
        kind=answers["kind"],
        borrowers=tuple(answers["borrowers"]),
        ceilings={EVERYONE: ceiling} if ceiling else by_borrower,
        ceiling_rule=kept(old.ceiling_rule, answers.get("ceiling_rule")),
        own_share=answers.get("own_share"),
        longest=answers.get("longest"),
        rate=answers.get("rate") or "",
        rate_on=_day(answers.get("rate_on")),
        rate_source=answers.get("rate_source") or "",
        collateral=kept(old.collateral, answers.get("collateral")),
        papers=tuple(
            known.get(fold(line)) or Paper(f"own-{number}", line) for number, line in enumerate(lines) if line
        ),
        source=kept(old.source, answers["source"]),
        source_on=date.fromisoformat(answers["source_on"]),
        valid_to=_day(answers.get("valid_to")),
    )


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


async def submit(turn: Turn, answers: Answers) -> Sequence[Outgoing]:
    connection, t = await turn.records(), turn.text
    officer = await in_charge(turn)
    if officer is None:
        raise UserError(N_("This is for officers of the Alliance."))
    before = await programmes.get(connection, int(answers["id"])) if answers["id"] else None
    code = before.code if before else await programmes.free_code(connection)
    number = await programmes.put(connection, merged(before, answers, code), turn.now)
    verb = "change" if before else "add"
    await audit.note(connection, "programme", number, verb, turn.now, officer=officer.id)
    programme = await programmes.get(connection, number)
    assert programme is not None
    saved = t(N_("Saved. Members read it like this:"))
    return [Outgoing(f"{saved}\n\n{written(programme, t, turn.today)}", tuple(_ways(turn, programme, True)))]


async def _facts(turn: Turn, answers: Answers) -> Mapping[str, Any]:
    return {"id": answers.get("id")}


def _rated(known: Answers) -> bool:
    return bool(known.get("rate"))


form = Form(
    "programme",
    N_("A programme"),
    (
        Question(
            "name",
            N_("What is the programme called? For example: Loan of the provincial Fund 2027"),
            N_("Programme"),
            Words(5, 200),
        ),
        Question("kind", N_("Who gives the money?"), N_("Lender"), OneOf(tuple(LENDERS.items()))),
        Question(
            "borrowers",
            N_("Who may ask for it? Tap all that fit."),
            N_("Who may ask"),
            Many(tuple(BORROWERS.items())),
        ),
        Question(
            "ceiling",
            N_("What is the most for one borrower? For example: 500 million. If there is no figure, skip."),
            N_("Ceiling"),
            Money(least=1_000_000, most=10**12),
            optional=True,
        ),
        Question(
            "ceiling_rule",
            N_("Is there a rule for the amount? For example: at most 80% of the project. If not, skip."),
            N_("Rule for the amount"),
            Words(3, 500),
            optional=True,
        ),
        Question(
            "own_share",
            N_("How many percent must be own capital at least? For example: 20. If nothing is set, skip."),
            N_("Own capital (%)"),
            Whole(0, 90),
            optional=True,
        ),
        Question(
            "longest",
            N_("What is the longest term? For example: 36 months. If nothing is set, skip."),
            N_("Longest term"),
            Term(1, 360),
            optional=True,
        ),
        Question(
            "rate",
            N_("Which rate was published? For example: 6.84%/year. If none was, skip; never guess."),
            N_("Rate"),
            Words(2, 200),
            optional=True,
        ),
        Question(
            "rate_on",
            N_("On which day was the rate published? For example: 15/01/2026"),
            N_("Published on"),
            Day(most=0, toward="past"),
            when=_rated,
        ),
        Question(
            "rate_source",
            N_("Where was the rate published? For example: notice 12/TB-QHT of the Fund"),
            N_("Published in"),
            Words(3, 200),
            when=_rated,
        ),
        Question(
            "collateral",
            N_(
                "What about collateral? For example: land with a certificate, or a guarantor. If nothing is set, skip."
            ),
            N_("Collateral"),
            Words(3, 500),
            optional=True,
        ),
        Question(
            "papers",
            N_("Which papers belong to the file? One a line, for example: Loan request. If not known, skip."),
            N_("Papers"),
            Words(3, 2000),
            optional=True,
        ),
        Question(
            "source",
            N_("Which text is this from? For example: Decree 45/2021/NĐ-CP, Article 22"),
            N_("Source"),
            Words(5, 300),
        ),
        Question(
            "source_on",
            N_("What is the day of that text? For example: 31/03/2021"),
            N_("Day of the text"),
            Day(most=0, toward="past"),
        ),
        Question(
            "valid_to",
            N_("Until when does it run? For example: 31/12/2027. If it has no end, skip."),
            N_("Runs until"),
            Day(),
            optional=True,
        ),
    ),
    submit,
    personal=False,
    facts=_facts,
)


def check(row: Answers, at: datetime) -> None:
    """What a programme may not go without: a rate has its day and where it was published."""
    known: dict[str, Any] = {}
    for question in form.questions:
        if question.when(known):
            if question.key not in row and not question.optional:
                raise UserError(N_("A published rate needs its day and where it was published."))
            known[question.key] = row.get(question.key, SKIPPED)


async def write(connection: AsyncConnection, rows: Sequence[Answers], at: datetime) -> int:
    """Adds the programmes, and writes those whose code is known anew."""
    for row in rows:
        before = await programmes.coded(connection, row["code"])
        answers = {question.key: row.get(question.key, SKIPPED) for question in form.questions}
        await programmes.put(connection, merged(before, answers, row["code"]), at)
    return len(rows)


async def taken_out(connection: AsyncConnection, t: Text) -> list[list[Any]]:
    """Every programme as a row that can be brought in again."""
    return [
        [cell(column.kind, {"code": one.code, **_answers(one, t)}.get(column.key), t) for column in COLUMNS]
        for one in await programmes.everything(connection)
    ]


COLUMNS = (
    Column("code", N_("Code"), Words(1, 24), needed=True),
    *(Column(q.key, q.label, q.kind_for({}), needed=not q.optional and q.when({})) for q in form.questions),
)
PROGRAMMES = Exchange(
    "programmes",
    columns=COLUMNS,
    check=check,
    write=write,
    headings=lambda t: [t(column.heading) for column in COLUMNS],
    rows=taken_out,
    topic="loans",
    asked=N_("phrases: bring in loan programmes"),
)

feature = Feature(
    "programme",
    handle,
    commands={"programmes": ""},
    words={"list": N_("words: loan programmes")},
    phrases={"list": N_("phrases: loan programmes")},
    forms=(form,),
    dialogs={"list": "programmes", "programmes": "programmes"},
)
