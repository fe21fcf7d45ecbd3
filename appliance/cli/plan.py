"""`maitre plan`: what the plans give, and which one a restaurant has."""

import asyncio
from typing import TYPE_CHECKING, Any

import click

from appliance.cli import json_option, settings_from, settings_options
from appliance.cli.output import print_json, print_table
from appliance.domain.restaurant import Plan

if TYPE_CHECKING:
    from appliance.contract import RestaurantDetail

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def plan() -> None:
    """See what the plans give; put a restaurant on one."""


@plan.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    """List the plans with their quotas of API requests, which all who ask for a restaurant share."""
    from appliance.domain.quotas import PLANS

    quotas = list(PLANS.values())
    if as_json:
        print_json(quotas)
    else:
        rows = [(one.name, str(one.requests), str(one.window_s // 60)) for one in quotas]
        print_table(("plan", "requests", "minutes"), rows)


@plan.command("set")
@click.argument("restaurant_id")
@click.argument("plan_", metavar="PLAN", type=click.Choice(list(map(str, Plan))))
@click.option("--until", type=_DAY, metavar="DATE", help="The last day that it is agreed for; without it, for good.")
@settings_options
@json_option
def set_(*, restaurant_id: str, plan_: Any, until: Any, as_json: bool, **params: Any) -> None:
    """Put a restaurant on a plan. After its last day the quota is that of the basic plan."""
    from appliance.contract import TermsEdit
    from appliance.ops import restaurants

    terms = TermsEdit(plan=plan_, plan_until=until.date() if until else None)
    change = asyncio.run(restaurants.set_terms(settings_from(params), restaurant_id, terms))
    if as_json:
        print_json(change)
    else:
        click.echo(_told(change.restaurant))


def _told(one: "RestaurantDetail") -> str:
    until = f" until {one.plan_until}" if one.plan_until else ""
    over = ", which is over" if one.plan_lapsed else ""
    return f"{one.id} is on {one.plan}{until}{over}{_counting(one)}; a running server goes by it within seconds"


def _counting(one: "RestaurantDetail") -> str:
    """What counts in place of the plan."""
    from appliance.domain.quotas import PLANS

    if one.api_requests and not (one.plan_lapsed and one.api_requests >= PLANS[Plan(one.plan_now)].requests):
        return f"; its own quota of {one.api_requests} requests counts in place of the plan's"
    return f": {one.plan_now} counts" if one.plan_lapsed else ""
