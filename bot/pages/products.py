"""`GET /p/<code>`: an approved product as buyers see it; read only, and nothing of a person but an agreed phone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from aiohttp import hdrs, web

from bot.channels.web_page import guess_language, secured
from bot.database import Clock, Database
from bot.errors import MediaError
from bot.media import MediaStore
from bot.questions import Months, Phone, Quantity, money_short, place_name
from bot.records import cooperatives, products
from bot.records.products import Certificate, Price, Product
from bot.settings import Settings
from bot.text import LANGUAGES, N_, TIMEZONE, Text, language_of, text

_FOLDER = Path(__file__).parent
#: Each language by its own name, as those who look for it read it.
_NAMES = {"vi": "Tiếng Việt", "fr": "Français", "en": "English"}


@dataclass(frozen=True)
class _Found:
    """All that a product's page shows."""

    product: Product
    photos: Sequence[str]
    certificates: Sequence[Certificate]
    prices: Sequence[Price]
    stars: int
    phone: str


class ProductPages:
    """The pages and the pictures on them; `routes` is what the web server serves."""

    def __init__(self, settings: Settings, database: Database, media: MediaStore, clock: Clock) -> None:
        self._settings = settings
        self._database = database
        self._media = media
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/p/{code:[0-9a-z]{1,16}}", self.page),
            web.get("/p/{code:[0-9a-z]{1,16}}/{file:[0-9a-f]{64}\\.[a-z]{3,4}}", self.picture),
            web.get("/pages/product.css", self.style),
        ]

    async def page(self, request: web.Request) -> web.Response:
        language = (
            language_of(request.query.get("lang", ""))
            or guess_language(request)
            or self._settings.default_language
        )
        found = await self._found(request.match_info["code"])
        shown = self._shown(found, text(language)) if found else self._missing(text(language))
        base = self._settings.public_url or f"{request.scheme}://{request.host}"
        names = [(code, _NAMES[code]) for code in LANGUAGES]
        html = self._template.render(language=language, languages=names, base=base, **shown)
        response = web.Response(
            text=html, content_type="text/html", charset="utf-8", status=200 if found else 404
        )
        response.headers[hdrs.CACHE_CONTROL] = "no-cache"
        response.headers[hdrs.VARY] = "Accept-Language, Cookie"
        response.headers[hdrs.CONTENT_LANGUAGE] = language
        response.enable_compression()
        return secured(response)

    async def picture(self, request: web.Request) -> web.StreamResponse:
        """A photo under the hash of its bytes; only while it is one of a public product."""
        name = request.match_info["file"]
        async with self._database.read() as connection:
            public = await products.shows_photo(connection, name)
        try:
            path = self._media.path(name)
        except MediaError:
            public = False
        if not public or not await asyncio.to_thread(path.exists):
            return secured(web.Response(status=404))
        response = web.FileResponse(path)
        response.headers[hdrs.CACHE_CONTROL] = "public, max-age=3600"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    async def style(self, request: web.Request) -> web.Response:
        response = web.Response(body=self._css, content_type="text/css", charset="utf-8")
        response.headers[hdrs.CACHE_CONTROL] = "max-age=3600"
        return secured(response)

    @cached_property
    def _template(self) -> Any:
        from jinja2 import Environment, FileSystemLoader  # it costs 5 MB: only once somebody looks

        environment = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, trim_blocks=True)
        return environment.get_template("product.html")

    @cached_property
    def _css(self) -> bytes:
        return (_FOLDER / "product.css").read_bytes()

    async def _found(self, code: str) -> _Found | None:
        today = self._clock().astimezone(TIMEZONE).date()
        async with self._database.read() as connection:
            product = await products.public(connection, code)
            if product is None:
                return None
            held = await products.certificates_of(
                connection, product.cooperative_id, product.id, valid_on=today
            )
            pictures = await products.photos_of(connection, product=product.id)
            owner = await cooperatives.get(connection, product.cooperative_id)
            return _Found(
                product,
                [f"/p/{code}/{picture.reference}" for picture in pictures],
                held,
                await products.price_history(connection, product.id),
                await products.shown_stars(connection, product, today),
                owner.phone if owner and product.contact else "",
            )

    def _shown(self, found: _Found, t: Text) -> Mapping[str, Any]:
        product = found.product
        price, notes = self._price(found, t)
        return {
            "title": product.name,
            "product": product,
            "photos": found.photos,
            "stars": found.stars,
            "price": price,
            "price_notes": notes,
            "place": place_name(product.origin) if product.origin else "",
            "phone": found.phone,
            "phone_link": found.phone,
            "rows": list(_rows(product, t)),
            "certificates": [_certificate(one, t) for one in found.certificates],
            "words": {
                "example": t(N_("This is an example, made up to try things out.")),
                "stars": t(N_("OCOP, {stars} stars"), stars=found.stars),
                "call": t(N_("Call {phone}"), phone=Phone().show(found.phone, t)) if found.phone else "",
                "certificates": t(N_("Certificates")),
                "checked": t(N_("Given by the cooperative, checked by an officer.")),
                "ask": t(N_("Ask the assistant")),
                "language": t(N_("Language")),
            },
        }

    def _price(self, found: _Found, t: Text) -> tuple[str, list[str]]:
        """The price of today with its day, and one that is announced."""
        today = self._clock().astimezone(TIMEZONE).date()
        product, notes = found.product, []
        current = next((one for one in found.prices if one.priced_on <= today), None)
        coming = next((one for one in found.prices if one.priced_on > today), None)
        if current is None or current.price is None:
            shown = t(N_("Price on request"))
        else:
            shown = money_short(current.price, t)
            notes.append(t(N_("Price of {day}"), day=t.day(current.priced_on)))
        if coming and coming.price is not None:
            day, price = t.day(coming.priced_on), money_short(coming.price, t)
            notes.append(t(N_("from {day} on: {price}"), day=day, price=price))
        if product.sold_out and product.stock_on:
            notes.append(t(N_("Sold out ({day})"), day=t.day(product.stock_on)))
        return shown, notes

    def _missing(self, t: Text) -> Mapping[str, Any]:
        missing = N_(
            "The product may have been hidden by its cooperative, or the address has a slip. "
            "You can ask the assistant."
        )
        return {
            "title": t(N_("This page is not there")),
            "words": {
                "missing": t(missing),
                "ask": t(N_("Ask the assistant")),
                "language": t(N_("Language")),
            },
        }


def _rows(product: Product, t: Text) -> Sequence[tuple[str, str]]:
    """(label, value) of what is known beyond name and price."""
    rows = [
        (N_("Group"), t(dict(products.CATEGORIES)[product.category])),
        (N_("Volume"), Quantity().show(product.volume, t) if product.volume else ""),
        (N_("Smallest order"), Quantity().show(product.moq, t) if product.moq else ""),
        (N_("Season"), Months().show(product.season, t) if product.season else ""),
        (N_("Shelf life"), product.shelf["said"] if product.shelf else ""),
        (N_("Ingredients"), product.ingredients),
        (N_("Designs"), ", ".join(product.variants or ())),
        (N_("Barcode"), product.gtin),
        (N_("Traceability"), product.trace),
    ]
    return [(t(label), value) for label, value in rows if value]


def _certificate(one: Certificate, t: Text) -> str:
    parts = [t(dict(products.CERTIFICATES)[one.kind]), one.number, one.body]
    if one.expires_on:
        parts.append(t(N_("valid until {day}"), day=t.day(one.expires_on)))
    return ", ".join(part for part in parts if part)
