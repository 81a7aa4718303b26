"""Figures that other code worked out are not shown as this one's."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.cache import cache

from cbhi_site.source import source_hash


@pytest.fixture
def home(tmp_path):
    for name in ("calculator", "tests"):
        (tmp_path / name / "parts").mkdir(parents=True)
        (tmp_path / name / "__init__.py").touch()
        (tmp_path / name / "parts" / "sum.py").write_text("a = 1\n")
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "notes.py").write_text("a = 1\n")
    return tmp_path


def test_a_change_of_one_letter_of_the_site_is_other_code(home):
    before = source_hash(home)
    (home / "calculator" / "parts" / "sum.py").write_text("a = 2\n")
    assert source_hash(home) != before


def test_a_file_of_another_name_is_other_code(home):
    before = source_hash(home)
    (home / "calculator" / "parts" / "sum.py").rename(home / "calculator" / "parts" / "total.py")
    assert source_hash(home) != before


def test_what_is_not_the_site_changes_nothing(home):
    before = source_hash(home)
    (home / "tests" / "parts" / "sum.py").write_text("a = 2\n")
    (home / "var" / "notes.py").write_text("a = 2\n")
    (home / "calculator" / "parts" / "notes.txt").write_text("a")
    assert source_hash(home) == before


def test_the_cache_keeps_figures_by_the_code_that_worked_them_out():
    assert source_hash(settings.BASE_DIR) in cache.make_key("sure")
