"""The page as it leaves the server: its files, its words in each language, what a browser may do."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from string import Template

from aiohttp import hdrs, web

from bot.media import LARGEST
from bot.settings import Settings
from bot.text import LANGUAGES, N_, language_of, text

FOLDER = Path(__file__).parent / "page"

_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}

#: Every word of the page, by the name that the page calls it.
_WORDS = {
    "assistant": N_("Automatic assistant"),
    "attach": N_("Attach a photo or a file"),
    "conversation": N_("Conversation"),
    "edited": N_("Edited"),
    "latest": N_("Newest message"),
    "lost": N_("No connection. What you write is kept and will be sent."),
    "noscript": N_("This page needs JavaScript. Please turn it on in your browser."),
    "not_sent": N_("Not sent"),
    "placeholder": N_("Write a message…"),
    "recalled": N_("This message was taken back."),
    "send": N_("Send"),
    "sending": N_("Sending…"),
    "sent": N_("Sent"),
    "today": N_("Today"),
    "typing": N_("The assistant is writing…"),
    "waiting": N_("Waiting for the connection"),
    "yesterday": N_("Yesterday"),
    "you": N_("You"),
}

#: The page loads from here and from nowhere else, and nobody may put it in a frame. `blob:` is the thumbnail
#: of a photo before it is sent. The socket's address is named since older Safari does not count it as 'self'.
_POLICY = (
    "default-src 'self'; img-src 'self' blob:; connect-src 'self'{socket}; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HOST = re.compile(r"[0-9A-Za-z.:\[\]-]+")


class Page:
    """The page's files, read once, since a new version is a new process."""

    def __init__(self, settings: Settings, title: str) -> None:
        self._default = settings.default_language
        self._title = title or settings.union_name
        self._template = Template((FOLDER / "index.html").read_text(encoding="utf-8"))
        self._ticket = Template((FOLDER / "ticket.html").read_text(encoding="utf-8"))
        self._html = {language: self._render(language) for language in LANGUAGES}
        self._assets = {
            path.name: (path.read_bytes(), _TYPES[path.suffix])
            for path in FOLDER.iterdir()
            if path.suffix in _TYPES
        }
        manifest = Template(self._assets["manifest.webmanifest"][0].decode())
        filled = manifest.substitute(
            title=json.dumps(self._name(self._default)), language=json.dumps(self._default)
        )
        self._assets["manifest.webmanifest"] = (filled.encode(), _TYPES[".webmanifest"])

    def index(self, request: web.Request) -> web.Response:
        language = language_of(request.query.get("lang", "")) or guess_language(request) or self._default
        response = web.Response(text=self._html[language], content_type="text/html", charset="utf-8")
        response.headers[hdrs.CACHE_CONTROL] = "no-store"
        response.headers[hdrs.VARY] = "Accept-Language, Cookie"
        response.headers[hdrs.CONTENT_LANGUAGE] = language
        response.enable_compression()
        return secured(response, request.host)

    def ticket(self, request: web.Request) -> web.Response:
        """What a ticket's code leads to: nothing of whose it is, and the way for officers to check it in."""
        language = language_of(request.query.get("lang", "")) or guess_language(request) or self._default
        t = text(language)
        shown = {
            "language": language,
            "title": self._name(language),
            "heading": t(N_("Ticket")),
            "code": request.match_info["code"].upper(),
            "about": t(N_("Please show this at the entrance. It holds no data about you.")),
            "check_in": t(N_("For officers: check in")),
        }
        page = self._ticket.substitute({name: html.escape(value) for name, value in shown.items()})
        response = web.Response(text=page, content_type="text/html", charset="utf-8")
        response.headers[hdrs.CACHE_CONTROL] = "no-store"
        response.headers[hdrs.CONTENT_LANGUAGE] = language
        return secured(response, request.host)

    def asset(self, request: web.Request) -> web.Response:
        found = self._assets.get(request.match_info["file"])
        if found is None:
            return secured(web.Response(status=404))
        body, content_type = found
        tag = sha256(body).hexdigest()[:32]
        if any(known.value == tag for known in request.if_none_match or ()):
            response = web.Response(status=304)
        else:
            response = web.Response(body=body, content_type=content_type, charset="utf-8")
            response.enable_compression()
        # Asked for again at each visit and answered by 304: a page and its script are never of two versions.
        response.headers.update({hdrs.CACHE_CONTROL: "no-cache", hdrs.ETAG: f'"{tag}"'})
        return secured(response)

    def _name(self, language: str) -> str:
        return self._title or text(language)(N_("Cooperative union"))

    def _render(self, language: str) -> str:
        t = text(language)
        words = {name: t(message) for name, message in _WORDS.items()}
        shown: Mapping[str, object] = {
            "language": language,
            "largest": LARGEST,
            "words": words
            | {
                "too_large": t(
                    N_("This file is larger than {megabytes} MB. Please send a smaller one."),
                    megabytes=LARGEST // 1024**2,
                ),
                # The page knows the time, as the person sees it beside the message.
                "was_edited": t(N_("The message of {time} was edited."), time="{time}"),
                "was_recalled": t(N_("The message of {time} was taken back."), time="{time}"),
            },
        }
        return self._template.substitute(
            {name: html.escape(word) for name, word in words.items()},
            title=html.escape(self._name(language)),
            language=language,
            settings=json_in_html(shown),
        )


def json_in_html(value: object) -> str:
    """JSON that cannot end the element it stands in: `</script>` has no `<` left."""
    found = json.dumps(value, ensure_ascii=False)
    return re.sub("[<>&\u2028\u2029]", lambda match: f"\\u{ord(match[0]):04x}", found)


def secured(response: web.Response, host: str = "") -> web.Response:
    """With the headers that every answer to a browser carries."""
    socket = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    response.headers.update(
        {
            "Content-Security-Policy": _POLICY.format(socket=socket),
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "geolocation=(), microphone=(), payment=()",
        }
    )
    return response


def guess_language(request: web.Request) -> str:
    """The language of the `lang` cookie, else the browser's; "" where neither is one of ours."""
    chosen = language_of(request.cookies.get("lang", ""))
    if chosen:
        return chosen
    ranked = []
    for item in request.headers.get(hdrs.ACCEPT_LANGUAGE, "").split(",")[:20]:
        code, _, weight = item.partition(";")
        found = language_of(code.strip())
        if found and _weight(weight) > 0:
            ranked.append((_weight(weight), found))
    # max() keeps the first of equals, and the browser's order says which it prefers.
    return max(ranked, key=lambda pair: pair[0])[1] if ranked else ""


def _weight(parameter: str) -> float:
    match = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", parameter)
    return float(match[1]) if match else 1.0
