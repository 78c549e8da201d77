"""The frame and its parts, in a real browser: reachable for everybody, in both languages, at a desk and on a phone."""

from typing import Any

import pytest
from playwright.sync_api import Page

from browser.looking import assert_accessible, look

pytestmark = [pytest.mark.browser, pytest.mark.urls("browser.kitchen_sink")]


@pytest.fixture
def demo(settings: Any) -> None:
    settings.DEMO = True


@pytest.mark.usefixtures("demo")
def test_every_component_can_be_used_by_everybody_and_fits_a_phone(live: Page):
    live.goto("/kitchen-sink/")
    assert_accessible(live)
    look(live, "kitchen-sink")
