"""Which state of a restaurant somebody has seen: its ETag, so that an edit can be refused when another came first."""

from collections.abc import Collection

from appliance.domain.restaurant import RestaurantCard
from appliance.errors import PreconditionFailed
from appliance.store import restaurants
from appliance.store.engine import Tx


def etag_of(card: RestaurantCard, revision: int, now_ms: int) -> str:
    """One for all that is said of a restaurant's configuration, which time alone changes by ending its plan."""
    return f'"{revision}-lapsed"' if card.plan_lapsed(now_ms) else f'"{revision}"'


async def require(tx: Tx, card: RestaurantCard, etags: Collection[str] | None, *, now_ms: int) -> None:
    """Raises PreconditionFailed unless the restaurant is in one of these states; None makes no condition.

    In the transaction that writes, after it has locked the restaurant: nobody else can come between.
    """
    if etags is not None and etag_of(card, await restaurants.revision_of(tx, card.id), now_ms) not in etags:
        raise PreconditionFailed
