"""All that a deployment may set, from the environment; frozen, and refused with the variable's name."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError

Mode = Literal["polling", "webhook"]


class Settings(BaseSettings):
    """One field a variable; README.md lists them for those who deploy."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    database_url: str = Field("sqlite+aiosqlite:///data/coopbot.db", repr=False)
    data_dir: Path = Path("data")
    host: str = "0.0.0.0"  # noqa: S104  a server in a container listens on all of its addresses
    port: int = Field(8080, ge=0, le=65535)
    public_url: str = ""
    secret_key: str = Field("", repr=False)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    telegram_token: str = Field("", repr=False)
    telegram_api_url: str = "https://api.telegram.org"
    telegram_mode: Mode = "polling"
    telegram_webhook_secret: str = Field("", repr=False)

    zalo_bot_token: str = Field("", repr=False)
    zalo_bot_api_url: str = "https://bot-api.zaloplatforms.com"
    zalo_bot_mode: Mode = "polling"
    zalo_bot_secret: str = Field("", repr=False)
    zalo_oa_app_id: str = ""
    zalo_oa_app_secret: str = Field("", repr=False)
    zalo_oa_secret: str = Field("", repr=False)
    zalo_oa_refresh_token: str = Field("", repr=False)
    zalo_oa_signature: Literal["sha256", "hmac"] = "sha256"
    zalo_oa_buttons: bool = False
    zalo_oa_template: str = ""
    zalo_oa_api_url: str = "https://openapi.zalo.me"
    zalo_oa_oauth_url: str = "https://oauth.zaloapp.com"

    union_name: str = ""
    union_province: str = ""
    union_address: str = ""
    union_phone: str = ""
    union_hours: str = ""
    default_language: Literal["vi", "fr", "en"] = "vi"
    embeddings: bool = True
    sample: bool = True
    approval_above: int = Field(200, ge=0)

    @field_validator("database_url")
    @classmethod
    def _async_driver(cls, url: str) -> str:
        """The plain addresses that hosts hand out, with the driver this program uses."""
        for plain, driver in (
            ("postgres://", "postgresql+asyncpg://"),
            ("postgresql://", "postgresql+asyncpg://"),
            ("sqlite://", "sqlite+aiosqlite://"),
        ):
            if url.startswith(plain):
                return driver + url.removeprefix(plain)
        if not url.startswith(("sqlite+aiosqlite://", "postgresql+asyncpg://")):
            raise ValueError("is a sqlite:// or postgresql:// address")
        return url

    @property
    def address(self) -> str:
        """Where the web page is: from outside, or on this machine where nothing else is known."""
        return self.public_url or f"http://localhost:{self.port}"

    @field_validator(
        "public_url", "telegram_api_url", "zalo_bot_api_url", "zalo_oa_api_url", "zalo_oa_oauth_url"
    )
    @classmethod
    def _web_address(cls, url: str) -> str:
        if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc):
            raise ValueError("is an http:// or https:// address")
        return url.rstrip("/")

    @field_validator("telegram_token")
    @classmethod
    def _token(cls, token: str) -> str:
        number, _, secret = token.partition(":")
        if token and not (number.isdigit() and secret):
            raise ValueError("looks like 123456:ABC-DEF, as @BotFather gives it")
        return token

    @field_validator("zalo_oa_app_id")
    @classmethod
    def _app_id(cls, number: str) -> str:
        if number and not (number.isascii() and number.isdigit()):
            raise ValueError("is a number, as developers.zalo.me shows it")
        return number

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _webhook_secret(cls, secret: str) -> str:
        """1-256 of A-Z a-z 0-9 _ - (core.telegram.org/bots/api#setwebhook)."""
        if secret and not (
            len(secret) <= 256 and all(c.isascii() and (c.isalnum() or c in "_-") for c in secret)
        ):
            raise ValueError("is 1 to 256 letters, digits, _ or -")
        return secret

    @field_validator("zalo_bot_token")
    @classmethod
    def _zalo_bot_token(cls, token: str) -> str:
        number, _, secret = token.partition(":")
        if token and not (number.isdigit() and _is_plain(secret) and not set("/?#%\\") & set(secret)):
            raise ValueError("looks like 12345689:abc-xyz, as Zalo gives it")
        return token

    @field_validator("zalo_bot_secret")
    @classmethod
    def _zalo_bot_secret(cls, secret: str) -> str:
        """8-256 characters (bot.zaloplatforms.com/docs); which ones is not said."""
        if secret and not (8 <= len(secret) <= 256 and _is_plain(secret)):
            raise ValueError("is 8 to 256 letters, digits or signs without spaces")
        return secret

    @model_validator(mode="after")
    def _webhook_is_complete(self) -> Settings:
        telegram = ("TELEGRAM_WEBHOOK_SECRET", self.telegram_webhook_secret)
        zalo = ("ZALO_BOT_SECRET", self.zalo_bot_secret)
        for variable, used, secret in (
            ("TELEGRAM_MODE", self.telegram_token and self.telegram_mode == "webhook", telegram),
            ("ZALO_BOT_MODE", self.zalo_bot_token and self.zalo_bot_mode == "webhook", zalo),
        ):
            missing = [name for name, value in (("PUBLIC_URL", self.public_url), secret) if not value]
            if used and missing:
                raise ValueError(f"{variable}=webhook needs {' and '.join(missing)}")
        return self

    @model_validator(mode="after")
    def _zalo_oa_is_complete(self) -> Settings:
        """The refresh token may be in the database already. Files that Zalo does not take go as an address of ours."""
        if self.zalo_oa_app_id:
            needed = ("zalo_oa_app_secret", "zalo_oa_secret", "public_url")
            missing = [name.upper() for name in needed if not getattr(self, name)]
            if missing:
                raise ValueError(f"ZALO_OA_APP_ID needs {' and '.join(missing)}")
        return self


def _is_plain(secret: str) -> bool:
    """Whether it goes into a header as it is."""
    return bool(secret) and secret.isascii() and secret.isprintable() and " " not in secret


def load(**given: object) -> Settings:
    """Settings from the environment; `given` wins, for tests and for the command line.

    Raises `SettingsError`, with a line for each variable that is wrong.
    """
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            name = "_".join(str(part) for part in problem["loc"]).upper()
            message = problem["msg"].removeprefix("Value error, ")
            lines.append(f"{name} {message}" if name else message)
        raise SettingsError("\n".join(lines)) from None


def secret_key(settings: Settings) -> str:
    """The key that signs cookies and links: the one that is set, or one made once and kept beside the data."""
    if settings.secret_key:
        return settings.secret_key
    kept = settings.data_dir / "secret.key"
    if not kept.exists() or not kept.stat().st_size:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(32))
    return kept.read_text().strip()
