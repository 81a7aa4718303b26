"""How patient a test of a real browser is: what fails is wrong, not slow on a busy machine."""

from playwright.sync_api import expect

PATIENCE_MS = 30_000
"""As long as Playwright waits for a click; a thing that stands there is seen at once all the same."""

expect.set_options(timeout=PATIENCE_MS)
