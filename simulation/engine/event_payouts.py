"""One benefit seen as what an event of its own, or of its parent's, pays: the shape that every engine step
starts from.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from simulation.engine.compound import CappedRows
from simulation.engine.discrete_severity import Constant, DayLaw, Empirical
from simulation.engine.families import FamilySizes
from simulation.engine.family_counts import FamilyCounts
from simulation.engine.frequency import Frequency
from simulation.engine.menu_of_atoms import AtomTerms, atom_row
from simulation.engine.menu_of_layers import LayerTerms, layer_row
from simulation.engine.package import Benefit
from simulation.engine.severity import Severity
from simulation.engine.terms import CostTerms, FixedTerms, Terms, WageTerms


def atom_terms(severity: Severity | None, terms: Terms) -> AtomTerms:
    """Payouts that live on points, in a unit of their own: money, or days paid."""
    if isinstance(terms, FixedTerms):
        return AtomTerms.of_fixed(terms)
    if isinstance(terms, WageTerms):
        assert isinstance(severity, DayLaw | Empirical)
        return AtomTerms.of_wage(severity, terms)
    assert isinstance(severity, Constant | Empirical)
    assert isinstance(terms, CostTerms)
    return AtomTerms.of_cost(severity, terms)


@dataclass(frozen=True)
class EventPayout:
    """A covered benefit on the events of its group.

    Attributes
    ----------
    benefit : Benefit
    parent : Frequency
        Law of the group's events; each is paid here with chance ``benefit.probability``.
    families : FamilySizes
    """

    benefit: Benefit
    parent: Frequency
    families: FamilySizes

    @cached_property
    def frequency(self) -> Frequency:
        """Law of the events that are paid here."""
        if self.benefit.probability == 1.0:
            return self.parent
        return self.parent.thinned(self.benefit.probability)

    @cached_property
    def shape(self) -> LayerTerms | AtomTerms:
        """Terms and law in the form that is priced."""
        layers = LayerTerms.of(self.benefit.severity, [self.benefit.terms])
        return layers if layers is not None else atom_terms(self.benefit.severity, self.benefit.terms)

    @property
    def scale(self) -> float:
        """Money that the scheme pays per unit of ``row``."""
        return float(self.shape.scale) if isinstance(self.shape, AtomTerms) else float(self.shape.scale[0])

    @cached_property
    def row(self) -> tuple[float, CappedRows | None]:
        """E[Y] of one paid event, and its lattice with the family cap, None where no family cap can bind."""
        counts = FamilyCounts(self.frequency, self.families)
        if self.scale == 0.0 or self.benefit.terms.family_cap == 0.0 or self.frequency.incidence == 0.0:
            return 0.0, None
        if isinstance(self.shape, AtomTerms):
            return atom_row(counts, self.shape)
        return layer_row(counts, self.shape)
