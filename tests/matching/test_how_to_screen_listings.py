"""Do the examples of docs/how-to/screen-listings.md hold?"""

import re
from pathlib import Path
from typing import Any

import numpy as np

from matching.made_pictures import cloudy, encoded

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "screen-listings.md").read_text("utf-8")


def test_the_code_of_the_page_runs(tmp_path: Path, monkeypatch: Any):
    photo = cloudy(17)
    (tmp_path / "reference.jpg").write_bytes(encoded(photo, "JPEG"))
    (tmp_path / "mirrored.jpg").write_bytes(encoded(np.ascontiguousarray(photo[:, ::-1]), "JPEG", quality=50))
    (tmp_path / "cut-out.jpg").write_bytes(encoded(photo[40:220, 30:250], "JPEG"))
    monkeypatch.chdir(tmp_path)
    codes = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(codes) == 2
    for code in codes:
        exec(compile(code, "screen-listings.md", "exec"), {})
