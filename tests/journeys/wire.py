"""What a page costs on the wire, as Chromium itself counts it; and a poor network to try it on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

# What a fresh connection brings in one journey there and back.
HTML = 14_000


@dataclass(frozen=True, kw_only=True)
class Network:
    """Bits a second each way, and the milliseconds of one journey there and back."""

    bits: float
    round_trip: float

    def imposed_on(self, line: CDPSession) -> None:
        conditions = {
            "offline": False,
            "latency": self.round_trip,
            "downloadThroughput": self.bits / 8,
            "uploadThroughput": self.bits / 8,
        }
        line.send("Network.emulateNetworkConditions", conditions)


@dataclass
class Wire:
    """Every answer that a page fetched, with its headers; what came out of the cache weighs nothing."""

    addresses: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, float] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def empty(self) -> None:
        for each in (self.addresses, self.sizes, self.kinds):
            each.clear()

    def asked(self, event: dict[str, Any]) -> None:
        address = event["request"]["url"]
        if not address.startswith("data:"):
            self.addresses[event["requestId"]] = address
            self.kinds[event["requestId"]] = event.get("type", "")

    def came(self, event: dict[str, Any]) -> None:
        self.sizes[event["requestId"]] = event["encodedDataLength"]

    @property
    def total(self) -> int:
        return round(sum(self.sizes.values()))

    @property
    def html(self) -> int:
        """The page itself, without the parts that follow."""
        return round(
            sum(size for key, size in self.sizes.items() if self.kinds.get(key) == "Document"),
        )

    @property
    def requests(self) -> int:
        """Those that left this machine."""
        return sum(1 for size in self.sizes.values() if size)

    @property
    def origins(self) -> set[str]:
        return {"{0.scheme}://{0.netloc}".format(urlsplit(address)) for address in self.addresses.values()}


def wired(page: Page, network: Network | None = None) -> Wire:
    """Everything that this page fetches from now on."""
    wire = Wire()
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    if network is not None:
        network.imposed_on(line)
    line.on("Network.requestWillBeSent", wire.asked)
    line.on("Network.loadingFinished", wire.came)
    return wire


def stranger(browser: Browser, cookies: Any = ()) -> BrowserContext:
    """A browser that was never here, but for the cookie of the sign-in.

    Without the service worker: what it keeps for a day without a network comes when the page stands, and not
    with each page.
    """
    context = browser.new_context(service_workers="block", viewport={"width": 360, "height": 740})
    if cookies:
        context.add_cookies(list(cookies))
    return context
