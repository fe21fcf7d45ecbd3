from appliance.watch.traffic import OTHER, Bounded, Route, Traffic


def test_names_beyond_the_bound_are_counted_as_one() -> None:
    counts: Bounded[str, list[int]] = Bounded(3, OTHER, list)
    for name in "abcdefa":
        counts[name].append(1)
    assert {name: len(found) for name, found in counts.items()} == {"a": 2, "b": 1, "c": 1, OTHER: 3}


def test_whatever_a_stranger_makes_up_takes_no_more_room_than_was_set_aside() -> None:
    traffic = Traffic()
    for n in range(10_000):
        traffic.event(f"made_up_{n}", "accepted")
        traffic.tool(f"made_up_{n}", "refused", 0.1, f"rest_{n}")
    assert len(traffic.events) <= 65
    assert len(traffic.tools) <= 97
    assert len(traffic.restaurants) <= 5_001
    assert sum(counts.total() for counts in traffic.events.values()) == 10_000
    assert sum(timing.count for timing in traffic.tools.values()) == 10_000


def test_a_request_is_counted_for_all_and_for_its_restaurant() -> None:
    traffic = Traffic()
    traffic.request("api", "/api/restaurants/{restaurant_id}", 200, 0.02, "rest_one")
    traffic.request("api", "/api/restaurants/{restaurant_id}", 503, 0.02, "rest_one")
    traffic.request("api", "/api/admin/overview", 200, 0.02)
    assert (traffic.all.requests.count, traffic.all.failed) == (3, 1)
    assert (traffic.restaurants["rest_one"].requests.count, traffic.restaurants["rest_one"].failed) == (2, 1)
    assert traffic.routes[Route("api", "/api/admin/overview", 200)].count == 1


def test_a_refusal_of_a_tool_is_no_failure() -> None:
    traffic = Traffic()
    for outcome in ("done", "refused", "failed"):
        traffic.tool("check_availability", outcome, 0.004, "rest_one")
    assert (traffic.restaurants["rest_one"].tools.count, traffic.restaurants["rest_one"].tools_failed) == (3, 1)
