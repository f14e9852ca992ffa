"""Pictures and files that a message names by their address: fetched from hosts that are known, and nowhere else.

An address in a message is written by whoever wrote the message. So nothing is asked for but what is listed: a
host, over https, that is outside of our own network, in one name look-up that the connection then uses. (Behind a
proxy it is the proxy that looks the name up.)
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass

import aiohttp
from aiohttp import hdrs
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from bot.channels.bodies import body_of
from bot.channels.proxies import is_proxy, proxy_of
from bot.errors import Refused, Unavailable
from bot.media import LARGEST, NOT_TAKEN, TOO_LARGE

#: Redirects that are followed, each to a host that is itself listed.
HOPS = 3
#: Seconds for the whole of a file.
PATIENCE = 60
#: What a server may call a picture or a file of office work; the media store then looks at the bytes.
KINDS = ("image/", "application/", "binary/")

#: Nothing that grows when it is unpacked.
_HEADERS = {hdrs.ACCEPT_ENCODING: "identity"}
_GONE = (400, 401, 403, 404, 410, 451)

_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True)
class Sources:
    """`hosts` and all below them may be fetched from. `scheme` and `inside` are for a server in a test."""

    hosts: tuple[str, ...]
    scheme: str = "https"
    inside: bool = False

    def allow(self, url: URL) -> bool:
        host = (url.host or "").rstrip(".").lower()
        known = any(host == one or host.endswith(f".{one}") for one in self.hosts)
        usual = self.inside or url.is_default_port()
        return known and usual and url.scheme == self.scheme and not url.user and not url.password


class Remote:
    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._session: aiohttp.ClientSession | None = None

    async def fetch(self, address: str) -> bytes:
        """At most `bot.media.LARGEST` bytes. Raises `Refused` for good, `Unavailable` where later may help.

        What is too large or of no kind that we take is refused in the words that its sender reads.
        """
        try:
            url = URL(address)
        except ValueError:
            raise Refused("not an address") from None
        try:
            for _ in range(HOPS + 1):
                found = await self._get(url)
                if isinstance(found, bytes):
                    return found
                url = found
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            if isinstance(error.__cause__, _Inside):
                raise Refused("the address points inside the network") from None
            raise Unavailable(f"the file cannot be fetched ({type(error).__name__})") from None
        raise Refused("the address leads on and on")

    async def _get(self, url: URL) -> bytes | URL:
        """The content, or where it has gone to."""
        if not self._sources.allow(url):
            raise Refused("the address is not among those that are fetched from")
        async with self._open().get(
            url, headers=_HEADERS, allow_redirects=False, proxy=proxy_of(url)
        ) as response:
            if response.status in (301, 302, 303, 307, 308):
                return url.join(URL(response.headers.get("Location", "")))
            if response.status in _GONE:
                raise Refused(f"the file is not there ({response.status})")
            if response.status != 200:
                raise Unavailable(f"the file's server answered {response.status}")
            if not response.content_type.startswith(KINDS):
                raise Refused(NOT_TAKEN)
            content = await body_of(response, LARGEST)
            if content is None:
                raise Refused(TOO_LARGE)
            return content

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=4, resolver=None if self._sources.inside else OutsideResolver()
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=PATIENCE, sock_connect=10),
                auto_decompress=False,
            )
        return self._session

    async def close(self) -> None:
        session, self._session = self._session, None
        if session:
            await session.close()


class _Inside(OSError):
    """A name that stands for an address which is not of the internet."""


class OutsideResolver(AbstractResolver):
    """Names to addresses of the internet alone; one that has any other is refused whole.

    A proxy's own name may stand for any: it was set by whoever runs this, and is never what is fetched from.
    """

    def __init__(self, resolver: AbstractResolver | None = None) -> None:
        self._resolver = resolver or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if not is_proxy(host) and not all(_outside(one["host"]) for one in found):
            raise _Inside(f"{host} is not of the internet")
        return found

    async def close(self) -> None:
        await self._resolver.close()


def _outside(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    carried = _carried(address) if isinstance(address, ipaddress.IPv6Address) else None
    return address.is_global and not address.is_multicast and (carried is None or carried.is_global)


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside: mapped, or of a way that goes on with it (RFC 3056, RFC 6052)."""
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour
