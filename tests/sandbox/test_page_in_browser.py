"""What a demo user sees of the sandbox InvenTree, in a real browser."""

from __future__ import annotations

import shutil

import pytest

from sandbox.inventree.server import running_inventree
from sandbox.seed import load

_CHROMIUM = shutil.which("chromium")
_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip


@pytest.mark.browser
@pytest.mark.skipif(_CHROMIUM is None, reason="Chromium is not on this machine; .ci/run installs it")
def test_the_page_shows_orders_with_their_customers_lines_and_totals() -> None:
    from playwright.sync_api import sync_playwright

    with running_inventree() as server, sync_playwright() as playwright:
        load.load_inventree(server.base_url, server.token)
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_ARGUMENTS)
        page = browser.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(server.base_url + "/")
        text = page.inner_text("body")
        browser.close()
    assert "SERIE=FGO;NUMAR=1001" in text
    assert "Pending" in text
    assert problems == []
