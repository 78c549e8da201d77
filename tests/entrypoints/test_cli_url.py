"""`countermark url`: one JSON line for each link, whatever it holds, and an exit status a script can rely on."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from countermark.entrypoints.cli import app

CUP = "https://item.taobao.com/item.htm?id=627374829104"
LANTERN = """
id = "lantern-market"
name = "Lantern Market"
[domains]
"lantern.example" = "lantern.example"
[[listing]]
path = 'items/(?P<item>[0-9]{1,9})'
canonical = "https://{host}/items/{item}"
"""


def run(*arguments: str, given: str | bytes | None = None) -> tuple[int, list[dict[str, Any]], str]:
    """The exit status, the lines printed, and what was said on stderr."""
    ended = CliRunner().invoke(app, ["url", *arguments], input=given)
    return ended.exit_code, [json.loads(line) for line in ended.stdout.splitlines() if line[:1] == "{"], ended.output


def test_a_link_is_printed_with_what_it_names():
    assert run(CUP + "&spm=1") == (
        0,
        [
            {
                "input": CUP + "&spm=1",
                "marketplace": "taobao",
                "item_id": "627374829104",
                "canonical_url": CUP,
                "kind": "listing",
            }
        ],
        run(CUP + "&spm=1")[2],
    )


def test_seller_and_variant_are_printed_where_the_link_has_them():
    _, (offer, cup), _ = run(
        "https://www.amazon.de/dp/B0EXAMPLE1?smid=A1QRG6NHEUKUZO",
        "https://www.lazada.sg/products/cup-i12345-s67890.html",
    )
    assert offer["seller"] == "A1QRG6NHEUKUZO"
    assert "variant" not in offer
    assert cup["variant"] == "67890"
    assert "seller" not in cup


def test_a_link_that_names_nothing_is_printed_with_its_reason_and_the_exit_status_says_so():
    status, (first, second), _ = run(CUP, "https://m.tb.cn/h.5CJ")
    assert status == 1
    assert first["item_id"] == "627374829104"
    assert set(second) == {"input", "error", "code"}
    assert second["code"] == "short_link"


def test_lines_come_from_a_pipe_and_blank_ones_are_left_out():
    pasted = f"\ufeff{CUP}\r\n\r\n  \n看：{CUP}，很好\nrubbish".encode()
    status, lines, _ = run("-", given=pasted)
    assert status == 1
    assert [line.get("item_id", line.get("code")) for line in lines] == ["627374829104", "627374829104", "no_link"]
    assert lines[1]["input"] == f"看：{CUP}，很好"


def test_nothing_in_the_pipe_is_nothing_wrong():
    assert run("-", given=b"")[:2] == (0, [])


def test_letters_of_any_script_are_printed_as_they_are():
    ended = CliRunner().invoke(app, ["url", "https://shopee.tw/陶瓷杯-i.1.2"])
    assert "陶瓷杯" in ended.stdout


def test_bytes_that_are_no_text_do_not_stop_the_pipe():
    status, lines, _ = run("-", given=b"\xff\xfe\x00\n" + CUP.encode() + b"\n")
    assert status == 1
    assert [line.get("code") for line in lines] == ["control_characters", None]


def test_only_the_marketplace_and_kind_asked_for_are_taken():
    _, lines, _ = run(
        "--marketplace",
        "taobao",
        "--mode",
        "listing",
        CUP,
        "627374829104",
        "https://mei.taobao.com",
        "https://www.etsy.com/listing/1234567890",
    )
    assert [line.get("code", "found") for line in lines] == [
        "found",
        "found",
        "shop_in_listing_mode",
        "wrong_marketplace",
    ]


def test_without_a_mode_shops_are_named_too():
    status, (shop,), _ = run("https://www.etsy.com/shop/LanternWare")
    assert (status, shop["kind"], shop["seller"]) == (0, "storefront", "lanternware")


def test_a_marketplace_of_ones_own_comes_from_a_file(tmp_path: Path):
    patterns = tmp_path / "lantern.toml"
    patterns.write_text(LANTERN, "utf-8")
    status, (line,), _ = run("--patterns", str(patterns), "--marketplace", "lantern-market", "lantern.example/items/7")
    assert (status, line["canonical_url"]) == (0, "https://lantern.example/items/7")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Missing argument"),
        (("--marketplace", "nowhere", CUP), "nowhere"),
        (("--mode", "seller", CUP), "storefront"),
        (("--patterns", "/nowhere.toml", CUP), "nowhere.toml"),
    ],
)
def test_a_command_used_wrongly_ends_with_2_and_says_how(arguments: tuple[str, ...], said: str):
    status, lines, output = run(*arguments)
    assert (status, lines) == (2, [])
    assert said in output


@pytest.mark.parametrize(("text", "said"), [(b"id = 'x'", "domains"), (b"id = ", "not TOML"), (b"\xff", "UTF-8")])
def test_a_description_that_does_not_hold_is_told_with_its_faults(tmp_path: Path, text: bytes, said: str):
    patterns = tmp_path / "bad.toml"
    patterns.write_bytes(text)
    status, lines, output = run("--patterns", str(patterns), CUP)
    assert (status, lines) == (2, [])
    assert said in output


def test_each_line_of_a_pipe_is_answered_before_the_next_is_written():
    command = [sys.executable, "-c", "from countermark.project.main import main; main()", "url", "-"]
    as_installed = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=as_installed) as running:
        assert running.stdin
        assert running.stdout
        for number in (1, 2):
            running.stdin.write(f"{CUP[:-1]}{number}\n".encode())
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["item_id"].endswith(str(number))
        running.stdin.close()
        assert running.wait(timeout=30) == 0
