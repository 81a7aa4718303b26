"""How long the pages take on a poor network: 400 kbit/s with a round trip of 400 ms, on a slow phone.

Starts a site of its own in a throw-away folder, opens each page in a browser that was never there and once
more, and types, taps and slides as a person does. Chromium imposes the network and a processor four times
slower than this machine's. With `--write` the figures replace those in docs/light.md. Nothing here is a test.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from conftest import CHROMIUM_FLAGS  # noqa: E402
from tests.journeys.wire import Network, stranger, wired  # noqa: E402

POOR = Network(bits=400_000, round_trip=400)
SLOWER = 4
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
WATCH = """() => {
  window.slowest = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((each) => {
    if (each.interactionId) window.slowest = Math.max(window.slowest, each.duration);
  })).observe({type: 'event', durationThreshold: 16, buffered: true});
}"""
# When the first words stand there in their style; nothing is drawn before the style sheets have come.
READABLE = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
KEPT = """async (list) => {
  const wanted = await (await fetch(list)).json();
  let bytes = 0;
  for (const address of [wanted.pack, ...wanted.pages]) {
    performance.clearResourceTimings();
    await (await fetch(address, {cache: 'no-store'})).arrayBuffer();
    bytes += performance.getEntriesByType('resource').at(-1).transferSize;
  }
  return [wanted.pages.length, bytes];
}"""


@contextmanager
def served() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        environ = {**os.environ, "CBHI_VAR": folder, "SIMULATED_FAMILIES": "250000", "LOG_LEVEL": "ERROR"}
        command = [sys.executable, "manage.py", "serve", "--port", "8930"]
        told = Path(folder) / "told.txt"
        with told.open("wb") as output:
            site = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=output, stderr=output)
        try:
            while (ready := re.search(r"Ready: (\S+)/\n", told.read_text())) is None:
                assert site.poll() is None, told.read_text()
                time.sleep(0.2)
            yield ready[1]
        finally:
            site.terminate()
            site.wait(30)


def signed_in(browser: Browser, site: str) -> tuple[Any, dict[str, str]]:
    """The cookies of a sign-in, and the addresses of the pages; everything to be simulated has landed."""
    page = browser.new_context(service_workers="block").new_page()
    page.goto(f"{site}/sign-in/")
    page.get_by_label("User name").fill("demo")
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site}/")
    page.get_by_role("link", name="Slide example", exact=True).first.click()
    scheme = page.url
    page.goto(f"{scheme}packages/")
    page.locator("[hx-get]").first.wait_for(state="detached", timeout=300_000)
    package = page.locator(".job__name a").first.evaluate("link => link.href")
    return page.context.cookies(), {
        "sign in": f"{site}/sign-in/",
        "home": f"{site}/",
        "scheme": scheme,
        "calculator": f"{scheme}calculator/",
        "package": package,
        "compare": f"{scheme}compare/",
        "board": f"{scheme}board/",
        "sessions": f"{scheme}sessions/",
        "years": f"{scheme}years/",
        "what if": f"{package}what-if/subsidy/",
    }


def opened(browser: Browser, cookies: Any) -> Page:
    page = stranger(browser, cookies).new_page()
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return page


def views(browser: Browser, cookies: Any, pages: dict[str, str]) -> Iterator[str]:
    yield "| page | first: bytes | requests | HTML | readable | again: bytes | readable |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for name, address in pages.items():
        page = opened(browser, [] if name == "sign in" else cookies)
        wire = wired(page, POOR)
        cells = []
        for _view in ("first", "again"):
            wire.empty()
            page.goto(address)
            readable = page.wait_for_function(READABLE).json_value()
            page.locator("html[data-started]").wait_for()
            page.wait_for_load_state("networkidle")
            cells.append((wire.total, wire.requests, wire.html, readable / 1000))
        (first, requests, html, readable), (again, _requests, _html, sooner) = cells
        figures = f"{first:,} | {requests} | {html:,} | {readable:.1f} s | {again:,} | {sooner:.1f} s"
        yield f"| {name} | {figures} |"
        page.context.close()


def interactions(browser: Browser, cookies: Any, pages: dict[str, str]) -> Iterator[str]:
    yield "| what one does | next paint | the answer is there |"
    yield "|---|---:|---:|"
    page = opened(browser, cookies)
    wired(page, POOR)
    page.goto(pages["calculator"])
    page.locator("html[data-started]").wait_for()
    page.evaluate(WATCH)
    premium = page.locator("#banner dd").nth(2)
    before = premium.inner_text()
    page.locator("#hospitalisation-event_cap").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("5000", delay=80)
    started = time.perf_counter()
    page.keyboard.press("Enter")
    page.wait_for_function("was => document.querySelectorAll('#banner dd')[2].innerText !== was", arg=before)
    yield _line("changes a cap", page, time.perf_counter() - started)
    page.goto(pages["what if"])
    page.locator("html[data-started]").wait_for()
    page.evaluate(WATCH)
    was = page.locator("#whatif").inner_text()
    page.locator("input[type=range]").first.focus()
    started = time.perf_counter()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("was => document.getElementById('whatif').innerText !== was", arg=was)
    yield _line("moves a slider", page, time.perf_counter() - started)
    page.context.close()


def _line(what: str, page: Page, answer: float) -> str:
    page.wait_for_timeout(500)
    return f"| {what} | {page.evaluate('window.slowest'):.0f} ms | {answer:.1f} s |"


def kept(browser: Browser, cookies: Any, pages: dict[str, str]) -> str:
    page = stranger(browser, cookies).new_page()
    page.goto(pages["scheme"])
    list_ = page.locator("script[data-keep]").get_attribute("data-keep")
    number, size = page.evaluate(KEPT, list_)
    when = "Kept for a day without a network, after the page stands"
    return f"{when}: {number} pages and one pack, {size:,} bytes."


def main() -> None:
    with served() as site, sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM_FLAGS))
        cookies, pages = signed_in(browser, site)
        load = os.getloadavg()[0]
        lines = [*views(browser, cookies, pages), "", *interactions(browser, cookies, pages), ""]
        lines += [kept(browser, cookies, pages), ""]
        lines += [
            f"Measured with {os.cpu_count()} cores at a load of {load:.0f}; Chromium {browser.version}."
        ]
        browser.close()
    report = "\n".join(lines)
    print(report)
    if "--write" in sys.argv:
        paper = ROOT / "docs" / "light.md"
        text = paper.read_text(encoding="utf-8")
        head, tail = text.split(BEGIN)[0], text.split(END)[1]
        paper.write_text(f"{head}{BEGIN}\n{report}\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
