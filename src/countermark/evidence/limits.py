"""How large may an uploaded document be? The numbers and their sources lie in upload_limits.toml beside this file."""

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Self


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one upload. Bytes, pixels, pages and characters; `jpeg_quality` is Pillow's 1 to 95."""

    max_bytes: int
    max_pixels: int
    max_side: int
    jpeg_quality: int
    max_pages: int
    max_decoded_bytes: int
    max_unpacked_bytes: int
    max_objects: int
    max_name_characters: int

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Read the tables `file`, `image`, `pdf` and `name`; a missing number is a KeyError, never a silent default."""
        told = tomllib.loads(text)
        return cls(
            max_bytes=told["file"]["max_bytes"],
            max_pixels=told["image"]["max_pixels"],
            max_side=told["image"]["max_side"],
            jpeg_quality=told["image"]["jpeg_quality"],
            max_pages=told["pdf"]["max_pages"],
            max_decoded_bytes=told["pdf"]["max_decoded_bytes"],
            max_unpacked_bytes=told["pdf"]["max_unpacked_bytes"],
            max_objects=told["pdf"]["max_objects"],
            max_name_characters=told["name"]["max_characters"],
        )


DEFAULT = Limits.from_toml(resources.files(__package__).joinpath("upload_limits.toml").read_text("utf-8"))
