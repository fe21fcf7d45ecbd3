"""The settings: whether they can be read, and whether the server can start and be reached with them."""

from collections.abc import AsyncIterator

from appliance.errors import ConfigError
from appliance.ops.doctor.findings import Finding, fail, ok, warn
from appliance.ops.doctor.subject import Subject
from appliance.watch import alert_rules


async def look(subject: Subject) -> AsyncIterator[Finding]:
    problems = [*subject.config.problems, *_unfit(subject)]
    where = subject.config.resolved.file
    for problem in problems:
        yield fail("settings", problem, "Correct it; `maitre config check` tells when all is right.")
    if not problems:
        yield ok("settings", f"{where} is right" if where else "there is no maitre.toml: all from the environment")
    yield _public_url(subject)


def _unfit(subject: Subject) -> list[str]:
    """What has the right form, and is nothing all the same."""
    settings, found = subject.settings, []
    for read in (
        lambda: settings.proxy_networks,
        lambda: settings.platform_networks,
        lambda: settings.destination_networks,
        lambda: settings.alert_zone,
        lambda: alert_rules.adjusted(settings.alert_rules),
    ):
        try:
            read()
        except ConfigError as error:
            found.append(str(error))
    return found


def _public_url(subject: Subject) -> Finding:
    name, url = "public address", subject.settings.public_url
    if not url:
        return warn(name, "public_url is not set", "Set it to the https address under which Retell reaches you.")
    return ok(name, url)
