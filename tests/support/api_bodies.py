"""Requests made from the API's own document: right in all but one string, which a test is about."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

_RIGHT = {"date": "2026-11-28", "integer": 1, "boolean": False, "clock": "21:00"}


class Document:
    """An OpenAPI document; `right` are values that its schemas cannot tell, by the name of the field."""

    def __init__(self, document: dict[str, Any], right: Mapping[str, Any]) -> None:
        self._document = document
        self._right = right

    def operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Method, path and operation of every route."""
        for path, methods in self._document["paths"].items():
            for method, operation in methods.items():
                yield method.upper(), path, operation

    def parameters(self, operation: Schema, where: str, *, required: bool = False) -> dict[str, str]:
        """Right values of the parameters that stand there; of the required ones only, if that is asked for."""
        asked = self._asked(operation, where)
        return {
            name: str(self.right(one["schema"], name))
            for name, one in asked.items()
            if one.get("required") or not required
        }

    def strings(self, operation: Schema, where: str) -> list[str]:
        """The names of the parameters there that are text."""
        return [name for name, one in self._asked(operation, where).items() if self._is_text(one["schema"])]

    def body(self, operation: Schema) -> Schema | None:
        """The schema of the JSON that a route takes."""
        content = operation.get("requestBody", {}).get("content", {})
        schema: Schema | None = content.get("application/json", {}).get("schema")
        return schema

    def bodies(self, schema: Schema, text: Callable[[], str]) -> Iterator[Any]:
        """One body for each string that the schema has: `text` stands there, the rest is right."""
        schema = self._resolved(schema)
        if "properties" in schema:
            rest = self._right_object(schema)
            for name, part in schema["properties"].items():
                yield from (rest | {name: one} for one in self.bodies(part, text))
        elif "items" in schema:
            yield from ([one] for one in self.bodies(schema["items"], text))
        elif self._is_text(schema):
            yield text()[: schema.get("maxLength")]

    def right(self, schema: Schema, name: str = "") -> Any:
        """A value that the schema allows."""
        schema = self._resolved(schema)
        if name in self._right:
            return self._right[name]
        if "enum" in schema:
            return schema["enum"][0]
        if "properties" in schema:
            return self._right_object(schema)
        if "items" in schema:
            return [self.right(schema["items"])] * schema.get("minItems", 0)
        kind = schema.get("format") or ("clock" if ":" in schema.get("pattern", "") else schema.get("type"))
        return _RIGHT.get(str(kind), "algo")

    def _is_text(self, schema: Schema) -> bool:
        schema = self._resolved(schema)
        return schema.get("type") == "string" or "enum" in schema

    def _asked(self, operation: Schema, where: str) -> dict[str, Any]:
        return {one["name"]: one for one in operation.get("parameters", ()) if one["in"] == where}

    def _right_object(self, schema: Schema) -> dict[str, Any]:
        return {name: self.right(schema["properties"][name], name) for name in schema.get("required", ())}

    def _resolved(self, schema: Schema) -> Schema:
        """The schema itself, where it is referred to or one of several; null is none."""
        if "$ref" in schema:
            return self._resolved(self._document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
        several = schema.get("anyOf") or schema.get("oneOf")
        return self._resolved(next(one for one in several if one.get("type") != "null")) if several else schema
