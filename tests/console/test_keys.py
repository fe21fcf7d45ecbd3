"""Every key does what the help says, and none that writes does so in a read-only console."""

import asyncio

import pytest
from textual.command import CommandPalette
from textual.events import Key
from textual.widgets import Input

from appliance.contract import Page
from support import platforms
from support.hands import at
from support.stage import Stopwatch, painted
from tui.dialogs import Help, TypedConfirm
from tui.screens import PLACES
from tui.screens.base import ConsoleScreen
from tui.watch import Phase


async def test_digits_switch_screens() -> None:
    async with at("pulse") as hands:
        for place in (*PLACES[1:], PLACES[0]):
            await hands.press(place.key)
            assert hands.screen.place == place.id


async def test_a_screen_keeps_what_was_chosen_on_it() -> None:
    async with at("restaurants") as hands:
        await hands.press("j", "j")
        chosen = hands.chosen
        await hands.press("1", "2")
        assert hands.chosen == chosen


async def test_a_table_is_walked_through_by_letters_and_arrows() -> None:
    async with at("restaurants") as hands:
        walked = []
        for key in ("j", "down", "k", "up", "G", "g", "end", "home"):
            await hands.press(key)
            walked.append(hands.shown.index(hands.chosen))
        assert walked == [1, 2, 1, 0, 12, 0, 12, 0]


async def test_a_page_is_as_much_as_is_seen() -> None:
    async with at("restaurants") as hands:
        await hands.press("ctrl+d")
        assert hands.shown.index(hands.chosen) == 12
        await hands.press("ctrl+u")
        assert hands.shown.index(hands.chosen) == 0


async def test_enter_opens_with_a_crumb_and_escape_leads_back() -> None:
    async with at("restaurants") as hands:
        await hands.press("enter")
        hands.console.show()
        assert "Restaurantes › La Marea" in hands.at_the_top()
        await hands.press("escape")
        assert "›" not in hands.at_the_top()
        await hands.press("escape")
        assert hands.screen.place == "restaurants"


async def test_the_digit_of_where_one_is_leads_back_to_its_list() -> None:
    async with at("restaurants") as hands:
        await hands.press("enter", "2")
        assert hands.screen.crumbs == ()


async def test_a_slash_filters_enter_keeps_the_filter_and_escape_takes_it_away() -> None:
    async with at("restaurants") as hands:
        await hands.press("slash", *"marea")
        assert hands.shown == ["rest_00"]
        await hands.press("enter")
        assert hands.console.focused is hands.screen.query_one("Table")
        assert hands.shown == ["rest_00"]
        await hands.press("escape")
        assert len(hands.shown) == 13


async def test_what_is_typed_in_one_go_is_the_filter_s() -> None:
    async with at("restaurants") as hands:
        hands.console.post_message(Key("slash", "/"))
        for letter in "marea":
            hands.console.post_message(Key(letter, letter))
        await hands.pilot.pause()
        assert hands.shown == ["rest_00"]


async def test_enter_does_not_overtake_the_letters_before_it() -> None:
    async with at("restaurants") as hands:
        await hands.press("P")
        for key in [*"pausar", "enter"]:
            hands.console.post_message(Key(key, key if len(key) == 1 else None))
        await hands.pilot.pause()
        assert not isinstance(hands.console.screen, TypedConfirm)
        assert len(await hands.done()) == 1


async def test_a_filter_knows_no_accents_and_can_be_turned_round() -> None:
    async with at("restaurants") as hands:
        await hands.press("slash", *"azafran")
        assert hands.shown == ["rest_07"]
        hands.console.screen.query_one("#filter", Input).value = "!azafran"
        await hands.pilot.pause()
        assert len(hands.shown) == 12
        await hands.press("escape")
        assert len(hands.shown) == 13


async def test_a_filter_that_nothing_matches_says_so() -> None:
    async with at("restaurants") as hands:
        await hands.press("slash", *"zzz")
        assert hands.shown == []
        assert "Nada coincide con «zzz»" in hands.console.export_screenshot().replace("&#160;", " ")


async def test_letters_typed_into_the_filter_are_no_keys() -> None:
    async with at("restaurants") as hands:
        await hands.press("slash", *"qp1?")
        assert hands.console.screen.query_one("#filter", Input).value == "qp1?"
        assert hands.screen.place == "restaurants"


async def test_s_sorts_by_the_next_column_and_a_capital_turns_it_round() -> None:
    async with at("restaurants") as hands:
        usual = hands.shown
        await hands.press("s", "s")
        names = hands.shown
        assert names != usual
        await hands.press("S")
        assert hands.shown == names[::-1]


async def test_the_chosen_row_stays_chosen_wherever_it_comes_to_stand() -> None:
    async with at("restaurants") as hands:
        await hands.press("j")
        chosen = hands.chosen
        await hands.press("s", "s", "S")
        assert hands.chosen == chosen


async def test_y_copies_what_the_row_is_known_by() -> None:
    async with at("restaurants") as hands:
        await hands.press("y")
        assert hands.console.clipboard == "rest_00"


async def test_p_holds_the_picture_and_lets_it_go_on() -> None:
    now_s = Stopwatch()
    async with at("pulse", now_s=now_s) as hands:
        await hands.press("p")
        hands.console.desk.picture.restaurants.clear()
        now_s.s += 9
        hands.console.show()
        assert len(hands.console.desk.shown.restaurants) == 13
        assert "EN PAUSA 9 s" in hands.at_the_top()
        await hands.press("p")
        assert len(hands.console.desk.shown.restaurants) == 0
        assert "EN PAUSA" not in hands.at_the_top()


async def test_time_paints_only_while_nothing_is_told() -> None:
    now_s = Stopwatch()
    async with at("pulse", now_s=now_s) as hands:
        hands.console.desk.hold()
        hands.console._grow_old()
        assert "EN PAUSA" not in hands.at_the_top()
        now_s.s += 2
        hands.console._grow_old()
        assert "EN PAUSA 2 s" in hands.at_the_top()


async def test_r_asks_again_at_once() -> None:
    async with at("queue") as hands:
        before = len(hands.stage.reads)
        await hands.press("r")
        while len(hands.stage.reads) == before:
            await hands.pilot.pause(0.02)


async def test_what_could_not_be_had_is_asked_for_at_once_when_the_server_is_back() -> None:
    async with at("system") as hands:
        desk = hands.console.desk
        hands.stage.leave()
        await desk.system.refresh()
        assert desk.system.error
        while desk.connection.phase is Phase.LIVE:
            await hands.pilot.pause(0.02)
        await hands.pilot.pause(0.3)
        hands.stage.return_()
        async with asyncio.timeout(20):
            while desk.system.error:
                await hands.pilot.pause(0.02)


@pytest.mark.parametrize("place", [place.id for place in PLACES])
async def test_the_help_names_every_key_of_the_screen(place: str) -> None:
    async with at(place) as hands:
        await hands.press("question_mark")
        dialog = hands.console.screen
        assert isinstance(dialog, Help)
        told = {line for _, keys in dialog._groups for _, line in keys}
        ids = {one.binding.id for one in hands.console.screen_stack[-2].active_bindings.values() if one.binding.id}
        assert {
            hands.console.words(f"{id_}.help") for id_ in ids if f"{id_}.help" and not id_.startswith("go.")
        } <= told
        await hands.press("escape")
        assert hands.screen.place == place


async def test_the_palette_finds_a_screen_and_a_deed() -> None:
    async with at("pulse") as hands:
        await hands.press("colon")
        assert isinstance(hands.console.screen, CommandPalette)
        await hands.press(*"alertas")
        await hands.pilot.pause(0.3)
        await hands.press("enter", "enter")
        await hands.pilot.pause()
        assert hands.screen.place == "alerts"


async def test_a_capital_p_pauses_a_restaurant_once_the_word_is_typed() -> None:
    async with at("restaurants") as hands:
        await hands.press("P")
        assert isinstance(hands.console.screen, TypedConfirm)
        await hands.press(*"no", "enter")
        assert isinstance(hands.console.screen, TypedConfirm)
        await hands.press("backspace", "backspace", *"pausar", "enter")
        assert await hands.done() == [("PATCH", "/api/restaurants/rest_00", {"status": "paused"})]
        assert hands.console.desk.shown.restaurants["rest_00"].status == "paused"


async def test_a_deed_that_fails_says_why() -> None:
    async with at("alerts") as hands:
        hands.stage.leave()
        await hands.press("a")
        await hands.done()
        await hands.pilot.pause()
        assert [note.message for note in hands.console._notifications] == [
            "No se ha podido: no responde ningún servidor"
        ]


async def test_escape_leaves_everything_as_it_was() -> None:
    async with at("restaurants") as hands:
        await hands.press("P", "escape")
        assert await hands.done() == []


async def test_a_capital_r_resumes_a_restaurant() -> None:
    async with at("restaurants") as hands:
        await hands.press("j", "R", *"reanudar", "enter")
        assert await hands.done() == [("PATCH", "/api/restaurants/rest_01", {"status": "active"})]


async def test_space_marks_and_t_retries_what_is_marked() -> None:
    async with at("queue") as hands:
        await hands.press("space", "space", "t")
        ids = ["event_0900", "event_0905"]
        assert await hands.done() == [("POST", "/api/admin/tasks/retry", {"ids": ids})]


async def test_a_capital_d_discards_the_row_once_the_word_is_typed() -> None:
    async with at("queue") as hands:
        await hands.press("D", *"descartar", "enter")
        assert await hands.done() == [("POST", "/api/admin/tasks/discard", {"ids": ["event_0900"]})]


async def test_work_that_is_not_stuck_is_left_alone() -> None:
    async with at("queue") as hands:
        await hands.press("G", "t", "D")
        assert await hands.done() == []
        assert isinstance(hands.console.screen, ConsoleScreen)


async def test_f_shows_one_state_after_the_other() -> None:
    async with at("queue") as hands:
        seen = []
        for _ in range(6):
            await hands.press("f")
            await painted(hands.pilot, hands.console)
            seen.append(len(hands.shown))
        assert seen == [2, 1, 1, 1, 10, 15]


async def test_what_is_dead_is_found_behind_a_long_queue() -> None:
    async with at("queue") as hands:
        hands.stage.answers["/api/admin/tasks"] = Page(items=[platforms.task(1)], total=900, next=1)
        hands.console.desk.tasks[None].hasten()
        await hands.press("f")
        await painted(hands.pilot, hands.console)
        assert hands.shown == ["event_0900", "event_0905"]


async def test_a_capital_c_gives_a_restaurant_its_requests_back_once_the_word_is_typed() -> None:
    async with at("limits") as hands:
        assert hands.shown[:3] == ["rest_01", "rest_00", "rest_03"]
        await hands.press("C", *"devolver", "enter")
        assert await hands.done() == [("DELETE", "/api/admin/limits/rest_01", None)]


@pytest.mark.parametrize(
    ("key", "word", "path"), [("B", "copiar", "/api/admin/backups"), ("R", "reiniciar", "/api/admin/restart")]
)
async def test_the_server_makes_a_backup_or_begins_anew_once_the_word_is_typed(key: str, word: str, path: str) -> None:
    async with at("system") as hands:
        await hands.press(key, *"no", "enter")
        assert isinstance(hands.console.screen, TypedConfirm)
        await hands.press("backspace", "backspace", *word, "enter")
        assert await hands.done() == [("POST", path, None)]


async def test_how_much_is_logged_is_typed_and_what_is_unusual_ends_by_itself() -> None:
    async with at("system") as hands:
        for level in ("chatty", "debug", "info"):
            await hands.press("L", *level, "enter")
            if level == "chatty":
                assert isinstance(hands.console.screen, TypedConfirm)
                await hands.press("escape")
        put = [
            ("PUT", "/api/admin/log-level", {"level": level, "minutes": m})
            for level, m in (("debug", 60), ("info", None))
        ]
        assert await hands.done() == put


async def test_what_the_server_may_not_do_is_told_in_its_own_words() -> None:
    async with at("system") as hands:
        hands.stage.refuses["/api/admin/restart"] = "Nada volvería a arrancar este servidor."
        await hands.press("R", *"reiniciar", "enter")
        await hands.done()
        await hands.pilot.pause()
        told = [note.message for note in hands.console._notifications]
        assert told == ["No se ha podido: Nada volvería a arrancar este servidor."]


async def test_an_alert_is_acknowledged_at_once_and_closed_by_its_word() -> None:
    async with at("alerts") as hands:
        await hands.press("a")
        await hands.done()
        await hands.press("R", *"cerrar", "enter")
        paths = [path for _, path, _ in await hands.done()]
        assert paths == ["/api/admin/alerts/alert_1/acknowledge", "/api/admin/alerts/alert_1/resolve"]


async def test_h_shows_what_is_over_too() -> None:
    async with at("alerts") as hands:
        before = len(hands.shown)
        await hands.press("h")
        await painted(hands.pilot, hands.console)
        assert len(hands.shown) == before + 1
        await hands.press("h")
        assert len(hands.shown) == before


@pytest.mark.parametrize(
    ("place", "keys"),
    [("restaurants", "PR"), ("calls", "A"), ("queue", "tD"), ("limits", "C"), ("alerts", "aR"), ("system", "BLR")],
)
async def test_who_only_looks_on_changes_nothing(place: str, keys: str) -> None:
    async with at(place, read_only=True) as hands:
        assert "solo lectura" in hands.at_the_top()
        await hands.press(*keys)
        assert await hands.done() == []
        assert isinstance(hands.console.screen, ConsoleScreen)


async def test_keys_can_be_given_otherwise() -> None:
    async with at("restaurants", keymap={"table.down": "n"}) as hands:
        await hands.press("n")
        assert hands.shown.index(hands.chosen) == 1
        await hands.press("j")
        assert hands.shown.index(hands.chosen) == 1


async def test_a_click_chooses_a_row_and_a_head_sorts() -> None:
    async with at("restaurants") as hands:
        await hands.pilot.click("Table", offset=(10, 4))
        assert hands.shown.index(hands.chosen) == 2
        usual = hands.shown
        await hands.pilot.click("Table", offset=(14, 1))
        await hands.pilot.pause()
        assert hands.shown != usual


async def test_what_stands_at_the_right_is_not_under_the_bar_of_a_long_table() -> None:
    async with at("restaurants", size=(80, 16)) as hands:
        table = hands.screen.table
        assert len(table.shown) > table.size.height
        assert table.render_line(0).cell_length == table.scrollable_content_region.width


async def test_q_leaves() -> None:
    async with at("pulse") as hands:
        await hands.press("q")
        assert not hands.console.is_running or hands.console._exit
