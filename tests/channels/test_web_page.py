"""The page as it leaves the server: who the visitor is, in which language, and with which headers."""

from __future__ import annotations

import json
import re
from http.cookies import Morsel
from pathlib import Path

import aiohttp
import pytest

from bot.channels.web_page import FOLDER
from tests.browser.site import Memory, running
from tests.channels.web_client import visiting


def cookie(response: aiohttp.ClientResponse) -> Morsel[str]:
    return response.cookies["visitor"]


async def test_a_visitor_gets_a_cookie_that_scripts_and_other_sites_cannot_use(tmp_path: Path) -> None:
    async with running(tmp_path, Memory()) as site, visiting(site, opened=False) as client:
        given = cookie(await client.visit())
    assert given["httponly"] is True
    assert given["samesite"] == "Lax"
    assert given["max-age"] == str(365 * 24 * 3600)
    assert not given["secure"]


async def test_behind_https_the_cookie_never_travels_in_the_clear(tmp_path: Path) -> None:
    async with (
        running(tmp_path, Memory(), public_url="https://chat.example.vn") as site,
        visiting(site, opened=False) as client,
    ):
        assert cookie(await client.visit())["secure"] is True


async def test_a_visitor_who_comes_back_stays_who_they_are(tmp_path: Path) -> None:
    async with running(tmp_path, Memory()) as site, visiting(site, opened=False) as client:
        first = cookie(await client.visit()).value
        assert cookie(await client.visit()).value == first


@pytest.mark.parametrize("forged", ["someone", "someone.c2lnbmF0dXJl", "", "ê.ê", "a" * 3000])
async def test_a_forged_cookie_is_replaced(tmp_path: Path, forged: str) -> None:
    async with running(tmp_path, Memory()) as site, visiting(site, opened=False) as client:
        response = await client.visit(Cookie=f"visitor={forged}")
    assert response.status == 200
    assert cookie(response).value.split(".")[0] not in (forged, forged.split(".")[0])


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("de,en;q=0.7,vi;q=0.9", "vi"),
        ("en-US,en;q=0.9,vi;q=0.8", "en"),
        ("fr;q=0,en;q=0.1", "en"),
        ("de", "vi"),
        ("", "vi"),
        (";;;q=x,,,", "vi"),
    ],
)
async def test_the_page_speaks_the_language_of_the_browser(
    tmp_path: Path, accepted: str, language: str
) -> None:
    async with running(tmp_path, Memory()) as site, visiting(site, opened=False) as client:
        response = await client.visit(Accept_Language=accepted)
        assert f'<html lang="{language}">' in await response.text()
    assert response.headers["Content-Language"] == language


async def test_a_language_in_the_address_is_kept_for_the_next_visit(tmp_path: Path) -> None:
    async with running(tmp_path, Memory()) as site, visiting(site, opened=False) as client:
        await client.visit("/?lang=fr")
        response = await client.visit(Accept_Language="vi")
        assert '<html lang="fr">' in await response.text()


async def test_a_language_that_is_not_ours_is_not_kept(tmp_path: Path) -> None:
    async with running(tmp_path, Memory()) as site, visiting(site, opened=False) as client:
        response = await client.visit("/?lang=xx%0d%0aSet-Cookie:a=b")
    assert set(response.cookies) == {"visitor"}


async def test_a_name_with_markup_stays_a_name(tmp_path: Path) -> None:
    title = '</title><script>alert("1")</script> & Co'
    async with running(tmp_path, Memory(), title=title) as site, visiting(site, opened=False) as client:
        page = await (await client.visit()).text()
        manifest = json.loads(await (await client.visit("/assets/manifest.webmanifest")).text())
    assert "<script>alert" not in page
    assert "<h1>&lt;/title&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; Co</h1>" in page
    assert manifest["name"] == title


async def test_the_words_of_the_page_cannot_end_their_element(tmp_path: Path) -> None:
    async with running(tmp_path, Memory()) as site, visiting(site, opened=False) as client:
        page = await (await client.visit()).text()
    settings = re.search(r'<script type="application/json" id="settings">(.*?)</script>', page, re.DOTALL)
    assert settings
    assert not re.search("[<>&]", settings[1])
    assert json.loads(settings[1])["words"].keys() >= {"placeholder", "send", "lost", "too_large"}


async def test_nothing_is_loaded_from_elsewhere_and_nobody_frames_the_page(tmp_path: Path) -> None:
    async with running(tmp_path, Memory()) as site, visiting(site, opened=False) as client:
        response = await client.visit()
        page = await response.text()
    policy = dict(
        part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["connect-src"].split()[1:] == [f"ws://{site.url[7:]}", f"wss://{site.url[7:]}"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cache-Control"] == "no-store"
    files = page + "".join(path.read_text("utf-8") for path in FOLDER.iterdir())
    addresses = re.findall(r"https?://[\w.]+", files)
    assert set(addresses) <= {"http://www.w3.org"}  # the name of a namespace, which nobody fetches


async def test_a_host_that_is_none_does_not_reach_the_policy(tmp_path: Path) -> None:
    async with running(tmp_path, Memory()) as site, visiting(site, opened=False) as client:
        response = await client.visit(Host="a; script-src *")
    assert "; connect-src 'self'; object-src" in response.headers["Content-Security-Policy"]
    assert "script-src" not in response.headers["Content-Security-Policy"]


async def test_every_file_that_the_page_names_is_there(tmp_path: Path) -> None:
    async with running(tmp_path, Memory()) as site, visiting(site, opened=False) as client:
        page = await (await client.visit()).text()
        named = set(re.findall(r'"(/assets/[^"]+)"', page))
        assert len(named) >= 7
        for path in named:
            response = await client.visit(path)
            assert (path, response.status) == (path, 200)
            assert response.headers["X-Content-Type-Options"] == "nosniff"
    of_tickets = {"ticket.html", "ticket.css"}
    files = {path.name for path in FOLDER.iterdir()} - of_tickets
    assert files == {p.rsplit("/", 1)[1] for p in named} | {"index.html"}


async def test_a_file_that_did_not_change_is_not_sent_again(tmp_path: Path) -> None:
    async with running(tmp_path, Memory()) as site, visiting(site, opened=False) as client:
        first = await client.visit("/assets/chat.js")
        again = await client.visit("/assets/chat.js", If_None_Match=first.headers["ETag"])
        other = await client.visit("/assets/chat.js", If_None_Match='"older"')
    assert first.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert (again.status, other.status) == (304, 200)


@pytest.mark.parametrize("name", ["index.html", "nothing.js", "..%2Fweb.py", "%2e%2e%2fweb_wire.py"])
async def test_only_the_files_of_the_page_are_served(tmp_path: Path, name: str) -> None:
    async with running(tmp_path, Memory()) as site, visiting(site, opened=False) as client:
        assert (await client.visit(f"/assets/{name}")).status == 404


async def test_a_tickets_page_leads_officers_to_the_chat_and_tells_nothing_else(tmp_path: Path) -> None:
    async with running(tmp_path, Memory()) as site, visiting(site, opened=False) as client:
        response = await client.visit("/t/tabc3d4", Accept_Language="vi")
        page = await response.text()
    assert response.status == 200
    assert 'href="/?start=ticket_TABC3D4"' in page
    assert "Dành cho cán bộ" in page
    assert "visitor" not in response.cookies
