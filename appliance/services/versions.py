"""Which state of a restaurant somebody has seen: its ETag, so that an edit can be refused when another came first."""

from collections.abc import Collection

from msgspec.structs import replace

from appliance.domain.restaurant import RestaurantCard, RestaurantStatus
from appliance.errors import PreconditionFailed
from appliance.store import restaurants
from appliance.store.engine import Tx


def etag_of(card: RestaurantCard, revision: int, now_ms: int) -> str:
    """One for all that is said of a restaurant's configuration.

    It says, too, what changes that without an edit: time ends a plan, and a removal begins with a pause.
    """
    paused = "-paused" if card.status is RestaurantStatus.PAUSED else ""
    lapsed = "-lapsed" if card.plan_lapsed(now_ms) else ""
    return f'"{revision}{paused}{lapsed}"'


async def require(
    tx: Tx, card: RestaurantCard, etags: Collection[str] | None, *, now_ms: int, though_paused: bool = False
) -> None:
    """Raises PreconditionFailed unless the restaurant is in one of these states; None makes no condition.

    `though_paused`: or was in one, and nothing has come after it but the pause of a removal.
    In the transaction that writes, after it has locked the restaurant: nobody else can come between.
    """
    if etags is None:
        return
    revision = await restaurants.revision_of(tx, card.id)
    before = replace(card, status=RestaurantStatus.ACTIVE) if though_paused else card
    if {etag_of(one, revision, now_ms) for one in (card, before)}.isdisjoint(etags):
        raise PreconditionFailed
