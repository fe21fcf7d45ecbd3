"""The shapes of words in which dates are said, with the reader of each; words are folded and numbers in digits."""

import re
from collections.abc import Iterable, Mapping

from appliance.domain.spoken import date_pieces as read
from appliance.domain.spoken import framing
from appliance.domain.spoken.calendar import MONTHS_BY_NAME, WEEKDAYS_BY_NAME
from appliance.domain.spoken.date_pieces import Reader
from appliance.domain.spoken.feasts import FEASTS_BY_NAME


def _any(words: Iterable[str]) -> str:
    """Longest first: "christmas eve" is no "christmas"."""
    return "|".join(sorted(words, key=len, reverse=True))


_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|o|a|er|ro)?"
_FIGURES = r"(?P<first>\d{1,2})(?P<dash> ?[/.-] ?)(?P<second>\d{1,2})(?:(?P=dash)(?P<year>\d{4}|\d\d))?"
_MONTH = rf"(?P<month>{_any(MONTHS_BY_NAME)})\.?"
_THIS_MONTH = r"(?P<this>este(?: mismo)? mes|corriente|this month)"
_NEAR_MONTH = rf"(?:{_THIS_MONTH}|(?P<next>mes que (?:viene|entra)|proximo mes|next month))"
_NEAR_YEAR = r"(?P<near_year>este (?:mismo )?ano|(?:el )?(?:ano que viene|proximo ano)|this year|next year)"
_YEAR = rf"(?:(?:,? (?:de |del |of )?|[-/.])(?:(?P<year>20\d\d|(?:2 mil|20) \d\d)|{_NEAR_YEAR}))?"
_CLOCK = r"(?:[t ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?"

_WEEKDAY = rf"(?P<weekday>{_any(WEEKDAYS_BY_NAME)})\.?"
_NEAR = r"(?:(?P<near>este(?: mismo)?|this(?: very)?) )?"
_BEFORE = r"(?:(?:(?P<before>proximo|siguiente|next|following)|(?P<coming>coming|upcoming)|(?P<last>pasado|last)) )?"
_AFTER = r"(?P<after> que (?:viene|entra)| entrante| proximo| siguiente(?! semana)| next(?! week))?"
# "El sábado este" ends there: "el sábado, este mediodía" does not.
_NEAR_AFTER = r"(?P<near_after> este(?=\Z|,| que (?:viene|entra)))?"
_ITSELF = r"(?: mismo| coming(?=\Z|,))?"

_BASE = rf"(?P<base>{_any(WEEKDAYS_BY_NAME)}|hoy|manana|pasado manana|today|tomorrow)"
_FROM_BASE = rf"(?:de |del )?(?:este |this )?{_BASE}"
_COUNT = r"(?P<count>\d{1,3}|a)"
_UNIT = r"(?P<unit>dias?|seman(?:it)?as?|mes(?:es)?|days?|weeks?|months?|fortnights?)"
_EXACTLY = r"(?: (?:just|exact)[oa]s?| exactly)?"
_WEEKS = r"(?P<unit>weeks?|fortnights?)"

# "En Navidad" may be any day of the season.
_FEAST = rf"(?:en (?!navidad))?(?:dia (?:de|del) )?(?:la |los |el )?(?P<feast>{_any(FEASTS_BY_NAME)}){_YEAR}"
_EVE = r"(?P<eve>(?:la )?vispera|(?:the )?(?:day|night) before|(?:el )?dia antes|(?:the )?eve)"
_DAY_AFTER = r"(?P<after>(?:the )?day after|(?:el )?dia (?:despues|siguiente))"
_BRIDGE = r"(?:(?:en|por|para) )?(?:el )?puente"
_LAST_DAY = r"(?:el |the )?(?:ultimo dia|last day)"
_BESIDE = rf"(?:{_EVE}|{_DAY_AFTER}|(?P<meal>(?:la )?cena)|(?:la )?noche) (?:(?:de|del|of|a) )?"

# A day alone needs its article or its weekday before it, or nothing around it: "9 por la noche" is a time, "para dos"
# a party.
_BEFORE_DAY = (
    *(rf"\b{word} " for word in ("el", "the", "dia", "viene", "proximo", "noche del", "tarde del", "mediodia del")),
    *(rf"\b{name}[ ,.]" for name in WEEKDAYS_BY_NAME),
)
_AFTER_ARTICLE = rf"(?=\d)(?:{'|'.join(rf'(?<={word})|(?<={word} )' for word in _BEFORE_DAY)})"
# What makes an hour of the number before it: "el miércoles 9 de la noche" is not the ninth.
_NO_HOUR = r"(?! (?:de la (?:manana|tarde|noche|madrugada)|in the|at night|[ap]\.? ?m|h\b|horas?|y \d|menos|o clock))"
_MEAL = "cenar|comer|almorzar|desayunar|cena|comida|almuerzo|desayuno|dinner|lunch|brunch|supper|breakfast"

_ISO = (rf"(?P<year>\d{{4}})(?P<dash>[/.-])(?P<month>\d{{1,2}})(?P=dash)(?P<day>\d{{1,2}}){_CLOCK}", read.iso)
_SHAPES: tuple[tuple[str, Reader], ...] = (
    # near days
    (r"(?:the )?day after tomorrow|pasado ?manana", read.in_days(2)),
    (r"pasado(?=\Z|,|\.| (?:por|a|al|en|para|de noche|mejor|si)\b)", read.in_days(2)),
    (r"(?:the )?day before yesterday|anteayer|antes de ayer|antier", read.in_days(-2)),
    (r"ayer|yesterday|anoche|last night", read.in_days(-1)),
    # so much from a day, which would else be read alone
    (rf"{_FROM_BASE} en (?P<count>8|15)(?: (?P<unit>dias))?", read.from_day),
    (rf"{_FROM_BASE} (?:en|a) (?P<count>\d) (?P<unit>semanas?)", read.from_day),
    (rf"{_BASE} (?P<count>){_WEEKS}", read.from_day),
    (rf"{_COUNT} {_WEEKS} (?:on |from |after )?(?:this |the )?(?:coming )?{_BASE}", read.from_day),
    (r"(?:hoy|(?:later (?:on )?)?today)(?: mismo| dia)?|(?:later (?:on )?)?tonight", read.in_days(0)),
    (r"(?:est[ae](?: mism[ao])?|this) (?:noche|tarde|manana|mediodia|evening|afternoon|morning)", read.in_days(0)),
    (r"manana(?: mismo)?|tomorrow", read.in_days(1)),
    # day and month
    (rf"{_DAY}(?: (?:(?:de|of) )?|[-/.]){_MONTH}{_YEAR}(?: proximo)?", read.named_month),
    (rf"(?!mar ){_MONTH} (?:the )?{_DAY}{_YEAR}", read.named_month),
    (rf"{_DAY} del (?P<month>\d{{1,2}})(?: del? (?P<year>20\d\d|\d\d))?", read.figure_month),
    (rf"{_DAY} (?:de|del|of) {_NEAR_MONTH}", read.day_of_near_month),
    (
        rf"nth(?P<nth>\d|last) {_WEEKDAY} (?:del?|of|in) (?:{_NEAR_MONTH}|(?:the )?(?:mes|month)|{_MONTH}{_YEAR})",
        read.nth_of_month,
    ),
    # counted
    (
        rf"(?:dentro de|de aqui a|de aqui en|en|in) {_COUNT} {_UNIT}(?: s)?(?: time)?{_EXACTLY}",
        read.from_now,
    ),
    (rf"{_COUNT} {_UNIT} from (?:now|today)", read.from_now),
    (rf"hace {_COUNT} (?P<unit>dias?|semanas?)", read.ago),
    (rf"{_COUNT} (?P<unit>days?|weeks?) ago", read.ago),
    (
        rf"{_LAST_DAY} (?:del?|of|in) (?:{_NEAR_MONTH}|(?:the )?(?:mes|month)|{_MONTH}{_YEAR})",
        read.last_of_month,
    ),
    # days with a name, some of them a weekday's
    (
        rf"(?:just|right|justo) (?:after|despues de) (?:la |los |el )?(?:(?P<feast>{_any(FEASTS_BY_NAME)})|new year)",
        read.just_after,
    ),
    (
        rf"{_BRIDGE}(?: del? (?:la |los )?(?:{_any(FEASTS_BY_NAME)}|{_any(MONTHS_BY_NAME)}))?(?=,|\Z)",
        read.some_days,
    ),
    (rf"{_BESIDE}{_FEAST}", read.near_feast),
    (_FEAST, read.feast),
    (r"new years?(?: s)?", read.new_year),
    # weeks and weekdays
    (r"(?:de |en )?la semana (?:que (?:viene|entra)|proxima|siguiente|entrante)", read.in_week(1)),
    (r"de la que (?:viene|entra)", read.in_week(1)),
    (r"(?:de |en )?la (?:proxima|siguiente) semana|(?:of )?(?:next|the following) week", read.in_week(1)),
    (r"(?:de )?la semana pasada|(?:of )?last week", read.in_week(-1)),
    (r"(?:of )?(?:the )?week after next", read.in_week(2)),
    (r"(?:de |en )?esta(?: misma)? semana|(?:of )?this week", read.in_week(0)),
    (rf"(?:(?:at|over) (?:the )?)?{_NEAR}{_BEFORE}(?:fin de semana|finde|week ?end){_AFTER}", read.weekend),
    (rf"no este {_WEEKDAY},? (?:sino )?el (?:siguiente|otro|que viene)", read.after_coming),
    (rf"este {_WEEKDAY} no(?:,? sino|,) el (?:siguiente|otro|que viene)", read.after_coming),
    (rf"este {_WEEKDAY},? no el (?:siguiente|otro|que viene)", read.coming_or_after),
    (rf"not this {_WEEKDAY},? (?:but )?the (?:1 after(?: that)?|following(?: 1)?|next 1)", read.after_coming),
    (rf"the {_WEEKDAY} after this(?: 1| coming 1)?(?=,|\Z)", read.after_coming),
    (r"no (?:el de |la de )?est[ea](?: semana)?(?=,|\Z)|not this(?: 1| week)?(?=,|\Z)", read.not_coming),
    (rf"(?:no este|not this) {_WEEKDAY}(?=,|\Z)", read.not_coming),
    (rf"{_NEAR}{_BEFORE}{_WEEKDAY}{_NEAR_AFTER}{_AFTER}(?P<past> pasado)?{_ITSELF}", read.weekday),
    (rf"{_AFTER_ARTICLE}{_DAY}{_NO_HOUR}", read.day_only),
    (r"(?P<day>\d{1,2})(?:(?:st|nd|rd|th)|(?<=\A\d)|(?<=\A\d\d))\Z", read.day_only),
    # parts of the day
    (r"(?:(?:por|en|a|de) )?la (?:manana|tarde|noche)|(?:(?:al?|de) )?mediodia|(?:de )?noche|tarde", read.part_of_day),
    (r"(?:in the )?(?:morning|afternoon|evening)|(?:at )?(?:night|noon|lunchtime)", read.part_of_day),
    (r"(?:the )?night of|(?:la )?comida del?", read.part_of_day),
    (rf"(?:(?:para|a|for|at) )?(?:la hora de )?(?:la |el )?(?:{_MEAL})", read.part_of_day),
    # But "el sábado es pronto" is no wish for Saturday.
    (r"a (?:primera|ultima|la misma) hora|(?<!es )(?:tempran(?:it)?o|pront(?:it)?o)", read.part_of_day),
    (r"(?<!is )(?<! s )(?:early|late)|(?:at )?the same time", read.part_of_day),
)
_BY_LANGUAGE: Mapping[str, Reader] = {"es": read.day_first, "en": read.either_first}


def _compiled(*shapes: tuple[str, Reader]) -> tuple[tuple[re.Pattern[str], Reader], ...]:
    return tuple((re.compile(rf"(?:{shape})(?![\w/:])"), reader) for shape, reader in shapes)


SHAPES = {lang: _compiled(_ISO, (_FIGURES, reader), *_SHAPES) for lang, reader in _BY_LANGUAGE.items()}

_ASIDES = (
    r"(?:yo )?(?:creo|pienso|diria|supongo)(?: que)?|sin falta|seguro|fijo|i (?:think|guess|d say)|"
    r"isn t (?:it|that)|whatever (?:date|day) that is|some ?time(?: (?:during|in))?|durante|during|a lo largo de|"
    r"(?:1|algun|cualquier) dia(?= (?:del?|durante|en) )|(?:1|a|any|some) ?day(?= (?:of |during )?(?:next|this|the) )|"
    r"(?:que )?(?:es|seria|sera|era)|que cae(?: en)?|(?:which|it|that) (?:is|s|d be|ll be|would be|will be)(?: a)?"
)
ASIDE = re.compile(rf"(?:{_ASIDES})(?![\w/:])|{framing.ASIDE.pattern}")
"""Said around a date, and no part of it."""
FILLER = re.compile(
    r"[ ,.]+|(?:day(?= \d)|proximo(?= (?:dia )?\d)|el|the|dia|del?|of|al|para|for|on|este|this)(?![\w/:])"
)
"""Words that carry no meaning between the pieces; at the end they are the start of something unsaid."""

_NTH = {
    "1": "primer|primero|first|1st",
    "2": "segundo|second|2nd",
    "3": "tercer|tercero|third|3rd",
    "4": "cuarto|fourth|4th",
    "last": "ultimo|last",
}
NTH_WEEKDAY = tuple(
    (re.compile(rf"\b(?:{words})(?= {_WEEKDAY} (?:del?|of|in)\b)"), f"nth{nth}") for nth, words in _NTH.items()
)
"""Told apart before numbers become digits, which would make "un sábado de mayo" the first."""
