"""What an operator does to the server itself: a backup now, a restart, how much it logs."""

from litestar import Controller, get, post, put
from litestar.params import JSONBody

from appliance import contract
from appliance.domain.access import Permission
from appliance.web.parameters import Limit, Offset, TheBackups, TheLogLevels, TheRestarts


class Service(Controller):
    path = "/api/admin"
    tags = ("Operator",)

    @get(
        "/backups",
        permission=Permission.PLATFORM_READ,
        summary="The backups in the server's folder, newest first, and what became of the last one asked for",
    )
    async def backups(self, backups: TheBackups, limit: Limit = 100, offset: Offset = 0) -> contract.BackupList:
        return await backups.list(limit=limit, offset=offset)

    @post(
        "/backups",
        status_code=202,
        permission=Permission.PLATFORM_WRITE,
        summary="Have a backup made, one at a time; `work` in the list of backups says how far it is",
    )
    async def make_backup(self, backups: TheBackups) -> contract.BackupWork:
        return await backups.begin()

    @post(
        "/restart",
        status_code=202,
        permission=Permission.PLATFORM_WRITE,
        summary="Answer what came, end, and be begun anew; 409 where nothing would begin the server",
    )
    async def restart(self, restarts: TheRestarts) -> contract.RestartAsked:
        return await restarts.ask()

    @get("/log-level", permission=Permission.PLATFORM_READ, summary="How much is logged")
    async def log_level(self, log_levels: TheLogLevels) -> contract.LogLevelView:
        return log_levels.view()

    @put("/log-level", permission=Permission.PLATFORM_WRITE, summary="Log more or less, for a while or from now on")
    async def change_log_level(
        self, log_levels: TheLogLevels, data: JSONBody[contract.LogLevelChange]
    ) -> contract.LogLevelView:
        return await log_levels.change(data)
