"""What is said of bookings and of places in the waiting list: what was done to one, and which of several is meant."""

from collections.abc import Sequence
from datetime import date

from msgspec import UNSET
from msgspec.structs import replace

from appliance.contract import Booking, ToolAnswer
from appliance.domain.hours import clock_text, minute_of
from appliance.domain.needs_told import read_back
from appliance.domain.nights import evening_of, wall_clock
from appliance.domain.phrases import phrase
from appliance.domain.reservation import Reservation, ReservationStatus
from appliance.domain.restaurant import RestaurantCard
from appliance.domain.spoken.names import same_person
from appliance.domain.spoken.outcome import Unclear
from appliance.domain.spoken.say import READ_OUT, day_words, join_words, moment_words, moments_words, time_words
from appliance.domain.spoken.text import fold
from appliance.domain.waitlist import Entry
from appliance.services.agent.arguments import Ask
from appliance.services.agent.wording import a_person, area_name, chairs_first, facts_of, spoken_area

_WRITTEN_DOWN = frozenset({"booked", "modified"})


def booked(ask: Ask, one: Booking, *, unknown_area: bool) -> ToolAnswer:
    if one.status == ReservationStatus.PENDING:
        words = "modified_no_such_area" if unknown_area else "found"
    else:
        words = "booked_no_such_area" if unknown_area else "booked"
    return _with_what_is_not(ask, one, _standing(ask, one, "booked", words=words))


def modified(ask: Ask, one: Booking, *, unknown_area: bool) -> ToolAnswer:
    words = "modified_no_such_area" if unknown_area else "modified"
    return _with_what_is_not(ask, one, _standing(ask, one, "modified", words=words))


def _with_what_is_not(ask: Ask, one: Booking, answer: ToolAnswer) -> ToolAnswer:
    if one.spot_dropped:
        answer = replace(answer, say=f"{answer.say} {phrase('spot_dropped', ask.lang)}")
    return replace(answer, say=chairs_first(ask, one.high_chairs or 0, answer.say)) if one.chairs_short else answer


def kept_for_you(ask: Ask, one: Booking) -> ToolAnswer:
    """A table that somebody waited for is theirs once they say yes."""
    return replace(_about(ask, one, "kept_for_you"), available=True, reservations=[one])


def cancelled(ask: Ask, one: Booking) -> ToolAnswer:
    """`one` says whether it was a booking, a table that was only kept for them, or a place in the waiting list."""
    words = "list_left" if one.waiting else "given_up" if one.kept_for_you else "cancelled"
    return _about(ask, one, "cancelled", words=words)


def already_cancelled(ask: Ask, one: Booking) -> ToolAnswer:
    return _about(ask, one, "already_cancelled")


def cancel_too(ask: Ask, one: Booking) -> ToolAnswer:
    """Not cancelled: one was cancelled in this call, and this one was not named."""
    words = "leave_too" if one.waiting else "give_up_too" if one.kept_for_you else "cancel_too"
    return replace(_about(ask, one, "cancel_too", words=words), ok=False)


def found(ask: Ask, one: Booking) -> ToolAnswer:
    """What they have, be it only kept for them, or a place in the waiting list."""
    if one.kept_for_you:
        return kept_for_you(ask, one)
    if one.waiting:
        answer = _about(ask, one, "waitlisted", words="waiting_found")
        answer = replace(answer, say=f"{answer.say} {phrase('not_booked_yet', ask.lang)}")
    else:
        answer = _standing(ask, one, "found")
    return replace(answer, reservations=[one])


def which_one(ask: Ask, several: Sequence[Booking], *, ok: bool) -> ToolAnswer:
    """Several are meant; the guest should choose. Nobody listens to more than a few being read out."""
    return ToolAnswer(ok=ok, code="which_one", say=_which(ask, several), reservations=list(several))


def _which(ask: Ask, several: Sequence[Booking]) -> str:
    """What to ask for: what has not been said yet, as far as that can tell them apart."""
    options = _options(ask, several)
    if len(options) == 1:
        return _which_name(ask, several, alike=options[0])
    if len(options) > READ_OUT and len({(one.date, one.time) for one in several}) > 1:
        return phrase("which_of_many", ask.lang)
    if len(options) > READ_OUT and len({one.party_size for one in several}) > 1:
        return phrase("which_party", ask.lang)
    return phrase("which_one", ask.lang, options=join_words(options, ask.lang, last="and"))


def _which_name(ask: Ask, several: Sequence[Booking], *, alike: str) -> str:
    """Only a name can tell them apart; who has said it already would only say it again."""
    if isinstance(ask.name(), Unclear) and len({fold(one.name) for one in several}) > 1:
        return phrase("which_name", ask.lang)
    if _is_half_of_several(ask, several):
        return phrase("which_surname", ask.lang)
    if names := _other_names(ask, several):
        return phrase("which_of_names", ask.lang, names=join_words(names, ask.lang, last="and"))
    return f"{phrase('all_alike', ask.lang, options=alike)} {a_person(ask)}"


def _other_names(ask: Ask, several: Sequence[Booking]) -> list[str]:
    """The names that tell bookings apart where none is the one that was said; none when they are too many."""
    names = list(dict.fromkeys(one.name for one in several))
    return names if 1 < len(names) <= READ_OUT and _is_of_none(ask, several) else []


def _is_of_none(ask: Ask, several: Sequence[Booking]) -> bool:
    """Whether a name was said that none goes by."""
    said = ask.name()
    return not isinstance(said, Unclear) and not any(same_person(said, one.name) for one in several)


def _is_half_of_several(ask: Ask, several: Sequence[Booking]) -> bool:
    """Whether a name was said of which different names are more: "Lucía"."""
    said, names = ask.name(), {fold(one.name) for one in several}
    return (
        not isinstance(said, Unclear) and fold(said) not in names and len(names) > 1 and not _is_of_none(ask, several)
    )


def another_found(ask: Ask, several: Sequence[Booking], *, days: Sequence[date]) -> ToolAnswer:
    """None is what the guest says; these they have around then. Nothing is done to one before they say yes."""
    day = days[0] if len(days) == 1 else None
    options = _options(ask, several)[:READ_OUT]
    words = "another_found" if len(several) == 1 else "others_found"
    others = phrase(words, ask.lang, options=join_words(options, ask.lang, last="and"))
    return ToolAnswer(
        ok=False,
        code="another_found",
        say=f"{_not_seen(ask, several, day)} {others}",
        date=day.isoformat() if day else UNSET,
        reservations=list(several),
    )


def _not_seen(ask: Ask, several: Sequence[Booking], day: date | None) -> str:
    """The day is named where it is what does not fit, or else the name."""
    if day is None or any(one.date == day.isoformat() for one in several):
        return phrase("not_seen_named" if _is_of_none(ask, several) else "not_seen", ask.lang)
    return phrase("not_seen_on", ask.lang, day=day_words(day, ask.lang, today=ask.today, inside=True))


def _options(ask: Ask, several: Sequence[Booking]) -> list[str]:
    """The guest's bookings to choose from; a table that is only kept for them is said to be that. Each is said once."""
    words = (phrase(_words_of(one), ask.lang, **booking_facts(ask, one)) for one in several)
    return list(dict.fromkeys(words))


def _words_of(one: Booking) -> str:
    return "waiting_words" if one.waiting else "kept_words" if one.kept_for_you else "booking_words"


def booking(
    reservation: Reservation, card: RestaurantCard, *, chairs_short: bool = False, spot_dropped: bool = False
) -> Booking:
    return Booking(
        id=reservation.id,
        date=reservation.date,
        time=reservation.time,
        party_size=reservation.party_size,
        area=area_name(card, reservation.area_id),
        status=reservation.status.value,
        name=reservation.name,
        area_wished=reservation.area_wished or UNSET,
        kept_for_you=reservation.is_offer or UNSET,
        needs=list(reservation.needs) or UNSET,
        high_chairs=reservation.high_chairs or UNSET,
        chairs_short=chairs_short or UNSET,
        spot_dropped=spot_dropped or UNSET,
    )


def waiting(entry: Entry, card: RestaurantCard) -> Booking:
    """A place in the waiting list, shown as a booking is."""
    day, minute = entry.start
    return Booking(
        id=entry.id,
        date=day.isoformat(),
        time=clock_text(minute),
        party_size=entry.party_size,
        area=area_name(card, entry.area_id),
        status=entry.state.value,
        name=entry.name,
        area_wished=bool(entry.area_id) or UNSET,
        waiting=True,
        times=[clock_text(minute) for minute in entry.minutes] if len(entry.minutes) > 1 else UNSET,
    )


def _standing(ask: Ask, one: Booking, code: str, *, words: str = "") -> ToolAnswer:
    """About a booking that stands, which one that the staff have yet to confirm does not quite."""
    answer = _about(ask, one, code, words=words, needs=_needs(ask, one, code))
    if code in _WRITTEN_DOWN and not set(ask.needs().denied).isdisjoint(one.needs or ()):
        answer = replace(answer, say=f"{answer.say} {phrase('denied', ask.lang)}")
    if one.status != ReservationStatus.PENDING:
        return answer
    return replace(answer, say=f"{answer.say} {phrase('to_be_confirmed', ask.lang)}")


def _needs(ask: Ask, one: Booking, code: str) -> str:
    """What is needed, read back where it has just been written down; and where it was, without what is no more."""
    if code not in _WRITTEN_DOWN:
        return ""
    dropped = ask.needs().dropped if code == "modified" else ()
    return read_back(one.needs or (), one.high_chairs or 0, ask.lang, dropped=dropped, remarks=ask.remarks)


def _about(ask: Ask, one: Booking, code: str, *, words: str = "", needs: str = "") -> ToolAnswer:
    area = spoken_area(ask.card, one.area, wished=bool(one.area_wished))
    return ToolAnswer(
        ok=True,
        code=code,
        say=phrase(words or code, ask.lang, **booking_facts(ask, one, area=area), needs=needs),
        date=one.date,
        time=one.time,
        party_size=one.party_size,
        area=one.area,
        reservation=one,
    )


def booking_facts(ask: Ask, one: Booking, *, area: str | None = None) -> dict[str, object]:
    """`area`: the one to name; that which was wished for, when none is given."""
    named = (one.area if one.area_wished else "") if area is None else area
    facts = facts_of(ask, date.fromisoformat(one.date), minute_of(one.time), one.party_size, area=named)
    day, minutes = date.fromisoformat(one.date), [minute_of(time) for time in one.times or ()]
    minutes = [minute + 1440 * (minute < minutes[0]) for minute in minutes]
    return facts | {"name": one.name} | times_facts(ask, day, minutes)


def times_facts(ask: Ask, day: date, minutes: Sequence[int]) -> dict[str, object]:
    """The time to speak of where any of several would do, counted from midnight of `day`; nothing where it is one."""
    if len(minutes) < 2:
        return {}
    if len(minutes) <= READ_OUT and not evening_of(*wall_clock(day, minutes[0])):
        starts = [wall_clock(day, minute) for minute in minutes]
        return {"time": moments_words(starts, ask.lang, today=ask.today)}
    _, first = moment_words(*wall_clock(day, minutes[0]), ask.lang)
    return {"time": phrase("time_until", ask.lang, time=first, until=time_words(minutes[-1], ask.lang))}
