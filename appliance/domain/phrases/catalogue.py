"""Every sentence the agent speaks, in Spanish and English, by the stable code of the answer.

The facts that a sentence takes come as words from `domain.spoken.say`:

- `day`: `day_words` for inside a sentence, so "el sábado 28 de noviembre" and "on Saturday, November 28," or "hoy, …,"
- `time`: `time_words`, to follow "a" and "at"; with a day, both are `moment_words`; `party`: `party_words`,
  or `party_in_area` where the guest wished for one
- `options`: `moments_words` (`offer_times`, `free_then` and its like) or `join_words` of `booking_words` and
  `kept_words` (`which_one`) or `days_words` (`ask_either_day`)
  or of areas as the restaurant names them (`which_area`), or of `on_day_at` (`offer_days`, `also_have`)
- `table`: what is sought, one for a wheelchair or any; `lacking`: `none_left` in an area, or `none_there` at all
- `day` and `weekday` in `wrong_weekday`: `weekday_told`
- `needs`: `read_back` of `domain.needs_told`, which follows the name within the sentence; `to`: what an allergy is to,
  in the guest's words
- `area`, `wished`: an area as the restaurant names it; `name`: the guest's
- `chairs`: `chairs_words`
- `what`: those of `ask_day` and its like that are asked in one question, with what was understood; in
  `not_understood` the parts that were not
- `when`: `day_briefly` and times to choose from
- `wanted`: what a table would become: `time_words`, `party_words` or both
- `until`: with `time`, the last of the times any of which would do: `time_words`
- `last`: the last date that can be booked, the first of `weekday_told`
- `days`: `weekdays_words` and days in `hours_closed_days`
- `span`: for how long a table is kept, as in "30 minutos"; when guests are received (`serves`) or the hours that
  were left open (`full_then`, `outside_then`, with the day `which_hour`): `span_words`, `at_times`,
  `at_those_times`, or with one end only `from_then_on` or `before_then`;
  `restaurant`: its name
- `spans`: when it opens, as in "de martes a domingo, de una a cuatro de la tarde"

Table numbers and shift names are never spoken.
"""

from collections.abc import Mapping

from appliance.domain.phrases import bookings, house, needs, questions, standing, tables, waiting

ROOMS = (bookings, house, needs, questions, standing, tables, waiting)
ES_EN: Mapping[str, tuple[str, str]] = {code: words for room in ROOMS for code, words in room.ES_EN.items()}

FRAGMENTS = frozenset(
    {
        *(
            "booking_words",
            "kept_words",
            "waiting_words",
            "party_in_area",
            "the_area",
            "in_area",
            "at_times",
            "at_those_times",
            "time_until",
        ),
        *("from_then_on", "before_then"),
        *("on_day_at", "none_left", "none_there", "table", "accessible_table"),
        *("ask_day", "ask_day_of_month", "ask_either_day", "ask_hour", "ask_party", "would_it_be"),
        *("ask_hour_of_breakfast", "ask_hour_of_lunch", "ask_hour_of_dinner", "ask_which_party", "ask_exact_party"),
        *("the_day", "the_hour", "the_party"),
        *("needs_given", "needs_dropped", "needs_noted", "needs_noted_too", "needs_rest", "needs_own_words", "nor"),
        *("needs_allergy_to", "needs_allergy", "needs_dog", "needs_pet"),
        *("needs_diabetes", "needs_pregnancy", "needs_salt", "needs_halal", "needs_kosher"),
    }
)
"""Codes whose words are put inside a longer sentence."""
