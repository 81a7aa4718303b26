"""What a password must not be: the name or the address of whoever has it."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import (
    UserAttributeSimilarityValidator,
    exceeds_maximum_length_ratio,
)
from django.core.exceptions import ValidationError


class UnlikeItsOwnerValidator(UserAttributeSimilarityValidator):
    """Django's own, holding letters against each other in their order.

    Django's compares which letters occur, in any order. Four everyday words hold nearly every letter, and
    were refused beside any longer address.
    """

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        for attribute in self.user_attributes:
            known = str(getattr(user, attribute, "") or "").lower()
            # Of an address, what stands before the @ and the whole: its host is not what a person is called.
            parts = {known, *re.split(r"\W+", known.partition("@")[0])} - {""}
            if any(self._is_like(password.lower(), part) for part in parts):
                name = user._meta.get_field(attribute).verbose_name  # type: ignore[union-attr]
                raise ValidationError(
                    self.get_error_message(),
                    code="password_too_similar",
                    params={"verbose_name": name},
                )

    def _is_like(self, password: str, known: str) -> bool:
        if exceeds_maximum_length_ratio(password, self.max_similarity, known):
            return False
        return SequenceMatcher(a=password, b=known, autojunk=False).ratio() >= self.max_similarity
