"""What is set wrongly is named, and what is secret is not shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import settings
from bot.errors import SettingsError
from tests.conftest import MakeSettings

TOKEN = "123456:ABC-secret"
ZALO_TOKEN = "12345689:abc-xyz"
PASSWORD = "hunter2"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("DATABASE_URL", "mysql://x"),
        ("PUBLIC_URL", "example.org"),
        ("PUBLIC_URL", "ftp://example.org"),
        ("TELEGRAM_API_URL", "http://"),
        ("TELEGRAM_TOKEN", "ABC"),
        ("TELEGRAM_TOKEN", "123456:"),
        ("TELEGRAM_MODE", "carrier pigeon"),
        ("TELEGRAM_WEBHOOK_SECRET", "not secret!"),
        ("TELEGRAM_WEBHOOK_SECRET", "a" * 257),
        ("TELEGRAM_WEBHOOK_SECRET", "mật"),
        ("ZALO_BOT_API_URL", "bot-api.zaloplatforms.com"),
        ("ZALO_BOT_TOKEN", "abc-xyz"),
        ("ZALO_BOT_TOKEN", "12345689:"),
        ("ZALO_BOT_TOKEN", "12345689:abc/xyz"),
        ("ZALO_BOT_MODE", "pigeon"),
        ("ZALO_BOT_SECRET", "seven77"),
        ("ZALO_BOT_SECRET", "a" * 257),
        ("ZALO_BOT_SECRET", "mật khẩu dài"),
        ("ZALO_OA_APP_ID", "my app"),
        ("ZALO_OA_SIGNATURE", "md5"),
        ("ZALO_OA_BUTTONS", "perhaps"),
        ("ZALO_OA_API_URL", "openapi.zalo.me"),
        ("ZALO_OA_OAUTH_URL", "ftp://oauth"),
        ("DEFAULT_LANGUAGE", "de"),
        ("LOG_LEVEL", "LOUD"),
        ("EMBEDDINGS", "perhaps"),
    ],
)
def test_a_variable_that_is_wrong_is_named(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=rf"^{name} \S+"):
        settings.load()


def test_every_variable_that_is_wrong_is_named_at_once(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "eighty")
    monkeypatch.setenv("TELEGRAM_TOKEN", "ABC")
    with pytest.raises(SettingsError) as told:
        settings.load()
    assert [line.split()[0] for line in str(told.value).splitlines()] == ["PORT", "TELEGRAM_TOKEN"]


def test_a_webhook_says_all_that_it_needs(make_settings: MakeSettings) -> None:
    with pytest.raises(SettingsError, match="PUBLIC_URL and TELEGRAM_WEBHOOK_SECRET"):
        make_settings(telegram_token=TOKEN, telegram_mode="webhook")
    make_settings(
        telegram_token=TOKEN,
        telegram_mode="webhook",
        telegram_webhook_secret="s3cret",
        public_url="https://bot.example.org/",
    )


def test_a_webhook_of_zalo_says_all_that_it_needs(make_settings: MakeSettings) -> None:
    with pytest.raises(SettingsError, match="ZALO_BOT_MODE=webhook needs PUBLIC_URL and ZALO_BOT_SECRET"):
        make_settings(zalo_bot_token=ZALO_TOKEN, zalo_bot_mode="webhook")
    make_settings(zalo_bot_mode="webhook")
    make_settings(
        zalo_bot_token=ZALO_TOKEN,
        zalo_bot_mode="webhook",
        zalo_bot_secret="s3cret/+=",
        public_url="https://bot.example.org/",
    )


def test_an_official_account_says_all_that_it_needs(make_settings: MakeSettings) -> None:
    with pytest.raises(SettingsError, match="ZALO_OA_APP_SECRET and ZALO_OA_SECRET and PUBLIC_URL"):
        make_settings(zalo_oa_app_id="1")
    make_settings(
        zalo_oa_app_id="1", zalo_oa_app_secret="a", zalo_oa_secret="b", public_url="https://bot.example.org"
    )


def test_nothing_secret_is_shown(make_settings: MakeSettings) -> None:
    chosen = make_settings(
        telegram_token=TOKEN,
        telegram_webhook_secret="hook-hidden",
        zalo_bot_token=ZALO_TOKEN,
        zalo_bot_secret="zalo-hidden",
        secret_key="signing-hidden",
        zalo_oa_app_secret="app-hidden",
        zalo_oa_secret="oa-hidden",
        zalo_oa_refresh_token="refresh-hidden",
        database_url=f"postgresql://bot:{PASSWORD}@db/bot",
    )
    for shown in (repr(chosen), str(chosen)):
        assert "hidden" not in shown
        assert TOKEN not in shown
        assert ZALO_TOKEN not in shown
        assert PASSWORD not in shown


def test_a_refusal_does_not_show_the_value_that_may_be_a_secret(make_settings: MakeSettings) -> None:
    with pytest.raises(SettingsError) as told:
        make_settings(telegram_token="my-secret-token", telegram_webhook_secret="hook secret")
    assert "secret-token" not in str(told.value)
    assert "hook secret" not in str(told.value)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("postgresql://u@h/d", "postgresql+asyncpg://u@h/d"),
        ("sqlite:///x.db", "sqlite+aiosqlite:///x.db"),
        ("postgresql+asyncpg://u@h/d", "postgresql+asyncpg://u@h/d"),
    ],
)
def test_a_hosts_plain_database_address_is_taken(make_settings: MakeSettings, given: str, used: str) -> None:
    assert make_settings(database_url=given).database_url == used


def test_an_empty_variable_is_as_good_as_none(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "")
    monkeypatch.setenv("TELEGRAM_TOKEN", "")
    assert settings.load().port == 8080


def test_settings_do_not_change(make_settings: MakeSettings) -> None:
    chosen = make_settings()
    with pytest.raises(ValueError, match="frozen"):
        chosen.port = 1


def test_the_key_that_signs_is_made_once_and_is_for_its_owner_alone(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    chosen = make_settings(data_dir=tmp_path / "new")
    key = settings.secret_key(chosen)
    assert len(key) >= 32
    assert settings.secret_key(chosen) == key
    assert (tmp_path / "new" / "secret.key").stat().st_mode & 0o077 == 0
    assert settings.secret_key(make_settings(secret_key="mine")) == "mine"


def test_an_empty_key_file_is_never_a_key(make_settings: MakeSettings, tmp_path: Path) -> None:
    (tmp_path / "secret.key").touch()
    assert len(settings.secret_key(make_settings())) >= 32
