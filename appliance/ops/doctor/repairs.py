"""What the doctor may do himself: each step is said before it is taken, and what came of it after."""

from collections.abc import Callable, Sequence

from appliance.errors import MaitreError
from appliance.ops.doctor.findings import Finding


async def repair(findings: Sequence[Finding], *, tell: Callable[[str], None], consent: Callable[[str], bool]) -> int:
    """Do what can be done about these findings; how many steps were taken.

    `consent` is asked about what is safe only if nobody minds.
    """
    taken = 0
    for finding in findings:
        step = finding.repair
        if step is None:
            continue
        if step.asks and not consent(step.says):
            tell(f"left: {step.says}")
            continue
        try:
            await step.do()
        except (OSError, MaitreError) as error:
            tell(f"could not {step.says}: {error}")
        else:
            tell(f"done: {step.says}")
            taken += 1
    return taken
