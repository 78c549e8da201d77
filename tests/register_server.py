"""A register on this machine, in its own process: answers as TSDR does, out of a folder, and misbehaves when told.

    python tests/register_server.py FOLDER   prints the port it listens on

Records lie in FOLDER as rn7654321.xml and sn88123456.xml, drawings of marks as 88123456.png.
The first line of FOLDER/mode, if there is one, says how it answers:
`ok`, `500`, `429 30`, `late`, `other`, `broken`, `huge`, `away ADDRESS`, `once 500`; FOLDER/seen keeps what was asked for.
"""

from __future__ import annotations

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

KEY = "a key of the office"


class Register(BaseHTTPRequestHandler):
    folder: ClassVar[Path]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        with (self.folder / "seen").open("a") as seen:
            seen.write(json.dumps({"path": self.path, "key": self.headers.get("USPTO-API-KEY")}) + "\n")
        told = (self.folder / "mode").read_text().split() if (self.folder / "mode").exists() else ["ok"]
        if told[0] == "once":
            (self.folder / "mode").write_text("ok")
            told = told[1:]
        self._misbehave(told) if told[0] != "ok" else self._record()

    def _record(self) -> None:
        if self.headers.get("USPTO-API-KEY") != KEY:
            return self._send(401, b"")
        if self.path.startswith("/ts/cd/rawImage/"):
            return self._picture(self.folder / f"{self.path.rpartition('/')[2]}.png")
        file = self.folder / f"{self.path.split('/')[4]}.xml"
        inside = self.path.startswith("/ts/cd/casestatus/") and self.path.endswith("/info.xml")
        return self._send(200, file.read_bytes()) if inside and file.exists() else self._send(404, b"")

    def _picture(self, file: Path) -> None:
        return self._send(200, file.read_bytes()) if file.exists() else self._send(404, b"")

    def _misbehave(self, told: list[str]) -> None:
        if told[0].isdigit():
            return self._send(int(told[0]), b"no", {"Retry-After": told[1]} if told[1:] else {})
        if told[0] == "away":
            return self._send(302, b"", {"Location": told[1]})
        if told[0] == "late":
            time.sleep(3)
        contents = {"broken": b"<Transaction><Trademark>", "huge": b"<Transaction>" + b" " * 12_000_000}
        return self._send(200, contents.get(told[0]) or next(self.folder.glob("other*.xml")).read_bytes())

    def _send(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, text in {"Content-Type": "text/xml", "Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


if __name__ == "__main__":
    Register.folder = Path(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Register)
    print(server.server_port, flush=True)
    server.serve_forever()
