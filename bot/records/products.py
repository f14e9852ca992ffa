"""Products of cooperatives, their photos, prices and certificates (domain 3.3, OCOP by Decisions 148/2023, 1489/2025).

What of a product the public sees is what staff approved. A later change of what buyers rely on (name, stars,
photos, …) waits in `pending` while the approved version stays; prices, volumes and seasons change at once.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat import Media
from bot.database import Instant, metadata
from bot.records.cooperatives import ACTING, IN_CHARGE, cooperatives
from bot.records.files import files, pictures
from bot.records.sql import ROW_ID
from bot.text import LANGUAGES, N_, fold, text

#: What is written as null where there is nothing, so that it can be asked for in SQL.
_VALUE = JSON(none_as_null=True)

products = Table(
    "products",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("code", String(8), nullable=False, unique=True),
    Column("cooperative_id", ForeignKey("cooperatives.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(150), nullable=False),
    Column("folded", String(150), nullable=False),
    Column("category", String(12), nullable=False),  # food, drink, herbal, craft, ornamental, tourism
    Column("stars", Integer, nullable=False, server_default="0"),
    Column("volume", _VALUE),
    Column("price", BigInteger),
    Column("wholesale", BigInteger),
    Column("priced_on", Date),
    Column("stock", _VALUE),
    Column("stock_on", Date),
    Column("moq", _VALUE),
    Column("pack", String(200), nullable=False, server_default=""),
    Column("origin", _VALUE),
    Column("shelf", _VALUE),
    Column("ingredients", Text, nullable=False, server_default=""),
    Column("season", _VALUE),
    Column("gtin", String(14), nullable=False, server_default=""),
    Column("trace", String(200), nullable=False, server_default=""),
    Column("story", Text, nullable=False, server_default=""),
    Column("tags", _VALUE),
    Column("channels", _VALUE),
    Column("variants", _VALUE),
    Column("contact", Boolean, nullable=False, server_default=false()),
    Column("state", String(12), nullable=False),  # draft, waiting, more, approved, hidden
    Column("reason", Text, nullable=False, server_default=""),
    Column("pending", _VALUE),
    Column("example", Boolean, nullable=False, server_default=false()),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("approved_at", Instant),
    sqlite_autoincrement=True,
)
Index("ix_products_state", products.c.state)
Index(
    "uq_products_name",
    products.c.cooperative_id,
    products.c.folded,
    unique=True,
    sqlite_where=products.c.state != "hidden",
    postgresql_where=products.c.state != "hidden",
)

prices = Table(
    "product_prices",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("product_id", ForeignKey("products.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("price", BigInteger),
    Column("wholesale", BigInteger),
    Column("priced_on", Date, nullable=False),
    Column("noted_at", Instant, nullable=False),
)

certificates = Table(
    "certificates",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("cooperative_id", ForeignKey("cooperatives.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("product_id", ForeignKey("products.id", ondelete="CASCADE"), index=True),
    Column("kind", String(16), nullable=False),
    Column("number", String(60), nullable=False, server_default=""),
    Column("body", String(120), nullable=False, server_default=""),
    Column("issued_on", Date),
    Column("expires_on", Date),
    Column("state", String(12), nullable=False, server_default="waiting"),  # waiting, approved, declined
    Column("reason", Text, nullable=False, server_default=""),
    Column("example", Boolean, nullable=False, server_default=false()),
    Column("created_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_certificates_state_expires_on", certificates.c.state, certificates.c.expires_on)
Index(
    "uq_certificates_number",
    certificates.c.cooperative_id,
    certificates.c.product_id,
    certificates.c.kind,
    certificates.c.number,
    unique=True,
    sqlite_where=certificates.c.state != "declined",
    postgresql_where=certificates.c.state != "declined",
)

photos = Table(
    "product_photos",
    metadata,
    Column("id", ROW_ID, primary_key=True),
    Column("product_id", ForeignKey("products.id", ondelete="CASCADE"), index=True),
    Column("certificate_id", ForeignKey("certificates.id", ondelete="CASCADE"), index=True),
    Column("chat_id", ForeignKey("chats.id", ondelete="SET NULL")),
    Column("reference", String(255), nullable=False),
    Column("name", String(255), nullable=False, server_default=""),
    Column("waits", Boolean, nullable=False, server_default=false()),
)
Index("ix_product_photos_chat_id_reference", photos.c.chat_id, photos.c.reference)

#: The six groups of OCOP (Decision 148/2023).
CATEGORIES = (
    ("food", N_("Food")),
    ("drink", N_("Drinks")),
    ("herbal", N_("Medicinal herbs")),
    ("craft", N_("Handicrafts")),
    ("ornamental", N_("Ornamental creatures")),
    ("tourism", N_("Community tourism")),
)
#: Certificates and awards that a product or a cooperative may have.
CERTIFICATES = (
    ("ocop", N_("OCOP")),
    ("vietgap", N_("VietGAP")),
    ("globalgap", N_("GlobalGAP")),
    ("organic", N_("Organic")),
    ("haccp", N_("HACCP, ISO 22000")),
    ("attp", N_("Food safety")),
    ("halal", N_("Halal")),
    ("cnnttb", N_("Typical rural industrial product")),
    ("trademark", N_("Trademark")),
    ("gi", N_("Geographical indication")),
    ("mai_an_tiem", N_("Mai An Tiêm award")),
)
#: What changes at once and leaves a product approved; the rest waits for staff.
LIVE = frozenset({"price", "wholesale", "priced_on", "volume", "moq", "season", "stock", "stock_on"})
#: What a member says of a product: the keys of `values`.
FIELDS = (
    "name",
    "category",
    "stars",
    "volume",
    "price",
    "wholesale",
    "priced_on",
    "stock",
    "stock_on",
    "moq",
    "pack",
    "origin",
    "shelf",
    "ingredients",
    "season",
    "gtin",
    "trace",
    "story",
    "tags",
    "channels",
    "variants",
    "contact",
)
#: No vowels, so that no word comes out, and nothing that is mistaken for another on paper.
_CODE = "23456789bcdfghjkmnpqrstvwxz"
#: What is said beside a product's name.
_REMARK = re.compile(r"\([^()]*\)")
#: How alike two names of one cooperative are when it is asked whether they are the same (0 to 100).
NEAR = 86
#: How alike a product is to what is looked for, at least (0 to 1).
FITS = 0.66


@dataclass(frozen=True, slots=True)
class Product:
    """A product as its cooperative gave it; `state` is draft, waiting, more, approved or hidden.

    `volume` and `moq` are quantities as `bot.questions.Quantity` gives them ({"amount", "unit", "per", …}), and so
    is `stock`, what is in store on the day `stock_on` (amount 0: sold out). `price` and `wholesale` are whole đồng
    a pack, valid from `priced_on`; `origin` is {"province", "commune"}; `season` the months of a harvest; `shelf`
    {"days", "said"}; `contact` says whether the phone may be on the public page. `pending` holds new values that
    wait for staff, None where none do. `cooperative`, `province` and `commune` are the name and place of whose it
    is.
    """

    id: int
    code: str
    cooperative_id: int
    cooperative: str
    commune: str
    province: str
    name: str
    category: str
    stars: int
    volume: dict[str, Any] | None
    price: int | None
    wholesale: int | None
    priced_on: date | None
    stock: dict[str, Any] | None
    stock_on: date | None
    moq: dict[str, Any] | None
    pack: str
    origin: dict[str, Any] | None
    shelf: dict[str, Any] | None
    ingredients: str
    season: list[int] | None
    gtin: str
    trace: str
    story: str
    tags: list[str] | None
    channels: list[str] | None
    variants: list[str] | None
    contact: bool
    state: str
    reason: str
    pending: dict[str, Any] | None
    example: bool
    created_at: datetime
    changed_at: datetime
    approved_at: datetime | None

    @property
    def sold_out(self) -> bool:
        return self.stock is not None and not self.stock["amount"]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate or an award, of a product or (`product_id` None) of the whole cooperative.

    `kind`: ocop, vietgap, globalgap, organic, haccp, attp, halal, cnnttb, trademark, gi, mai_an_tiem. `expires_on`
    is the day printed on it, None where none is printed.
    """

    id: int
    cooperative_id: int
    product_id: int | None
    kind: str
    number: str
    body: str
    issued_on: date | None
    expires_on: date | None
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Price:
    price: int | None
    wholesale: int | None
    priced_on: date


async def add(
    connection: AsyncConnection,
    cooperative: int,
    values: Mapping[str, Any],
    at: datetime,
    *,
    state: str = "waiting",
    code: str = "",
    example: bool = False,
) -> int:
    """Notes a product; `values` by `FIELDS`, of which name and category are needed. Without a `code` one is drawn.

    Raises `IntegrityError` where the cooperative has one of that name that is not hidden.
    """
    row = _row(values) | {
        "code": code or "".join(secrets.choice(_CODE) for _ in range(7)),
        "cooperative_id": cooperative,
        "state": state,
        "example": example,
        "created_at": at,
        "changed_at": at,
        "approved_at": at if state == "approved" else None,
    }
    made = await connection.execute(insert(products).values(row).returning(products.c.id))
    number = int(made.scalar_one())
    await _note_price(connection, number, values, at)
    return number


async def get(connection: AsyncConnection, product: int) -> Product | None:
    return await _one(connection, products.c.id == product)


async def public(connection: AsyncConnection, code: str) -> Product | None:
    """The approved product of a public code."""
    return await _one(connection, and_(products.c.code == code, products.c.state == "approved"))


async def of_cooperative(connection: AsyncConnection, cooperative: int) -> list[Product]:
    """All products of a cooperative in whatever state, the newest first."""
    rows = await connection.execute(_own(), {"cooperative": cooperative})
    return [_product(row) for row in rows]


@cache
def _own() -> Select[Any]:
    wanted = products.c.cooperative_id == bindparam("cooperative")
    return _selected().where(wanted).order_by(products.c.id.desc())


async def approved(
    connection: AsyncConnection, *, category: str = "", stars: int = 0, limit: int = 500
) -> list[Product]:
    """What the public sees, the newest first; of a category, or with that many stars at least."""
    query = _selected().where(products.c.state == "approved", products.c.stars >= stars)
    if category:
        query = query.where(products.c.category == category)
    rows = await connection.execute(query.order_by(products.c.id.desc()).limit(limit))
    return [_product(row) for row in rows]


async def matching(
    connection: AsyncConnection, words: str, *, category: str = "", limit: int = 20
) -> list[tuple[Product, float]]:
    """Approved products that fit what is looked for, with how well (`FITS` to 1), the best first."""
    found = [
        (product, score)
        for product in await approved(connection, category=category, limit=5000)
        if (score := likeness(words, product)) >= FITS
    ]
    return sorted(found, key=lambda one: (-one[1], one[0].id))[:limit]


def likeness(words: str, product: Product) -> float:
    """How well a product fits what is looked for, 0 to 1: its name, its designs and keywords, with synonyms."""
    names = (product.name, *(product.tags or ()), *(product.variants or ()))
    wanted = essential(words)
    return max(fuzz.token_set_ratio(wanted, essential(name)) for name in names) / 100 if wanted else 0.0


def same(name: str, others: Sequence[Product]) -> Product | None:
    """The one of these whose name is so near that it may be the same."""
    scored = [(fuzz.ratio(fold(name), fold(other.name)), other) for other in others]
    score, found = max(scored, key=lambda one: one[0], default=(0, None))
    return found if score >= NEAR else None


async def change(
    connection: AsyncConnection,
    product: Product,
    values: Mapping[str, Any],
    at: datetime,
    *,
    checked: bool = False,
) -> bool:
    """Takes new values; returns whether staff have to look at them.

    Of an approved product all but `LIVE` waits in `pending`; with `checked` everything does. Raises
    `IntegrityError` for a name that is taken.
    """
    waits = product.state == "approved"
    now = {key: value for key, value in values.items() if not waits or (key in LIVE and not checked)}
    later = {key: value for key, value in values.items() if key not in now}
    row = _row(now) | {"changed_at": at}
    if later:
        row["pending"] = {**(product.pending or {}), **later}
    if product.state in ("more", "draft"):
        row["state"] = "waiting"
    if product.state == "hidden" and not LIVE.issuperset(values):
        row["approved_at"] = None  # it is looked at again before it is shown again
    await connection.execute(update(products).where(products.c.id == product.id).values(row))
    await _note_price(
        connection, product.id, {"price": product.price, "wholesale": product.wholesale} | now, at
    )
    return bool(later) or (not waits and product.state != "hidden")


async def approve(connection: AsyncConnection, product: int, at: datetime) -> bool:
    """Makes a product public as it stands, with what was pending; False where nothing of it waits.

    Raises `IntegrityError` where a new name was taken meanwhile.
    """
    found = await get(connection, product)
    if found is None or not await waits(connection, found):
        return False
    row = _row(found.pending or {}) | {
        "pending": None,
        "state": "approved",
        "reason": "",
        "approved_at": at,
    }
    await connection.execute(update(products).where(products.c.id == product).values(row))
    if await _waiting_photos(connection, product):
        await connection.execute(
            delete(photos).where(photos.c.product_id == product, photos.c.waits.is_(False))
        )
        await connection.execute(update(photos).where(photos.c.product_id == product).values(waits=False))
    await connection.execute(
        update(certificates)
        .where(certificates.c.product_id == product, certificates.c.kind == "ocop")
        .where(certificates.c.state == "waiting")
        .values(state="approved")
    )
    return True


async def ask_for_more(connection: AsyncConnection, product: int, reason: str) -> bool:
    """Staff want more; what is public already stays so."""
    found = await get(connection, product)
    if found is None or not await waits(connection, found):
        return False
    state = found.state if found.state == "approved" else "more"
    await connection.execute(
        update(products).where(products.c.id == product).values(state=state, reason=reason)
    )
    return True


async def decline(connection: AsyncConnection, product: int, reason: str) -> bool:
    """Drops what waits: the new values of a public product, which stays as it was, or else the product is hidden."""
    found = await get(connection, product)
    if found is None or not await waits(connection, found):
        return False
    state = "approved" if found.state == "approved" else "hidden"
    await connection.execute(
        update(products).where(products.c.id == product).values(state=state, reason=reason, pending=None)
    )
    if state == "approved":
        await connection.execute(delete(photos).where(photos.c.product_id == product, photos.c.waits))
    await connection.execute(
        update(certificates)
        .where(certificates.c.product_id == product, certificates.c.kind == "ocop")
        .where(certificates.c.state == "waiting")
        .values(state="declined", reason=reason)
    )
    return True


async def hide(connection: AsyncConnection, product: int, reason: str = "") -> bool:
    """Takes a product off the public page; False where it was hidden."""
    done = await connection.execute(
        update(products)
        .where(products.c.id == product, products.c.state != "hidden")
        .values(state="hidden", reason=reason)
    )
    return bool(done.rowcount)


async def show(connection: AsyncConnection, product: int) -> str:
    """Brings a hidden product back; returns its state: approved if it was once, else it waits for staff.

    Raises `IntegrityError` where another took its name meanwhile.
    """
    found = await get(connection, product)
    if found is None or found.state != "hidden":
        return found.state if found else ""
    state = "approved" if found.approved_at else "waiting"
    await connection.execute(update(products).where(products.c.id == product).values(state=state, reason=""))
    return state


async def namesake(connection: AsyncConnection, product: Product, name: str) -> bool:
    """Whether another product of the cooperative that is not hidden has a name."""
    found = await connection.execute(
        select(products.c.id).where(
            products.c.cooperative_id == product.cooperative_id,
            products.c.folded == fold(name)[:150],
            products.c.state != "hidden",
            products.c.id != product.id,
        )
    )
    return found.first() is not None


async def waits(connection: AsyncConnection, product: Product) -> bool:
    """Whether staff have something of a product to look at."""
    if product.state in ("waiting", "more"):
        return True
    return product.state == "approved" and bool(
        product.pending or await _waiting_photos(connection, product.id)
    )


async def price_history(connection: AsyncConnection, product: int, limit: int = 6) -> list[Price]:
    """The newest first."""
    rows = await connection.execute(
        select(prices.c.price, prices.c.wholesale, prices.c.priced_on)
        .where(prices.c.product_id == product)
        .order_by(prices.c.id.desc())
        .limit(limit)
    )
    return [Price(*row) for row in rows]


async def certify(
    connection: AsyncConnection,
    cooperative: int,
    product: int | None,
    kind: str,
    at: datetime,
    *,
    number: str = "",
    body: str = "",
    issued_on: date | None = None,
    expires_on: date | None = None,
    state: str = "waiting",
    example: bool = False,
) -> int:
    """Notes a certificate. Raises `IntegrityError` where this number of that kind is noted already."""
    made = await connection.execute(
        insert(certificates)
        .values(
            cooperative_id=cooperative,
            product_id=product,
            kind=kind,
            number=number,
            body=body,
            issued_on=issued_on,
            expires_on=expires_on,
            state=state,
            example=example,
            created_at=at,
        )
        .returning(certificates.c.id)
    )
    return int(made.scalar_one())


async def certificate(connection: AsyncConnection, number: int) -> Certificate | None:
    found = await connection.execute(select(certificates).where(certificates.c.id == number))
    row = found.first()
    return _certificate(row) if row else None


async def certificates_of(
    connection: AsyncConnection, cooperative: int, product: int | None = None, *, valid_on: date | None = None
) -> list[Certificate]:
    """What a cooperative has that was not declined; for a product, its own and those of the whole cooperative.

    `valid_on`: only what staff approved and what has not expired on that day.
    """
    query = select(certificates).where(
        certificates.c.cooperative_id == cooperative, certificates.c.state != "declined"
    )
    if product is not None:
        query = query.where(or_(certificates.c.product_id == product, certificates.c.product_id.is_(None)))
    if valid_on is not None:
        query = query.where(
            certificates.c.state == "approved",
            or_(certificates.c.expires_on.is_(None), certificates.c.expires_on >= valid_on),
        )
    rows = await connection.execute(query.order_by(certificates.c.id))
    return [_certificate(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Ending:
    """A person in charge who is to be told that a certificate ends; `what` names what it is of."""

    certificate: int
    person: int
    expires_on: date
    what: str


async def ending(
    connection: AsyncConnection, days: Sequence[date], kind: str = "", whom: Collection[int] | None = None
) -> list[Ending]:
    """Whom to tell of approved certificates (of a kind, where it is given) whose last day is one of these.

    One for which a later one stands here, approved or waiting, is not spoken of.
    """
    later = certificates.alias("later")
    renewed = select(later.c.id).where(
        later.c.cooperative_id == certificates.c.cooperative_id,
        later.c.kind == certificates.c.kind,
        later.c.product_id.is_not_distinct_from(certificates.c.product_id),
        later.c.expires_on > certificates.c.expires_on,
        later.c.state != "declined",
    )
    query = (
        select(
            certificates.c.id,
            certificates.c.number,
            certificates.c.expires_on,
            products.c.name,
            ACTING.c.person_id,
        )
        .join(ACTING, ACTING.c.cooperative_id == certificates.c.cooperative_id)
        .outerjoin(products, products.c.id == certificates.c.product_id)
        .where(
            certificates.c.state == "approved",
            certificates.c.expires_on.in_(days),
            ACTING.c.role.in_(IN_CHARGE),
            ~renewed.exists(),
        )
        .order_by(certificates.c.expires_on, certificates.c.id)
    )
    if kind:
        query = query.where(certificates.c.kind == kind)
    if whom is not None:
        query = query.where(ACTING.c.person_id.in_(whom))
    return [
        Ending(row.id, row.person_id, row.expires_on, row.name or row.number)
        for row in await connection.execute(query)
    ]


async def decide_certificate(connection: AsyncConnection, number: int, state: str, reason: str = "") -> bool:
    """Approves or declines a certificate that waits; False where it was decided."""
    done = await connection.execute(
        update(certificates)
        .where(certificates.c.id == number, certificates.c.state == "waiting")
        .values(state=state, reason=reason)
    )
    return bool(done.rowcount)


async def drop_certificate(connection: AsyncConnection, number: int) -> None:
    await connection.execute(delete(certificates).where(certificates.c.id == number))


async def shown_stars(connection: AsyncConnection, product: Product, day: date) -> int:
    """The stars that the public may read: three and more, while the OCOP certificate holds; else 0."""
    if product.stars < 3:
        return 0
    held = await certificates_of(connection, product.cooperative_id, product.id, valid_on=day)
    return product.stars if any(one.kind == "ocop" for one in held) else 0


async def keep_photos(
    connection: AsyncConnection,
    sent: Sequence[Mapping[str, str]],
    *,
    chat: int | None,
    product: int | None = None,
    certificate: int | None = None,
    waits: bool = False,
) -> None:
    """Notes photos of a product or a certificate: {"ref", "name"} as they were sent in a chat.

    Without a chat, `ref` is what the media store calls them. With `waits` they take the place of the others once
    staff approve; what waited before is given up.
    """
    if waits:
        await connection.execute(delete(photos).where(photos.c.product_id == product, photos.c.waits))
    rows = [
        {
            "product_id": product,
            "certificate_id": certificate,
            "chat_id": chat,
            "reference": one["ref"],
            "name": one.get("name", "")[:255],
            "waits": waits,
        }
        for one in sent
    ]
    if rows:
        await connection.execute(insert(photos), rows)


async def replace_photos(
    connection: AsyncConnection, product: int, sent: Sequence[Mapping[str, str]], chat: int
) -> None:
    """Other photos for a product that the public has not seen."""
    await connection.execute(delete(photos).where(photos.c.product_id == product))
    await keep_photos(connection, sent, chat=chat, product=product)


async def photos_of(
    connection: AsyncConnection,
    *,
    product: int | None = None,
    certificate: int | None = None,
    waits: bool = False,
) -> list[Media]:
    """The photos that are in the media store by now, in the order they were sent."""
    owner = photos.c.product_id == product if product is not None else photos.c.certificate_id == certificate
    rows = await connection.execute(
        select(photos.c.name, photos.c.chat_id, photos.c.reference, files.c.stored)
        .outerjoin(
            files,
            and_(
                files.c.chat_id == photos.c.chat_id,
                files.c.reference == photos.c.reference,
                files.c.erased.is_(False),
            ),
        )
        .where(owner, photos.c.waits.is_(waits))
        .order_by(photos.c.id)
    )
    found = [(row.stored if row.chat_id is not None else row.reference, row.name) for row in rows]
    return [Media(stored, name) for stored, name in found if stored]


async def largest_side(connection: AsyncConnection, product: int) -> int | None:
    """The shorter side in pixels of the largest photo, of those that wait as well; None where none is here."""
    found = await connection.execute(
        select(func.max(pictures.c.short_side))
        .select_from(photos)
        .join(files, and_(files.c.chat_id == photos.c.chat_id, files.c.reference == photos.c.reference))
        .join(pictures, pictures.c.file_id == files.c.id)
        .where(photos.c.product_id == product)
    )
    largest = found.scalar()
    return None if largest is None else int(largest)


async def drop_photo(connection: AsyncConnection, chat: int, reference: str) -> Product | None:
    """A photo that could not be fetched is forgotten; returns the product it was of, if it was of one."""
    found = await connection.execute(
        select(photos.c.product_id).where(photos.c.chat_id == chat, photos.c.reference == reference)
    )
    product = found.scalar()
    await connection.execute(delete(photos).where(photos.c.chat_id == chat, photos.c.reference == reference))
    return await get(connection, product) if product is not None else None


async def shows_photo(connection: AsyncConnection, stored: str) -> bool:
    """Whether a picture of the media store is one of a public product, so that everybody may see it."""
    found = await connection.execute(
        select(photos.c.id)
        .join(products, products.c.id == photos.c.product_id)
        .outerjoin(files, and_(files.c.chat_id == photos.c.chat_id, files.c.reference == photos.c.reference))
        .where(
            products.c.state == "approved",
            photos.c.waits.is_(False),
            or_(
                and_(photos.c.chat_id.is_(None), photos.c.reference == stored),
                and_(files.c.stored == stored, files.c.erased.is_(False)),
            ),
        )
        .limit(1)
    )
    return found.first() is not None


async def _waiting_photos(connection: AsyncConnection, product: int) -> bool:
    found = await connection.execute(
        select(photos.c.id).where(photos.c.product_id == product, photos.c.waits).limit(1)
    )
    return found.first() is not None


async def _note_price(
    connection: AsyncConnection, product: int, values: Mapping[str, Any], at: datetime
) -> None:
    """A price with the day from which it holds goes into the history."""
    if values.get("priced_on") and values.get("price") is not None:
        await connection.execute(
            insert(prices).values(
                product_id=product,
                price=values["price"],
                wholesale=values.get("wholesale"),
                priced_on=_day(values["priced_on"]),
                noted_at=at,
            )
        )


def _row(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns for what a member said; an answer that was left out is empty."""
    row: dict[str, Any] = {}
    for key, value in values.items():
        if key not in FIELDS:
            continue
        column = products.c[key]
        if isinstance(column.type, Date):
            value = _day(value)
        if value is None and not column.nullable:
            value = column.type.python_type()
        row[key] = value
        if key == "name":
            row["folded"] = fold(value)[:150]
    return row


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _selected() -> Select[Any]:
    return select(
        products,
        cooperatives.c.name.label("cooperative"),
        cooperatives.c.commune,
        cooperatives.c.province,
    ).join(cooperatives, cooperatives.c.id == products.c.cooperative_id)


async def _one(connection: AsyncConnection, where: Any) -> Product | None:
    row = (await connection.execute(_selected().where(where))).first()
    return _product(row) if row else None


def _product(row: Row[Any]) -> Product:
    return Product(**{name: row._mapping[name] for name in Product.__dataclass_fields__})


def _certificate(row: Row[Any]) -> Certificate:
    return Certificate(**{name: row._mapping[name] for name in Certificate.__dataclass_fields__})


#: What buyers and sellers call alike, by its first word; translations are lists.
_SYNONYMS = (
    N_("words: dried"),
    N_("words: fish sauce"),
    N_("words: honey"),
    N_("words: bird's nest"),
    N_("words: pepper"),
    N_("words: tea"),
    N_("words: shiitake"),
    N_("words: glass noodles"),
    N_("words: sedge ware"),
    N_("words: rattan and bamboo"),
    N_("words: pork"),
    N_("words: peanuts"),
    N_("words: maize"),
    N_("words: cassava"),
)


@cache
def _same_words() -> list[tuple[str, str]]:
    """(a word as it may be said, the one that stands for it), the longest first."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        for message in _SYNONYMS:
            first, *others = [fold(word) for word in text(language).words(message)] or [""]
            found |= dict.fromkeys(others, first)
    return sorted(found.items(), key=lambda pair: -len(pair[0]))


@cache
def _fillers() -> frozenset[str]:
    """Words that say nothing of which product is meant."""
    return frozenset(
        word for language in LANGUAGES for word in text(language).typed(N_("words: fillers around a product"))
    )


def essential(words: str) -> str:
    """The words that say which product it is, each in the spelling that stands for its synonyms.

    What stands in brackets is a remark: “Nấm hương (ví dụ)” is nấm hương.
    """
    said = f" {fold(_REMARK.sub(' ', words))} "
    for other, first in _same_words():
        said = said.replace(f" {other} ", f" {first} ")
    return " ".join(word for word in said.split() if word not in _fillers())
