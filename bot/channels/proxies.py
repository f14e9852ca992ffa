"""The way to an address, by HTTPS_PROXY and NO_PROXY of the environment, and what is raised where there is none."""

from __future__ import annotations

from urllib.request import getproxies, proxy_bypass

import aiohttp
from yarl import URL

#: What aiohttp raises before anything was sent: no way there, a wrong address, a proxy that refuses.
NO_WAY = (
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientConnectorError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,
    ValueError,
)


def proxy_of(url: URL) -> str | None:
    """The proxy that leads there; None where the way is straight, as it always is within this machine."""
    if url.host in ("127.0.0.1", "::1", "localhost") or proxy_bypass(url.host or ""):
        return None
    return getproxies().get(url.scheme)


def is_proxy(host: str) -> bool:
    """Whether a name is that of a proxy, which may well be inside of the network."""
    return any(host == URL(getproxies().get(scheme, "")).host for scheme in ("http", "https"))
