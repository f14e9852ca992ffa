"""What people sent, from Zalo's hosts alone: an address in an event is what somebody wrote, until it is looked at."""

from __future__ import annotations

import ipaddress
import socket

import aiohttp
from aiohttp import hdrs
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.channels.zalo_oa.http import failure, proxy
from bot.errors import DeliveryError, Refused, Unavailable
from bot.media import LARGEST

#: The domains on which Zalo keeps what people send; nothing else is ever fetched.
HOSTS = ("zdn.vn", "zadn.vn", "zalo.me", "zaloapp.com", "zalo.cloud")
#: Hops from one address of Zalo's to another.
REDIRECTS = 3
#: IPv6 that carries an IPv4 address inside, which could be one of this network (RFC 3056, RFC 6052).
_CARRIERS = (ipaddress.ip_network("2002::/16"), ipaddress.ip_network("64:ff9b::/96"))
_MOVED = (301, 302, 303, 307, 308)


class PublicResolver(AbstractResolver):
    """Names to addresses outside of this network alone, whatever a name server says."""

    def __init__(self, inner: AbstractResolver | None = None) -> None:
        self._inner = inner or aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        public = [one for one in found if _public(one["host"])]
        if not public:
            raise OSError("no public address")
        return public

    async def close(self) -> None:
        await self._inner.close()


def _public(host: str) -> bool:
    address = ipaddress.ip_address(host)
    return address.is_global and not any(address in carrier for carrier in _CARRIERS)


class Downloads:
    """`stand_in` is a server that answers for all of Zalo's hosts, by the header Host, for tests."""

    def __init__(self, stand_in: str = "", resolver: AbstractResolver | None = None) -> None:
        self._stand_in = stand_in
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        session, self._session = self._session, None
        if session:
            await session.close()

    async def fetch(self, address: str) -> bytes:
        """At most `bot.media.LARGEST` bytes. Raises `DeliveryError`."""
        for _ in range(REDIRECTS + 1):
            url = allowed(address)
            if url is None:
                raise Refused("not an address of Zalo's")
            try:
                found = await self._once(url)
            except DeliveryError:
                raise
            except Exception as error:  # to fetch twice harms nobody
                raise Unavailable(failure(error).reason) from None
            if isinstance(found, bytes):
                return found
            address = found
        raise Refused("too many redirects")

    async def _once(self, url: URL) -> bytes | str:
        """The bytes, or the address to go on to."""
        target, headers = url, {hdrs.ACCEPT_ENCODING: "identity"}  # nothing that grows when it is unpacked
        if self._stand_in:
            target = URL(self._stand_in).join(url.relative())
            headers[hdrs.HOST] = url.host or ""
        way = proxy(str(target))
        session = self._opened(public=way is None and not self._stand_in)
        async with session.get(target, headers=headers, proxy=way, allow_redirects=False) as response:
            if response.status in _MOVED:
                return str(url.join(URL(response.headers.get(hdrs.LOCATION, ""))))
            if response.status in (403, 404, 410):
                raise Refused("the file is not at Zalo any more")
            if response.status != 200:
                raise Unavailable(f"Zalo: the file's server answered {response.status}")
            if (response.content_length or 0) > LARGEST:
                raise Refused("the file is too large")
            content = bytearray()
            async for chunk in response.content.iter_any():
                content += chunk
                if len(content) > LARGEST:
                    raise Refused("the file is too large")
            return bytes(content)

    def _opened(self, *, public: bool) -> aiohttp.ClientSession:
        """`public`: we look names up ourselves. A proxy does it otherwise, and may itself be inside the network."""
        if self._session is None:
            resolver = PublicResolver(self._resolver) if public else None
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=8, resolver=resolver),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=60, connect=10, sock_read=20),
                auto_decompress=False,
            )
        return self._session


def allowed(address: str) -> URL | None:
    """The address, where it is one of Zalo's hosts over https, on its own port, without a user."""
    try:
        url = URL(address)
        host, port = (url.host or "").lower(), url.port
    except ValueError:
        return None
    fine = (
        url.scheme == "https"
        and port == 443
        and url.user is None
        and any(host.endswith(f".{domain}") for domain in HOSTS)
    )
    return url if fine else None
