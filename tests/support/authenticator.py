"""An authenticator app, for tests of the second factor."""

import pyotp
from msgspec import Struct

from appliance.domain.access import Principal
from support.people import HOME, PASSWORD, Porch

STEP_MS = 30_000


class App(Struct, kw_only=True):
    """Somebody's telephone and the paper with the recovery codes."""

    door: Porch
    secret: str
    recovery_codes: list[str] = []

    def code(self, *, steps: int = 0) -> str:
        """What it shows now, or so many steps from now."""
        return pyotp.TOTP(self.secret).generate_otp(self.door.clock.now_ms() // STEP_MS + steps)

    def fresh_code(self) -> str:
        """The next one that was not used yet; time goes by."""
        self.door.clock.advance(STEP_MS)
        return self.code()


async def begun(door: Porch, principal: Principal) -> App:
    """An app that has the secret, which nobody asks for yet."""
    return App(door=door, secret=(await door.factors.begin(principal, PASSWORD, HOME)).secret)


async def turned_on(door: Porch, principal: Principal) -> App:
    app = await begun(door, principal)
    app.recovery_codes = (await door.factors.confirm(principal, app.code())).recovery_codes
    return app
