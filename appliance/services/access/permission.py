"""Who is asking, and whether they may: the one place where permissions and tenancy are decided."""

from appliance.domain.access import Permission, Principal
from appliance.errors import Forbidden, NotFound, Unauthenticated
from appliance.guard.tokens import is_api_token
from appliance.services.access.api_tokens import ApiTokens
from appliance.services.access.sessions import Sessions


class Access:
    def __init__(self, sessions: Sessions, tokens: ApiTokens) -> None:
        self._sessions = sessions
        self._tokens = tokens

    async def principal(self, bearer: str) -> Principal:
        """Whose credential it is. Raises Unauthenticated."""
        if not bearer:
            raise Unauthenticated
        holder = self._tokens if is_api_token(bearer) else self._sessions
        return await holder.principal(bearer)


def permit(principal: Principal, permission: Permission, restaurant_id: str | None) -> None:
    """Whether they may do that, at that restaurant where one is named.

    Raises NotFound for a restaurant out of their reach, in the words for one that does not exist, and Forbidden.
    """
    if restaurant_id is not None and not principal.reaches(restaurant_id):
        raise NotFound("There is no such restaurant.")
    if not principal.may(permission):
        if principal.lacks_factor:
            raise Forbidden("Turn your second factor on first, at /api/auth/factor.")
        raise Forbidden
