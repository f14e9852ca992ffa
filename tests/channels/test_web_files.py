"""Photos and files, up from the page and down to it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from bot.channels.web_wire import Seal
from bot.chat import Media, Outgoing
from bot.errors import Refused
from bot.media import LARGEST, MediaStore
from tests.browser.site import Memory, running
from tests.channels.web_client import visiting

ID = "0b7c1d8e-0001"
PDF = b"%PDF-1.7\n%a paper\n"


def photo(side: int = 40) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (side, side), "green").save(written, "JPEG")
    return written.getvalue()


async def test_a_photo_goes_up_with_a_message_and_comes_down_again(tmp_path: Path) -> None:
    memory = Memory()
    async with running(tmp_path, memory) as site, visiting(site) as client, client.line() as line:
        await line.until("ready")
        status, kept = await client.upload(photo(), "nhãn.jpg")
        assert status == 200
        assert kept["picture"] is True
        await line.say({"id": ID, "media": kept["media"], "text": "nhãn của em"})
        while not (entry := (await line.until("entry"))["entry"]).get("media"):
            pass
        response = await client.visit(entry["media"][0]["url"])
        shown = await response.read()
        sent = memory.accepted[-1]
        stored = await site.channel.fetch(sent.media[0])
    assert (sent.kind, sent.text, sent.media[0].name) == ("photo", "nhãn của em", "nhãn.jpg")
    assert (sent.media[0].type, sent.media[0].size) == ("image/jpeg", len(stored))
    assert shown == stored
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["Content-Disposition"] == "inline; filename*=UTF-8''nh%C3%A3n.jpg"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]


async def test_a_paper_is_saved_under_its_name(tmp_path: Path) -> None:
    memory = Memory()
    async with running(tmp_path, memory) as site, visiting(site) as client, client.line() as line:
        await line.until("ready")
        _, kept = await client.upload(PDF, "điều lệ.pdf")
        await line.say({"id": ID, "media": kept["media"]})
        await line.until("ack")
        response = await client.visit(kept["url"])
    assert memory.accepted[-1].kind == "file"
    assert response.headers["Content-Type"] == "application/pdf"
    name = "%C4%91i%E1%BB%81u%20l%E1%BB%87.pdf"
    assert response.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{name}"


@pytest.mark.parametrize("name", ["a.exe", 'x".html\r\nSet-Cookie: a=b', "", "../../etc/passwd"])
async def test_a_name_says_what_the_file_is_whatever_it_was_called(tmp_path: Path, name: str) -> None:
    async with running(tmp_path, Memory()) as site, visiting(site) as client:
        _, kept = await client.upload(PDF, name)
        response = await client.visit(kept["url"])
    assert response.headers["Content-Disposition"].endswith(".pdf")
    assert "Set-Cookie" not in response.headers
    assert not set('/"\r\n') & set(response.headers["Content-Disposition"])


async def test_a_picture_of_the_bot_is_shown_from_the_store(tmp_path: Path) -> None:
    picture = MediaStore(tmp_path / "media").put(photo(), "ma-qr.jpg")
    memory = Memory(lambda incoming: (Outgoing("Mã QR", photo=picture),))
    async with running(tmp_path, memory) as site, visiting(site) as client, client.line() as line:
        while not (entry := (await line.until("entry"))["entry"]).get("media"):
            pass
        response = await client.visit(entry["media"][0]["url"])
    assert (entry["direction"], entry["media"][0]["name"]) == ("out", "ma-qr.jpg")
    assert response.status == 200


async def test_a_link_that_was_not_given_out_opens_nothing(tmp_path: Path) -> None:
    media = MediaStore(tmp_path / "media").put(PDF, "a.pdf")
    gone = Media("0" * 64 + ".pdf", "a.pdf", "application/pdf", 7)
    outside = Media("../secret.key", "a", "text/plain", 7)
    links = [
        media.reference,
        Seal("another secret").token(media),
        Seal("secret").token(gone),
        Seal("secret").token(outside),
        Seal("secret").cookie("visitor"),
        "ê",
    ]
    async with running(tmp_path, Memory()) as site, visiting(site) as client:
        for link in links:
            assert (link, (await client.visit(f"/media/{link}")).status) == (link, 404)
        assert (await client.visit(f"/media/{Seal('secret').token(media)}")).status == 200


async def test_what_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    async with running(tmp_path, Memory()) as site, visiting(site) as client:
        status, answer = await client.upload(PDF + bytes(LARGEST))
    assert status == 413
    assert "10" in answer["error"]


async def test_what_grows_too_large_is_refused_on_the_way(tmp_path: Path) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield bytes(1024 * 1024)

    async with (
        running(tmp_path, Memory()) as site,
        visiting(site) as client,
        client.session.post(f"{site.url}/upload", data=endless()) as response,
    ):
        assert response.status == 413


async def test_the_largest_that_is_taken_is_taken(tmp_path: Path) -> None:
    async with running(tmp_path, Memory()) as site, visiting(site) as client:
        status, _ = await client.upload(PDF + bytes(LARGEST - len(PDF)))
    assert status == 200


@pytest.mark.parametrize("data", [b"", b"MZ\x90", b"<svg onload=alert(1)>", photo()[:200], b"PK\x03\x04"])
async def test_what_is_no_photo_and_no_paper_is_refused(tmp_path: Path, data: bytes) -> None:
    async with running(tmp_path, Memory()) as site, visiting(site) as client:
        status, answer = await client.upload(data, "a.jpg")
    assert status == 400
    assert answer["error"]


async def test_only_a_visitor_on_our_page_uploads(tmp_path: Path) -> None:
    async with running(tmp_path, Memory()) as site:
        async with visiting(site, opened=False) as stranger:
            assert (await stranger.upload(PDF))[0] == 401
        async with visiting(site) as client:
            assert (await client.upload(PDF, Origin="https://evil.example"))[0] == 403
            assert (await client.upload(PDF, Origin=site.url))[0] == 200


async def test_who_uploads_too_fast_is_asked_to_wait(tmp_path: Path) -> None:
    async with running(tmp_path, Memory(), clock=lambda: 1000.0) as site, visiting(site) as client:
        answers = [await client.upload(PDF) for _ in range(21)]
    assert [status for status, _ in answers] == [200] * 20 + [429]
    assert answers[-1][1]["retry"] == 60


async def test_a_file_that_is_gone_is_refused_by_its_channel(tmp_path: Path) -> None:
    async with running(tmp_path, Memory()) as site:
        with pytest.raises(Refused):
            await site.channel.fetch(Media("0" * 64 + ".jpg"))
