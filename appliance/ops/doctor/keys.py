"""Keys: those that webhooks are believed by, and the one that opens what is sealed."""

from collections.abc import AsyncIterator

from appliance.errors import MaitreError
from appliance.guard.sealing import Sealer
from appliance.ops.database import opened
from appliance.ops.doctor.findings import Finding, fail, ok, skipped, warn
from appliance.ops.doctor.subject import Subject
from appliance.store import factors, signing_keys

_MOST_SEALED = 200
_DAY_MS = 86_400_000


async def look(subject: Subject) -> AsyncIterator[Finding]:
    yield _webhook_keys(subject)
    yield _api_key(subject)
    async for one in _in_the_database(subject):
        yield one


def _webhook_keys(subject: Subject) -> Finding:
    name, keys = "webhook keys", subject.settings.retell_webhook_keys
    if not keys:
        return fail(name, "none: nothing could be believed, so the server does not start", "Set retell_webhook_keys.")
    if len(keys) != len(set(keys)) or any(key != key.strip() for key in keys):
        return warn(name, "one stands there twice, or with spaces around it", "Write each once in retell_webhook_keys.")
    if len(keys) > 1:
        return warn(name, f"{len(keys)} are believed", "Once Retell signs with the new one, take the old one out.")
    return ok(name, "one is set")


def _api_key(subject: Subject) -> Finding:
    if subject.settings.retell_api_key:
        return ok("API key", "retell_api_key is set")
    advice = "Set retell_api_key: it fetches events that never arrived, and keeps the agents as they should be."
    return warn("API key", "retell_api_key is not set", advice)


async def _in_the_database(subject: Subject) -> AsyncIterator[Finding]:
    now = subject.clock.now_ms()
    try:
        async with opened(subject.settings) as database, database.read() as tx:
            sealed = await factors.sealed(tx, limit=_MOST_SEALED)
            signing = await signing_keys.valid(tx, now_ms=now)
            file = subject.settings.data_dir / "factor.key" if database.is_sqlite else None
    except MaitreError:
        yield skipped("sealing key", "what is sealed lies in the database, which cannot be read")
        return
    yield _opens(Sealer(subject.settings.factor_key, file=file), sealed)
    if signing:
        days = (now - signing[0].created_at) // _DAY_MS
        yield ok("signing key", f"sessions are signed with one {days} days old; {len(signing)} are believed")


def _opens(sealer: Sealer, sealed: list[factors.Factor]) -> Finding:
    name = "sealing key"
    if not sealed:
        return ok(name, "nothing is sealed")
    try:
        shut = [one for one in sealed if sealer.open(one.sealed, of=one.user_id) is None]
    except (OSError, ValueError) as error:
        return fail(name, f"cannot be read: {error}", "Restore factor.key, or factor_key, as it was.")
    if shut:
        found = f"{len(shut)} of {len(sealed)} second factors cannot be opened"
        return fail(
            name, found, "Restore the factor.key (or factor_key) that they were sealed with; see docs/operations.md."
        )
    return ok(name, f"opens {len(sealed)} of {len(sealed)} second factors")
