"""The commands as they are typed: real processes, real files."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.fakes.zalo_bot_api import running_zalo_bot

REPO = Path(__file__).parents[2]


def coopbot(
    folder: Path, *arguments: str, said: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=said,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=kept
        | {"DATABASE_URL": f"sqlite:///{folder}/t.db", "DATA_DIR": str(folder), "EMBEDDINGS": "false"}
        | {"SAMPLE": "false"}
        | environment,
    )


def turns(output: str) -> list[list[dict[str, Any]]]:
    """The replies of each turn, by the lines that close them."""
    found: list[list[dict[str, Any]]] = [[]]
    for line in output.splitlines():
        reply = json.loads(line)
        if reply == {"end": True}:
            found.append([])
        else:
            found[-1].append(reply)
    assert found[-1] == [], "the last turn is not closed"
    return found[:-1]


def test_a_chat_in_json_has_a_line_a_reply_and_closes_each_turn(tmp_path: Path) -> None:
    done = coopbot(tmp_path, "chat", "--json", "--lang", "vi", said="menu\n4\n!start:menu\ncảm ơn\n")
    assert done.returncode == 0, done.stderr
    menu, loans, again, thanks = turns(done.stdout)
    assert menu[0]["buttons"][3] == {"label": "Vay vốn", "data": "start:loans"}
    assert "Vay vốn" in loans[0]["text"]
    assert again[0]["text"] == menu[0]["text"]
    assert "không có gì" in thanks[0]["text"]


def test_a_chat_goes_on_where_it_stood(tmp_path: Path) -> None:
    coopbot(
        tmp_path, "chat", "--as", "an", "--lang", "vi", said="!person:contact\n!privacy:yes\nNguyễn Văn A\n"
    )
    done = coopbot(tmp_path, "chat", "--as", "an", "--lang", "vi", "--json", said="0912345678\n")
    assert "Nguyễn Văn A" in turns(done.stdout)[0][0]["text"]


def test_two_people_have_two_conversations(tmp_path: Path) -> None:
    coopbot(tmp_path, "chat", "--as", "an", said="!person:contact\n!privacy:yes\nNguyễn Văn A\n")
    done = coopbot(tmp_path, "chat", "--as", "binh", "--json", said="0912345678\n")
    assert "Nguyễn Văn A" not in done.stdout


def test_a_file_is_sent_and_a_missing_or_foreign_one_is_refused_kindly(tmp_path: Path) -> None:
    Image.new("RGB", (80, 60), "red").save(tmp_path / "label.jpg")
    (tmp_path / "song.mp3").write_bytes(b"ID3 nothing")
    said = "".join(f"/file {tmp_path}/{name}\n" for name in ("label.jpg", "gone.jpg", "song.mp3"))
    done = coopbot(tmp_path, "chat", "--json", "--lang", "vi", said=said)
    sent, gone, song = turns(done.stdout)
    assert "yêu cầu số 1" in sent[0]["text"]
    assert "Không có tệp" in gone[0]["text"]
    assert "Em nhận được ảnh" in song[0]["text"]


def test_a_plain_chat_numbers_its_buttons_and_shows_no_asterisks(tmp_path: Path) -> None:
    done = coopbot(tmp_path, "chat", "--lang", "vi", said="menu\ngiấy OCOP có giá trị bao lâu\n")
    assert "\n4. Vay vốn" in done.stdout
    assert "36 tháng" in done.stdout
    assert "**" not in done.stdout


def test_a_question_is_answered_with_its_article_and_score(tmp_path: Path) -> None:
    done = coopbot(tmp_path, "ask", "giấy OCOP có giá trị bao lâu", "--json")
    answer = json.loads(done.stdout)
    assert answer["answered"] is True
    assert answer["article"] == "ocop-han-36-thang"
    assert 0 <= answer["score"] <= 1
    assert "Nguồn: Quyết định 148/QĐ-TTg" in answer["text"]
    assert "ocop-han-36-thang" not in answer["alternatives"]


def test_a_question_without_an_answer_says_so(tmp_path: Path) -> None:
    done = coopbot(tmp_path, "ask", "Vé xem phim ở rạp tối nay bao nhiêu tiền?", "--json")
    answer = json.loads(done.stdout)
    assert (answer["answered"], answer["article"]) == (False, None)
    assert "chưa có thông tin chắc chắn" in answer["text"]


def test_quality_is_measured_on_a_knowledge_base_of_ones_own(tmp_path: Path) -> None:
    documents = [
        {"id": "rice", "title": "When is rice harvested?", "body": "In October."},
        {"id": "tea", "title": "How is green tea dried?", "body": "In the shade."},
        {"id": "honey", "title": "Where do the bees live?", "body": "In the forest."},
    ]
    rows = [
        {"q": "when is the rice harvested", "lang": "en", "style": "typed", "gold": ["rice"], "kind": "kb"},
        {"q": "How do you dry green tea?", "lang": "en", "style": "proper", "gold": ["tea"], "kind": "kb"},
        {"q": "price of gold in Paris", "lang": "en", "style": "proper", "gold": [], "kind": "none"},
    ]
    for name, lines in (("docs", documents), ("questions", rows)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    files = [str(tmp_path / name) for name in ("questions.jsonl", "docs.jsonl", "each.jsonl")]
    done = coopbot(tmp_path, "evaluate", files[0], "--articles", files[1], "--each", files[2], "--json")
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert {"n", "top1", "top3", "mrr5", "false_answers", "missed", "by"} == set(figures)
    assert (figures["n"], figures["top1"]) == (3, 1.0)
    assert set(figures["by"]) == {"en/typed", "en/proper"}
    each = [json.loads(line) for line in (tmp_path / "each.jsonl").read_text().splitlines()]
    assert [line["article"] for line in each[:2]] == ["rice", "tea"]
    assert set(each[0]) == {"q", "answered", "article", "score", "alternatives", "led_to"}


def test_each_line_tells_which_dialog_a_message_leads_to(tmp_path: Path) -> None:
    row = {"q": "cho tôi gặp cán bộ", "lang": "vi", "gold": [], "kind": "human"}
    (tmp_path / "q.jsonl").write_text(json.dumps(row))
    done = coopbot(tmp_path, "evaluate", str(tmp_path / "q.jsonl"), "--each", str(tmp_path / "each.jsonl"))
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "each.jsonl").read_text())["led_to"] == "human"


@pytest.mark.parametrize(
    ("content", "complaint"), [('{"q": "a"}\n{"q": ', "q.jsonl:2"), (None, "cannot be read")]
)
def test_a_bad_file_of_questions_is_named_with_its_line(
    tmp_path: Path, content: str | None, complaint: str
) -> None:
    if content is not None:
        (tmp_path / "q.jsonl").write_text(content)
    done = coopbot(tmp_path, "evaluate", str(tmp_path / "q.jsonl"))
    assert done.returncode == 1
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_check_says_what_is_fine(tmp_path: Path) -> None:
    done = coopbot(tmp_path, "check")
    assert done.returncode == 0, done.stdout + done.stderr
    counts = [len(list(REPO.glob(f"locales/{lang}/articles/*.md"))) for lang in ("en", "fr", "vi")]
    assert "articles: {} en, {} fr, {} vi".format(*counts) in done.stdout


async def test_check_asks_zalo_whether_it_knows_the_bot(tmp_path: Path) -> None:
    async with running_zalo_bot() as zalo:
        for token, status, said in (
            (zalo.token, 0, "zalo_bot: fine (bot.Lienminh)"),
            ("12345689:another", 1, "zalo_bot: Zalo does not accept the bot's token"),
        ):
            done = await asyncio.to_thread(
                coopbot, tmp_path, "check", ZALO_BOT_TOKEN=token, ZALO_BOT_API_URL=zalo.url
            )
            assert done.returncode == status, done.stderr
            assert said in done.stdout
            assert token not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("DATABASE_URL", "mysql://x"),
        ("TELEGRAM_TOKEN", "secret-without-number"),
        ("PUBLIC_URL", "example"),
        ("DEFAULT_LANGUAGE", "de"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name_and_without_its_value(
    tmp_path: Path, name: str, value: str
) -> None:
    done = coopbot(tmp_path, "run", **{name: value})
    assert done.returncode == 1
    assert name in done.stderr
    assert "secret-without-number" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_cannot_be_opened_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    done = coopbot(tmp_path, "check", DATABASE_URL=f"sqlite:///{tmp_path}/file/t.db")
    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


EVENTS = """Loại,Tên sự kiện,"Địa điểm, địa chỉ",Bắt đầu,Kết thúc
Hội chợ,Hội chợ OCOP Tết,"Vinh, Nghệ An",8:00 20/12/2099,17:00 22/12/2099
"""


def test_events_are_imported_after_a_dry_run_and_exported(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text(EVENTS + "đám cưới,Tập huấn kế toán,Vinh,8:00 20/12/2099,9:00 20/12/2099\n")
    wrong = coopbot(tmp_path, "import", "events", str(file))
    assert wrong.returncode == 1
    assert "1 rows are right" in wrong.stdout
    assert "Dòng 3, Loại:" in wrong.stdout
    file.write_text(EVENTS)
    dry = coopbot(tmp_path, "import", "events", str(file), "--dry-run")
    assert (dry.returncode, dry.stdout) == (0, "1 rows are right\n")
    done = coopbot(tmp_path, "import", "events", str(file))
    assert "1 are new, 0 were there already" in done.stdout
    assert "0 are new, 1 were there already" in coopbot(tmp_path, "import", "events", str(file)).stdout
    out = tmp_path / "registrations.csv"
    assert coopbot(tmp_path, "export", "registrations", str(out)).stdout == "0 rows\n"
    assert out.read_text("utf-8-sig").startswith("Sự kiện,")


def test_an_unknown_kind_names_those_there_are(tmp_path: Path) -> None:
    done = coopbot(tmp_path, "export", "weather", str(tmp_path / "w.csv"))
    assert done.returncode == 1
    assert "registrations" in done.stderr


LOADED = "examples to try are loaded"


def test_a_fresh_chat_loads_the_examples_and_says_how_to_remove_them(tmp_path: Path) -> None:
    said = "sự kiện\n"
    done = coopbot(tmp_path, "chat", "--json", "--lang", "vi", said=said, SAMPLE="true")
    assert LOADED in done.stderr
    assert "coopbot sample remove" in done.stderr
    (replies,) = turns(done.stdout)
    assert "(ví dụ)" in replies[-1]["text"]
    assert LOADED not in coopbot(tmp_path, "chat", "--json", said=said, SAMPLE="true").stderr


def test_without_the_setting_nothing_is_loaded(tmp_path: Path) -> None:
    done = coopbot(tmp_path, "chat", "--json", "--lang", "vi", said="sự kiện\n")
    assert LOADED not in done.stderr
    assert "(ví dụ)" not in done.stdout


async def test_a_fresh_server_says_on_its_first_line_that_it_loaded_the_examples(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")} | {
        "DATABASE_URL": f"sqlite:///{tmp_path}/t.db",
        "DATA_DIR": str(tmp_path),
        "EMBEDDINGS": "false",
        "HOST": "127.0.0.1",
        "PORT": "0",
    }
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env=environment, stdout=asyncio.subprocess.PIPE
    )
    assert server.stdout is not None
    try:
        lines = [await asyncio.wait_for(server.stdout.readline(), 60) for _ in range(2)]
    finally:
        server.terminate()
        await server.wait()
    assert LOADED in lines[0].decode()
    assert "the web chat is at" in lines[1].decode()


def test_the_examples_come_and_go_and_what_is_real_stays(tmp_path: Path) -> None:
    assert coopbot(tmp_path, "sample", "load").stdout == "the examples are loaded\n"
    assert coopbot(tmp_path, "sample", "load").stdout == "the examples were there already\n"
    assert "18 cooperatives, events and products are still there; " in coopbot(tmp_path, "check").stdout
    file = tmp_path / "events.csv"
    file.write_text(EVENTS)
    coopbot(tmp_path, "import", "events", str(file))
    assert "are still there beside 1 real ones; `coopbot sample" in coopbot(tmp_path, "check").stdout
    assert coopbot(tmp_path, "sample", "remove").stdout == "the examples are removed\n"
    assert coopbot(tmp_path, "sample", "remove").stdout == "there were no examples\n"
    assert "examples:" not in coopbot(tmp_path, "check").stdout
    assert "0 are new, 1 were there already" in coopbot(tmp_path, "import", "events", str(file)).stdout


def test_what_is_taken_out_goes_in_again(tmp_path: Path) -> None:
    coopbot(tmp_path, "chat", said="menu\n", SAMPLE="true")
    for kind, ending in (("events", "xlsx"), ("events", "jsonl"), ("programmes", "csv")):
        file = tmp_path / f"{kind}.{ending}"
        out = coopbot(tmp_path, "export", kind, str(file))
        back = coopbot(tmp_path, "import", kind, str(file), "--dry-run")
        assert (out.returncode, back.returncode) == (0, 0), back.stdout + back.stderr
        assert back.stdout == f"{out.stdout.split()[0]} rows are right\n"


def test_a_database_that_was_used_gets_no_examples_by_itself(tmp_path: Path) -> None:
    file = tmp_path / "events.csv"
    file.write_text(EVENTS)
    coopbot(tmp_path, "import", "events", str(file))
    done = coopbot(tmp_path, "chat", "--json", "--lang", "vi", said="sự kiện\n", SAMPLE="true")
    assert LOADED not in done.stderr
    assert "(ví dụ)" not in done.stdout
