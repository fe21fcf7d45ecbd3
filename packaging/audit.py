"""Known vulnerabilities in what constraints.txt pins, looked up by pip-audit. Fails on each that is found.

What could not be looked up is neither a finding nor sound: a line that begins "not checked:" tells of it, and only with
`--strict` it fails. pip-audit itself calls pins that nobody knows free of known vulnerabilities.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_PINS = Path(__file__).with_name("constraints.txt")
_COMMAND = ("pip-audit", f"--requirement={_PINS}", "--no-deps", "--disable-pip", "--format=json")
_FAILED = 1
"""pip-audit's code for a finding, and for a service that does not answer; then it prints nothing."""


def main(*, strict: bool) -> int:
    run = subprocess.run([*_COMMAND, "--progress-spinner=off"], capture_output=True, text=True, check=False)
    if run.returncode > _FAILED:
        print(run.stderr)
        return 1
    if not run.stdout.strip():
        print(f"not checked: no package: {run.stderr.strip().splitlines()[-1]}")
        return int(strict)
    found = json.loads(run.stdout)["dependencies"]
    skipped = [one["skip_reason"] for one in found if "skip_reason" in one]
    flaws = list(_flaws(found))
    _tell(len(found), flaws, skipped)
    return int(bool(flaws) or (strict and bool(skipped)))


def _flaws(dependencies: list[dict[str, Any]]) -> Iterator[str]:
    for one in dependencies:
        for flaw in one.get("vulns", ()):
            mended = ", ".join(flaw["fix_versions"]) or "no version yet"
            yield f"{one['name']} {one['version']}: {flaw['id']}, mended in {mended}"


def _tell(total: int, flaws: list[str], skipped: list[str]) -> None:
    if len(skipped) < total:
        print(f"checked: {total - len(skipped)} of {total} packages, {len(flaws)} known vulnerabilities")
    for flaw in flaws:
        print(f"  {flaw}")
    if skipped:
        print(f"not checked: {len(skipped)} of {total} packages: {skipped[0]}")


if __name__ == "__main__":
    sys.exit(main(strict="--strict" in sys.argv[1:]))
