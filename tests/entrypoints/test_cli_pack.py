"""`countermark pack`: anybody can see what a procedure says, and a pack's author what is wrong with it."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from typer.testing import CliRunner

from countermark.core.procedure_loader import FOLDER, load, pack_ids
from countermark.entrypoints.cli import app
from countermark.entrypoints.packs.diagram import svg
from countermark.entrypoints.packs.layout import lay_out

SVG = "{http://www.w3.org/2000/svg}"
every_pack = pytest.mark.parametrize("pack", pack_ids())


def run(*arguments: str, columns: int = 130) -> tuple[int, str]:
    ended = CliRunner().invoke(app, ["pack", *arguments], env={"COLUMNS": str(columns)})
    return ended.exit_code, ended.output


def words_of(output: str) -> str:
    return " ".join(output.split())


def test_the_list_names_every_pack_with_what_it_serves():
    status, output = run("list")
    assert status == 0
    rows = {line.split()[0]: words_of(line) for line in output.splitlines() if line.strip()}
    assert rows["platform"] == "platform 2026.1 Platform procedure * * 15 3 none"
    assert rows["us-dmca-512"].startswith(
        "us-dmca-512 2026.1 DMCA notice and counter notification copyright US 14 no limit"
    )
    assert rows["eu-notice"].endswith("eu-dsa")
    assert [name for name in rows if name in pack_ids()] == list(pack_ids())


@every_pack
@pytest.mark.parametrize("columns", [80, 130])
def test_a_pack_is_shown_with_every_state_move_clock_and_source(pack, columns):
    status, output = run("show", pack, columns=columns)
    procedure = load(pack)
    assert status == 0
    for name in procedure.states:
        assert re.search(rf"^ {name} ", output, re.MULTILINE), name
    for _, event, _ in procedure.moves:
        assert event in output, event
    for source in procedure.sources.values():
        assert words_of(source) in words_of(output), source


def test_the_table_says_whom_a_state_waits_on_by_which_clock_and_what_silence_means():
    lines = [words_of(line) for line in run("show", "platform")[1].splitlines()]
    assert "awaiting_seller seller 3, 7, 7 working days by the timing chosen removed" in lines
    assert "removed seller 3, 7, 7 working days removal removed if a chance is left, else upheld" in lines
    assert "checking reviewer 3 working days nothing an alarm, and nothing is decided" in lines
    assert "upheld (closed: upheld) removal" in lines


@every_pack
def test_all_of_a_pack_is_there_as_json(pack):
    status, output = run("show", pack, "--json")
    shown, procedure = json.loads(output), load(pack)
    assert status == 0
    assert [state["name"] for state in shown["states"]] == list(procedure.states)
    assert {(m["state"], m["event"], m["by"]) for m in shown["moves"] if not m["common"]} == procedure.own
    assert len(shown["moves"]) == len(procedure.moves)
    assert all(clock["source"] for clock in shown["clocks"])
    assert shown["digest"] == procedure.digest


def test_an_unknown_pack_names_the_nearest_and_ends_with_one():
    with pytest.raises(Exception, match="did you mean eu-notice") as refusal:
        CliRunner().invoke(app, ["pack", "show", "eu-notcie"], catch_exceptions=False)
    assert refusal.value.code == "unknown_pack"  # cli.run words it and exits with 1


# --- check ------------------------------------------------------------------------------------------------------------


@every_pack
def test_a_shipped_pack_is_ok(pack):
    assert run("check", str(FOLDER / f"{pack}.toml")) == (0, "ok\n")


def test_each_defect_is_printed_with_file_and_line(tmp_path: Path):
    file = tmp_path / "mine.toml"
    text = (FOLDER / "eu-notice.toml").read_text("utf-8")
    file.write_text(text.replace('"@escalate"', '"kept"').replace("[clock.assess]", "[clock.asess]"), "utf-8")
    status, output = run("check", str(file))
    assert status == 1
    assert len(output.splitlines()) >= 3
    line = next(number for number, words in enumerate(text.splitlines(), 1) if words.startswith("assessing "))
    assert f"{file}:{line}: unknown clock 'assess'; did you mean asess?" in output.splitlines()
    assert all(re.match(rf"{re.escape(str(file))}:\d+: \S", told) for told in output.splitlines())


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"id = ", "1: not TOML: "),
        (b'id = "x"\nname = "\xff"\n', "2: not UTF-8"),
        (b"\x00", "1: not TOML: "),
        (b"", "1: the word 'id' is missing or empty"),
    ],
)
def test_a_file_that_is_no_pack_is_refused_with_a_line(tmp_path: Path, content: bytes, told: str):
    file = tmp_path / "mine.toml"
    file.write_bytes(content)
    status, output = run("check", str(file))
    assert status == 1
    assert output.splitlines()[0].startswith(f"{file}:{told}")


def test_a_file_that_is_not_there_is_a_wrong_use():
    assert run("check", "nowhere.toml")[0] == 2


# --- the diagram ------------------------------------------------------------------------------------------------------


def drawn(pack: str) -> tuple[ET.Element, list[str]]:
    root = ET.fromstring(svg(load(pack)))
    return root, ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


@every_pack
def test_the_diagram_shows_every_own_state_and_move_and_lists_the_common_ones(pack):
    procedure = load(pack)
    _, texts = drawn(pack)
    for state, event, role in procedure.own:
        assert state in texts
        if not (event == "due" and procedure.moves[state, event, role][0].to == "@escalate"):
            assert f"{event} ({role})" in texts
    assert any(text.startswith("listing_returned (marketplace), from moot") for text in texts)
    assert "suspended" not in texts  # common is listed below, not drawn


@every_pack
def test_what_a_clock_does_is_dashed_and_nothing_else_is(pack):
    procedure = load(pack)
    root, _ = drawn(pack)
    kinds = [path.get("class") for path in root.iter(f"{SVG}path") if path.get("marker-end")]
    ends = [len({t.to for t in to if t.to[0] != "@"}) for key, to in procedure.moves.items()
            if key in procedure.own and key[2] == "clock"]  # fmt: skip
    assert kinds.count("move clock") == sum(ends)
    assert kinds.count("move") > 0


@every_pack
def test_no_two_boxes_of_a_diagram_touch_and_all_lie_on_the_page(pack):
    root, _ = drawn(pack)
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    group = root.find(f"{SVG}g")
    assert group is not None
    boxes = [[float(box.get(key, 0)) for key in ("x", "y", "width", "height")] for box in group.iter(f"{SVG}rect")]
    for number, (x, y, w, h) in enumerate(boxes):
        assert x >= 0 and y >= 0 and x + w <= width and y + h <= height
        for ox, oy, ow, oh in boxes[number + 1 :]:
            assert x + w < ox or ox + ow < x or y + h < oy or oy + oh < y


def test_the_same_pack_gives_the_same_picture():
    assert svg(load("platform")) == svg(load("platform"))


def test_the_diagram_is_written_where_one_asks(tmp_path: Path):
    file = tmp_path / "platform.svg"
    assert run("show", "platform", "--svg", str(file)) == (0, "")
    assert file.read_text("utf-8") == svg(load("platform"))
    assert run("show", "platform", "--svg", str(tmp_path / "no" / "folder.svg"))[0] == 2


def test_arrows_that_lead_back_go_up_and_the_others_down():
    size = (100.0, 40.0)
    drawing = lay_out({"a": size, "b": size, "c": size}, [("a", "b", size), ("b", "c", size), ("c", "a", size)])
    assert [drawing.spots[name].layer for name in "abc"] == [0, 2, 4]
    back = drawing.routes[2]
    assert [spot.layer for spot in back.spots] == [3, 2, 1]
    assert back.label is back.spots[0]
