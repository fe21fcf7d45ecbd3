"""What is counted and what was just read, in Prometheus' text format, for `/metrics`."""

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from appliance.watch.timings import Timing
from appliance.watch.traffic import Traffic

CONTENT_TYPE = "text/plain; version=0.0.4"

Labels: TypeAlias = Mapping[str, str]


class Reading(Struct, frozen=True, kw_only=True):
    """One figure. Those of one name have the same labels, the same help and stand one after the other."""

    name: str
    help: str
    value: float
    labels: Labels = {}
    kind: Literal["gauge", "counter"] = "gauge"


def render(traffic: Traffic, readings: Iterable[Reading]) -> bytes:
    """All of it. The names of counters end in `_total`, as the format wants it."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Everything(traffic, tuple(readings)))
    return generate_latest(registry)


class _Everything(Collector):
    def __init__(self, traffic: Traffic, readings: tuple[Reading, ...]) -> None:
        self._traffic = traffic
        self._readings = readings

    def collect(self) -> Iterable[Metric]:
        yield from _of_traffic(self._traffic)
        yield from _of_readings(self._readings)


def _of_traffic(traffic: Traffic) -> Iterable[Metric]:
    requests = HistogramMetricFamily(
        "maitre_request_seconds", "Answers by lane, route and status.", labels=("lane", "route", "status")
    )
    for route, timing in traffic.routes.items():
        _add(requests, (route.lane, route.route, str(route.status)), timing)
    yield requests
    acks = HistogramMetricFamily("maitre_webhook_ack_seconds", "Until a signed event was safe and acknowledged.")
    _add(acks, (), _acknowledged(traffic))
    yield acks
    events = CounterMetricFamily(
        "maitre_webhook_events", "Events of phone platforms by what became of them.", labels=("event", "outcome")
    )
    for event, outcomes in traffic.events.items():
        for outcome, count in outcomes.items():
            events.add_metric((event, outcome), count)
    yield events
    tools = HistogramMetricFamily(
        "maitre_tool_seconds", "What agents asked for, by tool and outcome.", labels=("tool", "outcome")
    )
    for (tool, outcome), timing in traffic.tools.items():
        _add(tools, (tool, outcome), timing)
    yield tools


def _acknowledged(traffic: Traffic) -> Timing:
    of_webhooks = (
        timing for route, timing in traffic.routes.items() if (route.lane, route.status) == ("webhooks", 204)
    )
    return sum(of_webhooks, start=Timing())


def _add(family: HistogramMetricFamily, labels: tuple[str, ...], timing: Timing) -> None:
    family.add_metric(labels, buckets=timing.buckets(), sum_value=timing.total_s)


def _of_readings(readings: Iterable[Reading]) -> Iterable[Metric]:
    families: dict[str, CounterMetricFamily | GaugeMetricFamily] = {}
    for one in readings:
        family = families.get(one.name)
        if family is None:
            make = CounterMetricFamily if one.kind == "counter" else GaugeMetricFamily
            family = families[one.name] = make(one.name, one.help, labels=tuple(one.labels))
        family.add_metric(tuple(one.labels.values()), one.value)
    return families.values()
