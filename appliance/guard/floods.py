"""Who sends too much that has to be refused is not listened to for a while, and longer each time.

In this process, and bounded: an address is an IPv4 address, or the /64 that one IPv6 customer has.
"""

from collections import OrderedDict
from collections.abc import Sequence
from ipaddress import ip_network
from math import ceil

import structlog
from msgspec import Struct

from appliance.clock import Clock
from appliance.domain.networks import Network, is_within
from appliance.guard.addresses import party_of
from appliance.guard.counters import BoundedMemory

log = structlog.get_logger()

REFUSALS, WINDOW_S = 120, 60
"""So many refusals within so long are borne: a page whose session ended and that goes on asking does not reach it."""
BANS_S = (60, 300, 1_800, 7_200)
"""How long the first ban lasts, the second …, the last again and again."""
_FORGOTTEN_US = 86_400_000_000
"""After so long without another ban, the next is a first one again."""
_MOST_COUNTED, _MOST_BANNED = 50_000, 10_000
_LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


class _Ban(Struct):
    until_us: int
    times: int


class Floods:
    """`never` are networks that are not banned whatever comes from them: our proxies. Neither is this machine."""

    def __init__(self, clock: Clock, *, never: Sequence[Network] = ()) -> None:
        self._clock = clock
        self._never = (*_LOOPBACK, *never)
        self._refused = BoundedMemory(clock, most_keys=_MOST_COUNTED)
        self._bans: OrderedDict[str, _Ban] = OrderedDict()

    def __bool__(self) -> bool:
        """Whether anybody was banned lately: if not, nobody's address need be looked up."""
        return bool(self._bans)

    def banned_s(self, address: str) -> int:
        """For how many seconds still; 0 for who is not banned."""
        ban = self._bans.get(party_of(address))
        return max(0, ceil((ban.until_us - self._clock.stopwatch_us()) / 1_000_000)) if ban else 0

    def note(self, address: str) -> None:
        """Something from there was refused."""
        party = party_of(address)
        if self.banned_s(address):
            return  # what is not listened to does not make it worse
        if self._refused.count(party, WINDOW_S) > REFUSALS and self._may_be_banned(address):
            self._ban(party)

    def _ban(self, party: str) -> None:
        now_us = self._clock.stopwatch_us()
        before = self._bans.pop(party, None)
        times = before.times if before and now_us - before.until_us < _FORGOTTEN_US else 0
        seconds = BANS_S[min(times, len(BANS_S) - 1)]
        self._bans[party] = _Ban(until_us=now_us + seconds * 1_000_000, times=times + 1)
        self._refused.drop(party)
        log.warning("address_banned", address=party, seconds=seconds, times=times + 1)
        if len(self._bans) > _MOST_BANNED:
            self._bans.popitem(last=False)

    def _may_be_banned(self, address: str) -> bool:
        return bool(party_of(address)) and not is_within(address, self._never)
