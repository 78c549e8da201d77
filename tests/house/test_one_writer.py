"""Does exactly one function write the state of a complaint?

`record_transitions` in apps/complaints/services.py guards the old state and the sequence number, links the event into
the chain and asks for the statement of reasons. Whoever writes the column beside it goes around all three.
"""

import ast
import re

from house.source_tree import Module, modules, read

WRITER = ("apps/complaints/services.py", "record_transitions")
RAW_SQL = re.compile(r"\bupdate\b.*\bcomplaints_complaint\b(?!event).*\bset\b.*\bstate\b", re.IGNORECASE | re.DOTALL)


def writes(module: Module) -> list[str]:
    """Name each place of a Django floor that writes the state of a complaint, the one writer left out."""
    if not module.inside("apps", "entrypoints", "project"):
        return []
    allowed = span_of_the_writer(module)
    at_home = module.inside("apps/complaints")
    lines = sorted({node.lineno for node in ast.walk(module.tree) if writes_state(node, at_home)})
    return [f"{module.place}:{line}" for line in lines if line not in allowed]


def span_of_the_writer(module: Module) -> range:
    place, name = WRITER
    for node in module.tree.body:
        if module.place == place and isinstance(node, ast.FunctionDef) and node.name == name:
            return range(node.lineno, (node.end_lineno or node.lineno) + 1)
    return range(0)


def writes_state(node: ast.AST, at_home: bool) -> bool:
    """Is this node an assignment to, an update of, or an SQL statement on the state of a complaint?"""
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        written = [one for one in targets if isinstance(one, ast.Attribute) and one.attr == "state"]
        return any(of_a_complaint(one, at_home) for one in written)
    if isinstance(node, ast.Call):
        return sets_state(node) and of_a_complaint(node.func, at_home)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(RAW_SQL.search(node.value))


def sets_state(call: ast.Call) -> bool:
    """Is this `….update(state=…)`, `….bulk_update(…, ["state"])` or `setattr(…, "state", …)`?"""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in {"update", "aupdate", "update_or_create"}:
        return any(keyword.arg == "state" for keyword in call.keywords)
    if name in {"bulk_update", "setattr"}:
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        inner = [one for argument in given for one in ast.walk(argument)]
        return any(isinstance(one, ast.Constant) and one.value == "state" for one in inner)
    return False


def of_a_complaint(node: ast.AST, at_home: bool) -> bool:
    """Does the receiver speak of complaints? At home (apps/complaints) everything but `self` does."""
    words = ast.unparse(node).lower()
    return "complaint" in words or (at_home and not words.startswith("self."))


def test_only_record_transitions_writes_the_state_of_a_complaint():
    assert [line for module in modules() for line in writes(module)] == []


def test_a_second_writer_is_found_however_it_writes():
    second = read(
        "apps/decisions/services.py",
        "def decide(complaint, row):\n"
        "    complaint.state = 'removed'\n"
        "    Complaint.objects.filter(pk=1).update(state='removed')\n"
        "    Complaint.objects.bulk_update([row], ['state'])\n"
        "    cursor.execute('UPDATE complaints_complaint SET seq = 2, state = %s')\n"
        "    right.state = 'verified'\n"
        "    Complaint.objects.filter(state='removed').update(claimed_by=None)\n",
    )
    assert writes(second) == [f"apps/decisions/services.py:{line}" for line in (2, 3, 4, 5)]


def test_the_one_writer_may_write_and_its_neighbour_may_not():
    home = read(
        "apps/complaints/services.py",
        "def record_transitions(batch):\n    rows.update(state='removed')\n\n"
        "def other(row):\n    row.state = 'removed'\n",
    )
    assert writes(home) == ["apps/complaints/services.py:5"]
