"""`countermark screen CATALOGUE`: a row for each row, and whoever runs it is told how far it is and what is wrong."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from countermark.entrypoints import cli
from matching import catalogue_world as world


def screened(*asked: object) -> Result:
    return CliRunner().invoke(cli.app, ["screen", *map(str, asked)])


def rows(file: Path) -> list[dict[str, Any]]:
    return pq.read_table(file).to_pylist()


def test_a_catalogue_is_screened_and_the_last_line_counts(tmp_path: Path):
    catalogue, rights = world.write(tmp_path)
    out = tmp_path / "out.parquet"
    result = screened(catalogue, "--rights", rights, "--out", out, "--processes", 1, "--progress", "json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stderr.splitlines()[-1])
    assert (told["done"], told["rows"], told["share"]) == (True, world.ROWS, 1.0)
    assert told["problems"] == {
        "picture_unreadable": 1,
        "title_missing": 15,
        "unanswered": 12,
    }  # 15, of which three have a picture
    found = rows(out)
    assert sum(told["verdicts"].values()) + 12 == len(found) == world.ROWS
    assert [row["id"] for row in found] == [str(number) for number in range(world.ROWS)]
    assert found[1]["matches"][0]["observed"] == "H4lden"


def test_all_that_is_wrong_with_a_catalogue_is_said_and_nothing_is_written(tmp_path: Path):
    _, rights = world.write(tmp_path)
    (tmp_path / "a.csv").write_text("name\nHalden\n")
    (tmp_path / "b.parquet").write_bytes(b"PAR1")
    out = tmp_path / "out.parquet"
    result = screened(tmp_path / "a.csv", tmp_path / "b.parquet", "--rights", rights, "--out", out)
    assert getattr(result.exception, "code", "") == "catalogue_defective"
    assert [defect.column for defect in result.exception.defects] == ["title", ""]
    assert sorted(file.name for file in tmp_path.iterdir() if "out" in file.name) == []


@pytest.mark.parametrize(
    "asked",
    [
        (), ("--titles", "a"), ("a.csv",), ("a.csv", "--rights", "b"), ("a.csv", "--titles", "a", "--marks", "b"),
        ("a.csv", "--rights", "a", "--out", "b", "--engine", "spark"),
        ("a.csv", "--rights", "gone.ndjson", "--out", "b"), ("a.csv", "--rights", __file__, "--out", "/"),
    ],
)  # fmt: skip
def test_half_a_command_or_two_at_once_are_used_wrongly(asked: tuple[str, ...]):
    assert screened(*asked).exit_code == 2


class Pictures(BaseHTTPRequestHandler):
    """A host with one picture."""

    def do_GET(self) -> None:
        found = self.path == "/jacket.png"
        self.send_response(200 if found else 404)
        self.end_headers()
        self.wfile.write(world.JACKET if found else b"")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def host() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Pictures) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


def test_pictures_are_fetched_and_one_that_must_not_be_is_a_problem_of_its_row(tmp_path: Path, host: str):
    (tmp_path / "rights.ndjson").write_text(json.dumps({"id": "P-1", "picture": f"http://{host}/jacket.png"}))
    urls = [
        f"http://{host}/jacket.png",
        f"http://{host}/gone.png",
        "http://169.254.169.254/a.png",
        "http://10.0.0.1:8080/",
    ]
    lines = [{"title": "Jacket", "image_url": url} for url in urls]
    (tmp_path / "offers.ndjson").write_text("\n".join(map(json.dumps, lines)))
    out, kept = tmp_path / "out.parquet", tmp_path / "kept"
    result = screened(
        tmp_path / "offers.ndjson", "--rights", tmp_path / "rights.ndjson", "--out", out, "--processes", 1,
        "--own-host", host, "--pictures", kept,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    found = rows(out)
    assert [row["problem"] for row in found] == [
        None,
        "picture_not_fetched: status 404",
        "picture_not_fetched: address_not_public 169.254.169.254",
        "picture_not_fetched: port 8080",
    ]
    assert [row["verdict"] for row in found] == ["block", "allow", "allow", "allow"]
    assert len([file for file in kept.rglob("*") if file.is_file()]) == 2  # the picture, and what it is known by


def test_a_line_of_rights_that_protects_nothing_is_named_and_the_run_ends_with_1(tmp_path: Path):
    catalogue, rights = world.write(tmp_path)
    with rights.open("a") as file:
        file.write('\n{"id": "P-3", "picture": "gone.png"}\n{"id": "P-4", "picture": "http://127.0.0.1/a.png"}\n')
    result = screened(catalogue, "--rights", rights, "--out", tmp_path / "out.parquet", "--processes", 1)
    assert result.exit_code == 1
    assert "line 4" in result.stderr
    assert "line 5: picture: http://127.0.0.1/a.png was not fetched (address_not_public" in result.stderr
    assert len(rows(tmp_path / "out.parquet")) == world.ROWS
    assert "90 rows · 100%" in result.stderr.splitlines()[-1]
