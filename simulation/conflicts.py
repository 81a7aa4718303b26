"""Two people changed the same benefit: what of its form is decided together."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.conflicts import Comparison, Part, parts_of, texts_of, unsealed
from simulation import queries
from simulation.forms import FIGURES, BenefitForm, initial_of
from simulation.models import BenefitRisk

# A law and its figures mean nothing apart.
OFTEN = ("linked_to", "link_probability", "frequency_law", "incidence", "variance_to_mean")
TOGETHER = (
    Part(key="often", label=_("How often"), fields=OFTEN),
    Part(
        key="dear",
        label=_("How dear"),
        fields=("kind", "severity_law", *(name for name in FIGURES if name not in OFTEN)),
    ),
)


def form_of(risk: BenefitRisk, *, beside: BenefitRisk) -> BenefitForm:
    """What the form shows for `risk`, if it belonged to the version that `beside` belongs to."""
    now = beside.assumption_set
    initial = initial_of(risk)
    if risk.linked_to is not None:
        same = now.risks.filter(key=risk.linked_to.key).first()
        initial["linked_to"] = str(same.pk) if same else ""
    parents = queries.parents_in(assumption_set=now, besides=beside)
    return BenefitForm(initial=initial, scheme=now.scheme, parents=parents)


def parts(form: BenefitForm) -> list[Part]:
    return parts_of(form.fields, TOGETHER)


def compared(*, mine: BenefitForm, theirs: BenefitRisk) -> Comparison:
    """`mine` is the form as it was sent."""
    form = form_of(theirs, beside=theirs)
    return Comparison(
        fields=form.fields,
        parts=parts(form),
        mine=texts_of(form_of(BenefitRisk(**mine.values()), beside=theirs)),
        theirs=texts_of(form),
        before=_before(unsealed(mine.cleaned_data["started"]), theirs=theirs, form=mine),
    )


def _before(texts: dict[str, str], *, theirs: BenefitRisk, form: BenefitForm) -> dict[str, str]:
    """A link points to the same benefit in the version that theirs belongs to."""
    parent = form.parents.get(texts.get("linked_to", ""))
    if parent is not None:
        same = theirs.assumption_set.risks.filter(key=parent.key).first()
        texts["linked_to"] = str(same.pk) if same else ""
    return texts
