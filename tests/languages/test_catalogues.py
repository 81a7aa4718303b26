"""How messages are gathered, kept and checked by the programs in `.ci`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import allauth
import django
import pytest
from babel.messages.catalog import Message
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, override

from cbhi_site import borrowed_words

sys.path.insert(0, str(Path(settings.BASE_DIR) / ".ci"))
import catalogues
import extraction
import messages

LANGUAGES = ("hi", "ne", "or")
THEIRS = {
    django: (
        "contrib/auth/models.py", "contrib/auth/password_validation.py", "core/validators.py",
        "db/models/base.py", "db/models/fields/__init__.py", "forms/fields.py", "forms/models.py",
        "forms/widgets.py", "utils/dates.py", "utils/text.py",
    ),
    allauth: ("account/adapter.py", "account/forms.py"),
}  # fmt: skip
"""Where Django and django-allauth keep what they say to people."""


def test_a_module_s_messages_are_found_under_whatever_name_they_are_asked():
    source = """
from django.utils.translation import gettext as _g, ngettext, pgettext_lazy as said
def gettext_noop(text): return text
A = _g("one " "sentence"), ngettext("%(n)s day", "%(n)s days", n), said("button", "Open"), gettext_noop("“x”")
B = _("not imported"), other.gettext("somebody's")
"""
    assert list(extraction.python_messages(source)) == [
        (None, "one sentence"),
        (None, ("%(n)s day", "%(n)s days")),
        ("button", "Open"),
        (None, "“x”"),
    ]


def test_a_template_s_messages_are_spelt_as_django_looks_them_up():
    source = """{% load i18n %}{% translate "10 % of it" %}{% translate "Open" context "button" %}
{% blocktranslate trimmed count n=rows %}{{ n }} row
  of 5 %{% plural %}{{ n }} rows{% endblocktranslate %}
{% firstof name _("no 1 % (yet)") %}<p>_(not one)</p>"""
    assert list(extraction.template_messages(source)) == [
        (None, "10 %% of it"),
        ("button", "Open"),
        (None, ("%(n)s row of 5 %%", "%(n)s rows")),
        (None, "no 1 %% (yet)"),
    ]


def test_a_translation_whose_message_left_the_source_waits_and_comes_back():
    known = {(None, "Old"): Message("Old", "पुराना"), (None, "Now"): Message("Now", "अभी")}
    without = messages.merged("hi", {(None, "Now"): ["a.py"], (None, "New"): ["b.py"]}, known)
    assert [message.id for message in messages.missing(without)] == ["New"]
    kept = messages.known_translations(without)
    again = messages.merged("hi", {(None, "Old"): ["a.py"]}, kept)
    assert again.get("Old").string == "पुराना"


def test_a_percent_sign_alone_makes_no_format_of_a_sentence():
    texts = ("Own spending. Empty: 10 % of what is earned.", "“100 % leave”", "%(n)s days", "100 %% of %s")
    found = messages.merged("hi", {(None, text): ["a.py"] for text in texts}, {})
    assert ["python-format" in found.get(text).flags for text in texts] == [False, False, True, True]


@pytest.mark.parametrize(
    ("english", "said", "faults"),
    [
        ("%(n)s of <b>all</b>", "<b>सब</b> में से %(n)s", 0),
        ("%(n)s of <b>all</b>", "सब में से %(n)s", 1),
        ("{when}", "कब", 1),
        (("One day", "%(n)s days"), ("%(n)s दिन", "%(n)s दिन"), 0),
        (("%(n)s day", "%(n)s days"), ("एक दिन", "दिन"), 1),
    ],
)
def test_what_a_translation_must_keep_is_missed_when_it_is_gone(english, said, faults):
    assert len(list(catalogues.differences(Message(english, said)))) == faults


def test_the_catalogues_are_compiled_as_they_are_written():
    for language in LANGUAGES:
        assert list(catalogues.faults(language, complete=True)) == []


def test_the_framework_s_own_words_are_said_in_every_language():
    files = [Path(package.__file__).parent / name for package, names in THEIRS.items() for name in names]
    theirs = {text for file in files for _, text in extraction.python_messages(file.read_text("utf-8"))}
    # A sentence counted with its number: Django says it by another function of the same shape.
    texts = {text for each in theirs for text in messages.texts_of(each)}
    assert set(borrowed_words.WORDS) <= texts
    for language in LANGUAGES:
        with override(language):
            assert [word for word in borrowed_words.WORDS if gettext(word) == word] == []
            assert "day" not in ngettext("%(num)d day", "%(num)d days", 3)


def test_a_day_is_written_with_its_month_in_every_language():
    day, written = date(2026, 11, 21), {}
    for language in LANGUAGES:
        with override(language):
            written[language] = date_format(day, "j F Y")
    assert written == {"hi": "21 नवंबर 2026", "ne": "21 नोभेम्बर 2026", "or": "21 ନଭେମ୍ବର 2026"}
