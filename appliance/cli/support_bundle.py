"""`maitre support-bundle`: one file for whoever helps."""

import asyncio
from pathlib import Path
from typing import Any

import click

from appliance.cli import json_option, settings_options
from appliance.cli.doctor import subject_from
from appliance.cli.output import print_json


@click.command()
@click.option("--out", metavar="FILE", help="The file to make.  [default: maitre-support-<time>.tar.gz here]")
@settings_options
@json_option
def support_bundle(*, out: str | None, as_json: bool, **params: Any) -> None:
    """Make a file that tells whoever helps you how this machine is, without secrets and without people.

    With an operator's token in MAITRE_TOKEN it holds the running server's log and all of its checks.
    """
    from appliance.ops.bundle import bundle, default_name

    subject = subject_from(params)
    file = Path(out or default_name(subject.clock.now_ms())).absolute()
    told = asyncio.run(bundle(subject, file))
    if as_json:
        print_json({"file": str(file), "missing": {name: why for name, why in told.items() if why}})
        return
    for name, why in told.items():
        if why:
            click.echo(f"without {name}: {why}", err=True)
    click.echo(f"{file}: look through it, then send it")
