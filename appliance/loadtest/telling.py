"""Simulated calls told in lines: for pipes and logs, as JSON for programs, and one call step by step."""

import time
from collections.abc import Iterator
from datetime import date

import click
import msgspec

from appliance.contract import Booking
from appliance.loadtest.conversation import Outcome
from appliance.loadtest.ready import DemoReady
from appliance.loadtest.report import CallReport, Delivered, Finished, Moment, Rang, Said, Step, Summary, Used

OUTCOMES = {
    Outcome.BOOKED: "booked",
    Outcome.CANCELLED: "cancelled",
    Outcome.INFORMED: "told the hours",
    Outcome.NO_TABLE: "without a table",
    Outcome.NOT_FOUND: "booking not found",
    Outcome.WRONG_NUMBER: "wrong number",
    Outcome.HUNG_UP: "hung up",
}
_MOST_PROBLEMS = 20


def introduction(ready: DemoReady, *, data: str, calls: bool) -> list[str]:
    """What a person who has just started the demo should know, in lines."""
    url, plans = ready.url, len({restaurant.plan for restaurant in ready.restaurants})
    guests = "simulated guests call them" if calls else "nobody calls them"
    return [
        f"Maitre demo: {len(ready.restaurants)} made-up restaurants on {plans} plans; {guests}.",
        "The server is the real one: signed webhooks, live tools, a reservation book.",
        f"  API   {url}/api/docs",
        f'  Look  curl -H "Authorization: Bearer {ready.admin_token}" {url}/api/restaurants',
        f"  Call  maitre simulate call --url {url} --key {ready.retell_api_key}",
        f"  Stop  Ctrl-C (the data is in {data})",
    ]


def summary_lines(summary: Summary) -> Iterator[str]:
    """How it went, and problems on a line each."""
    outcomes = ", ".join(f"{count} {OUTCOMES[Outcome(name)]}" for name, count in sorted(summary.outcomes.items()))
    yield f"{summary.calls} calls: {outcomes or 'none'}."
    if summary.tool_p50_ms is not None:
        yield f"Tools answered in {summary.tool_p50_ms} ms (p50), {summary.tool_p95_ms} ms (p95)."
    yield from (f"Problem: {problem}" for problem in summary.problems[:_MOST_PROBLEMS])
    if len(summary.problems) > _MOST_PROBLEMS:
        yield f"… and {len(summary.problems) - _MOST_PROBLEMS} problems more."
    if not summary.problems:
        yield "No problems."


def booking_words(booking: Booking) -> str:
    """The booking as an operator reads it: "Fri 27 Nov 21:00, 4 people, Terraza"."""
    day = date.fromisoformat(booking.date)
    people = "1 person" if booking.party_size == 1 else f"{booking.party_size} people"
    return f"{day:%a} {day.day} {day:%b} {booking.time}, {people}{f', {booking.area}' if booking.area else ''}"


def ending_words(report: CallReport) -> str:
    """How the call ended, with the booking it was about."""
    words = OUTCOMES[report.outcome]
    return f"{words} {booking_words(report.reservation)}" if report.reservation else words


class LineShow:
    """The demo as plain lines, each with the time."""

    def __init__(self, *, data: str, calls: bool) -> None:
        self._data = data
        self._calls = calls

    def ready(self, ready: DemoReady) -> None:
        for line in introduction(ready, data=self._data, calls=self._calls):
            click.echo(line)

    def watch(self, moment: Moment) -> None:
        match moment:
            case Rang(call_id, plan):
                self._tell(call_id, f"{plan.guest.name} calls {plan.line.card.name}")
            case Used(call_id, step):
                self._tell(call_id, f"{_step_words(step)}: {step.say}")
            case Finished(call_id, report):
                self._tell(call_id, f"{report.guest.name} at {report.restaurant}: {ending_words(report)}")
                for problem in report.problems:
                    self._tell(call_id, f"PROBLEM {problem}")

    def refresh(self) -> None:
        """Lines stay as they are."""

    def closed(self, summary: Summary | None) -> None:
        for line in summary_lines(summary) if summary else ():
            click.echo(line)

    def _tell(self, call_id: str, words: str) -> None:
        click.echo(f"{time.strftime('%H:%M:%S')}  {call_id[-6:]}  {words}")


class JsonShow:
    """The demo for programs: a line when ready, then one for each finished call."""

    def __init__(self, *, with_summary: bool) -> None:
        self._with_summary = with_summary

    def ready(self, ready: DemoReady) -> None:
        _json_line(ready)

    def watch(self, moment: Moment) -> None:
        if isinstance(moment, Finished):
            _json_line(moment.report)

    def refresh(self) -> None:
        """Lines stay as they are."""

    def closed(self, summary: Summary | None) -> None:
        if self._with_summary and summary:
            _json_line(summary)


class StepTeller:
    """One call told as it happens: what is said, which tool is used with what answer, what is delivered."""

    def __init__(self, *, seed: int) -> None:
        self._seed = seed

    def watch(self, moment: Moment) -> None:
        match moment:
            case Rang(call_id, plan):
                line = plan.line
                click.secho(f"{plan.guest.name} ({plan.guest.from_number}) calls {line.card.name}", bold=True)
                click.secho(f"  {call_id}, agent {line.agent_id or '-'}, number {line.number or '-'}", dim=True)
                click.secho(f"  seed {self._seed} brings the same guest again", dim=True)
            case Said(_, role, words):
                speaker = click.style("Agent ", fg="cyan") if role == "agent" else click.style("Guest ", fg="yellow")
                click.echo(f"  {speaker} {words}")
            case Used(_, step):
                args = ", ".join(f"{name}={value!r}" for name, value in step.args.items())
                click.secho(f"  tool    {step.tool}({args})", dim=True)
                click.secho(f"          {_mark(ok=step.ok)} {step.code}  {step.ms:.1f} ms", fg=_colour(step))
            case Delivered(_, event, ms, ok, again):
                words = f"  event   {event}{' (again)' if again else ''}  {f'{ms:.1f} ms' if ok else 'not taken'}"
                click.secho(words, dim=ok, fg=None if ok else "red")
            case Finished(_, report):
                self._finish(report)

    def _finish(self, report: CallReport) -> None:
        for problem in report.problems:
            click.secho(f"Problem: {problem}", fg="red")
        if not report.problems:
            click.secho(f"Went well: {ending_words(report)}.", fg="green")


def _step_words(step: Step) -> str:
    return f"{step.tool} {step.code} ({step.ms:.0f} ms)"


def _mark(*, ok: bool) -> str:
    return "✓" if ok else "·"


def _colour(step: Step) -> str:
    return "green" if step.ok else "yellow"


def _json_line(value: object) -> None:
    click.echo(msgspec.json.encode(value))
