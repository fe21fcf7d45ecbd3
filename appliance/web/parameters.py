"""What routes ask for: the services of the process, pages of lists, ids in paths."""

from typing import Annotated

from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from appliance.services.access import AccessService
from appliance.services.health import HealthService
from appliance.services.restaurants import RestaurantService
from appliance.services.views import Views

TheAccess = NamedDependency[AccessService]
TheHealth = NamedDependency[HealthService]
TheRestaurants = NamedDependency[RestaurantService]
TheViews = NamedDependency[Views]

Limit = Annotated[int, QueryParameter(ge=1, le=500, description="At most so many rows.")]
Offset = Annotated[int, QueryParameter(ge=0, le=10_000_000, description="How many rows to skip.")]
Id = FromPath[str]
