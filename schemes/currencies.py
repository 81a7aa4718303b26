"""The currencies a scheme can count in: sign, grouping people there are used to, and the name one says."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from schemes.numbers import Grouping


@dataclass(frozen=True, kw_only=True)
class Currency:
    """One currency: ISO 4217 code, sign before an amount, name, the plural one says, usual grouping."""

    code: str
    sign: str
    name: Promise
    units: Promise
    grouping: Grouping = "international"


CURRENCIES: dict[str, Currency] = {
    currency.code: currency
    for currency in (
        Currency(code="INR", sign="₹", name=_("Indian rupee"), units=_("rupees"), grouping="indian"),
        Currency(code="NPR", sign="रु", name=_("Nepalese rupee"), units=_("rupees"), grouping="indian"),
        Currency(code="BDT", sign="৳", name=_("Bangladeshi taka"), units=_("taka"), grouping="indian"),
        Currency(code="PKR", sign="Rs", name=_("Pakistani rupee"), units=_("rupees"), grouping="indian"),
        Currency(code="LKR", sign="Rs", name=_("Sri Lankan rupee"), units=_("rupees")),
        Currency(code="KES", sign="KSh", name=_("Kenyan shilling"), units=_("shillings")),
        Currency(code="TZS", sign="TSh", name=_("Tanzanian shilling"), units=_("shillings")),
        Currency(code="UGX", sign="USh", name=_("Ugandan shilling"), units=_("shillings")),
        Currency(code="RWF", sign="FRw", name=_("Rwandan franc"), units=_("francs")),
        Currency(code="CDF", sign="FC", name=_("Congolese franc"), units=_("francs")),
        Currency(code="XOF", sign="CFA", name=_("West African CFA franc"), units=_("francs")),
        Currency(code="XAF", sign="FCFA", name=_("Central African CFA franc"), units=_("francs")),
        Currency(code="GHS", sign="GH₵", name=_("Ghanaian cedi"), units=_("cedis")),
        Currency(code="NGN", sign="₦", name=_("Nigerian naira"), units=_("naira")),
        Currency(code="ETB", sign="Br", name=_("Ethiopian birr"), units=_("birr")),
        Currency(code="USD", sign="$", name=_("US dollar"), units=_("dollars")),
        Currency(code="EUR", sign="€", name=_("Euro"), units=_("euros")),
    )
}
