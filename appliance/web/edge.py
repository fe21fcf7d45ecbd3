"""What every request meets before its route: from where it comes, and whether anybody from there is listened to."""

from collections.abc import Sequence

from appliance.clock import Clock
from appliance.domain.networks import Network, is_within
from appliance.guard.floods import Floods
from appliance.guard.lanes import Lanes
from appliance.web.addresses import client_of
from appliance.web.raw import Scope

_TOLD_US = 1_000_000


class Edge:
    """`trusted` are our proxies; `platform` the only networks that may knock at the doors, or none for any."""

    def __init__(self, clock: Clock, *, trusted: Sequence[Network] = (), platform: Sequence[Network] = ()) -> None:
        self.clock = clock
        self.trusted = tuple(trusted)
        self.lanes = Lanes()
        self._platform = tuple(platform)
        self._floods = Floods(clock, never=self.trusted)
        self._told_us: dict[str, int] = {}

    def banned_s(self, scope: Scope) -> int:
        """For how many seconds nobody from there is listened to."""
        return self._floods.banned_s(client_of(scope, self.trusted)) if self._floods else 0

    def note_refusal(self, scope: Scope) -> None:
        self._floods.note(client_of(scope, self.trusted))

    def may_knock(self, scope: Scope) -> bool:
        """Whether the phone platform sends from there."""
        return not self._platform or is_within(client_of(scope, self.trusted), self._platform)

    def is_news(self, what: str) -> bool:
        """Whether to log it: what anybody can cause, as often as they like, is told once a second."""
        now_us = self.clock.stopwatch_us()
        told_us = self._told_us.get(what)
        if told_us is not None and now_us - told_us < _TOLD_US:
            return False
        self._told_us[what] = now_us
        return True
