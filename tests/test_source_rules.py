"""What the program's own source never does, found by reading it."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = (
    *("accounts", "calculator", "cbhi_site", "explained", "jobs"),
    *("offline", "schemes", "simulation", "survey", "workshop"),
)
SOURCES = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py"))
# The supervisor asks its own site, on this machine, whether it answers: a fixed address.
ASKS_ITSELF = {"cbhi_site/management/commands/healthcheck.py", "cbhi_site/management/commands/serve.py"}
FETCHERS = {"urllib.request", "urllib3", "requests", "httpx", "aiohttp", "http.client", "ftplib"}
UNPICKLERS = {"pickle", "cPickle", "_pickle", "marshal", "shelve", "dill", "cloudpickle", "jsonpickle"}
RUNNERS = {"eval", "exec", "compile", "__import__", "execfile"}
SHELLS = {"system", "popen", "getoutput", "getstatusoutput"}
READERS = ("yaml.load", "read_pickle", "to_pickle", ".eval")
UNESCAPED = {"mark_safe", "SafeString", "RawSQL"}
SQL = ("objects.raw", "objects.extra")
XML = {"xml.etree.ElementTree", "xml.dom.minidom", "xml.sax", "xml.dom.pulldom", "lxml", "lxml.etree"}


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def calls(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def is_true(node):
    return isinstance(node, ast.Constant) and node.value is True


def unsafe_in(text, *, may_ask=False):
    tree = ast.parse(text)
    modules = set(imported(tree))
    wrong = sorted(modules & UNPICKLERS)
    if not may_ask:
        wrong += sorted(modules & FETCHERS)
    return wrong + [what for node, name in calls(tree) if (what := unsafe_call(node, name))]


def unsafe_call(node, name):
    last = name.split(".")[-1]
    keywords = {each.arg: each.value for each in node.keywords}
    if is_true(keywords.get("shell")) or is_true(keywords.get("allow_pickle")):
        return f"{name} with a shell or pickle"
    if name in RUNNERS or (last in SHELLS and "." in name) or name.endswith(READERS):
        return name
    if (last in UNESCAPED or name.endswith(SQL)) and not is_fixed(node):
        return f"{name} of something that is not fixed text"
    return ""


def is_fixed(node):
    """Written in the source, or made by a template, which escapes what it is given."""
    return all(
        isinstance(each, ast.Constant)
        or (isinstance(each, ast.Call) and ast.unparse(each.func) in {"render_to_string", "format_html"})
        for each in node.args
    )


def test_there_is_source_to_read():
    assert len(SOURCES) > 100


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_becomes_a_program_and_no_address_is_fetched(path):
    name = str(path.relative_to(ROOT))
    assert unsafe_in(path.read_text(encoding="utf-8"), may_ask=name in ASKS_ITSELF) == []


@pytest.mark.parametrize(
    "text",
    [
        "eval(x)", "exec(x)", "import pickle", "from pickle import loads", "subprocess.run(x, shell=True)",
        "os.system(x)", "from urllib.request import urlopen", "import requests",
        "np.load(f, allow_pickle=True)",
        "pd.read_pickle(f)", "frame.eval(x)", "mark_safe(x)", "Model.objects.raw(x)", "compile(x, y, z)",
    ],
)  # fmt: skip
def test_the_reader_finds_what_it_is_for(text):
    assert unsafe_in(text)


def test_xml_from_outside_is_read_with_guards_only():
    """A parser of the standard library expands what an attacker nests."""
    for path in SOURCES:
        assert not set(imported(ast.parse(path.read_text(encoding="utf-8")))) & XML, path


LOG = {"debug", "info", "warning", "error", "exception", "critical", "log"}
HARMLESS = {"__name__", "__module__", "__qualname__", "pk", "index", "token"}


def log_arguments(tree):
    for node, name in calls(tree):
        if name.split(".")[0] in {"logger", "logging", "log"} and name.split(".")[-1] in LOG:
            yield from node.args[1:]


def is_harmless(node):
    if isinstance(node, ast.Attribute):
        return node.attr in HARMLESS or node.attr.endswith("_id")
    if isinstance(node, ast.Name):
        # Our own constants, ids, and what reports.py made of fixed lists.
        return node.id.isupper() or node.id.endswith("_id") or node.id in {"directive", "blocked", "page"}
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in {"len", "round", "int"}
    return isinstance(node, ast.Constant)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_our_own_log_lines_are_given_ids_counts_and_names_of_classes_only(path):
    for argument in log_arguments(ast.parse(path.read_text(encoding="utf-8"))):
        assert is_harmless(argument), f"{path.name}: {ast.unparse(argument)}"
