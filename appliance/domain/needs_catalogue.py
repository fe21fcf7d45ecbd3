"""The catalogue of what guests need beyond a table: how each need is called and heard, and the note the staff get."""

from msgspec import Struct


class Said(Struct, frozen=True, kw_only=True):
    """A need in one language. `words` and `foods` are pieces of regular expressions over folded text.

    It is read back to the guest as `given` to them or else `noted`; only high chairs are counted, and said by number.
    """

    name: str
    words: str
    foods: str = ""
    given: str = ""
    noted: str = ""
    note: str


class Need(Struct, frozen=True, kw_only=True):
    """One need. `for_table` when it asks for a certain table or for equipment at it."""

    id: str
    for_kitchen: bool = False
    for_table: bool = False
    es: Said
    en: Said

    def said(self, lang: str) -> Said:
        return self.en if lang == "en" else self.es


NEEDS: tuple[Need, ...] = (
    Need(
        id="coeliac",
        for_kitchen=True,
        es=Said(
            name="celíaco",
            words="[csz]eliac[oa]s?|celiaquia",
            foods="gluten|glutten",
            noted="lo del gluten",
            note="Celíaco: sin gluten, con utensilios y freidora aparte; cuidado con la contaminación cruzada.",
        ),
        en=Said(
            name="coeliac",
            words="co?eliacs?(?: disease)?|seliac",
            foods="gluten",
            noted="the gluten",
            note="Coeliac: no gluten; separate utensils and fryer, no cross-contamination.",
        ),
    ),
    Need(
        id="vegetarian",
        for_kitchen=True,
        es=Said(
            name="vegetariano",
            words="[vb]e[gj]etarian[oa]s?|(?:sin|no com[eo]n?|no comemos) carne(?! (?:de|roja|cruda|picada|poco)\\b)",
            noted="lo de la comida vegetariana",
            note="Vegetariano: sin carne ni pescado, tampoco en caldos y salsas.",
        ),
        en=Said(
            name="vegetarian",
            words="vegetarians?|veggies?|meat free|(?:(?:doesn|don) t|does not|do not) eat (?:any )?meat",
            noted="the vegetarian food",
            note="Vegetarian: no meat or fish, not in stocks and sauces either.",
        ),
    ),
    Need(
        id="vegan",
        for_kitchen=True,
        es=Said(
            name="vegano",
            words="[vb]egan[oa]s?",
            noted="lo de la comida vegana",
            note="Vegano: nada de origen animal; tampoco huevo, lácteos ni miel.",
        ),
        en=Said(
            name="vegan",
            words="vegans?|plant based|no animal products",
            noted="the vegan food",
            note="Vegan: nothing from animals; no egg, dairy or honey either.",
        ),
    ),
    Need(
        id="lactose",
        for_kitchen=True,
        # Milk and dairy are no foods here: an allergy to milk is not this intolerance, and stays in the guest's words.
        es=Said(
            name="intolerancia a la lactosa",
            words="(?:sin|no) (?:lacteos|leche)|intoleran(?:tes?|cias?) a (?:los |la )?(?:lacteos|leche)",
            foods="lactosa",
            noted="lo de la lactosa",
            note="Intolerante a la lactosa: sin leche, nata, mantequilla ni queso.",
        ),
        en=Said(
            name="lactose intolerance",
            words="(?:dairy|milk) (?:free|intoleran(?:t|ce))|(?:no|without) (?:dairy|milk)",
            foods="lactose",
            noted="the lactose intolerance",
            note="Lactose intolerant: no milk, cream, butter or cheese.",
        ),
    ),
    Need(
        id="nuts",
        for_kitchen=True,
        es=Said(
            name="alergia a los frutos secos",
            words="",
            foods="frutos? secos?|nuez(?! moscada)|nueces|cacahuetes?|cacahuates?|mani|manies|almendras?|avellanas?|"
            "pistachos?|anacardos?|pinones",
            noted="lo de los frutos secos",
            note="Alergia a los frutos secos: ni frutos secos ni cacahuetes, tampoco trazas, aceites o postres.",
        ),
        en=Said(
            name="nut allergy",
            words="",
            foods="(?:tree ?)?nuts?|(?:pea|wal|hazel|pine )nuts?|almonds?|pistachios?|cashews?|pecans?",
            noted="the nut allergy",
            note="Nut allergy: no nuts or peanuts; mind traces, oils and desserts.",
        ),
    ),
    Need(
        id="shellfish",
        for_kitchen=True,
        es=Said(
            name="alergia al marisco",
            words="",
            foods="mariscos?|crustaceos?|moluscos?|gambas?|langostinos?|langostas?|cangrejos?|mejillon(?:es)?|almejas?|"
            "camaron(?:es)?",
            noted="lo del marisco",
            note="Alergia al marisco: ni crustáceos ni moluscos, tampoco en caldos; plancha y aceite aparte.",
        ),
        en=Said(
            name="shellfish allergy",
            words="",
            foods="shell ?fish|sea ?food|crustaceans?|moll?us[ck]s?|prawns?|shrimps?|crabs?|lobsters?|"
            "mussels?|clams?|oysters?",
            noted="the shellfish allergy",
            note="Shellfish allergy: no crustaceans or molluscs, not in stocks either; separate grill and oil.",
        ),
    ),
    Need(
        id="wheelchair",
        for_table=True,
        es=Said(
            name="silla de ruedas",
            words="sillas? (?:de )?ruedas?|(?:(?<=sin )|(?<=sin la )|(?<=en ))silla(?! (?:alta|de|para|infantil))|"
            "mesas? (?:accesible|adaptada)s?|(?:para|tetra)plejic[oa]s?",
            given="sitio para la silla de ruedas",
            note="Silla de ruedas: mesa accesible, paso libre y un sitio sin silla.",
        ),
        en=Said(
            name="wheelchair",
            words="wheel ?chairs?|accessible tables?|mobility scooters?",
            given="room for the wheelchair",
            note="Wheelchair: accessible table, clear way and a place without a chair.",
        ),
    ),
    Need(
        id="reduced_mobility",
        for_table=True,
        es=Said(
            name="movilidad reducida",
            words="(?:movilidad|mobilidad) (?:reducida|limitada)|(?:problemas|dificultad(?:es)?) (?:de movilidad|"
            "(?:para|al) (?:andar|caminar|moverse))|muletas?|baston|andador(?:es)?|"
            "(?:sin|no pued[eo]n? (?:subir|con)(?: las)?) (?:escaleras|escalones)|"
            "(?:anda|camina) (?:mal|con dificultad)|le cuesta (?:andar|caminar)|"
            "minusvalid[oa]s?",
            noted="lo de la movilidad",
            note="Movilidad reducida: mesa cerca de la entrada, sin escalones.",
        ),
        en=Said(
            name="reduced mobility",
            words="(?:reduced|limited|poor) mobility|mobility (?:problems?|issues?|difficult(?:y|ies))|crutch(?:es)?|"
            "walking (?:sticks?|frames?|aids?)|(?:difficulty|trouble) walking|(?:no|without|can ?t (?:climb|do|manage)|"
            "cannot (?:climb|do|manage)) (?:the |any )?(?:stairs|steps)|step free",
            noted="the reduced mobility",
            note="Reduced mobility: table near the entrance, no steps.",
        ),
    ),
    Need(
        id="hearing",
        for_table=True,
        es=Said(
            name="dificultad auditiva",
            words="sord[oa]s?|sordomud[oa]s?|sordera|(?:discapacidad|deficiencia|dificultad(?:es)?|problemas?) "
            "(?:auditiv[oa]s?|de audicion|(?:de|del) oido|para oir)|oyen? mal|no oyen? bien|audifonos?|"
            "dur[oa]s? de oido",
            noted="lo del oído",
            note="Dificultad auditiva: mesa tranquila e iluminada; hablar de frente.",
        ),
        en=Said(
            name="hearing impairment",
            words="deaf|hard of hearing|hearing (?:impair(?:ed|ments?)|loss|aids?|difficult(?:y|ies)|problems?)|"
            "(?:can ?t|cannot|doesn t) hear (?:very )?well",
            noted="the hearing difficulty",
            note="Hearing impairment: quiet, well-lit table; face the guest when speaking.",
        ),
    ),
    Need(
        id="visual",
        for_table=True,
        es=Said(
            name="dificultad visual",
            words="cieg(?:[oa]|os)|(?<!a )ciegas|invidentes?|(?:discapacidad|deficiencia|dificultad(?:es)?|problemas?) "
            "(?:visual(?:es)?|de (?:la )?vis(?:ion|ta)|para ver)|baja vision|ven? mal|no ven? bien|perro guia|braille",
            noted="lo de la vista",
            note="Dificultad visual: acompañar a la mesa, leer la carta, sitio para el perro guía.",
        ),
        en=Said(
            name="visual impairment",
            words="blind(?! (?:date|tasting))|visual(?:ly)? impair(?:ed|ments?)|(?:visual|vision|sight) (?:loss|"
            "difficult(?:y|ies)|problems?)|partially sighted|low vision|guide dog",
            noted="the sight difficulty",
            note="Visual impairment: lead the guest to the table, read the menu out, room for a guide dog.",
        ),
    ),
    Need(
        id="high_chair",
        for_table=True,
        es=Said(
            name="trona",
            words="tronas?|tronitas?|sillas? altas?|periqueras?|sill(?:it)?as? (?:infantil(?:es)?|"
            "(?:de|para) (?:el |la |los |un )?(?:bebe|nene|nin[oa])s?)",
            note="Trona para un niño: dejarla puesta en la mesa.",
        ),
        en=Said(
            name="high chair",
            words="high ?chairs?|(?:baby|toddler|infant) (?:chair|seat)s?",
            note="High chair: have it at the table.",
        ),
    ),
    Need(
        id="booster_seat",
        for_table=True,
        es=Said(
            name="alzador",
            words="alzador(?:es)?|elevador(?:es)? (?:infantil(?:es)?|(?:de|para) nin[oa]s?)|cojin elevador",
            given="un alzador",
            note="Alzador para un niño: dejarlo puesto en la silla.",
        ),
        en=Said(
            name="booster seat",
            words="boosters?(?: (?:seat|chair)s?)?",
            given="a booster seat",
            note="Booster seat: have it on the chair.",
        ),
    ),
    Need(
        id="birthday",
        es=Said(
            name="cumpleaños",
            words="cumple(?: ?anos|s)?|cumpleaner[oa]s?|compleanos",
            noted="lo del cumpleaños",
            note="Cumpleaños: vela en el postre y felicitar.",
        ),
        en=Said(
            name="birthday",
            words="birth ?days?|b ?days?",
            noted="the birthday",
            note="Birthday: a candle on the dessert and good wishes.",
        ),
    ),
    Need(
        id="anniversary",
        es=Said(
            name="aniversario",
            words="ani[vb]ersarios?|bodas de (?:plata|oro|diamante)",
            noted="lo del aniversario",
            note="Aniversario: mesa bonita y un detalle con el postre.",
        ),
        en=Said(
            name="anniversary",
            words="anniversar(?:y|ies)|(?:silver|golden|diamond) wedding",
            noted="the anniversary",
            note="Anniversary: a nice table and a little something with the dessert.",
        ),
    ),
    Need(
        id="business",
        for_table=True,
        es=Said(
            name="cena de negocios",
            words="(?:cenas?|comidas?|almuerzos?|desayunos?|reunion(?:es)?|encuentros?) de (?:negocios?|trabajo)",
            noted="que es de negocios",
            note="Cena de negocios: mesa tranquila y servicio ágil.",
        ),
        en=Said(
            name="business dinner",
            words="(?:business|work|working|client) (?:dinner|lunch|meal|breakfast|meeting)s?",
            noted="the business meal",
            note="Business dinner: quiet table, brisk service.",
        ),
    ),
)
