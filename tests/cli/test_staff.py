"""Officers on the command line, as a union's administrator types it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.test_commands import coopbot, turns


def test_an_officer_is_added_joins_with_the_code_and_is_removed(tmp_path: Path) -> None:
    added = coopbot(tmp_path, "staff", "add", "Cán bộ Một", "--topics", "events,person")
    assert added.returncode == 0, added.stderr
    code = added.stdout.splitlines()[0]
    assert re.fullmatch("[A-Z2-9]{4}-[A-Z2-9]{4}", code)
    assert "within 7 days" in added.stdout
    assert "has not joined yet" in coopbot(tmp_path, "staff", "list").stdout

    chat = ("chat", "--as", "một", "--lang", "vi", "--json")
    _, joined, listed = turns(coopbot(tmp_path, *chat, said=f"{code}\nĐồng ý\n/viec\n").stdout)
    assert "Chào Cán bộ Một" in joined[-1]["text"]
    assert "không có việc nào chờ" in listed[0]["text"]
    shown = coopbot(tmp_path, "staff", "list").stdout
    assert shown == "1  Cán bộ Một  topics: events, person  communes: all  in the chat\n"

    removed = coopbot(tmp_path, "staff", "remove", "Cán bộ Một")
    assert "is no officer any more" in removed.stdout
    told = turns(coopbot(tmp_path, *chat, said="/viec\n").stdout)[0]
    assert "không còn là cán bộ" in told[0]["text"]
    assert "dành cho cán bộ" in told[-1]["text"]
    assert coopbot(tmp_path, "staff", "list").stdout == "no officers yet\n"


def test_a_new_code_is_another_one(tmp_path: Path) -> None:
    first = coopbot(tmp_path, "staff", "add", "Cán bộ Một").stdout.splitlines()[0]
    second = coopbot(tmp_path, "staff", "code", "1").stdout.splitlines()[0]
    assert first != second


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "Cán bộ Một", "--topics", "everything"), "everything is none of cooperatives"),
        (("add", "7"), "2 to 60 letters"),
        (("remove", "Không Có"), "there is no officer Không Có"),
        (("code", "Không Có"), "there is no officer Không Có"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = coopbot(tmp_path, "staff", *arguments)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_two_officers_of_one_name_are_told_apart(tmp_path: Path) -> None:
    coopbot(tmp_path, "staff", "add", "Cán bộ Một")
    again = coopbot(tmp_path, "staff", "add", "Cán bộ Một")
    assert again.returncode == 1
    assert "already" in again.stderr
