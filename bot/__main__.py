"""The command line, and the only place that knows all parts: it brings the handlers to the assistant."""

# ruff: noqa: E402  what is loaded is no garbage: to look for some meanwhile would take a tenth of the start

from __future__ import annotations

import gc

gc.disable()

import argparse
import asyncio
import getpass
import json
import logging
import signal
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

import handlers
from bot import exchange, library, memory, sample, settings, staffing, zalo_account
from bot.assistant import Assistant, media_links, serve
from bot.channels.terminal import TerminalChannel
from bot.database import Database, now
from bot.errors import CoopbotError, DeliveryError, SettingsError, UserError
from bot.exchange import Exchange
from bot.knowledge import Article, Finding, KnowledgeBase, embed, load_embedder
from bot.knowledge.evaluate import each, evaluate
from bot.settings import Settings
from bot.text import LANGUAGES, LOCALES, N_, TIMEZONE, text
from handlers.topics import written

gc.freeze()
gc.enable()

T = TypeVar("T")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; 0 where it went well, 1 where it did not, 2 where it was called wrongly."""
    memory.be_frugal()
    options = _parser().parse_args(arguments)
    try:
        chosen = settings.load()
        logging.basicConfig(
            level=chosen.log_level,
            format="%(asctime)s %(levelname)s %(name)s: %(message)s",
            stream=sys.stderr,
        )
        for chatty in ("httpx", "httpcore", "apscheduler", "alembic", "aiohttp.access"):
            logging.getLogger(chatty).setLevel(logging.WARNING)
        return int(asyncio.run(options.command(chosen, options)))
    except CoopbotError as error:
        sys.stderr.write(f"coopbot: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 0


async def run(chosen: Settings, options: argparse.Namespace) -> int:
    """The server with all channels, until a signal."""
    assistant = Assistant(chosen, handlers.router())
    await assistant.open()
    try:
        await _begin(assistant, sys.stdout)
        memory.settle()
        await _until_signal(serve(assistant, _say_where))
    finally:
        await assistant.close()
    return 0


def _say_where(port: int) -> None:
    sys.stdout.write(f"coopbot: the web chat is at http://localhost:{port}/\n")
    sys.stdout.flush()


async def _begin(assistant: Assistant, out: TextIO) -> None:
    """A database in which nothing was done yet gets the examples, unless the settings say otherwise."""
    chosen = assistant.settings
    if chosen.sample and await assistant.database.write(lambda to: sample.begin(to, chosen, now())):
        out.write("coopbot: examples to try are loaded; `coopbot sample remove` removes them\n")
        out.flush()


async def load_sample(chosen: Settings, options: argparse.Namespace) -> int:
    async def work(database: Database) -> bool:
        return await database.write(lambda connection: sample.load(connection, chosen, now()))

    loaded = await _in_database(chosen, work)
    sys.stdout.write("the examples are loaded\n" if loaded else "the examples were there already\n")
    return 0


async def remove_sample(chosen: Settings, options: argparse.Namespace) -> int:
    """Removes the examples and what hangs on them; what is real stays."""
    removed = await _in_database(chosen, lambda database: database.write(sample.remove))
    sys.stdout.write("the examples are removed\n" if removed else "there were no examples\n")
    return 0


async def chat(chosen: Settings, options: argparse.Namespace) -> int:
    assistant = Assistant(chosen, handlers.router())
    await assistant.open()
    channel = TerminalChannel(
        assistant.media,
        lambda person: assistant.settled("terminal", person),
        person=options.person,
        language=options.lang or "",
        as_json=options.json,
    )
    try:
        await _begin(assistant, sys.stderr)  # stdout is the conversation
        await _until_signal(assistant.run([channel]))
    finally:
        await assistant.close()
    return 0


async def ask(chosen: Settings, options: argparse.Namespace) -> int:
    """One question, answered as the chat would, with everything that the answer rests on."""
    base = await _published(chosen)
    finding = base.find(options.question, options.lang)
    language = options.lang or finding.lang or chosen.default_language
    t = text(language if language in LANGUAGES else chosen.default_language)
    article = base.get(finding.ranking[0][0], language) if finding.ranking else None
    if finding.answered and article:
        answer = written(article, t, chosen, now())
    else:
        answer = t(N_("I have no reliable information on this. Shall I pass your question to an officer?"))
    if options.json:
        result = {
            "answered": finding.answered,
            "article": finding.ranking[0][0] if finding.answered else None,
            "score": round(finding.score, 4),
            "text": answer,
            "alternatives": [name for name, _ in finding.ranking[finding.answered :]],
        }
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(answer + "\n")
    return 0


async def measure(chosen: Settings, options: argparse.Namespace) -> int:
    """Answer quality over a file of questions."""
    rows = _lines(options.questions)
    if options.articles:
        base = _in_memory(_lines(options.articles), rows, embeddings=chosen.embeddings)
    else:
        base = await _published(chosen)
    router = handlers.router()

    def find(row: Mapping[str, Any]) -> Finding:
        return base.find(row["q"], row.get("lang"))

    report = evaluate(rows, find, lambda article: base.get(article, "vi") is not None)
    sys.stdout.write((json.dumps(report.as_json()) if options.json else report.as_text()) + "\n")
    if options.each:
        with options.each.open("w", encoding="utf-8") as file:
            for row in rows:
                line = each(row, find(row), router.leads_to(row["q"]))
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return 0


async def check(chosen: Settings, options: argparse.Namespace) -> int:
    """Settings, catalogs, articles and the database; says what is wrong and what to do."""
    problems: list[str] = []
    sys.stdout.write("settings: fine\n")
    assistant = Assistant(chosen, handlers.router())
    await assistant.database.open()
    try:
        problems += await library.publish(assistant.database, LOCALES)
        published, _ = await library.load(assistant.database)
        async with assistant.database.read() as connection:
            examples, real = await sample.count(connection), await sample.count(connection, real=True)
        zalo, connected = "", True
        if chosen.zalo_oa_app_id:
            zalo, connected = await zalo_account.state(assistant.database, chosen, now())
    finally:
        await assistant.close()
    sys.stdout.write(f"database: fine ({chosen.database_url.partition('://')[0]})\n")
    if zalo:
        sys.stdout.write(f"{zalo}\n")
    if examples:
        beside = f" beside {real} real ones" if real else ""
        sys.stdout.write(
            f"examples: {examples} cooperatives, events and products are still there{beside}; "
            "`coopbot sample remove` removes them\n"
        )
    found = Counter(article.lang for article in published)
    sys.stdout.write(f"articles: {', '.join(f'{found[lang]} {lang}' for lang in sorted(found))}\n")
    unread = sum(not article.checked for article in published)
    due = sorted(f"{a.lang}/{a.id}" for a in published if a.review_by and a.review_by < now().date())
    if unread:
        sys.stdout.write(f"articles: {unread} wait for an officer to read their source again (`checked`)\n")
    if due:
        sys.stdout.write(f"articles: past their `review_by`: {', '.join(due)}\n")
    for problem in problems:
        sys.stdout.write(f"articles: {problem}\n")
    reached = await _check_zalo_bot(assistant) if chosen.zalo_bot_token else True
    return 0 if reached and connected and not problems else 1


async def _check_zalo_bot(assistant: Assistant) -> bool:
    """Whether Zalo knows the bot; says so, and what cannot be sent."""
    from bot.channels.zalo_bot import ZaloBotChannel

    channel = ZaloBotChannel(assistant.settings, media_links(assistant))
    try:
        names = await channel.check()
    except (DeliveryError, SettingsError) as error:
        sys.stdout.write(f"zalo_bot: {error}\n")
        return False
    finally:
        await channel.close()
    sys.stdout.write(f"zalo_bot: fine ({', '.join(names)})\n")
    if not assistant.settings.public_url:
        sys.stdout.write("zalo_bot: without PUBLIC_URL no pictures and files are sent\n")
    return True


async def bring_in(chosen: Settings, options: argparse.Namespace) -> int:
    """Reads a spreadsheet; nothing is written where a row is wrong, or in a dry run."""
    from bot.papers.reading import read_table

    wanted = _exchange(options.kind, goes_in=True)
    t = text(chosen.default_language)
    try:
        table = read_table(options.file.read_bytes(), options.file.name)
        rows, faults = exchange.read(wanted, table, t, now(), now().astimezone(TIMEZONE).date())
    except OSError as error:
        raise CoopbotError(f"{options.file} cannot be read: {error}") from None
    except UserError as error:
        raise CoopbotError(f"{options.file}: {t(error.message, **error.values)}") from None
    sys.stdout.write(f"{len(rows)} rows are right\n")
    for fault in faults:
        sys.stdout.write(f"{exchange.said(fault, t)}\n")
    if faults or options.dry_run:
        return 1 if faults else 0

    async def write(connection: AsyncConnection) -> int:
        assert wanted.write is not None
        return await wanted.write(connection, rows, now())

    new = await _in_database(chosen, lambda database: database.write(write))
    sys.stdout.write(f"{new} are new, {len(rows) - new} were there already\n")
    return 0


async def take_out(chosen: Settings, options: argparse.Namespace) -> int:
    """Writes what there is of a kind into a file; its ending says how."""
    wanted = _exchange(options.kind, goes_in=False)
    t = text(chosen.default_language)

    async def rows(database: Database) -> Sequence[Sequence[Any]]:
        async with database.read(much=True) as connection:
            assert wanted.rows is not None
            return await wanted.rows(connection, t)

    found = await _in_database(chosen, rows)
    assert wanted.headings is not None
    ending = options.file.suffix.removeprefix(".").lower()
    content = exchange.written(wanted.name, wanted.headings(t), found, ending)
    try:
        options.file.write_bytes(content)
    except OSError as error:
        raise CoopbotError(f"{options.file} cannot be written: {error}") from None
    sys.stdout.write(f"{len(found)} rows\n")
    return 0


def _exchange(name: str, *, goes_in: bool) -> Exchange:
    known = {one.name: one for one in handlers.EXCHANGES if (one.write if goes_in else one.rows)}
    if name not in known:
        raise CoopbotError(f"there is no kind “{name}” for this; there are {', '.join(sorted(known))}")
    return known[name]


async def _in_database(chosen: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    database = Database(chosen.database_url)
    await database.open()
    try:
        return await work(database)
    finally:
        await database.close()


async def _published(chosen: Settings) -> KnowledgeBase:
    """The knowledge base of the database, complete: what has no vector yet gets one first."""
    assistant = Assistant(chosen, handlers.router())
    await assistant.open()
    try:
        await library.keep_current(assistant.library, assistant.database, embeddings=chosen.embeddings)
        return assistant.library.base
    finally:
        await assistant.close()


def _in_memory(
    documents: Sequence[dict[str, Any]], rows: Sequence[dict[str, Any]], *, embeddings: bool
) -> KnowledgeBase:
    """A knowledge base of a file of documents alone, in the language that most of the questions have."""
    languages = Counter(row.get("lang", "vi") for row in rows).most_common(1)
    language = languages[0][0] if languages else "vi"
    articles = [
        Article(
            str(document["id"]),
            document.get("lang", language),
            document.get("title", ""),
            document.get("body", ""),
            questions=tuple(document.get("questions", ())),
        )
        for document in documents
    ]
    embedder = load_embedder() if embeddings else None
    vectors = embed(KnowledgeBase.wanted(articles, embedder), embedder) if embedder else {}
    return KnowledgeBase.build(articles, embedder, vectors)


def _lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a file of JSON lines. Raises `CoopbotError` naming the line that is none."""
    found = []
    try:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if line.strip():
                try:
                    found.append(json.loads(line))
                except json.JSONDecodeError as error:
                    raise CoopbotError(f"{path}:{number}: not a line of JSON: {error.msg}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CoopbotError(f"{path} cannot be read: {error}") from None
    return found


async def _until_signal(work: Coroutine[Any, Any, None]) -> None:
    """Runs until it ends, or until the process is asked to stop."""
    task = asyncio.create_task(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("coopbot", description="A chat assistant for cooperative unions.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    one = commands.add_parser("run", help="the web chat and every channel that is set")
    one.set_defaults(command=run)

    one = commands.add_parser("chat", help="talk in this terminal")
    one.add_argument("--as", dest="person", default=_user(), metavar="ID", help="who is talking")
    one.add_argument("--lang", choices=LANGUAGES, help="the language to be answered in")
    one.add_argument("--json", action="store_true", help="replies as lines of JSON")
    one.set_defaults(command=chat)

    one = commands.add_parser("ask", help="one question to the knowledge base")
    one.add_argument("question")
    one.add_argument("--lang", choices=LANGUAGES)
    one.add_argument("--json", action="store_true")
    one.set_defaults(command=ask)

    one = commands.add_parser("evaluate", help="how well a file of questions is answered")
    one.add_argument("questions", type=Path, metavar="QUESTIONS.jsonl")
    one.add_argument("--articles", type=Path, metavar="DOCS.jsonl", help="a knowledge base of these alone")
    one.add_argument("--each", type=Path, metavar="FILE", help="a line for each question")
    one.add_argument("--json", action="store_true")
    one.set_defaults(command=measure)

    one = commands.add_parser("import", help="rows of a file (.xlsx, .csv, .jsonl)")
    one.add_argument("kind", metavar="KIND")
    one.add_argument("file", type=Path, metavar="FILE")
    one.add_argument("--dry-run", action="store_true", help="only say what is wrong")
    one.set_defaults(command=bring_in)

    one = commands.add_parser("export", help="what there is of a kind, as .xlsx, .csv or .jsonl")
    one.add_argument("kind", metavar="KIND")
    one.add_argument("file", type=Path, metavar="FILE")
    one.set_defaults(command=take_out)

    one = commands.add_parser("check", help="is everything set up?")
    one.set_defaults(command=check)

    verbs = commands.add_parser("sample", help="a made-up union to try things out").add_subparsers(
        required=True, metavar="VERB"
    )
    one = verbs.add_parser("load", help="cooperatives, products, events …, all marked as examples")
    one.set_defaults(command=load_sample)
    one = verbs.add_parser("remove", help="the examples and what hangs on them, nothing else")
    one.set_defaults(command=remove_sample)

    staffing.arguments(commands)
    zalo_account.arguments(commands)
    return parser


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "me"


if __name__ == "__main__":
    sys.exit(main())
