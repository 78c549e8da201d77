"""By which numbers are pictures read and compared? pictures.toml, read once."""

import tomllib
from importlib.resources import files
from typing import Any

POLICY: dict[str, Any] = tomllib.loads((files(__package__) / "pictures.toml").read_text("utf-8"))
READ: dict[str, int] = POLICY["read"]
PDQ: dict[str, int] = POLICY["pdq"]
TRIM: dict[str, Any] = POLICY["trim"]
FEATURES: dict[str, int] = POLICY["features"]
VERIFY: dict[str, Any] = POLICY["verify"]
CANDIDATES: dict[str, int] = POLICY["candidates"]
COLOURS: dict[str, Any] = POLICY["colours"]
SIGNALS: dict[str, Any] = POLICY["signals"]
VERSION: str = POLICY["version"]
