"""A share below one in a hundred is asked about; a currency brings its own way of writing large numbers."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from schemes.currencies import CURRENCIES
from schemes.fields import PercentField
from schemes.models import Scheme
from tests.makers import client_of, make_organisation
from tests.schemes.test_pages import text_of, typed

ASKING = PercentField(asks_below_one=True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0.6", "0.6 here means 0.6 %. Type 60 for 60 in 100, or 0.6 % if you mean less than one in 100."),
        ("\u0966.\u096c", "Type 60 for 60 in 100"),
        (".05", "0.05 here means 0.05 %. Type 5 for 5 in 100"),
    ],
)
def test_a_share_below_one_in_a_hundred_is_asked_about(text, said):
    with pytest.raises(ValidationError) as refused:
        ASKING.clean(text)
    assert said in refused.value.messages[0]


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("0.6 %", "0.006"),
        ("0.6 percent", "0.006"),
        ("60", "0.6"),
        ("1", "0.01"),
        ("0", "0"),
        ("1.5", "0.015"),
    ],
)
def test_whoever_types_the_sign_or_one_and_more_means_it(text, share):
    assert ASKING.clean(text) == Decimal(share)


def test_other_percent_fields_ask_nothing():
    assert PercentField().clean("0.6") == Decimal("0.006")


@given(st.integers(min_value=0, max_value=10_000))
def test_what_is_shown_for_editing_is_read_again_as_it_was(hundredths):
    share = Decimal(hundredths) / 10_000
    assert ASKING.clean(ASKING.prepare_value(float(share))) == share


@pytest.mark.django_db
def test_take_up_of_a_new_scheme_is_asked_about_and_what_was_typed_stays():
    organisation = make_organisation()
    response = client_of(organisation).post(reverse("schemes:new"), typed(expected_take_up="0.6"))
    assert response.status_code == 422
    assert "Type 60 for 60 in 100" in text_of(response)
    assert 'value="0.6"' in response.content.decode()
    assert not Scheme.objects.of(organisation).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("currency", "chosen", "kept"),
    [
        ("KES", "usual", "international"),
        ("INR", "usual", "indian"),
        ("KES", "indian", "indian"),
        ("INR", "international", "international"),
    ],
)
def test_large_numbers_are_written_as_usual_for_the_currency_unless_chosen(currency, chosen, kept):
    organisation = make_organisation()
    client_of(organisation).post(reverse("schemes:new"), typed(currency=currency, grouping=chosen))
    assert Scheme.objects.of(organisation).get().grouping == kept


@pytest.mark.django_db
def test_a_new_scheme_starts_with_what_is_usual():
    page = client_of(make_organisation()).get(reverse("schemes:new")).content.decode()
    assert '<option value="usual" selected>' in page
    assert CURRENCIES["KES"].grouping == "international"
