"""What every test may ask for: settings that touch nothing outside its folder, an assistant, a talk with it.

    async def test_the_bot_says_what_it_is(talk: Talk) -> None:
        await talk.says("xin chào")
        talk.hears("trợ lý tự động")
        await talk.taps("Gặp cán bộ")

`talk` has a clock (`talk.clock.moves(days=8)`), a language (`talk.language("fr")`), groups
(`talk.as_group()`), photos (`await talk.sends("photo", JPEG)`) and restarts (`await talk.restart()`).
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import handlers
from bot import settings
from bot.assistant import Assistant
from bot.knowledge import Article, Embedder, KnowledgeBase
from bot.settings import Settings
from tests.postgres import Postgres, running_postgres
from tests.talk import Clock, Talk
from tests.wire import Wire

MakeSettings = Callable[..., Settings]
MakeAssistant = Callable[..., Assistant]


@pytest.fixture
def make_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeSettings:
    """Settings from what is given alone: a folder of the test, no embeddings, nothing of the environment."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    def make(**given: Any) -> Settings:
        ours = {
            "data_dir": tmp_path,
            "database_url": f"sqlite:///{tmp_path / 'test.db'}",
            "embeddings": False,
        }
        return settings.load(**ours | given)

    return make


@pytest.fixture(scope="session", autouse=True)
def _index_is_built_once() -> Iterator[None]:
    """The same articles make the same index: nearly every test has those of the repository."""
    built: dict[tuple[Article, ...], KnowledgeBase] = {}
    build = KnowledgeBase.build

    def remembering(
        articles: Sequence[Article],
        embedder: Embedder | None = None,
        vectors: Mapping[str, Any] | None = None,
    ) -> KnowledgeBase:
        if embedder or vectors:
            return build(articles, embedder, vectors)
        key = tuple(articles)
        if key not in built:
            built[key] = build(articles)
        return built[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KnowledgeBase, "build", remembering)
        yield


@pytest.fixture(scope="session")
def fresh_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as the first start leaves it, to be copied: to make it anew takes most of a short test."""
    folder = tmp_path_factory.mktemp("fresh")
    file = folder / "fresh.db"

    async def start() -> None:
        chosen = settings.load(data_dir=folder, database_url=f"sqlite:///{file}", embeddings=False)
        assistant = Assistant(chosen, handlers.router())
        await assistant.open()
        await assistant.close()

    asyncio.run(start())
    return file


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture
def shared_url(postgres: Postgres) -> Iterator[str]:
    with postgres.database() as url:
        yield url


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def talk_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where talks take place: a copy of a fresh SQLite file, or PostgreSQL where TALK_DATABASE=postgresql."""
    if os.environ.get("TALK_DATABASE") == "postgresql":
        return str(request.getfixturevalue("shared_url"))
    shutil.copyfile(request.getfixturevalue("fresh_database"), tmp_path / "test.db")
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
def make_assistant(make_settings: MakeSettings, clock: Clock, talk_url: str) -> MakeAssistant:
    """An assistant with the product's own handlers, not yet open; each on the same database, unless told."""

    def make(**given: Any) -> Assistant:
        return Assistant(make_settings(**{"database_url": talk_url} | given), handlers.router(), clock=clock)

    return make


@pytest.fixture
def line() -> Wire:
    """The channel of a talk; transcripts take place on each of the product's."""
    return Wire()


@pytest.fixture
async def talk(make_assistant: MakeAssistant, clock: Clock, line: Wire) -> AsyncIterator[Talk]:
    """A person's chat with a running assistant that has the repository's articles, in Vietnamese at first."""
    talk = Talk(make_assistant, clock, wire=line)
    await talk.start()
    try:
        yield talk
    finally:
        await talk.stop()
