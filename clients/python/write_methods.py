#!/usr/bin/env python3
"""Writes the methods and types of the client from the description of the API, docs/reference/api.json.

clients/python/write_methods.py             write what differs
clients/python/write_methods.py --check     write nothing; exit 1 and name the files that differ

`script/reference` runs it too. What is written: `types.py` (every schema as a TypedDict), `methods.py` and `async_methods.py`
(one class for each tag, one method for each operation). Both sets of methods come from one table, so they cannot differ.
"""

import json
import keyword
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PACKAGE = HERE / "src" / "countermark_client"
WRITTEN = "Written by clients/python/write_methods.py from docs/reference/api.json; change that, not this."
SKIPPED = {"issue_token"}  # the client asks for its tokens itself
NOUNS = {"people": "person"}  # what one of a group is called, where an s at the end does not make it many
VERBS = ("get", "post", "put", "patch", "delete")
# What every operation may be refused with needs no word at each of them.
USUAL = set("request_defective cursor_unknown idempotency_key_reused request_still_running text_unprintable".split())
SIMPLE = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


class Operation(NamedTuple):
    """An operation of the description, with the name its method has."""

    group: str
    name: str
    method: str
    path: str
    said: dict[str, Any]


# --- types ------------------------------------------------------------------------------------------------------------


def type_name(schema: str) -> str:
    """The name of a schema as a class has it: `Page_CaseRow_` is PageCaseRow."""
    return re.sub(r"[^A-Za-z0-9]", "", schema)


def type_of(schema: dict[str, Any], where: str = "") -> str:
    """A schema as an annotation; `where` stands before the names of classes."""
    if "$ref" in schema:
        return where + type_name(schema["$ref"].rsplit("/", 1)[1])
    if "const" in schema or "enum" in schema:
        values = [schema["const"]] if "const" in schema else schema["enum"]
        return f"Literal[{', '.join(repr(value) for value in values)}]"
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " | ".join(dict.fromkeys(type_of(each, where) for each in schema[several]))
    if schema.get("type") == "array":
        return f"list[{type_of(schema.get('items', {}), where)}]"
    if schema.get("type") == "object":
        more = schema.get("additionalProperties")
        return f"dict[str, {type_of(more, where) if isinstance(more, dict) else 'Any'}]"
    return SIMPLE.get(schema.get("type", ""), "Any")


def refs(node: Any) -> Iterator[str]:
    """Every schema named somewhere in this piece of the description."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].rsplit("/", 1)[1]
        for value in node.values():
            yield from refs(value)
    elif isinstance(node, list):
        for value in node:
            yield from refs(value)


def reached(schemas: dict[str, Any], operations: list[Operation]) -> list[str]:
    """The schemas that a method takes or gives, and theirs."""
    waiting = list(refs([[op.said.get("requestBody"), good_answer(op)] for op in operations]))
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += refs(schemas[name])
    return sorted(found)


def typed_dict(name: str, schema: dict[str, Any], where: str = "") -> str:
    """A schema as a TypedDict, or as another name for what it is."""
    if schema.get("type") != "object" or "properties" not in schema:
        return f"{name} = {type_of(schema)}"
    required = set(schema.get("required", ()))
    fields = {
        field: type_of(each, where) if field in required else f"NotRequired[{type_of(each, where)}]"
        for field, each in schema["properties"].items()
    }
    if not all(is_name(field) for field in fields):
        return f"{name} = TypedDict({name!r}, {{{', '.join(f'{k!r}: {v!r}' for k, v in fields.items())}}})"
    lines = [f"    {field}: {annotation}" for field, annotation in fields.items()]
    return "\n".join([f"class {name}(TypedDict):", docstring(schema.get("description", ""), "    "), *lines])


def is_name(field: str) -> bool:
    return field.isidentifier() and not keyword.iskeyword(field)


def docstring(text: str, indent: str) -> str:
    """A text as a docstring, wrapped; nothing for no text."""
    if not text.strip():
        return ""
    whole = text.replace("\\", "\\\\").replace('"""', "'''").strip()
    whole = whole + " " if whole.endswith('"') else whole
    paragraphs = [
        textwrap.fill(" ".join(part.split()), 110, break_long_words=False) for part in re.split(r"\n\s*\n", whole)
    ]
    end = "\n" if len(paragraphs) > 1 or "\n" in paragraphs[0] else ""
    return textwrap.indent(f'"""{(chr(10) * 2).join(paragraphs)}{end}"""', indent)


# --- operations -------------------------------------------------------------------------------------------------------


def operations_of(description: dict[str, Any]) -> list[Operation]:
    """Every operation with the group of its tag and a name without the group's noun where that is clear."""
    found = []
    for path, item in description["paths"].items():
        for method in VERBS:
            if method in item and item[method]["operationId"] not in SKIPPED:
                said = item[method]
                group = re.sub(r"\W", "_", said["tags"][0])
                found.append(Operation(group, said["operationId"], method, path.removeprefix("/api/v1"), said))
    short = [(op.group, shortened(op)) for op in found]
    named = [
        op._replace(name=name if short.count((group, name)) == 1 else op.name)
        for op, (group, name) in zip(found, short, strict=True)
    ]
    return sorted(named, key=lambda op: op.group)  # in the order of the description within a group


def shortened(op: Operation) -> str:
    """`read_complaint` among the complaints is `read`."""
    plain = re.sub(r"ies$", "y", op.group) if op.group.endswith("ies") else op.group.removesuffix("s")
    singular = NOUNS.get(op.group, plain)
    verb, _, noun = op.name.partition("_")
    return verb if noun in (op.group, singular) and not keyword.iskeyword(verb) else op.name


def good_answer(op: Operation) -> dict[str, Any]:
    """What it answers when all went well: {media type: {schema}}."""
    answers = [answer for status, answer in sorted(op.said["responses"].items()) if status.startswith("2")]
    content: dict[str, Any] = answers[0].get("content", {}) if answers else {}
    return content


def sent_media(op: Operation) -> dict[str, Any]:
    content: dict[str, Any] = op.said.get("requestBody", {}).get("content", {})
    return content


class Method:
    """One operation as the lines of a method."""

    def __init__(self, op: Operation, schemas: dict[str, Any], is_async: bool) -> None:
        self.op, self.schemas, self.a = op, schemas, "Async" if is_async else ""
        self.parameters = op.said.get("parameters", [])
        self.query = [each for each in self.parameters if each["in"] == "query"]
        self.media = sent_media(op)
        self.body = next((each["schema"] for kind, each in self.media.items() if kind == "application/json"), None)
        self.row = self.row_of()
        self.sends_lines = "application/x-ndjson" in self.media

    def row_of(self) -> str:
        """What a list holds, when it is a list with pieces."""
        schema = good_answer(self.op).get("application/json", {}).get("schema", {})
        whole = self.schemas.get(next(refs(schema), ""), {}).get("properties", {})
        if not ({"items", "next"} <= set(whole) and any(each["name"] == "cursor" for each in self.query)):
            return ""
        return type_of(whole["items"]["items"], "t.")

    def query_name(self) -> str:
        said: str = self.op.said["operationId"]
        return "".join(word.title() for word in said.split("_")) + "Asked"

    def asked(self) -> list[dict[str, Any]]:
        """The names in its query that a person gives."""
        return [each for each in self.query if not (self.row and each["name"] == "cursor")]

    def query_type(self) -> str:
        """The TypedDict of its query; nothing without one."""
        if not self.asked():
            return ""
        needed = [each["name"] for each in self.asked() if each.get("required")]
        fields = {each["name"]: each["schema"] for each in self.asked()}
        return typed_dict(self.query_name(), {"type": "object", "properties": fields, "required": needed})

    def uploads(self) -> list[str]:
        fields = self.form()
        return [
            name
            for name, each in fields.items()
            if "binary" in (each.get("format"), each.get("items", {}).get("format"))
        ]

    def form(self) -> dict[str, Any]:
        schema = self.media.get("multipart/form-data", {}).get("schema", {})
        schema = self.schemas[next(refs(schema))] if "$ref" in schema else schema
        fields: dict[str, Any] = schema.get("properties", {})
        return fields

    def unpacked(self) -> str:
        """Where the body is an object whose fields are names, they are the names of the method."""
        name = next(refs(self.body), "") if self.body and "$ref" in self.body else ""
        fields = self.schemas.get(name, {}).get("properties", {})
        taken = {each["name"] for each in self.query} | {"if_match", "idempotency_key"}
        fits = fields and all(is_name(field) for field in fields) and not taken & set(fields)
        return type_name(name) if fits and not self.asked() else ""

    def signature(self) -> str:
        path = [f"{each['name']}: {type_of(each['schema'])}" for each in self.parameters if each["in"] == "path"]
        given = ["self", *path]
        given += ["lines: Lines"] if self.sends_lines else []
        given += [f"body: {type_of(self.body, 't.')}"] if self.body and not self.unpacked() else []
        given += ["/"] if len(given) > 1 else []
        named = [f"{name}: {self.form_type(name, each)}" for name, each in self.form().items()]
        headers = {each["name"] for each in self.parameters if each["in"] == "header"}
        named += ["if_match: str | None = None"] if "If-Match" in headers else []
        named += ["idempotency_key: str | None = None"] if "Idempotency-Key" in headers and not self.sends_lines else []
        if self.unpacked():
            named += [f"**body: Unpack[t.{self.unpacked()}]"]
        elif self.asked():
            named += [f"**query: Unpack[t.{self.query_name()}]"]
        given += ["*"] if named and not named[0].startswith("**") else []
        return ", ".join([*given, *named])

    def form_type(self, name: str, schema: dict[str, Any]) -> str:
        if name not in self.uploads():
            return type_of(schema, "t.")
        return "builtins.list[Upload]" if schema.get("type") == "array" else "Upload"

    def reads(self) -> str:
        kinds = list(good_answer(self.op))
        if not kinds:
            return "nothing"
        return "json" if kinds == ["application/json"] else "lines" if "x-ndjson" in kinds[0] else "bytes"

    def gives(self) -> str:
        if self.reads() == "json":
            return type_of(good_answer(self.op)["application/json"].get("schema", {}), "t.")
        return {"nothing": "None", "bytes": "Content", "lines": "builtins.list[Any]"}[self.reads()]

    def call(self) -> str:
        path = re.sub(r"{(\w+)}", r"{segment(\1)}", self.op.path)
        names = re.findall(r"{(\w+)}", self.op.path)
        given = [repr(self.op.method.upper()), f'f"{path}"' if names else f'"{path}"']
        given += ["query=query"] if self.asked() else []
        given += ["json=body"] if self.body else []
        files = self.uploads()
        given += [f"upload={{{', '.join(f'{name!r}: {name}' for name in files)}}}"] if files else []
        rest = [name for name in self.form() if name not in files]
        given += [f"form={{{', '.join(f'{name!r}: {name}' for name in rest)}}}"] if rest else []
        given += [f"reads={self.reads()!r}"] if self.reads() != "json" else []
        given += [f"case=str({names[-1]})"] if names else []
        if any(each["name"] == "If-Match" for each in self.parameters):
            given += ["matched=True", "if_match=if_match"]
        if "idempotency_key" in self.signature():
            given += ["idempotency_key=idempotency_key"]
        return ", ".join(given)

    def text(self) -> str:
        gives = self.gives()
        if self.row or self.sends_lines:
            several = f"{self.a}Pages[{self.row}]" if self.row else f"{self.a}Pushes[{gives}]"
            kind = "Any" if self.row else gives
            more = ", lines" if self.sends_lines else ""
            head, result = f"def {self.op.name}({self.signature()}) -> {several}:", several
            body = f"return {result}(self._sender, Call[{kind}]({self.call()}){more})"
        else:
            head = f"{'async ' if self.a else ''}def {self.op.name}({self.signature()}) -> {gives}:"
            body = f"{'await ' if self.a else ''}self._sender.run(Call[{gives}]({self.call()}))"
            body = f"return {body}" if gives != "None" else body
        return textwrap.indent("\n".join([head, docstring(self.words(), "    "), f"    {body}"]), "    ")

    def words(self) -> str:
        said = self.op.said
        more = "" if said["description"].strip().rstrip(".") == said["summary"] else f"\n\n{said['description']}"
        own = sorted(set(self.refused()) - USUAL)
        refused = f"\n\nRefused as {', '.join(own)}." if own else ""
        return f"{said['summary']}.{more}{refused}"

    def refused(self) -> list[str]:
        """The codes of rules, by the description."""
        answers = [self.op.said["responses"].get(status, {}) for status in ("409", "412", "422")]
        return [code for answer in answers for code in re.findall(r"`(\w+)`", answer.get("description", ""))]


# --- files ------------------------------------------------------------------------------------------------------------

TYPES_HEAD = '''"""What goes to the API and what comes back, schema by schema. Instants are RFC 3339 text.

{written}
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict
'''
METHODS_HEAD = '''"""What can be asked of the API, {how}: one class for each group, one method for each operation.

{written}
"""

from __future__ import annotations

import builtins
from typing import Any, Literal, Unpack

from countermark_client import types as t
from countermark_client.call import Call, Content, Lines, Upload, segment
from countermark_client.client import {a}Door, {pages}Pages, {pages}Pushes, {pages}Sender
'''


def types_text(schemas: dict[str, Any], operations: list[Operation]) -> str:
    """The whole of types.py."""
    parts = [typed_dict(type_name(name), schemas[name]) for name in reached(schemas, operations)]
    parts += [text for op in operations if (text := Method(op, schemas, is_async=False).query_type())]
    return formatted("\n\n\n".join([TYPES_HEAD.format(written=WRITTEN), *parts]))


def methods_text(schemas: dict[str, Any], operations: list[Operation], *, is_async: bool) -> str:
    """The whole of methods.py or async_methods.py."""
    pages = "Async" if is_async else ""
    head = METHODS_HEAD.format(
        written=WRITTEN, how="in an event loop" if is_async else "in a thread", a=pages or "Sync", pages=pages
    )
    groups = list(dict.fromkeys(op.group for op in operations))
    parts = [head, *(group_text(group, operations, schemas, is_async) for group in groups)]
    return formatted("\n\n\n".join([*parts, client_text(groups, pages)]))


def class_name(group: str, is_async: bool) -> str:
    return ("Async" if is_async else "") + "".join(word.title() for word in group.split("_"))


def group_text(group: str, operations: list[Operation], schemas: dict[str, Any], is_async: bool) -> str:
    methods = [Method(op, schemas, is_async).text() for op in operations if op.group == group]
    sender = "AsyncSender" if is_async else "Sender"
    words = f'"""The group `{group}` of the API."""'
    head = f"class {class_name(group, is_async)}:\n    {words}\n\n    def __init__(self, sender: {sender}) -> None:"
    return "\n\n".join([f"{head}\n        self._sender = sender", *methods])


def client_text(groups: list[str], prefix: str) -> str:
    sets = [f"        self.{group} = {class_name(group, bool(prefix))}(self._sender)" for group in groups]
    where = "in an event loop" if prefix else "in a thread"
    words = f"The API of one installation, {where}; each group of the API is an attribute."
    head = f'class {prefix}Client({prefix or "Sync"}Door):\n    """{words}"""\n'
    return "\n".join([head, "    def _furnish(self) -> None:", *sets])


def formatted(text: str) -> str:
    """The text as ruff has it; names that turned out unused are left out."""
    ruff = [sys.executable, "-m", "ruff"]
    config = ["--config", str(ROOT / "pyproject.toml"), "--stdin-filename", str(PACKAGE / "written.py"), "-"]
    for command in (["check", "--select", "F401,I", "--fix-only", "-q"], ["format", "-q"]):
        done = subprocess.run([*ruff, *command, *config], input=text, capture_output=True, text=True, check=True)  # noqa: S603
        text = done.stdout
    return text


def files(description: dict[str, Any]) -> dict[Path, str]:
    """Every written file with its text."""
    operations, schemas = operations_of(description), description["components"]["schemas"]
    return {
        PACKAGE / "types.py": types_text(schemas, operations),
        PACKAGE / "methods.py": methods_text(schemas, operations, is_async=False),
        PACKAGE / "async_methods.py": methods_text(schemas, operations, is_async=True),
    }


def main(arguments: list[str]) -> int:
    texts = files(json.loads((ROOT / "docs" / "reference" / "api.json").read_text("utf-8")))
    stale = {file: text for file, text in texts.items() if not file.is_file() or file.read_text("utf-8") != text}
    for file, text in stale.items():
        print(file.relative_to(ROOT))
        if "--check" not in arguments:
            file.write_text(text, "utf-8")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
