"""What is told when a request fails."""

from msgspec import UNSET, Struct, UnsetType

from appliance.contract.tools import Slot


class FieldProblem(Struct, frozen=True, kw_only=True):
    """What is wrong at one place: at the JSON `pointer` in the body, as #/areas/0/name, or with a `parameter`."""

    detail: str
    pointer: str | UnsetType = UNSET
    parameter: str | UnsetType = UNSET


class Problem(Struct, frozen=True, kw_only=True):
    """RFC 9457. `type` is stable; `instance` is the request's id; `title` and `detail` are in the client's language.

    `errors`: where in the request the fault lies, as far as that is known. `alternatives`: starts that have a table.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: str
    retryable: bool
    errors: list[FieldProblem] | UnsetType = UNSET
    alternatives: list[Slot] | UnsetType = UNSET
