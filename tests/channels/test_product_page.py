"""The public page of a product: what buyers read, in their language, and what nobody may."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from PIL import Image
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.assistant import Assistant
from bot.pages.products import ProductPages
from bot.records import cooperatives, products
from tests.conftest import MakeAssistant
from tests.talk import Clock


def _jpeg() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (800, 700), "green").save(written, "JPEG")
    return written.getvalue()


@pytest.fixture
async def assistant(make_assistant: MakeAssistant) -> AsyncIterator[Assistant]:
    made = make_assistant()
    await made.open()
    yield made
    await made.close()


@asynccontextmanager
async def serving(assistant: Assistant) -> AsyncIterator[aiohttp.ClientSession]:
    app = web.Application()
    app.add_routes(
        ProductPages(assistant.settings, assistant.database, assistant.media, assistant.clock).routes()
    )
    async with TestServer(app) as server, aiohttp.ClientSession(server.make_url("/")) as session:
        yield session


async def made(
    assistant: Assistant, clock: Clock, state: str = "approved", **values: object
) -> tuple[int, str]:
    """A product with a photo and an OCOP certificate: its number and code."""
    kept = assistant.media.put(_jpeg(), "anh.jpg")

    async def work(connection: AsyncConnection) -> int:
        found = await connection.execute(
            insert(cooperatives.cooperatives)
            .values(kind="coop", name="HTX Ví Dụ", phone="+84912345678", state="verified", created_at=clock())
            .returning(cooperatives.cooperatives.c.id)
        )
        cooperative = int(found.scalar_one())
        given = {
            "name": "Miến dong <b>Ví Dụ</b>",
            "category": "food",
            "stars": 4,
            "price": 120_000,
            "priced_on": clock().date(),
            "pack": "túi 500 g",
        } | values
        number = await products.add(connection, cooperative, given, clock(), state=state)
        await products.certify(
            connection,
            cooperative,
            number,
            "ocop",
            clock(),
            number="1234/QĐ-UBND",
            issued_on=date(2025, 11, 20),
            expires_on=date(2028, 11, 20),
            state="approved",
        )
        await products.keep_photos(
            connection, [{"ref": kept.reference, "name": "anh.jpg"}], chat=None, product=number
        )
        return number

    number = await assistant.database.write(work)
    async with assistant.database.read() as connection:
        found = await products.get(connection, number)
    assert found is not None
    return number, found.code


async def test_buyers_read_what_was_approved(assistant: Assistant, clock: Clock) -> None:
    _, code = await made(assistant, clock)
    async with serving(assistant) as session, session.get(f"/p/{code}") as response:
        page = await response.text()
    assert response.status == 200
    for shown in (
        "120.000 đồng",
        "24/11/2026",
        "★★★★",
        "OCOP 4 sao",
        "1234/QĐ-UBND",
        "20/11/2028",
        "HTX Ví Dụ",
    ):
        assert shown in page
    assert "Miến dong &lt;b&gt;Ví Dụ&lt;/b&gt;" in page
    assert "<b>" not in page
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]


async def test_the_phone_is_shown_only_where_it_was_agreed(assistant: Assistant, clock: Clock) -> None:
    _, silent = await made(assistant, clock)
    _, open_one = await made(assistant, clock, name="Tương ớt Ví Dụ", contact=True)
    async with serving(assistant) as session:
        assert "0912 345 678" not in await (await session.get(f"/p/{silent}")).text()
        assert "0912 345 678" in await (await session.get(f"/p/{open_one}")).text()


@pytest.mark.parametrize("state", ["draft", "waiting", "more", "hidden"])
async def test_what_is_not_public_is_a_kind_404(assistant: Assistant, clock: Clock, state: str) -> None:
    _, code = await made(assistant, clock, state=state)
    kept = assistant.media.put(_jpeg())
    async with serving(assistant) as session:
        response = await session.get(f"/p/{code}")
        assert response.status == 404
        page = await response.text()
        assert "hỏi trợ lý" in page
        assert "Miến dong" not in page
        assert (await session.get(f"/p/{code}/{kept.reference}")).status == 404


async def test_only_photos_of_public_products_are_served(assistant: Assistant, clock: Clock) -> None:
    number, code = await made(assistant, clock)
    secret = assistant.media.put(b"%PDF-1.4 a citizen's paper")
    photo = assistant.media.put(_jpeg())
    async with serving(assistant) as session:
        response = await session.get(f"/p/{code}/{photo.reference}")
        assert (response.status, response.content_type) == (200, "image/jpeg")
        assert (await session.get(f"/p/{code}/{secret.reference}")).status == 404
        await assistant.database.write(lambda connection: products.hide(connection, number))
        assert (await session.get(f"/p/{code}/{photo.reference}")).status == 404


@pytest.mark.parametrize(
    ("query", "accepts", "shown"),
    [
        ("", "fr-FR,fr;q=0.9", "OCOP, 4 étoiles"),
        ("?lang=en", "fr", "OCOP, 4 stars"),
        ("", "de", "OCOP 4 sao"),
    ],
)
async def test_it_speaks_the_language_of_the_reader(
    assistant: Assistant, clock: Clock, query: str, accepts: str, shown: str
) -> None:
    _, code = await made(assistant, clock)
    async with serving(assistant) as session:
        response = await session.get(f"/p/{code}{query}", headers={"Accept-Language": accepts})
        assert shown in await response.text()


async def test_stars_end_with_their_certificate(assistant: Assistant, clock: Clock) -> None:
    _, code = await made(assistant, clock)
    clock.moves(days=800)
    async with serving(assistant) as session:
        page = await (await session.get(f"/p/{code}")).text()
    assert "★" not in page
    assert "1234/QĐ-UBND" not in page


async def test_an_announced_price_stands_beside_the_one_of_today(assistant: Assistant, clock: Clock) -> None:
    number, code = await made(assistant, clock)

    async def dearer(connection: AsyncConnection) -> None:
        found = await products.get(connection, number)
        assert found is not None
        values = {"price": 150_000, "priced_on": "2026-12-20"}
        await products.change(connection, found, values, clock())

    await assistant.database.write(dearer)
    async with serving(assistant) as session:
        page = await (await session.get(f"/p/{code}")).text()
        assert '<p class="price">120.000 đồng' in page
        assert "từ 20/12/2026: 150.000 đồng" in page
        clock.moves(days=30)
        page = await (await session.get(f"/p/{code}")).text()
    assert '<p class="price">150.000 đồng' in page


async def test_a_change_that_waits_is_not_public(assistant: Assistant, clock: Clock) -> None:
    number, code = await made(assistant, clock)
    await assistant.database.write(
        lambda connection: connection.execute(
            update(products.products)
            .where(products.products.c.id == number)
            .values(pending={"name": "Một tên mới"})
        )
    )
    async with serving(assistant) as session:
        page = await (await session.get(f"/p/{code}")).text()
    assert "Một tên mới" not in page


@pytest.mark.parametrize(
    "path", ["/p/../../etc/passwd", "/p/UPPER", "/p/" + "a" * 200, "/p/x/" + "0" * 64 + ".exe"]
)
async def test_odd_addresses_are_not_found(assistant: Assistant, path: str) -> None:
    async with serving(assistant) as session:
        assert (await session.get(path)).status == 404
