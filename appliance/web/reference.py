"""The API reference at /api/docs: one page made on the server, so that it needs no script and no other host."""

from collections.abc import Iterator
from html import escape
from typing import Any

from litestar import Request
from litestar.openapi.plugins import OpenAPIRenderPlugin
from litestar.openapi.spec import Operation, PathItem

from appliance.web.retell import EVENTS, INBOUND, TOOLS

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
h2 { margin-top: 2.5rem; border-bottom: 1px solid #ddd } code { font-family: ui-monospace, monospace }
section { margin: 1rem 0; padding: .6rem 1rem; background: #f7f7f5; border-radius: .4rem }
section p { margin: .3rem 0 } .method { display: inline-block; min-width: 3.5rem; font-weight: 700; color: #7a3b10 }
small { color: #666 } @media (prefers-color-scheme: dark) {
body { background: #181818; color: #ddd } section { background: #242424 } .method { color: #f0a870 } }
"""

_PLATFORM = {
    EVENTS[0]: ("Take an event of a call", "204 once it is on the disk. Signed; 401 otherwise, 413 over the cap."),
    INBOUND[0]: ("Prepare an inbound call", "200 with `call_inbound`: dynamic variables and metadata. Signed."),
    f"{TOOLS[0]}/{{tool}}": (
        "Use a live tool",
        "200 with `{ok, code, say, …}`, also when the answer is no. Signed; the tool may be named in the body instead.",
    ),
}


def platform_paths() -> dict[str, PathItem]:
    """The phone platform's doors, which are plain ASGI and so not in the generated document."""
    return {
        path: PathItem(post=Operation(tags=["Phone platform"], summary=summary, description=meaning, responses={}))
        for path, (summary, meaning) in _PLATFORM.items()
    }


class ReferencePage(OpenAPIRenderPlugin):
    def __init__(self) -> None:
        super().__init__(path="/")

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        info = openapi_schema["info"]
        machine = escape(self.get_openapi_json_route(request))
        parts = [
            "<!doctype html><html lang=en><meta charset=utf-8>",
            "<meta name=viewport content='width=device-width'>",
            f"<title>{escape(info['title'])}</title><style>{_STYLE}</style>",
            f"<h1>{escape(info['title'])} <small>{escape(info['version'])}</small></h1>",
            f"<p>{escape(info.get('description', ''))} For machines: <a href='{machine}'>OpenAPI</a>.</p>",
            *_sections(openapi_schema),
        ]
        return "".join(parts).encode()


def _sections(schema: dict[str, Any]) -> Iterator[str]:
    by_tag: dict[str, list[str]] = {}
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict):
                for tag in operation.get("tags") or ["Other"]:
                    by_tag.setdefault(tag, []).append(_operation(method, path, operation))
    for tag in sorted(by_tag):
        yield f"<h2>{escape(tag)}</h2>" + "".join(by_tag[tag])


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    parameters = "".join(
        f"<p><code>{escape(one['name'])}</code> <small>{escape(one['in'])}"
        f"{' · required' if one.get('required') else ''}</small> {escape(one.get('description') or '')}</p>"
        for one in operation.get("parameters") or []
    )
    words = f"{escape(operation.get('summary') or '')}. {escape(operation.get('description') or '')}"
    head = f"<span class=method>{method.upper()}</span> <code>{escape(path)}</code>"
    return f"<section>{head}<p>{words}</p>{parameters}</section>"
