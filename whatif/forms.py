"""Numbers of a question: typed, or moved by a slider that a script puts beside the box."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

from whatif.setting import Setting


class WhatIfForm(forms.Form):
    """A question's numbers, filled from the package; the address carries only what differs.

    `sliders` gives the ends and the step of each slider, in the unit of the box (a percent box counts in
    percent); a box without one has none. `from_package` gives the numbers to start from.
    """

    sliders: ClassVar[Mapping[str, tuple[float, float, float]]] = {}

    def __init__(self, query: QueryDict, *, setting: Setting) -> None:
        self.setting = setting
        initial = self.from_package(setting)
        data = self._texts(initial, setting)
        data.update({name: query.get(name, "") for name in self.base_fields if name in query})
        super().__init__(data, initial=initial, auto_id="whatif_%s")
        for name, field in self.fields.items():
            field.grouping = setting.scheme.number_grouping  # type: ignore[attr-defined]
            if name in self.sliders:
                low, high, step = self.sliders[name]
                field.widget.attrs["data-slider"] = f"{low:g} {high:g} {step:g}"

    @classmethod
    def from_package(cls, setting: Setting) -> dict[str, Any]:  # noqa: ARG003
        """The numbers to start from; a question with boxes of its own fills them here."""
        return {}

    def _texts(self, initial: Mapping[str, Any], setting: Setting) -> dict[str, Any]:
        """The starting numbers as somebody would type them."""
        texts = {}
        for name, value in initial.items():
            field = self.base_fields[name]
            field.grouping = setting.scheme.number_grouping  # type: ignore[attr-defined]
            shown = getattr(field, "shown", None)
            texts[name] = value if shown is None or value is None else shown(value)
        return texts
