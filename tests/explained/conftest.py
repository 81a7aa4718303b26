"""The demo organisation's slide package, as the tests of the calculator have it."""

from tests.calculator.conftest import demo_user, linked, package, signed_in, slide

__all__ = ["demo_user", "linked", "package", "signed_in", "slide"]
