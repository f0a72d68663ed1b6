import os
import shutil

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.test import Client

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
JOURNEYS = os.environ.get("BROWSER_JOURNEYS", "all")
THE_ONE = "test_the_whole_exchange"
SIZES = ({"width": 390, "height": 844}, {"width": 1280, "height": 900})
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# WCAG 2.2, A and AA.
FIND_BARRIERS = """async () => {
    const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"], preload: false});
    return found.violations.map(one => `${one.id}: ${one.help}\\n` + one.nodes.map(
        node => `  ${node.html}\\n  ${node.failureSummary}`).join("\\n"));
}"""


def pytest_collection_modifyitems(config, items):
    """Without Chromium the journeys are skipped. With BROWSER_JOURNEYS=one only the whole exchange is made:
    the others are not skipped but left out, where a second run on another database makes them all."""
    journeys = [item for item in items if "tests/browser" in item.path.as_posix()]
    for item in journeys:
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.django_db(transaction=True))
        if not CHROMIUM:
            item.add_marker(pytest.mark.skip(reason="there is no Chromium"))
    if JOURNEYS == "one":
        others = [item for item in journeys if item.originalname != THE_ONE]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {"executable_path": CHROMIUM, "args": QUIET}


class Visitor:
    """Somebody at a browser, who looks at every page come to: see `look`."""

    def __init__(self, browser, address, user=None):
        self.address, self.noise = address, []
        self.context = browser.new_context(base_url=address, viewport=SIZES[1], locale="en-GB")
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.page.on("console", lambda message: self.noise.append(message.text))
        self.page.on("pageerror", lambda error: self.noise.append(str(error)))
        if user:
            self.sign_in_as(user)

    def sign_in_as(self, user):
        """The short way in, for whoever does not test the form."""
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.address}])

    # Going -------------------------------------------------------------------------------------

    def open(self, path, status=200):
        self._arrive(self.page.goto(path), status)

    def follow(self, name):
        """Follow the link of the page's main part with this name, or of its menu where the main part has none."""
        links = self.page.get_by_role("main").get_by_role("link", name=name, exact=True)
        if not links.count():
            links = self.page.get_by_role("link", name=name, exact=True)
        self._go(links.first)

    def follow_button(self, name):
        """Follow a link that looks and is announced like a button."""
        self._go(self.page.get_by_role("main").get_by_role("button", name=name, exact=True).first)

    def press(self, name, status=200):
        """Send a form by its button, and arrive where it leads."""
        buttons = self.page.get_by_role("button", name=name, exact=True)
        self._go(buttons.and_(self.page.locator("button, input")).first, status)

    def _go(self, control, status=200):
        with self.page.expect_navigation(wait_until="load") as arrived:
            control.click()
        self._arrive(arrived.value, status)

    def _arrive(self, answer, status):
        assert answer.status == status, (self.page.url, answer.status)
        if status != 200:
            # The browser itself notes that the page is not a success.
            self.noise = [words for words in self.noise if f"responded with a status of {status}" not in words]
        self.look()

    # Filling in --------------------------------------------------------------------------------

    def fill(self, label, value):
        self.page.get_by_label(label, exact=True).fill(value)

    def fill_date(self, legend, on):
        boxes = self.page.get_by_role("group", name=legend, exact=True)
        for label, value in (("Day", on.day), ("Month", on.month), ("Year", on.year)):
            boxes.get_by_label(label, exact=True).fill(str(value))

    def choose(self, label):
        self.page.get_by_label(label, exact=True).check()

    # Seeing ------------------------------------------------------------------------------------

    def look(self):
        """No accessibility violation and no sideways scroll at 390 and 1280 pixels, and a quiet console."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        for size in SIZES:
            self.page.set_viewport_size(size)
            where = f"{self.page.url} at {size['width']}"
            barriers = self.page.evaluate(FIND_BARRIERS)
            assert barriers == [], "\n".join([where, *barriers])
            wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{where} scrolls sideways by {wide} px"
        assert self.noise == [], f"{self.page.url}: {self.noise}"

    @property
    def heading(self):
        return self.page.locator("h1").inner_text().strip()

    @property
    def tag(self):
        """The status that the page's first tag shows."""
        return self.page.locator("main .govuk-tag").first.inner_text().strip()

    def sees(self, text):
        return self.page.get_by_text(text).first.is_visible()

    def value_of(self, key):
        """What stands beside a key of a summary list, or below the label of a figure."""
        return self.page.locator(f'main dt:text-is("{key}") + dd').first.inner_text().strip()

    def row(self, name):
        """{heading: cell} of the table row with this name in its first cell."""
        cells = self.page.locator("main tr, #content tr").filter(
            has=self.page.locator("th:first-child, td:first-child", has_text=name)
        )
        found = cells.first.locator("[data-label]")
        return {cell.get_attribute("data-label"): cell.inner_text().strip() for cell in found.all()}

    def history(self):
        """The titles of the history, the newest first."""
        return [title.inner_text() for title in self.page.locator(".app-timeline__title").all()]


@pytest.fixture
def visit(browser, live_server):
    """Open a browser: visit(user), signed in, or visit()."""
    visitors = []

    def visit(user=None):
        visitors.append(Visitor(browser, live_server.url, user))
        return visitors[-1]

    yield visit
    for visitor in visitors:
        visitor.context.close()
