"""The API reference at /api/docs: one page made on the server, so that it needs no script and no other host."""

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from typing import Any

from litestar import Request
from litestar.openapi.plugins import JsonRenderPlugin, OpenAPIRenderPlugin

from appliance.web.openapi import whole

_Json = dict[str, Any]

_STYLE = """
:root { color-scheme: light dark; --line: #ddd; --soft: #f6f5f2; --faint: #666; --accent: #8a3b12 }
@media (prefers-color-scheme: dark) { :root { --line: #383838; --soft: #242424; --faint: #aaa; --accent: #f0a870 } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem }
h1 small, .faint { color: var(--faint); font-weight: 400 } a { color: var(--accent) }
h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line) }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere }
section { margin: 1rem 0; padding: .7rem 1rem; background: var(--soft); border-radius: .5rem }
section h3 { margin: 0; font-size: 1rem } section p { margin: .3rem 0 }
.method { display: inline-block; min-width: 3.2rem; color: var(--accent) }
table { border-collapse: collapse; width: 100%; font-size: .9rem }
td { padding: .15rem .8rem .15rem 0; vertical-align: top }
td:first-child { width: 12rem } td:nth-child(2) { width: 14rem }
"""
STYLE_HASH = f"sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}"
"""By which a content security policy knows the page's style."""


_PROBLEM = {"$ref": "#/components/schemas/Problem"}


class Document(JsonRenderPlugin):
    """The document itself, at /api/docs/openapi.json."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: _Json) -> bytes:
        return super().render(request, whole(openapi_schema))


class ReferencePage(OpenAPIRenderPlugin):
    def __init__(self) -> None:
        super().__init__(path="/")

    def render(self, request: Request[Any, Any, Any], openapi_schema: _Json) -> bytes:
        return "".join(_page(whole(openapi_schema), self.get_openapi_json_route(request))).encode()


def _page(document: _Json, json_url: str) -> Iterator[str]:
    info = document["info"]
    yield "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    yield f"<title>{escape(info['title'])} API</title><style>{_STYLE}</style>"
    yield f"<h1>{escape(info['title'])} API <small>{escape(info['version'])}</small></h1>"
    yield f"<p>{escape(info['description'])} For machines: <a href='{escape(json_url)}'>openapi.json</a>.</p>"
    for name, scheme in document["components"]["securitySchemes"].items():
        yield f"<p><b>{escape(name.capitalize())}</b> <span class=faint>{_prose(scheme['description'])}</span></p>"
    by_tag: dict[str, list[str]] = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            by_tag.setdefault(operation["tags"][0], []).append(_operation(method, path, operation))
    for tag in sorted(by_tag):
        yield f"<h2>{escape(tag)}</h2>{''.join(by_tag[tag])}"
    yield "<h2>Shapes</h2>"
    for name, schema in sorted(document["components"]["schemas"].items()):
        yield _shape(name, schema)


def _operation(method: str, path: str, operation: _Json) -> str:
    words = " ".join(filter(None, [f"{operation['summary']}.", operation.get("description"), _asks(operation)]))
    parameters = [
        (one["name"], _type(one["schema"]), f"{one['in']}. {one.get('description') or ''}")
        for one in operation.get("parameters") or []
    ]
    told = {status: answer for status, answer in operation["responses"].items() if "$ref" not in answer}
    answers = "".join(_answer(status, answer) for status, answer in told.items())
    answers += f"<p class=faint>→ {', '.join(sorted(operation['responses'].keys() - told))} {_type(_PROBLEM)}</p>"
    head = f"<h3><span class=method>{method.upper()}</span> <code>{escape(path)}</code></h3>"
    return f"<section>{head}<p>{_prose(words)}</p>{_table(parameters)}{answers}</section>"


def _asks(operation: _Json) -> str:
    names = [name for choice in operation["security"] for name in choice]
    if not names:
        return ""
    return f"Says more with a {names[0]}." if {} in operation["security"] else f"Needs a {names[0]}."


def _answer(status: str, answer: _Json) -> str:
    schemas = [content["schema"] for content in answer.get("content", {}).values()]
    shapes = ", ".join(_type(schema) for schema in schemas if "$ref" in schema)
    return f"<p class=faint>→ {status} {shapes or _prose(answer['description'])}</p>"


def _shape(name: str, schema: _Json) -> str:
    fields = [
        (field, _type(kind), "" if field in schema.get("required", ()) else "May be missing.")
        for field, kind in schema.get("properties", {}).items()
    ]
    words = _prose(schema.get("description", ""))
    return f"<section id='{escape(name)}'><h3>{_named(name)}</h3><p>{words}</p>{_table(fields)}</section>"


def _table(rows: list[tuple[str, str, str]]) -> str:
    """Of a name, a type that is HTML already, and words."""
    cells = (
        f"<tr><td><code>{escape(name)}</code><td>{kind}<td class=faint>{_prose(words)}" for name, kind, words in rows
    )
    return f"<table>{''.join(cells)}</table>" if rows else ""


def _type(schema: _Json) -> str:
    """A schema in a few words, as HTML."""
    if ref := schema.get("$ref"):
        name = ref.rpartition("/")[2]
        return f"<a href='#{escape(name)}'>{_named(name)}</a>"
    if options := schema.get("oneOf") or schema.get("anyOf"):
        return " or ".join(map(_type, options))
    if values := schema.get("enum"):
        return " | ".join(f"<code>{escape(str(value))}</code>" for value in values)
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items') or {})}"
    if isinstance(schema.get("additionalProperties"), dict) and schema["additionalProperties"]:
        return f"object of {_type(schema['additionalProperties'])}"
    return escape(str(schema.get("type") or "anything"))


def _prose(words: str) -> str:
    """As HTML; what stands in backticks is code."""
    return re.sub("`([^`]*)`", r"<code>\1</code>", escape(words))


def _named(name: str) -> str:
    """A generic struct is called `Page_<module>.<Item>_` in the document."""
    kind, _, item = name.rstrip("_").partition("_")
    return escape(f"{kind} of {item.rpartition('.')[2]}" if item else name)
