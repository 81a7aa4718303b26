"""Every message of the source: what the catalogues must hold. No gettext tools are needed."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import template as translation_template

ROOT = Path(__file__).resolve().parent.parent
ROOMS = sorted(path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests")

Key = tuple[str | None, str | tuple[str, str]]
"""The context and the English text; two texts where it is counted."""

# Where context, text and plural stand among the arguments.
PLAIN, CONTEXT, COUNTED, COUNTED_CONTEXT = (None, 0, None), (0, 1, None), (None, 0, 1), (0, 1, 2)
FUNCTIONS = {
    **dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop"), PLAIN),
    **dict.fromkeys(("pgettext", "pgettext_lazy", "pgettext_noop"), CONTEXT),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), COUNTED),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), COUNTED_CONTEXT),
}
CALL = re.compile(r"(?<![\w.])(_|n?p?gettext)\(")


def messages() -> dict[Key, list[str]]:
    """Each message with the files it stands in."""
    found: dict[Key, set[str]] = {}
    for path in _files():
        source = path.read_text(encoding="utf-8")
        keys = python_messages(source) if path.suffix == ".py" else template_messages(source)
        for key in keys:
            found.setdefault(key, set()).add(str(path.relative_to(ROOT)))
    return {key: sorted(places) for key, places in found.items()}


def python_messages(source: str) -> Iterator[Key]:
    """The messages of a module, whatever name it imports gettext under."""
    tree = ast.parse(source)
    named = dict(FUNCTIONS)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for name in node.names:
                if name.name in FUNCTIONS:
                    named[name.asname or name.name] = FUNCTIONS[name.name]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (key := _key(node, named)):
            yield key


def template_messages(source: str) -> Iterator[Key]:
    """The messages of a template, spelt as Django looks them up: a percent sign doubled."""
    if not settings.configured:
        settings.configure(USE_I18N=False)
    code = translation_template.templatize(source)
    for call in CALL.finditer(code):
        node = _call_at(code, call.start())
        key = _key(node, FUNCTIONS | {"_": PLAIN})
        if key is None:
            continue
        # Of a percent sign in _("…") Django makes two when it looks the words up, not when it extracts them.
        single = call[1] == "_" and isinstance(key[1], str)
        yield (key[0], key[1].replace("%", "%%")) if single else key  # type: ignore[union-attr]


def _files() -> list[Path]:
    python = [
        path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts
    ]
    return sorted([*python, *(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.txt")])


def _call_at(code: str, start: int) -> ast.Call:
    """The call that begins here: as far as the first closing bracket that makes it one."""
    end = code.find(")", start)
    while end != -1:
        try:
            node = ast.parse(code[start : end + 1].strip(), mode="eval").body
        except SyntaxError:
            end = code.find(")", end + 1)
            continue
        assert isinstance(node, ast.Call)
        return node
    raise SyntaxError(f"a message without an end: {code[start : start + 60]!r}")


def _key(node: ast.Call, named: dict[str, tuple[int | None, int, int | None]]) -> Key | None:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in named:
        return None
    context, text, plural = named[name]
    one = _text(node, text)
    if not one:
        return None
    many = None if plural is None else _text(node, plural)
    return (None if context is None else _text(node, context), (one, many) if many else one)


def _text(node: ast.Call, place: int) -> str | None:
    if place >= len(node.args):
        return None
    argument = node.args[place]
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None


if __name__ == "__main__":
    sys.stdout.write(f"{len(messages())} messages\n")
