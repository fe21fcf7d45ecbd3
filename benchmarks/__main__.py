"""`python -m benchmarks webhook|tools|memory|…`, from the repository root: the README's tables."""

import argparse
import signal
import sys

from benchmarks import report, speed
from benchmarks.console import console_promises
from benchmarks.growth import growth
from benchmarks.measure import BenchmarkError
from benchmarks.memory import memory
from benchmarks.slow import slow
from benchmarks.spoken.tables import spoken
from benchmarks.watching import watching


def main() -> int:
    wanted = _parser().parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the servers are ended then, too
    try:
        sections, met = _judged(wanted) or (_run(wanted), True)
    except BenchmarkError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    report.show(sections, markdown=wanted.markdown)
    return 0 if met else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "what", choices=("webhook", "tools", "memory", "growth", "slow", "watching", "spoken", "console")
    )
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each cell is measured (default 5)")
    parser.add_argument("--connections", default="64,256", help="how many at once (default 64,256)")
    parser.add_argument(
        "--rounds", type=int, default=1, help="measure so often and show each figure's median (default 1)"
    )
    parser.add_argument("--only", default="", metavar="NAMES", help="bare,usual,fastify,maitre,usual-pg,maitre-pg")
    parser.add_argument("--markdown", action="store_true", help="print tables to paste in the README")
    parser.add_argument("--misses", action="store_true", help="spoken: list the phrases that are not read right")
    return parser


def _judged(wanted: argparse.Namespace) -> tuple[list[report.Section], bool] | None:
    """The tables of what is held to a target, and whether it was met; None for what is only measured."""
    if wanted.what == "spoken":
        return spoken(misses=wanted.misses)
    if wanted.what == "slow":
        return slow(seconds=wanted.seconds, rounds=wanted.rounds)
    if wanted.what == "watching":
        return watching(seconds=wanted.seconds, rounds=wanted.rounds)
    if wanted.what == "console":
        return console_promises(seconds=wanted.seconds)
    return growth() if wanted.what == "growth" else None


def _run(wanted: argparse.Namespace) -> list[report.Section]:
    if wanted.what == "memory":
        return memory()
    plan = speed.Plan(
        connections=[int(number) for number in wanted.connections.split(",")],
        seconds=wanted.seconds,
        rounds=wanted.rounds,
        only=[name for name in wanted.only.split(",") if name],
    )
    return (speed.webhook if wanted.what == "webhook" else speed.tools)(plan)


if __name__ == "__main__":
    sys.exit(main())
