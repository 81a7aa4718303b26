"""The surveys that might have been, kept in few bytes: what each of B resamples says about every benefit.

Raw rows can be deleted afterwards; the survey error of any package can still be worked out. Households (or
clusters) were drawn once for all benefits, so the benefits' errors hang together here as they do in truth.

The bytes are a header in JSON, the numbers one array after the other (little-endian, compressed), and the
SHA-256 of all that, so that a torn or touched copy is refused.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

MAGIC = b"CBHI-RESAMPLES-1\n"
LONGEST_HEADER = 1_000_000
MOST_UNPACKED = 512 * 2**20
DIGEST = 32


class ResamplesDamaged(ValueError):  # noqa: N818  a refusal is an answer, not an error
    """Stored resamples that cannot be trusted; the survey must be fitted again."""


@dataclass(frozen=True, kw_only=True, eq=False)
class BenefitResamples:
    """One benefit in B resamples.

    Attributes
    ----------
    key, linked_to : str
        As in the assumptions; ``linked_to`` "" for none.
    person_years : float
        Asked about, unweighted.
    stated_incidence, stated_probability : float
        The survey's own estimates: of the benefit's events (its parent's if linked) with a cost above 0, and
        of a linked benefit being paid on one.
    incidence, probability : ndarray, shape (B,)
        The same in each resample; half an event where a resample has none.
    stated_laws : mapping of law to (mean, spread)
        The survey's own: sigma, cv, alpha or variance to mean beside the mean.
    laws : mapping of law to ndarray, shape (B, 2)
    atoms : ndarray, shape (V,)
        Points of the empirical law, ascending; none without costs.
    stated_shares : ndarray, shape (V,)
    shares : ndarray, shape (B, V)
        Their probabilities; each row adds up to 1.
    """

    key: str
    linked_to: str
    person_years: float
    stated_incidence: float
    stated_probability: float
    incidence: Array
    probability: Array
    stated_laws: Mapping[str, tuple[float, float]]
    laws: Mapping[str, Array]
    atoms: Array
    stated_shares: Array
    shares: Array

    def __post_init__(self) -> None:
        number = len(self.incidence)
        shapes = {
            "probability": (self.probability, (number,)),
            "shares": (self.shares, (number, len(self.atoms))),
            "stated_shares": (self.stated_shares, (len(self.atoms),)),
            **{f"laws.{law}": (given, (number, 2)) for law, given in self.laws.items()},
        }
        for name, (given, shape) in shapes.items():
            if given.shape != shape:
                raise ResamplesDamaged(f"{self.key}.{name}: the shape is {given.shape}, not {shape}")
        if set(self.laws) != set(self.stated_laws):
            raise ResamplesDamaged(f"{self.key}.laws: every law has its stated numbers")


@dataclass(frozen=True, kw_only=True, eq=False)
class Resamples:
    """Every benefit in the same B resamples.

    Attributes
    ----------
    households : int
        Asked.
    persons : int
    by : str
        "cluster" or "household": what was drawn.
    seed : int
    benefits : tuple of BenefitResamples
    """

    households: int
    persons: int
    by: str
    seed: int
    benefits: tuple[BenefitResamples, ...] = field(default_factory=tuple)

    def __post_init__(self) -> None:
        if len({len(one.incidence) for one in self.benefits}) > 1:
            raise ResamplesDamaged("benefits: every benefit has the same number of resamples")

    @property
    def number(self) -> int:
        """Resamples, B; 0 without a benefit."""
        return len(self.benefits[0].incidence) if self.benefits else 0

    def benefit(self, key: str) -> BenefitResamples | None:
        """Of one benefit; None where the survey says nothing about it."""
        return next((one for one in self.benefits if one.key == key), None)

    def to_bytes(self) -> bytes:
        """All of it, with its checksum; the same resamples give the same bytes."""
        parts: list[bytes] = []
        header = {
            "households": self.households,
            "persons": self.persons,
            "by": self.by,
            "seed": self.seed,
            "benefits": [_benefit_header(one, parts) for one in self.benefits],
        }
        words = json.dumps(header, sort_keys=True, allow_nan=False, separators=(",", ":")).encode()
        whole = MAGIC + len(words).to_bytes(8, "big") + words + zlib.compress(b"".join(parts), 6)
        return whole + hashlib.sha256(whole).digest()

    @classmethod
    def from_bytes(cls, data: bytes) -> Resamples:
        """The resamples from what ``to_bytes`` gave.

        Raises
        ------
        ResamplesDamaged
            Another file, or not whole.
        """
        header, numbers = _opened(bytes(data))
        reader = _Reader(numbers)
        try:
            benefits = tuple(_read_benefit(one, reader) for one in header["benefits"])
            made = cls(
                households=header["households"],
                persons=header["persons"],
                by=header["by"],
                seed=header["seed"],
                benefits=benefits,
            )
        except (KeyError, TypeError) as error:
            raise ResamplesDamaged(f"the header does not fit: {error!r}") from None
        if reader.place != len(numbers):
            raise ResamplesDamaged("there are more numbers than the header says")
        return made


def _opened(data: bytes) -> tuple[dict[str, Any], bytes]:
    body, digest = data[:-DIGEST], data[-DIGEST:]
    if not body.startswith(MAGIC):
        raise ResamplesDamaged("these are not resamples of a survey")
    if hashlib.sha256(body).digest() != digest:
        raise ResamplesDamaged("the checksum does not fit; the copy is torn or was changed")
    start = len(MAGIC) + 8
    length = int.from_bytes(body[len(MAGIC) : start], "big")
    if not 0 < length <= min(LONGEST_HEADER, len(body) - start):
        raise ResamplesDamaged("the header's length does not fit")
    unpack = zlib.decompressobj()
    numbers = unpack.decompress(body[start + length :], MOST_UNPACKED)
    if unpack.unconsumed_tail:
        raise ResamplesDamaged("there are more numbers than any survey has")
    header: dict[str, Any] = json.loads(body[start : start + length])
    return header, numbers


_ARRAYS = ("incidence", "probability", "atoms", "stated_shares")


def _benefit_header(one: BenefitResamples, parts: list[bytes]) -> dict[str, Any]:
    exact = [*(getattr(one, name) for name in _ARRAYS), *(one.laws[law] for law in sorted(one.laws))]
    parts.extend(np.ascontiguousarray(numbers, dtype="<f8").tobytes() for numbers in exact)
    # probabilities to seven digits: the survey itself knows two
    parts.append(np.ascontiguousarray(one.shares, dtype="<f4").tobytes())
    return {
        "key": one.key,
        "linked_to": one.linked_to,
        "person_years": one.person_years,
        "stated_incidence": one.stated_incidence,
        "stated_probability": one.stated_probability,
        "stated_laws": {law: list(one.stated_laws[law]) for law in sorted(one.laws)},
        "resamples": len(one.incidence),
        "atoms": len(one.atoms),
    }


class _Reader:
    """Takes one array after the other."""

    def __init__(self, numbers: bytes) -> None:
        self.numbers = numbers
        self.place = 0

    def next(self, shape: tuple[int, ...], kind: str = "<f8") -> Array:
        size = int(np.prod(shape)) * np.dtype(kind).itemsize
        if self.place + size > len(self.numbers):
            raise ResamplesDamaged("there are fewer numbers than the header says")
        part = self.numbers[self.place : self.place + size]
        self.place += size
        return np.frombuffer(part, dtype=kind).reshape(shape).astype(np.float64)


def _read_benefit(header: Mapping[str, Any], reader: _Reader) -> BenefitResamples:
    number, atoms = int(header["resamples"]), int(header["atoms"])
    sizes = {"incidence": number, "probability": number, "atoms": atoms, "stated_shares": atoms}
    arrays = {name: reader.next((sizes[name],)) for name in _ARRAYS}
    laws = {law: reader.next((number, 2)) for law in header["stated_laws"]}
    return BenefitResamples(
        key=header["key"],
        linked_to=header["linked_to"],
        person_years=header["person_years"],
        stated_incidence=header["stated_incidence"],
        stated_probability=header["stated_probability"],
        stated_laws={law: (given[0], given[1]) for law, given in header["stated_laws"].items()},
        laws=laws,
        shares=reader.next((number, atoms), "<f4"),
        **arrays,
    )
