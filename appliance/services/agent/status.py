"""The live tool about right now: is it open, until when, and is there a table today. It tells nobody's name."""

from collections.abc import Iterator

from msgspec import Struct

from appliance.contract import RestaurantStatusView, Slot, ToolAnswer
from appliance.domain.availability import Wish, first_table, refuse_party
from appliance.domain.hours import Start, clock_text
from appliance.domain.nights import night_of
from appliance.domain.opening import Opening, opening_at
from appliance.domain.phrases import phrase
from appliance.domain.restaurant import QUARTER_MS, RestaurantCard, RestaurantStatus
from appliance.domain.seating import DayBook
from appliance.domain.spoken.outcome import Unclear
from appliance.domain.spoken.say import party_words, time_words
from appliance.services.agent import asking, wording
from appliance.services.agent.arguments import Ask
from appliance.services.daybooks import DayBooks
from appliance.services.deeds import Reply
from appliance.services.holds import Holds

_USUAL_PARTY = 2
_OVER_FOR_TODAY = frozenset({"closed_today", "kitchen_closed"})
"""What says by itself that there is no table today, unless there is one."""


class _Now(Struct, frozen=True, kw_only=True):
    """How the restaurant stands; `table` is the first start today that has one for the party."""

    opening: Opening
    book: DayBook
    party: int
    table: Start | None


class Status:
    def __init__(self, books: DayBooks, holds: Holds) -> None:
        self._books = books
        self._holds = holds

    async def restaurant_status(self, ask: Ask) -> Reply:
        party = ask.party()
        if isinstance(party, Unclear) and party.why != "missing":
            return Reply(answer=asking.question(ask, f"{party.why}_party_size"))
        size = _USUAL_PARTY if isinstance(party, Unclear) else party
        book = self._holds.seen_by(ask, await self._books.get(ask.card, ask.today))
        now = _Now(
            opening=opening_at(ask.card, ask.now_ms),
            book=book,
            party=size,
            table=first_table(book, Wish(day=ask.today, minutes=(), party=size), now_ms=ask.now_ms),
        )
        return Reply(answer=_answer(ask, now, asked=size == party))


def _answer(ask: Ask, now: _Now, *, asked: bool) -> ToolAnswer:
    """Of tables it speaks when the caller said for how many."""
    words = [*_opening_words(ask, now.opening)]
    code = _code(ask, now.opening)
    paused = ask.card.status is RestaurantStatus.PAUSED
    if paused:
        words.append(wording.for_a_person(ask, "restaurant_paused").say)
    elif asked and (refusal := refuse_party(ask.card, now.party)):
        words.append(wording.refused(ask, Wish(day=ask.today, minutes=(), party=now.party), refusal).say)
    elif asked and (now.table or code not in _OVER_FOR_TODAY):
        words.append(_table_words(ask, now))
    return ToolAnswer(
        ok=True,
        code="paused" if paused else code,
        say=" ".join(words),
        party_size=now.party,
        available=now.table is not None,
        status=_view(ask, now),
    )


def _code(ask: Ask, opening: Opening) -> str:
    if opening.is_open:
        return "open" if opening.seats_at == ask.now_ms else "kitchen_closed"
    return "closed_now" if opening.today or _opens_today(ask, opening) else "closed_today"


def _opens_today(ask: Ask, opening: Opening) -> bool:
    return opening.opens_next is not None and ask.card.date_at(opening.opens_next) == ask.today


def _opening_words(ask: Ask, opening: Opening) -> Iterator[str]:
    if opening.until is not None:
        yield phrase(_code(ask, opening), ask.lang, time=time_words(ask.card.wall(opening.until)[1], ask.lang))
        if opening.seats_at not in (None, ask.now_ms):
            yield wording.then(ask, opening.seats_at, today="seats_today", later="seats_next")
        return
    yield phrase(_code(ask, opening), ask.lang)
    if opening.opens_next is not None:
        yield wording.then(ask, opening.opens_next, today="opens_today", later="opens_next")


def _table_words(ask: Ask, now: _Now) -> str:
    party = party_words(now.party, ask.lang)
    if now.table is None:
        return phrase("no_table_today", ask.lang, party=party)
    return phrase("table_today", ask.lang, party=party, time=time_words(now.table.minute, ask.lang))


def _view(ask: Ask, now: _Now) -> RestaurantStatusView:
    tables = [table for table in ask.card.tables if table.serves(night_of(*ask.card.wall(ask.now_ms)))]
    free = [table for table in tables if now.book.is_free(table.id, _this_quarter(ask.now_ms))]
    is_open = now.opening.is_open
    return RestaurantStatusView(
        open=is_open,
        until=_moment(ask.card, now.opening.until).time if now.opening.until else None,
        opens_next=_moment(ask.card, now.opening.opens_next) if now.opening.opens_next else None,
        next_table=wording.slot(now.table) if now.table else None,
        tables=len(tables),
        tables_free_now=len(free) if is_open else None,
        seats_free_now=sum(table.capacity for table in free) if is_open else None,
    )


def _this_quarter(now_ms: int) -> range:
    quarter = now_ms // QUARTER_MS
    return range(quarter, quarter + 1)


def _moment(card: RestaurantCard, at_ms: int) -> Slot:
    day, minute = card.wall(at_ms)
    return Slot(date=day.isoformat(), time=clock_text(minute))
