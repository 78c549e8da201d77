"""Do the reference pages say what the packs say? They are written by `script/reference`; run it after changing a pack."""

import pytest

from countermark.core.procedure_loader import load, pack_ids
from countermark.entrypoints.cli.pack_reference import pages
from house.source_tree import ROOT

FOLDER = ROOT / "docs" / "reference"


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_reference_page_is_the_one_the_packs_give(name):
    assert (FOLDER / name).read_text("utf-8") == pages()[name], f"{name} is stale; run script/reference"


def test_no_picture_of_a_pack_is_left_over():
    assert {file.name for file in (FOLDER / "packs").iterdir()} == {f"{pack}.svg" for pack in pack_ids()}


@pytest.mark.parametrize("pack", pack_ids())
def test_every_state_and_every_number_of_every_pack_is_in_the_reference(pack):
    states = (FOLDER / "states.md").read_text("utf-8")
    clocks = (FOLDER / "clocks.md").read_text("utf-8")
    assert [name for name in load(pack).states if f"`{name}`" not in states] == []
    assert [source for source in load(pack).sources.values() if source not in clocks] == []
