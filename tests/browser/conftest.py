import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
SIZES = {390: {"width": 390, "height": 844}, 1280: {"width": 1280, "height": 900}}
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="there is no Chromium"))


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {"executable_path": CHROMIUM, "args": QUIET}


class Visitor:
    """Somebody at a browser. Every page opened is checked at both sizes, its console included."""

    def __init__(self, browser, address, user=None):
        self.address, self.user, self.noise = address, user, []
        self.context = browser.new_context(base_url=address, viewport=SIZES[1280])
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.page.on("console", lambda message: self.noise.append(message.text))
        self.page.on("pageerror", lambda error: self.noise.append(str(error)))
        if user:
            self.sign_in_as(user)

    def sign_in_as(self, user):
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.address}])

    def open(self, path):
        answer = self.page.goto(path)
        assert answer.status == 200, (path, answer.status)
        self.look()

    def look(self):
        """No accessibility violation, no sideways scroll, a quiet console, at 390 and 1280 pixels."""
        for size in SIZES.values():
            self.page.set_viewport_size(size)
            found = Axe().run(self.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
            assert found.violations_count == 0, f"{self.page.url} at {size['width']}\n{found.generate_report()}"
            wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{self.page.url} scrolls sideways by {wide} px at {size['width']}"
        assert self.noise == [], f"{self.page.url}: {self.noise}"

    def press(self, name):
        """Press a button or a link that acts, and look at the page it leads to."""
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.page.wait_for_load_state()
        self.look()

    def follow(self, name):
        self.page.get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()
        self.look()

    def sees(self, text):
        return self.page.get_by_text(text).first.is_visible()


@pytest.fixture
def visit(browser, live_server):
    """Open a browser for a user: visit(user)."""
    visitors = []

    def visit(user=None):
        visitors.append(Visitor(browser, live_server.url, user))
        return visitors[-1]

    yield visit
    for visitor in visitors:
        visitor.context.close()
