"""What fails, for the operator: counted as it happens, the same errors told once."""

from typing import Annotated

from litestar import Controller, get
from litestar.params import QueryParameter

from appliance import contract
from appliance.domain.access import Permission
from appliance.errors import Category, Severity
from appliance.web.parameters import Limit, TheErrors

OfCategory = Annotated[Category | None, QueryParameter(name="category", description="Only groups of this category.")]
OfSeverity = Annotated[Severity | None, QueryParameter(name="severity", description="Only groups of this severity.")]


class AdminErrors(Controller):
    path = "/api/admin/errors"
    tags = ("Operator",)

    @get(permission=Permission.PLATFORM_READ, summary="What failed since the start, counted and grouped")
    async def errors(
        self, errors: TheErrors, category: OfCategory = None, severity: OfSeverity = None, limit: Limit = 100
    ) -> contract.ErrorReport:
        return errors.report(category=category, severity=severity, limit=limit)
