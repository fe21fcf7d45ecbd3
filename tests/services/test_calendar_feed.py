from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from icalendar import Calendar, Event
from sqlalchemy import select

from appliance.errors import Unauthenticated
from appliance.services.calendar_feed import CalendarFeed, Feed
from appliance.store.schema import feed_tokens
from support.desk import Desk, gaviota, wish
from support.staff_desk import StaffDesk

DAY_MS = 86_400_000


@pytest.fixture
def calendars(desk: Desk) -> CalendarFeed:
    return CalendarFeed(desk.database, desk.clock, desk.directory)


async def address(calendars: CalendarFeed, desk: Desk, restaurant: str = "rest_gaviota") -> str:
    return await calendars.renew(desk.restaurants.one(restaurant), asked_at="http://127.0.0.1:8080/")


async def read(calendars: CalendarFeed, url: str) -> Feed:
    parts = urlsplit(url)
    (token,) = parse_qs(parts.query)["token"]
    return await calendars.feed(parts.path.split("/")[3], token)


async def events(calendars: CalendarFeed, desk: Desk) -> list[Event]:
    feed = await read(calendars, await address(calendars, desk))
    return Calendar.from_ical(feed.text).events


async def test_a_booking_is_an_event(calendars: CalendarFeed, desk: Desk) -> None:
    await desk.book(wish(notes="junto a la ventana; sin prisa", needs="celíaco"))
    (one,) = await desk.everything()
    (event,) = await events(calendars, desk)
    assert (str(event.uid), event.summary) == (f"{one.id}@maitre", "2 · Lucía Fernández")
    assert event.start == datetime(2026, 11, 28, 20, tzinfo=UTC)
    assert event.end == datetime(2026, 11, 28, 22, tzinfo=UTC)
    assert (event.status, event.location, event.transparency) == ("CONFIRMED", "Terraza, T1", "TRANSPARENT")
    assert event.description
    for told in ("+34600111222", "junto a la ventana; sin prisa", "celíac"):
        assert told in event.description.casefold()


async def test_the_calendar_has_the_restaurant_s_name(calendars: CalendarFeed, desk: Desk) -> None:
    calendar = Calendar.from_ical((await read(calendars, await address(calendars, desk))).text)
    assert (calendar.calendar_name, calendar.events) == ("La Gaviota", [])


async def test_how_often_to_read_it_again_is_told_as_the_standard_wants_it(calendars: CalendarFeed, desk: Desk) -> None:
    text = (await read(calendars, await address(calendars, desk))).text
    assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT15M\r\n" in text


@pytest.mark.parametrize(
    ("deeds", "status"),
    [
        ([], "CONFIRMED"),
        (["seat"], "CONFIRMED"),
        (["seat", "complete"], "CONFIRMED"),
        (["cancel"], "CANCELLED"),
        (["no-show"], "CANCELLED"),
    ],
)
async def test_an_event_says_how_its_booking_stands(
    calendars: CalendarFeed, desk: Desk, deeds: list[str], status: str
) -> None:
    staff = StaffDesk(desk)
    one = await staff.write_down(date="2026-11-25", time="13:00")
    staff.go_to("2026-11-25T13:00")
    for deed in deeds:
        one = await staff.act(deed, one)
    assert [event.status for event in await events(calendars, desk)] == [status]


async def test_a_booking_that_waits_is_tentative(calendars: CalendarFeed, desk: Desk) -> None:
    await StaffDesk(desk).write_down(status="pending", name="Ana")
    assert [event.status for event in await events(calendars, desk)] == ["TENTATIVE"]


async def test_a_change_is_newer_than_what_was_and_the_same_event(calendars: CalendarFeed, desk: Desk) -> None:
    staff = StaffDesk(desk)
    one = await staff.write_down()
    (before,) = await events(calendars, desk)
    desk.clock.advance(60_000)
    await staff.change(one, time="22:00")
    (after,) = await events(calendars, desk)
    assert (before.uid, before.sequence) == (after.uid, 0)
    assert after.sequence > before.sequence
    assert after.last_modified > before.last_modified


async def test_the_same_book_has_the_same_tag_and_a_changed_one_another(calendars: CalendarFeed, desk: Desk) -> None:
    url = await address(calendars, desk)
    await desk.book(wish())
    first, second = await read(calendars, url), await read(calendars, url)
    await desk.cancel({})
    third = await read(calendars, url)
    assert first == second
    assert third.etag != first.etag


async def test_the_calendar_goes_a_month_back_and_as_far_ahead_as_is_booked(
    calendars: CalendarFeed, desk: Desk
) -> None:
    staff = StaffDesk(desk)
    for day in ("2026-11-26", "2026-12-27", "2027-10-20"):
        await staff.write_down(date=day, time="21:00", tables=["T1"], force=True)
    desk.clock.advance(40 * DAY_MS)
    assert [event.start.date().isoformat() for event in await events(calendars, desk)] == ["2026-12-27", "2027-10-20"]


async def test_odd_words_of_guests_do_not_break_the_calendar(calendars: CalendarFeed, desk: Desk) -> None:
    odd = 'A;B,C\\n\nEND:VCALENDAR\r\nX: "y" ñ🦀'
    await StaffDesk(desk).write_down(name="Zoë; DROP", notes=odd)
    (event,) = await events(calendars, desk)
    assert event.summary == "2 · Zoë; DROP"
    assert event.description
    assert event.description.replace("\r\n", "\n").endswith(odd.replace("\r\n", "\n"))


async def test_only_the_last_address_works_and_only_for_its_restaurant(calendars: CalendarFeed, desk: Desk) -> None:
    await desk.open(gaviota("rest_otra", phone="+34910000002"))
    old = await address(calendars, desk)
    new, other = await address(calendars, desk), await address(calendars, desk, "rest_otra")
    assert await read(calendars, new)
    for wrong in (old, other.replace("rest_otra", "rest_gaviota"), new.replace("gaviota", "nowhere"), f"{new}x"):
        with pytest.raises(Unauthenticated):
            await read(calendars, wrong)
    for token in ("", "\0", "ñ" * 150):
        with pytest.raises(Unauthenticated):
            await calendars.feed("rest_gaviota", token)


async def test_a_revoked_address_is_closed(calendars: CalendarFeed, desk: Desk) -> None:
    url = await address(calendars, desk)
    await calendars.revoke(desk.restaurants.one("rest_gaviota"))
    with pytest.raises(Unauthenticated):
        await read(calendars, url)


async def test_the_secret_itself_is_nowhere_in_the_database(calendars: CalendarFeed, desk: Desk) -> None:
    url = await address(calendars, desk)
    async with desk.database.read() as tx:
        rows: list[Any] = list((await tx.execute(select(feed_tokens))).all())
    assert len(rows) == 1
    assert parse_qs(urlsplit(url).query)["token"][0] not in str(rows)


async def test_the_address_is_where_the_server_is_reached(desk: Desk) -> None:
    behind_a_proxy = CalendarFeed(desk.database, desk.clock, desk.directory, public_url="https://maitre.example.com")
    assert (await address(behind_a_proxy, desk)).startswith(
        "https://maitre.example.com/api/restaurants/rest_gaviota/calendar.ics?token=maitre_"
    )
