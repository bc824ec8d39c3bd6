"""Each role's main journey, on a desktop and on a phone, with and without JavaScript; every step is seen on the page and in the ledger."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from huiying.settings import Settings
from tests.browser.conftest import DESKTOP, PASSWORD, PHONE, Served, add_people, log_in, looking, served, ticking
from tests.huiying.desk import waiting_case

WAYS = [
    pytest.param((DESKTOP, True), id="desktop"), pytest.param((DESKTOP, False), id="desktop-plain"),
    pytest.param((PHONE, True), id="phone"), pytest.param((PHONE, False), id="phone-plain"),
]  # fmt: skip


@pytest.fixture(params=WAYS)
def window(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[BrowserContext]:
    """A window of one of four ways to look."""
    size, script = request.param
    with looking(chromium, size, script=script) as context:
        yield context


def test_the_duty_officer_changes_the_one_time_password(
    settings: Settings, tmp_path: Path, window: BrowserContext
) -> None:
    once: dict[str, str] = {}
    with served(settings, tmp_path, lambda desk: once.update(add_people(desk, must_change=True)), ticking()) as office:
        page = log_in(window.new_page(), office.address, "duty", once["duty"])
        expect(page.get_by_text("这是一次性口令")).to_be_visible()
        page.get_by_label("现在的口令").fill(once["duty"])
        page.get_by_label("新口令").fill(PASSWORD)
        page.get_by_label("再输一次").fill(PASSWORD)
        page.get_by_role("button", name="修改").click()
        expect(page.get_by_role("heading", name="今日")).to_be_visible()
        assert ("值班员甲", "账号") in office.audited("account:password")
