"""What routes ask for: the services of the process, pages of lists, ids in paths."""

from typing import Annotated

from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from appliance.domain.access import Principal
from appliance.services.access.api_tokens import ApiTokens
from appliance.services.access.factors import Factors
from appliance.services.access.permission import Access
from appliance.services.access.sessions import Sessions
from appliance.services.access.users import Users
from appliance.services.agenda import Agenda
from appliance.services.api_limits import ApiLimits
from appliance.services.backups import Backups
from appliance.services.calendar_feed import CalendarFeed
from appliance.services.exports import Exports
from appliance.services.floor import Floor
from appliance.services.guests import Guests
from appliance.services.house import House
from appliance.services.messages import MessageService
from appliance.services.monitoring.alerts import Alerts
from appliance.services.monitoring.gauges import Gauges
from appliance.services.monitoring.health import HealthService
from appliance.services.monitoring.live import Live
from appliance.services.monitoring.log_levels import LogLevels
from appliance.services.monitoring.platform import Platform
from appliance.services.monitoring.scores import Scores
from appliance.services.monitoring.series import Series
from appliance.services.monitoring.system import System
from appliance.services.privacy import Privacy
from appliance.services.queue import QueueService
from appliance.services.restarts import Restarts
from appliance.services.restaurants import RestaurantService
from appliance.services.sheets.importing import SheetImport
from appliance.services.staff import Staff
from appliance.services.staff_booking import StaffBooking
from appliance.services.views import Views
from appliance.services.waitlist import Waitlist
from appliance.watch.errors import ErrorLog
from appliance.watch.log_ring import LogRing
from appliance.watch.traffic import Traffic

TheAccess = NamedDependency[Access]
TheAgenda = NamedDependency[Agenda]
TheAlerts = NamedDependency[Alerts]
TheApiLimits = NamedDependency[ApiLimits]
TheApiTokens = NamedDependency[ApiTokens]
TheBackups = NamedDependency[Backups]
TheCalendarFeed = NamedDependency[CalendarFeed]
TheErrors = NamedDependency[ErrorLog]
TheExports = NamedDependency[Exports]
TheFactors = NamedDependency[Factors]
TheFloor = NamedDependency[Floor]
TheGauges = NamedDependency[Gauges]
TheGuests = NamedDependency[Guests]
TheHealth = NamedDependency[HealthService]
TheLive = NamedDependency[Live]
TheHouse = NamedDependency[House]
TheLogLevels = NamedDependency[LogLevels]
TheLogRing = NamedDependency[LogRing]
ThePlatform = NamedDependency[Platform]
TheMessages = NamedDependency[MessageService]
ThePrincipal = NamedDependency[Principal]
TheQueue = NamedDependency[QueueService]
ThePrivacy = NamedDependency[Privacy]
TheSeries = NamedDependency[Series]
TheScores = NamedDependency[Scores]
TheRestarts = NamedDependency[Restarts]
TheRestaurants = NamedDependency[RestaurantService]
TheSessions = NamedDependency[Sessions]
TheSheetImport = NamedDependency[SheetImport]
TheStaff = NamedDependency[Staff]
TheStaffBooking = NamedDependency[StaffBooking]
TheSystem = NamedDependency[System]
TheTraffic = NamedDependency[Traffic]
TheUsers = NamedDependency[Users]
TheViews = NamedDependency[Views]
TheWaitlist = NamedDependency[Waitlist]

Limit = Annotated[int, QueryParameter(ge=1, le=500, description="At most so many rows.")]
Offset = Annotated[int, QueryParameter(ge=0, le=10_000_000, description="How many rows to skip.")]
Id = FromPath[str]
