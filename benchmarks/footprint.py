"""From the start of the program to its first answer, and the memory it keeps with a large knowledge base.

    python -m benchmarks.footprint [--articles 1000] [--questions 200] [--rounds 5] [--compute]

The program is `python -m bot run`, as it is deployed. For the large knowledge base it runs from a copy of the
project with that many article files. Their vectors are random and put into the database beforehand, as if an
earlier start had computed them; `--compute` lets the program compute the real ones first (it takes minutes).
"""

from __future__ import annotations

import argparse
import asyncio
import compileall
import os
import random
import shutil
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import numpy as np
import psutil
import yaml

from benchmarks.index_speed import synthetic
from benchmarks.noise import noisy
from bot.database import Database
from bot.knowledge import Article, KnowledgeBase, load_embedder, read_articles
from bot.records import articles as records
from bot.text import LOCALES
from tests.fakes.bot_api import FakeBotApi, running_bot_api

ROOT = Path(__file__).parent.parent
QUESTION = "Hợp tác xã muốn vay vốn thì cần giấy tờ gì?"
SOURCE = "Nguồn:"
PATIENCE = 120.0
COMPLETE = "answers with embeddings"


@dataclass(frozen=True, slots=True)
class Program:
    """How it is run: from a tree of the project, on a data directory."""

    tree: Path
    data: Path
    port: int
    api: FakeBotApi
    embeddings: bool

    @property
    def log(self) -> Path:
        return self.data / "run.log"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[psutil.Process]:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("TELEGRAM")},
            "DATABASE_URL": f"sqlite:///{self.data}/coopbot.db",
            "DATA_DIR": str(self.data),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "TELEGRAM_TOKEN": self.api.token,
            "TELEGRAM_API_URL": self.api.url,
            "SAMPLE": "false",
            "EMBEDDINGS": "true" if self.embeddings else "false",
        }
        with self.log.open("w") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=self.tree, env=environment, stdout=log, stderr=log
            )
        try:
            yield psutil.Process(process.pid)
        finally:
            process.terminate()
            await process.wait()


@asynccontextmanager
async def program(tree: Path, *, embeddings: bool) -> AsyncIterator[Program]:
    """On a fresh data directory, with a Telegram of its own."""
    with tempfile.TemporaryDirectory(prefix="footprint-") as data:
        async with running_bot_api(FakeBotApi(check_every=0)) as api:
            yield Program(tree, Path(data), _free_port(), api, embeddings)


async def first_telegram_answer(one: Program) -> float:
    """Seconds from the start of the process until a question that waits at Telegram is answered."""
    started = time.perf_counter()
    number = len(one.api.sent)
    one.api.say(7 + number, QUESTION)
    async with one.running():
        await one.api.until(lambda: len(one.api.sent) > number, "no answer", PATIENCE)
        taken = time.perf_counter() - started
    assert SOURCE in one.api.sent[number].text, one.api.sent[number].text
    return taken


async def first_web_answer(one: Program) -> float:
    """Seconds from the start of the process until a page, opened as soon as may be, has its answer."""
    started = time.perf_counter()
    address = f"http://127.0.0.1:{one.port}"
    async with one.running(), aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        while True:
            try:
                async with session.get(address) as page:
                    await page.read()
                break
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.01)
        async with session.ws_connect(f"{address}/ws", headers={"Origin": address}) as line:
            await line.send_json({"hello": {"in": 0, "out": 0}})
            await line.send_json({"id": "question-1", "text": QUESTION})
            while True:
                frame = await line.receive_json(timeout=PATIENCE)
                if SOURCE in frame.get("entry", {}).get("text", ""):
                    return time.perf_counter() - started


async def cold_starts(rounds: int) -> None:
    print("\nCold start: seconds from the start of the process to the first answer, median (min–max)\n")
    print("| embeddings | data | Telegram | web chat |\n| --- | --- | --: | --: |")
    for embeddings in (True, False):
        fresh: list[tuple[float, float]] = []
        used: list[tuple[float, float]] = []
        for _ in range(rounds):
            async with program(ROOT, embeddings=embeddings) as one:
                telegram = await first_telegram_answer(one)
                used_web = await first_web_answer(one)
                used_telegram = await first_telegram_answer(one)
            async with program(ROOT, embeddings=embeddings) as one:
                fresh.append((telegram, await first_web_answer(one)))
            used.append((used_telegram, used_web))
        for name, found in (("fresh", fresh), ("used", used)):
            columns = " | ".join(spread(list(column), 2) for column in zip(*found, strict=True))
            print(f"| {'on' if embeddings else 'off'} | {name} | {columns} |", flush=True)


async def memory(
    tree: Path, articles: list[Article], questions: int, *, embeddings: bool, compute: bool
) -> None:
    """One line of the table: what the process holds after it has answered."""
    rng = random.Random(1)
    asked = [noisy(rng.choice(rng.choice(articles).questions), 2) for _ in range(questions)]
    async with program(tree, embeddings=embeddings) as one:
        if embeddings and not compute:
            await keep_random_vectors(one, articles)
        async with one.running() as process:
            await one.api.until(lambda: one.api.calls["getUpdates"] > 0, "it does not poll", PATIENCE)
            while embeddings and COMPLETE not in one.log.read_text():  # noqa: ASYNC110  a line in a log
                await asyncio.sleep(0.2)
            idle = process.memory_info().rss
            for number, question in enumerate(asked):
                one.api.say(1000 + number, question)
            await one.api.until(lambda: len(one.api.sent) >= questions, "not all was answered", PATIENCE)
            held = process.memory_info().rss
            answered = sum(SOURCE in sent.text for sent in one.api.sent)
            peak = _peak(process.pid)
    megabytes = " | ".join(f"{number / 1e6:,.0f}" for number in (idle, held, peak))
    print(f"| {'on' if embeddings else 'off'} | {megabytes} | {answered} |", flush=True)


async def keep_random_vectors(one: Program, articles: list[Article]) -> None:
    embedder = load_embedder()
    assert embedder, "the embeddings are not installed"
    keys = list(KnowledgeBase.wanted(articles, embedder))
    table = np.random.default_rng(0).standard_normal((len(keys), embedder.dim), dtype=np.float32)
    table /= np.linalg.norm(table, axis=1, keepdims=True)
    database = Database(f"sqlite+aiosqlite:///{one.data}/coopbot.db")
    await database.open()
    made = dict(zip(keys, table, strict=True))
    await database.write(lambda connection: records.keep_vectors(connection, made))
    await database.close()


def copy_with(articles: list[Article], folder: Path) -> Path:
    """The project's tree with these articles in the place of its own."""
    for part in ("bot", "handlers", "locales"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__", "articles"))
    shelf = folder / "locales" / "vi" / "articles"
    shelf.mkdir()
    rng = random.Random(0)
    topics = sorted({article.topic for article in read_articles(LOCALES)})
    for article in articles:
        fields = {
            "id": article.id,
            "title": _plain(article.title),
            "topic": rng.choice(topics),
            "questions": [_plain(question) for question in article.questions],
            "source": "Nghị định 113/2024/NĐ-CP",
        }
        front = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=10_000)
        (shelf / f"{article.id}.md").write_text(f"---\n{front}---\n{_plain(article.body)}\n", "utf-8")
    compileall.compile_dir(folder, quiet=1)  # as it is deployed
    return folder


def _plain(text: str) -> str:
    """Without placeholders, which words that were exchanged have torn apart."""
    return text.replace("{", "").replace("}", "")


def spread(values: list[float], digits: int) -> str:
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def _peak(pid: int) -> int:
    """The most it ever held, in bytes (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


async def main() -> None:
    parser = argparse.ArgumentParser("benchmarks.footprint", description=__doc__)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--compute", action="store_true", help="let the program compute the vectors")
    given = parser.parse_args()
    await cold_starts(given.rounds)
    own = [article for article in read_articles(LOCALES) if article.lang == "vi"]
    print(
        f"\nMemory with {given.articles} articles, MB resident: idle, after {given.questions} answers, at most\n"
    )
    print("| embeddings | idle | after | peak | with an article |\n| --- | --: | --: | --: | --: |")
    with tempfile.TemporaryDirectory(prefix="footprint-tree-") as folder:
        tree = copy_with(synthetic(own, given.articles), Path(folder))
        articles = read_articles(tree / "locales")
        for embeddings in (False, True):
            await memory(tree, articles, given.questions, embeddings=embeddings, compute=given.compute)


if __name__ == "__main__":
    asyncio.run(main())
