"""What the scenario of the demo calls from outside is tested over both ways of the external API."""

import ast

from tree import ROOT, addons, syntax

MODELS = ("purchase.", "product.", "stock.")
SCENARIO = ROOT / "setup" / "scenario.py"


def _texts(node):
    """The texts among the arguments of a call, in their order."""
    return [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]


def _calls(path):
    """(model, method) of each call that names both; `read` of the scenario is `search_read`."""
    for node in ast.walk(syntax(path)):
        if not isinstance(node, ast.Call):
            continue
        texts = _texts(node)[:2]
        if texts and texts[0].startswith(MODELS):
            name = getattr(node.func, "attr", None)
            yield texts[0], "search_read" if name == "read" else texts[-1]


def test_calls_of_the_scenario_are_tested():
    tested = {
        call
        for folder in addons().values()
        for path in (folder / "tests").glob("test_external_api.py")
        for call in _calls(path)
    }
    called = set(_calls(SCENARIO))
    assert called, "the scenario calls nothing: this test cannot read it any more"
    assert called - tested == set()
