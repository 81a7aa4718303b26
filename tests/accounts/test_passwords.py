"""The advice about passwords works, and a name is still no password."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import User

RAVI = User(username="ravi", first_name="Ravi Kumar", email="ravi@example.org")
LONG = User(username="lakshmi.venkataraman", first_name="Lakshmi", email="lakshmi.venkataraman@example.org")


@pytest.mark.parametrize(
    "password",
    [
        "blue goat river lamp",
        "monsoon lantern cart",
        "grain hills seven table",
        "river amla gourd vexing pole",
    ],
)
@pytest.mark.parametrize("owner", [RAVI, LONG])
def test_four_everyday_words_are_taken_beside_any_address(password, owner):
    validate_password(password, owner)


@pytest.mark.parametrize(
    ("password", "owner", "which"),
    [
        ("ravi@example.org", RAVI, "email"),
        ("Ravi@Example.org7", RAVI, "email"),
        ("ravi kumar 1", RAVI, "first name"),
        ("venkataraman1", LONG, "username"),
        ("Lakshmi.Venkataraman99", LONG, "username"),
    ],
)
def test_a_name_or_an_address_is_no_password(password, owner, which):
    with pytest.raises(ValidationError) as refused:
        validate_password(password, owner)
    assert f"too similar to the {which}" in " ".join(refused.value.messages)


def test_a_password_without_an_owner_is_held_against_nothing():
    validate_password("ravi@example.org", None)
