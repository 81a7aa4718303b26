"""What a browser says it is, in the words people use."""

from __future__ import annotations

from django.utils.translation import gettext as _

# The first that fits counts: Edge and Opera call themselves Chrome too, Chrome calls itself Safari.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("UCBrowser", "UC Browser"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chromium", "Chromium"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def device_words(user_agent: str) -> str:
    """ "Chrome on an Android phone"; "A device that does not say what it is" for anything unknown."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    device = _device(user_agent)
    if browser and device:
        return _("%(browser)s on %(device)s") % {"browser": browser, "device": device}
    return browser or device or _("A device that does not say what it is")


def _device(user_agent: str) -> str:
    if "Android" in user_agent:
        return _("an Android phone") if "Mobile" in user_agent else _("an Android tablet")
    words = (
        ("iPhone", _("an iPhone")),
        ("iPad", _("an iPad")),
        ("Windows", _("a Windows computer")),
        ("CrOS", _("a Chromebook")),
        ("Mac OS X", _("a Mac")),
        ("Linux", _("a Linux computer")),
    )
    return next((device for mark, device in words if mark in user_agent), "")
