"""Does the example of docs/how-to/match-pictures.md run, on a picture mirrored and framed, and on a part of it?"""

import re
from pathlib import Path
from typing import Any

import numpy as np

from matching.made_pictures import cloudy, encoded

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "how-to" / "match-pictures.md").read_text("utf-8")


def test_the_code_of_the_page_runs(tmp_path: Path, monkeypatch: Any):
    photo = cloudy(17)
    framed = np.pad(photo[:, ::-1], ((20, 20), (30, 30), (0, 0)), constant_values=255)
    (tmp_path / "reference.jpg").write_bytes(encoded(photo, "JPEG"))
    (tmp_path / "mirrored-and-framed.jpg").write_bytes(encoded(framed, "JPEG", quality=50))
    (tmp_path / "cut-out.jpg").write_bytes(encoded(photo[40:220, 30:250], "JPEG"))
    (tmp_path / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    monkeypatch.chdir(tmp_path)
    code = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1]
    exec(compile(code, "match-pictures.md", "exec"), {})
