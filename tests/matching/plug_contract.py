"""What must a plug-in keep, so that screening may rest on it? Whoever writes one runs these with it.

from matching.plug_contract import embedder_keeps_its_word

def test_my_embedder():
    embedder_keeps_its_word(MyEmbedder())
"""

from typing import Any

import numpy as np

from countermark.matching.plugs import Box, Detector, Embedder
from matching.made_pictures import cloudy

ODD_SIZES = ((1, 1), (1, 400), (400, 1), (3, 5), (64, 64), (300, 200))


def odd_pictures() -> list[Any]:
    """Return pictures as listings bring them: of one pixel, one line, plain, large, of any sides."""
    dice = np.random.default_rng(8)
    plain = [np.full((*size, 3), shade, dtype=np.uint8) for size in ODD_SIZES for shade in (0, 255)]
    noise = [dice.integers(0, 256, size=(*size, 3)).astype(np.uint8) for size in ODD_SIZES]
    mirrored = cloudy(90)[:, ::-1]  # a view, not in the order of memory
    return [*plain, *noise, cloudy(90), mirrored]


def embedder_keeps_its_word(plug: Any) -> None:
    """Raise AssertionError, with what is wrong, when this is no embedder to rest on."""
    assert isinstance(plug, Embedder), "has no name, embed() or probability()"
    name_is_usable(plug.name)
    sizes = set()
    for pixels in odd_pictures():
        before = pixels.copy()
        vector = np.asarray(plug.embed(pixels))
        assert (pixels == before).all(), "embed() changed the picture"
        assert vector.ndim == 1, f"embed() returned {vector.ndim} axes, not one"
        assert vector.dtype == np.float32, f"embed() returned {vector.dtype}, not float32"
        assert np.isfinite(vector).all(), f"embed() returned what is no number for {pixels.shape}"
        assert abs(float(np.linalg.norm(vector)) - 1) < 1e-3, f"the vector for {pixels.shape} is not of length one"
        assert np.array_equal(vector, np.asarray(plug.embed(before))), "the same picture had another vector"
        sizes.add(len(vector))
    assert len(sizes) == 1, f"vectors of several sizes: {sorted(sizes)}"
    sure = [plug.probability(similarity) for similarity in np.linspace(-1, 1, 81).tolist()]
    assert all(0 <= one <= 1 for one in sure), "a probability lies outside 0 to 1"
    assert sure == sorted(sure), "the more alike, the less probable"
    alike, other = (float(plug.embed(cloudy(90)) @ plug.embed(one)) for one in (cloudy(90), cloudy(91)))
    assert plug.probability(alike) > plug.probability(other), "it tells a picture from no other"


def detector_keeps_its_word(plug: Any) -> None:
    """Raise AssertionError, with what is wrong, when this is no detector to rest on."""
    assert isinstance(plug, Detector), "has no name or detect()"
    name_is_usable(plug.name)
    for pixels in odd_pictures():
        before = pixels.copy()
        boxes = list(plug.detect(pixels))
        assert (pixels == before).all(), "detect() changed the picture"
        assert boxes == list(plug.detect(before)), "the same picture had other boxes"
        for box in boxes:
            box_is_one(box)


def box_is_one(box: Any) -> None:
    assert isinstance(box, Box), f"detect() returned a {type(box).__name__}, not a Box"
    assert box.about, "a box names nothing"
    assert 0 <= box.probability <= 1, "a probability lies outside 0 to 1"
    left, top, right, bottom = box.place
    assert 0 <= left < right <= 1, "left and right are no fractions of the width in their order"
    assert 0 <= top < bottom <= 1, "top and bottom are no fractions of the height in their order"


def name_is_usable(name: str) -> None:
    assert name, "has an empty name"
    assert "+" not in name, "has a name with a plus sign: combinations are joined by it"
