"""What the help says about one kind of page."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Something that can go wrong, and what to do then."""

    when: Words
    then: Words


@dataclass(frozen=True, kw_only=True)
class Topic:
    """One page of help.

    `key` stands in its address, `part` is the key of the part of the index that lists it, `addresses` are the
    names of the addresses it explains, `words` keys of `cbhi_site.guides.words.WORDS`.
    """

    key: str
    part: str
    title: Words
    purpose: Words
    steps: tuple[Words, ...]
    words: tuple[str, ...] = ()
    troubles: tuple[Trouble, ...]
    addresses: tuple[str, ...]

    def __post_init__(self) -> None:
        if not (self.steps and self.troubles and self.addresses):
            raise ValueError(f"The help on {self.key} lacks steps, troubles or addresses.")
