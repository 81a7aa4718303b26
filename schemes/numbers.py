"""Numbers as people write them in the field, in and out. Standard library only: usable without a framework.

Reading accepts lakhs and crores (3,52,54,537), thousands (35,254,537), spaces as separators, any script's
digits (३५००, ୩୫୦୦), a currency before or after (₹ 3000, Rs. 3000/-), a percent sign. What could mean two
things is refused with a sentence that says what would be accepted. Writing has one place too: grouping,
rounding half up, "5 %" with a space that never breaks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Literal

Grouping = Literal["indian", "international"]
Number = Decimal | float | int

NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"
MOST_CHARACTERS = 100
MOST_DIGITS = 15
"""More digits than a binary float keeps: nobody means them, a stuck key types them."""


def gettext_noop(message: str) -> str:
    """Mark a sentence for translation without importing a framework; the forms translate it."""
    return message


MESSAGES: Mapping[str, str] = MappingProxyType(
    {
        "empty": gettext_noop("Nothing was typed. Type a number, for example 3,000."),
        "text": gettext_noop("“%(typed)s” is not a number. Type digits only, for example 3,000."),
        "not_finite": gettext_noop("“%(typed)s” cannot be counted with. Type digits, for example 3,000."),
        "negative": gettext_noop("%(typed)s is below 0. Type 0 or more."),
        "grouping": gettext_noop(
            "The commas in “%(typed)s” stand in odd places. Type 3,52,500 or 352,500 or 352500; "
            "a part of one follows a point: 3.5."
        ),
        "ambiguous": gettext_noop(
            "“%(typed)s” can be read in two ways. Use the comma between thousands or lakhs and the point "
            "before a part of one: 3,000.5."
        ),
        "percent": gettext_noop("“%(typed)s” has a percent sign, but a plain number is asked for here."),
        "too_long": gettext_noop("“%(typed)s” has more than 15 digits. Check for a slip."),
        "not_whole": gettext_noop("%(typed)s is not a whole number. Type one without a part: 5,000."),
        "too_low": gettext_noop("%(typed)s is too little. Type %(lowest)s or more."),
        "too_high": gettext_noop("%(typed)s is too much. Type %(highest)s or less."),
    }
)


class NumberRefused(ValueError):  # noqa: N818  a refusal is an answer, not an error
    """What was typed cannot be taken as a number.

    Attributes
    ----------
    code : str
        Which of `MESSAGES` it is.
    params : dict
        What to put into the message: `typed` and, for limits, `lowest` or `highest`.
    message : str
        The English sentence, filled in.
    """

    def __init__(self, code: str, **params: str) -> None:
        self.code = code
        self.params = params
        self.message = MESSAGES[code] % params
        super().__init__(self.message)


_CURRENCY = re.compile(
    r"₹|रुपय[ेा]|रुपए|रुपैयाँ?|ଟଙ୍କା|रु\.?|रू\.?|৳|₨|\$|€|£|₦|₵|/-|/="
    r"|(?<![a-z])(?:rs|re|inr|npr|nrs|lkr|pkr|bdt|tk|taka|kes|ksh|tzs|tsh|ugx|ush|cdf|fc|xof|xaf|cfa|fcfa|usd|us"
    r"|ghs|ngn|etb|rwf|mwk|zmw|php|khr|rupees?|shillings?|francs?)(?![a-z])\.?",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"%|\bper\s?cent\b", re.IGNORECASE)
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity|∞)", re.IGNORECASE)
_SHAPES = re.compile(
    r"(?:\d+"
    r"|\d{1,3}(?P<thousands>[, ])\d{3}(?:(?P=thousands)\d{3})*"
    r"|\d{1,2}(?P<lakhs>[, ])(?:\d{2}(?P=lakhs))*\d{3})?"
    r"(?:\.\d*)?"
)


def parse_number(typed: str, *, negative_allowed: bool = False) -> Decimal:
    """The number somebody typed.

    Parameters
    ----------
    typed : str
        Digits of any script, grouped by commas or spaces in thousands or lakhs, a point before a part of one.
    negative_allowed : bool
        Whether a number below 0 is accepted.

    Raises
    ------
    NumberRefused
        With a code of `MESSAGES`; `message` says what would be accepted.
    """
    shown = typed.strip()
    text = _plain(typed)
    if not text:
        raise NumberRefused("empty")
    if _NOT_FINITE.fullmatch(text):
        raise NumberRefused("not_finite", typed=shown)
    if _PERCENT.search(text):
        raise NumberRefused("percent", typed=shown)
    negative = text.startswith("-")
    body = text.lstrip("+-") if text[:2] not in {"--", "++", "+-", "-+"} else text
    value = _unsigned(body.strip(), shown=shown)
    if negative and value != 0 and not negative_allowed:
        raise NumberRefused("negative", typed=shown)
    return -value if negative else value


def parse_money(typed: str, *, negative_allowed: bool = False) -> Decimal:
    """An amount of money; a currency sign, code or word before or after it is taken off."""
    return _without(_CURRENCY, typed, negative_allowed=negative_allowed)


def parse_share(typed: str, *, highest: Number = 1) -> Decimal:
    """A share from a field that asks for percent: both "20" and "20 %" are 0.20, and "0.2" is 0.002.

    Raises
    ------
    NumberRefused
        Also when the share is above `highest` (1 is 100 %).
    """
    share = _without(_PERCENT, typed, negative_allowed=False) / 100
    if share > _decimal(highest):
        raise NumberRefused("too_high", typed=typed.strip(), highest=format_share(highest))
    return share


def has_percent_sign(typed: str) -> bool:
    """Whether a percent sign or the word stands with the number."""
    return _PERCENT.search(_plain(typed)) is not None


def parse_whole(typed: str, *, lowest: int = 0, highest: int | None = None) -> int:
    """A whole number between `lowest` and `highest`, both counted."""
    value = parse_number(typed)
    if value != value.to_integral_value():
        raise NumberRefused("not_whole", typed=typed.strip())
    whole = int(value)
    if whole < lowest:
        raise NumberRefused("too_low", typed=typed.strip(), lowest=format_exact(lowest))
    if highest is not None and whole > highest:
        raise NumberRefused("too_high", typed=typed.strip(), highest=format_exact(highest))
    return whole


_IN_HUNDREDS = re.compile(r"(?P<events>.+?)\s*(?:in|per|of|/)\s*(?P<persons>1[, ]?0{2,3}|1,?00,?000)")


def parse_incidence(typed: str) -> Decimal:
    """Events per person per year, typed so ("0.042"), in percent ("4.2 %") or as "4.2 in 100"."""
    text = _plain(typed)
    if found := _IN_HUNDREDS.fullmatch(text):
        return parse_number(found["events"]) / parse_number(found["persons"])
    if _PERCENT.search(text):
        return _without(_PERCENT, typed, negative_allowed=False) / 100
    return parse_number(typed)


def format_number(value: Number, *, places: int = 0, grouping: Grouping = "indian") -> str:
    """The number rounded half up to `places`, its digits grouped; a true minus sign before what is below 0.

    A float is rounded as it prints (2.675 is 2.68), not as the binary number just below it.
    """
    rounded = _decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return _grouped(rounded, grouping)


def format_exact(value: Number, *, grouping: Grouping = "indian") -> str:
    """The number as a field shows it for editing: every digit kept, no zeros at the end."""
    number = _decimal(value)
    whole = number == number.to_integral_value()
    return _grouped(number.quantize(Decimal(1)) if whole else number.normalize(), grouping)


def format_money(value: Number, *, sign: str = "₹", places: int = 0, grouping: Grouping = "indian") -> str:
    """An amount with its currency sign: "₹ 3,52,500"."""
    amount = format_number(value, places=places, grouping=grouping)
    if amount.startswith(MINUS):
        return f"{MINUS}{sign}{NO_BREAK_SPACE}{amount[1:]}"
    return f"{sign}{NO_BREAK_SPACE}{amount}"


def format_share(share: Number, *, places: int = 2) -> str:
    """A share as percent, `places` after the point at most, no zeros at the end: 0.05 is "5 %"."""
    return f"{format_percent_number(share, places=places)}{NO_BREAK_SPACE}%"


def format_percent_number(share: Number, *, places: int = 6) -> str:
    """A share as percent without the sign, for a field that has the sign beside it."""
    rounded = (_decimal(share) * 100).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return format_exact(rounded, grouping="international")


def _plain(typed: str) -> str:
    """Digits of every script as 0-9, all kinds of space as one, all kinds of minus as "-"."""
    if len(typed) > MOST_CHARACTERS:
        raise NumberRefused("too_long", typed=f"{typed.strip()[:40]}…")
    text = "".join(_plain_character(character) for character in unicodedata.normalize("NFKC", typed))
    return " ".join(text.split())


def _plain_character(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if character in "−–—‐‑":  # noqa: RUF001  these are the look-alikes that have to be recognised
        return "-"
    # Marks without width, which a copied cell brings along.
    return "" if unicodedata.category(character) == "Cf" else character


def _without(unit: re.Pattern[str], typed: str, *, negative_allowed: bool) -> Decimal:
    """The number beside a unit that may be written once before or after it (Rs. 3000/- has two of them)."""
    text = _plain(typed)
    bare = unit.sub(" ", text) if len(unit.findall(text)) <= 2 else text
    if text and not bare.strip():
        raise NumberRefused("text", typed=typed.strip())
    # A sign in the middle ("20 % 5") must not join two numbers into one.
    if re.search(r"\d", text) and len(re.findall(r"\d[\d,. ]*", unit.sub("|", text))) > 1:
        raise NumberRefused("text", typed=typed.strip())
    try:
        return parse_number(re.sub(r"^([+-])\s+", r"\1", bare.strip()), negative_allowed=negative_allowed)
    except NumberRefused as refused:
        raise NumberRefused(refused.code, **{**refused.params, "typed": typed.strip()}) from None


def _unsigned(body: str, *, shown: str) -> Decimal:
    if re.search(r"[^\d,. ]", body) or not re.search(r"\d", body):
        raise NumberRefused("text", typed=shown)
    if body.count(".") > 1 or ("." in body and "," in body and body.index(".") < body.rindex(",")):
        raise NumberRefused("ambiguous", typed=shown)
    if not _SHAPES.fullmatch(body):
        raise NumberRefused("grouping", typed=shown)
    digits = body.replace(",", "").replace(" ", "")
    if len(digits.replace(".", "").lstrip("0")) > MOST_DIGITS:
        raise NumberRefused("too_long", typed=shown if len(shown) <= 40 else f"{shown[:40]}…")
    return Decimal(digits)


def _decimal(value: Number) -> Decimal:
    number = Decimal(repr(float(value))) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise ValueError(f"{value} cannot be shown as a number")
    return number


def _grouped(number: Decimal, grouping: Grouping) -> str:
    whole, point, part = f"{abs(number):f}".partition(".")
    separated = f"{whole[-3:]}"
    step = 2 if grouping == "indian" else 3
    rest = whole[:-3]
    while rest:
        separated = f"{rest[-step:]},{separated}"
        rest = rest[:-step]
    sign = MINUS if number < 0 else ""
    return f"{sign}{separated}{point}{part}"
