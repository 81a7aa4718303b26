"""Cases that the tests of the calculator share."""

from __future__ import annotations

import copy
import json
from pathlib import Path

from calculator.case import read_case

DATA = Path(__file__).parents[1] / "data"
_SLIDE = json.loads((DATA / "slide-package.json").read_text())


def slide_json():
    """The slide's package as JSON, without its simulation; a copy to change."""
    data = copy.deepcopy(_SLIDE)
    del data["simulation"]
    return data


def linked_json():
    """The slide's package with transport paid on the hospital stays that cause it, priced jointly."""
    data = slide_json()
    transport = data["benefits"][3]
    del transport["frequency"]
    transport["linked_to"] = "hospitalisation"
    data["loadings"]["risk_basis"] = "joint"
    return data


def slide_case():
    return read_case(slide_json())


def linked_case():
    return read_case(linked_json())
