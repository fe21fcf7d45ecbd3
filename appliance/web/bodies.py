"""JSON bodies are taken at their word: "4" is no number and 1 is not true, as they would be in an address."""

from typing import Any

from litestar import Request
from litestar.exceptions import ValidationException
from msgspec import ValidationError, convert


class StrictRequest(Request[Any, Any, Any]):
    """Litestar reads what a body says as leniently as what stands in an address, where all is text."""

    async def json(self) -> Any:
        """The body as what the route takes, which Litestar then leaves as it is."""
        body = await super().json()
        kind = self.route_handler.signature_model.__annotations__.get("data", Any)
        try:
            return convert(body, kind)
        except ValidationError as error:
            message, _, where = str(error).partition(" - at `$")
            place = {"key": where.removesuffix("`").removeprefix("."), "message": message, "source": "body"}
            raise ValidationException("The body is not what the route takes.", extra=[place]) from error
