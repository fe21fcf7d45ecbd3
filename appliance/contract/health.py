"""Health, as draft-inadarei-api-health-check-06 has it."""

from msgspec import UNSET, Struct, UnsetType


class HealthCheck(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One measurement. `output` says what is wrong, and only then."""

    status: str
    time: str
    observedValue: float | UnsetType = UNSET  # noqa: N815 — the draft's name
    observedUnit: str | UnsetType = UNSET  # noqa: N815 — the draft's name
    output: str | UnsetType = UNSET


class Health(Struct, frozen=True, kw_only=True):
    """`status` is pass, warn or fail: the worst of the checks. `checks` are shown to operators only."""

    status: str
    version: str
    checks: dict[str, list[HealthCheck]] | UnsetType = UNSET
