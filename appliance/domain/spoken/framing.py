"""What callers put around an answer: greetings, wishes, questions and thanks that say nothing of it; never a denial.

The one list for all readers; the words are folded. A "no", a "quizás" and a number are not in it: they stay with the
answer. What introduces answers of one kind only ("me llamo", "somos") is with the reader of that kind.
"""

import re

# --- a word or two that leave whatever follows as it is ---

_GREETING = (
    r"buenas(?: tardes| noches)?|buenos dias|hola|hello|hi|hey|good (?:morning|afternoon|evening)|"
    r"pues|bueno|a ver|mir[ae]|vale|ok|okay|eh|em|well|uh|um|er|si|yes|yeah|yep|sure|right|so|great|lovely|perfect|"
    r"venga|bien|claro|entonces|perfecto|genial|estupendo|de acuerdo|oye|oiga|hombre|"
    r"excuse me|listen|alright|all right|of course|then|ah|oh"
)
APOLOGY = r"(?:perdon[ae]?|disculp[ae]|sorry)"
"""Between two answers it takes the first of them back."""
_COURTESY = (
    r"por favor|porfa(?:vor)?|please|(?:muchas |muchisimas )?gracias|"
    r"thanks(?: a lot| very much)?|thank you(?: very much)?|i m afraid|me temo|"
    r"mi arma|senorita|guap[ao]|maj[ao]|carino|corazon|darling|madam"
)
# "Al final de mes" is a day, if a vague one.
_SO_FAR = (
    r"en principio|de momento|por el momento|por ahora|al final(?! del?\b)|finalmente|for now|for the moment|"
    r"in the end|actually|ideally|idealmente|prefer(?:ente|ible)mente|preferably"
)
_CHOICE = (
    r"digamos|pongamos|que (?:sea|fuera)|mejor|(?:y )?que tal|how about|what about|"
    r"let s (?:say|do|go for|go with|make it)|(?:just )?(?:say|make (?:it|that))"
)
_BY_THE_WAY = f"{_GREETING}|{_SO_FAR}|{_CHOICE}"
_AHEAD = f"{_BY_THE_WAY}|{APOLOGY}"

# --- what the caller would like to do, or asks whether it can be done ---

# What tells that a day or an hour follows, where a number alone may be how many come.
_POINTED = (
    r"(?=[ ,]+(?:al?|el|las?|sobre|hacia|para|este|esta|hoy|manana|pasado|at|on|for|around|about|this|the|tonight|"
    r"today|tomorrow|next)\b)"
)
_PRONOUNS = r"(?:(?:yo|nosotr[oa]s|me|nos|te|l[aeo]s?|os|se) )*"
_WANT_ES = (
    r"(?:qu(?:iero|eria|erria|isiera|eremos|eriamos|erriamos|isieramos)|gustaria|encantaria|apetec(?:e|eria)|"
    r"necesit(?:o|amos|aria|ariamos|aba|abamos)|busc(?:o|amos|aba|abamos)|dese(?:o|aria|amos|ariamos)|"
    r"prefier[eo]|prefer(?:imos|iria|iriamos)|(?:habia|habiamos|ten(?:go|emos|ia|iamos)) (?:pensado|previsto)|"
    r"pens(?:aba|abamos)|est(?:oy|amos|aba|abamos) pensando|llam(?:o|amos|aba|abamos)|"
    r"(?:viene|vendria|va|iria) (?:bien|mejor|perfecto|genial|fenomenal|estupendo))"
)
_LINK_ES = r"(?:porque|por si|a ver|si|para(?= \w+(?:ar|er|ir)(?:[mn]e|nos|l[oa])?\b)|en(?= (?:el|la|est[ae])\b))"
_DO_ES = (
    r"(?:reservar(?:l[oa]|me|nos)?|hacer(?:l[oa]|os|les?|te)?(?: (?:la |1 |una )?reserva)?|coger|pedir(?:os|les?|te)?|"
    r"(?:ir|venir|pasar|acercar|quedar|apuntar|poner|guardar|mirar)(?:me|nos|l[oa])?|saber|preguntar|consultar|ver|"
    r"tener|dejar(?:l[oa])?|dar(?:me|nos)|que (?:sea|fuera|fuese))"
)
_GO_ES = (
    r"(?:(?:vamos|voy|ibamos|iba) a(?! las?\b)|(?:vamos|voy|vengo|venimos|ir(?:iamos|emos|ia|e)|"
    rf"lleg(?:aremos|ariamos|are|aria|amos|o)|vendr(?:emos|iamos|e|ia)){_POINTED})"
)
_CAN_ES = r"(?:si )?(?:se )?(?:pued(?:o|es?|en)|podemos|podeis|podri(?:a|as|an|amos|ais)|(?:es|seria) posible)"
_HAVE_ES = (
    r"(?:(?:sabes?|saben|sabeis) )?(?:si )?(?:ten(?:eis|emos)|tienen?|tienes|tendri(?:a|as|ais|an)|hay|habria|habra|"
    r"qued(?:a|an|aria|arian))"
    r"(?: (?:algo|alguna cosa|algun[ao]?|1|una?|mesas?|sitio|huecos?|disponibilidad|espacio|libres?|disponibles?))*"
)
_PUT_ES = (
    r"(?:pon(?:ga(?:n|me|nos|l[oae])?|me|nos|l[oae]|edme|ednos|edl[oa]|es?)?|(?:apunt|anot|reserv|guard|busc)[ae](?:n|me|nos|l[oa])?|"
    r"(?:da|de)(?:me|nos)|dejal[oa]|(?:dejemosl[oa]|l[oa] dejamos|quedamos)(?: (?:en|para))?)"
)
_WANT_EN = (
    r"(?:i|we)(?: (?:d|would|was|were|am|are|m|re|(?:ve|had|d|have) been))?(?: (?:just|really|both|all))?"
    r" (?:like|love|prefer|rather|want(?:ed)?|need(?:ed)?|looking|thinking|hoping|wondering|planning|calling|ringing)"
    r"(?: (?:of|to|in|if|whether|for(?= (?:a|some)\b)|about(?= (?:\w+day|tomorrow|next|this|the)\b)))*"
)
_DO_EN = (
    r"(?:(?:book|reserve)(?: (?:us|me|it|in))*|make (?:a|the|my) (?:reservation|booking)|(?:make|do)(?: (?:it|that))?|"
    r"come(?: (?:in|over|along|by|round|down))?|have|get|go(?: (?:for|with))?|eat|dine|visit|arrive|be there|stop by|"
    r"put (?:me|us|it)(?: (?:down|in))?|(?:squeeze|fit) (?:me|us) in|take|know|see|check|ask)"
)
_CAN_EN = r"(?:can|could|may|would) (?:i|we|you|it)(?: (?:please|possibly))?|(?:i|we) (?:ll|can|could|will|d|would)|to"
_HAVE_EN = (
    r"(?:(?:do|would|did) you (?:happen to )?have|have you(?: got)?|you got|is there|are there|got)"
    r"(?: (?:anything|something|any|a|1|an|some|the|tables?|spaces?|room|availability|slots?|free|available|left|"
    r"at all|going|open))*"
)
_CHANCE_EN = (
    r"(?:(?:is|would) it (?:be )?possible|(?:is there )?any chance)"
    r"(?: (?:to|of|for|(?:we|i|you) (?:could|can)|you (?:have|ve got)))*"
)
_WISH = (
    rf"{_PRONOUNS}(?:{_WANT_ES}(?: {_LINK_ES})*(?: {_DO_ES})?|{_GO_ES}(?: {_DO_ES})?|{_DO_ES}|"
    rf"{_CAN_ES}(?: (?:ser|{_DO_ES}))?|{_HAVE_ES}|{_PUT_ES})|"
    rf"{_WANT_EN}(?: {_DO_EN})?|(?:{_CAN_EN}) {_DO_EN}|(?:book|reserve)(?: (?:us|me|it))?|{_HAVE_EN}|"
    rf"{_CHANCE_EN}(?: {_DO_EN})?"
)
_TABLE = (
    r"(?:(?:1|una?|la|alguna|a|the|some) )?(?:mesa|reserva|sitio|hueco|table|booking|reservation|space|spot)"
    rf"(?:{_POINTED}|(?=,))"
)
_BEING = (
    r"(?:es|era|son|seria|serian|sera|va a ser|iba a ser|fuera|(?:it|that) (?:s|is|was|d be|would be|ll be|will be))"
    rf"{_POINTED}"
)

# --- conditions and thanks at the end ---

_WELL = (
    r"(?:bien|mejor|perfecto|genial|fenomenal|estupendo|ideal|de maravilla|great|good|fine|lovely|perfect|nice|"
    r"brilliant|best|better|ok|okay|amazing|grand|super|ideal|possible)"
)
_IF = (
    r"si (?:puede ser|pudiera ser|(?:es|fuera) posible|se puede|puedes?|pueden|podeis|(?:os|le|te) parece(?: bien)?|"
    r"(?:hay|tenei?s|tienen?|tienes|queda|hubiera)(?: (?:algo|mesa|sitio|hueco|libre|disponible|disponibilidad))*|"
    r"(?:os|le|les|te) (?:va|viene) bien|no (?:os|le|les|te) importa|no es molestia)|"
    r"if (?:(?:at all )?possible|(?:it|that) s (?:at all )?(?:possible|ok|okay|alright|all right|available)|you can|"
    r"you could|that works|you(?: ve got| have)(?: (?:it|anything|space|room|that|a table))?|available|"
    r"there s (?:space|room|a table)|you don t mind)"
)
_WOULD = (
    rf"(?:(?:me|nos|os|le|te) )?(?:esta(?:ria)?|seria|iria|viene|va|vendria|es|parece) {_WELL}|"
    rf"(?:puede|podria|pudiera) ser|"
    rf"(?:(?:that|it) )?(?:would|d|will|ll) (?:be {_WELL}|do|work|suit)(?: (?:for )?(?:us|me|everyone|everybody))?|"
    rf"(?:works|(?:is|s) {_WELL}|suits)(?: (?:for )?(?:us|me|everyone|everybody|all of us))?|"
    r"is that (?:ok|okay|possible|alright)|"
    r"(?:would|does) that work|(?:me|nos) da (?:igual|lo mismo)|whichever|(?:i|we) don t mind"
)
_TAIL = f"{_COURTESY}|{_IF}|{_WOULD}|mejor|entonces|vale|ok|okay|then|eh|instead(?! of)"

_GAP = r"[ ,.]+"
_EDGE = r"(?![\w/:])"
_POLITE = re.compile(
    rf"^(?:(?:{_COURTESY}){_GAP}|(?:{_AHEAD}){_GAP}(?=\w))+|^(?:{_COURTESY}|{_IF})$|(?:{_GAP}(?:{_TAIL}){_EDGE})+$"
)
_TURNED = re.compile(r", (?:no|not) [^,]+ (?:mejor|instead)$")
"""What may be wanted after all of two: nothing there is only polite."""
_CONDITION = re.compile(rf"(?:{_GAP}(?:{_COURTESY}|{_IF}|{_WOULD}){_EDGE})+$")
_WISHED = re.compile(rf"(?:(?:{_WISH}){_GAP}(?=\w))+")
_FRAME = re.compile(rf"^(?:(?:{_COURTESY}|{_AHEAD}|{_WISH}|{_TABLE}|{_BEING}){_GAP}(?=\w))+")
ASIDE = re.compile(rf"(?:{_BY_THE_WAY}|{_WISH}|{_TABLE}|{_BEING}|{_TAIL}){_EDGE}")
"""Any of it between two pieces of an answer."""


def answer(text: str) -> str:
    """Without what is only polite; nothing is left of words that were no more than that."""
    return text if _TURNED.search(text) else _POLITE.sub("", text)


def bare(text: str) -> str:
    """Without wish and question, too: "queríamos ir a las nueve" is "a las nueve"."""
    return _FRAME.sub("", text)


def place(text: str) -> slice:
    """Where the answer stands between wish and condition; for readers to whom any other word may be the answer."""
    wished, condition = _WISHED.match(text), _CONDITION.search(text)
    start = wished.end() if wished and _is_telling(wished[0]) else 0
    return slice(start, condition.start() if condition else len(text))


def _is_telling(wish: str) -> bool:
    """Whether it cannot well be somebody's first name: "ver" and "book" can."""
    return len(wish) > 5 or wish.startswith("pon")
