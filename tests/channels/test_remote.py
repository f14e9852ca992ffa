"""What a message names by its address is fetched from Zalo's hosts, and from nowhere else."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.channels.remote import OutsideResolver, Remote, Sources
from bot.channels.zalo_hosts import HOSTS
from bot.errors import Refused, Unavailable
from bot.media import LARGEST, NOT_TAKEN, TOO_LARGE
from tests.channels.zalo_bot import HERE, picture
from tests.fakes.zalo_bot_api import running_zalo_bot

ZALOS = Sources(HOSTS)


@asynccontextmanager
async def fetching(sources: Sources = HERE) -> AsyncIterator[Remote]:
    remote = Remote(sources)
    try:
        yield remote
    finally:
        await remote.close()


class Names(AbstractResolver):
    """A name server under somebody else's control."""

    def __init__(self, *hosts: str) -> None:
        self._hosts = hosts

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=one, port=port, family=family, proto=0, flags=0)
            for one in self._hosts
        ]

    async def close(self) -> None:
        pass


async def test_a_picture_is_fetched_from_where_it_is() -> None:
    async with running_zalo_bot() as zalo, fetching() as remote:
        assert await remote.fetch(zalo.keep(picture(), "image/jpeg")) == picture()


async def test_what_is_no_picture_too_large_or_gone_is_refused_for_good() -> None:
    async with running_zalo_bot() as zalo, fetching() as remote:
        page = zalo.keep(b"<html>", "text/html")
        large = zalo.keep(bytes(LARGEST + 1), "image/jpeg")
        for address, reason in (
            (page, NOT_TAKEN),
            (large, TOO_LARGE),
            (f"{zalo.url}/media/none.jpg", "not there"),
        ):
            with pytest.raises(Refused) as caught:
                await remote.fetch(address)
            assert reason in caught.value.reason


async def test_a_server_that_does_not_answer_is_asked_again_later() -> None:
    async with fetching() as remote:
        with pytest.raises(Unavailable):
            await remote.fetch("http://127.0.0.1:1/a.jpg")


@pytest.mark.parametrize(
    "address",
    [
        "http://photo-stal-15.zdn.vn/a.jpg",
        "https://127.0.0.1/a.jpg",
        "https://[::1]/a.jpg",
        "https://localhost/a.jpg",
        "https://169.254.169.254/latest/meta-data",
        "https://2130706433/a.jpg",
        "https://zdn.vn.evil.example/a.jpg",
        "https://evilzdn.vn/a.jpg",
        "https://zdn.vn@evil.example/a.jpg",
        "https://me@photo.zdn.vn/a.jpg",
        "https://me:you@photo.zdn.vn/a.jpg",
        "https://photo.zdn.vn:8443/a.jpg",
        "https://photo.zdn.vn:99999999/",
        "https://evil.example/zdn.vn",
        "https://evil.example/a.jpg#.zdn.vn",
        "https://evil.example#.zdn.vn",
        "https://evil.example\\@zdn.vn/a.jpg",
        "https://evil.example\\.zdn.vn/",
        "ftp://photo.zdn.vn/a.jpg",
        "file:///etc/passwd",
        "//photo.zdn.vn/a.jpg",
        "photo.zdn.vn",
        "",
        "https://",
        "too long: https://photo.zdn.vn/a",
    ],
)
async def test_an_address_elsewhere_is_never_fetched(address: str) -> None:
    async with fetching(ZALOS) as remote:
        with pytest.raises(Refused, match=r"not (among|an address)"):
            await remote.fetch(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://photo-stal-15.zdn.vn/jpg/0123456789abcdef.jpg",
        "https://ZDN.vn/a.jpg",
        "https://f1.zadn.vn:443/a?b=c",
        "https://file-stal-16.dlfl.vn/x/y.pdf",
    ],
)
def test_zalos_own_addresses_may_be_fetched(address: str) -> None:
    assert ZALOS.allow(URL(address))


@pytest.mark.parametrize(
    "inside",
    [
        "10.0.0.7",
        "127.0.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "::1",
        "fd00::1",
        "::ffff:10.0.0.7",
        "2002:a00:7::1",
        "64:ff9b::10.0.0.7",
    ],
)
async def test_a_host_of_zalos_that_points_inside_the_network_is_never_fetched(inside: str) -> None:
    with pytest.raises(OSError, match="not of the internet"):
        await OutsideResolver(Names("8.8.8.8", inside)).resolve("photo.zdn.vn", 443)


@pytest.mark.parametrize("outside", ["203.162.71.11", "2405:4800::1", "64:ff9b::203.162.71.11"])
async def test_a_host_of_the_internet_is_found(outside: str) -> None:
    found = await OutsideResolver(Names(outside)).resolve("photo.zdn.vn", 443)
    assert [one["host"] for one in found] == [outside]


async def test_a_proxy_may_be_inside_of_the_network_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.office.example:3128")
    monkeypatch.setenv("https_proxy", "http://proxy.office.example:3128")
    names = OutsideResolver(Names("10.0.0.7"))
    assert await names.resolve("proxy.office.example", 3128)
    with pytest.raises(OSError, match="not of the internet"):
        await names.resolve("photo.zdn.vn", 443)


async def test_a_redirect_is_followed_within_and_never_outside() -> None:
    async with running_zalo_bot() as zalo, fetching() as remote:
        good = zalo.keep(picture(), "image/jpeg")
        within, without, around = (zalo.redirect(to) for to in (good, "http://localhost/a.jpg", ""))
        assert await remote.fetch(zalo.redirect(within)) == picture()
        for address in (without, around):
            with pytest.raises(Refused):
                await remote.fetch(address)
