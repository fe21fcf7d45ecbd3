"""What the live tools are called and take: the one table from which agents are told, and by which arguments are read.

In words for the agent's model, not for the caller.
"""

from collections.abc import Mapping

from msgspec import Struct


class Argument(Struct, frozen=True, kw_only=True):
    """`aliases` are what agents also call it; `becomes` says of which argument it is the new value."""

    name: str
    aliases: tuple[str, ...] = ()
    es: str
    en: str
    type: str = "string"
    choices: tuple[str, ...] = ()
    becomes: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


class Declaration(Struct, frozen=True, kw_only=True):
    """A tool, what it is for, what it needs and what it may be told. `slow`: something is said while it works."""

    name: str
    es: str
    en: str
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    slow: bool = False


ARGUMENTS: tuple[Argument, ...] = (
    Argument(
        name="date",
        aliases=("fecha",),
        es="El día, tal como lo ha dicho el cliente («el sábado», «mañana», «15 de octubre») o AAAA-MM-DD",
        en="The day, as the guest said it (“Saturday”, “tomorrow”, “October 15”) or YYYY-MM-DD",
    ),
    Argument(
        name="time",
        aliases=("hora",),
        es="La hora, tal como la ha dicho el cliente («a las nueve y media de la noche») o HH:MM",
        en="The time, as the guest said it (“half past nine in the evening”) or HH:MM",
    ),
    Argument(
        name="party_size", aliases=("personas",), type="integer", es="Cuántas personas serán", en="How many people"
    ),
    Argument(name="name", aliases=("cliente",), es="El nombre del cliente", en="The guest's name"),
    Argument(
        name="phone",
        aliases=("telefono",),
        es="Solo si da un teléfono distinto de aquel desde el que llama",
        en="Only when they give another number than the one they call from",
    ),
    Argument(
        name="area",
        aliases=("zona",),
        es="Dónde quiere sentarse, si lo ha dicho",
        en="Where they would like to sit, if they said so",
    ),
    Argument(
        name="notes",
        aliases=("notas",),
        es="Lo que el restaurante deba saber: una celebración, algo que ha pedido",
        en="Anything the house should know: a celebration, a wish",
    ),
    Argument(
        name="needs",
        aliases=("necesidades",),
        es="Alergias, trona, silla de ruedas y otras necesidades, con sus palabras",
        en="Allergies, high chair, wheelchair and other needs, in their words",
    ),
    Argument(
        name="language",
        aliases=("idioma",),
        choices=("es", "en"),
        es="«en» si la llamada se lleva en inglés",
        en="The language that the call is held in",
    ),
    Argument(
        name="reservation_id",
        aliases=("reserva_id",),
        es="El id de la reserva, si una respuesta anterior lo ha dado",
        en="The reservation's id, where an earlier answer gave it",
    ),
    Argument(
        name="message",
        aliases=("mensaje", "recado", "notes", "notas"),
        es="El recado, con las palabras del cliente",
        en="The message, in the guest's words",
    ),
    Argument(
        name="reason",
        aliases=("motivo",),
        es="Por qué quiere hablar con una persona, o cómo ha terminado la llamada",
        en="Why they want a person, or how the call ended",
    ),
    Argument(
        name="new_date",
        aliases=("nueva_fecha",),
        becomes="date",
        es="El nuevo día, si cambia",
        en="The new day, if any",
    ),
    Argument(
        name="new_time",
        aliases=("nueva_hora",),
        becomes="time",
        es="La nueva hora, si cambia",
        en="The new time, if any",
    ),
    Argument(
        name="new_party_size",
        aliases=("nuevas_personas",),
        becomes="party_size",
        type="integer",
        es="Cuántas personas serán ahora, si cambia",
        en="How many people it is for now, if that changes",
    ),
    Argument(
        name="new_area",
        aliases=("nueva_zona",),
        becomes="area",
        es="La nueva zona, si quiere otra",
        en="The new area, if they want another",
    ),
    Argument(
        name="new_name",
        aliases=("nuevo_nombre",),
        becomes="name",
        es="El nombre al que debe pasar la reserva, si cambia",
        en="The name it should go by, if that changes",
    ),
)

BY_NAME: Mapping[str, Argument] = {one.name: one for one in ARGUMENTS}

_BOOKING = ("date", "time", "party_size")
_GUEST = ("phone", "area", "notes", "needs")

TOOLS: tuple[Declaration, ...] = (
    Declaration(
        name="check_availability",
        needs=_BOOKING,
        takes=("area",),
        slow=True,
        es="Mira si hay mesa. Siempre antes de ofrecer una hora y antes de pedir el nombre.",
        en="Looks whether there is a table. Always before offering a time and before asking for the name.",
    ),
    Declaration(
        name="create_reservation",
        needs=(*_BOOKING, "name"),
        takes=_GUEST,
        slow=True,
        es="Hace la reserva, cuando hay mesa y se sabe el nombre. Solo con el código «booked» está hecha.",
        en="Makes the reservation, once a table and the name are known. Only the code “booked” means that it is made.",
    ),
    Declaration(
        name="find_reservation",
        takes=("name", "phone", *_BOOKING, "reservation_id"),
        slow=True,
        es="Busca la reserva que ya tiene quien llama.",
        en="Finds the reservation that the caller has already.",
    ),
    Declaration(
        name="modify_reservation",
        takes=(
            *("name", "phone", "reservation_id", *_BOOKING),
            *("new_date", "new_time", "new_party_size", "new_area", "new_name", "notes", "needs"),
        ),
        slow=True,
        es="Cambia una reserva: en date, time y party_size cómo era; en los campos new_ cómo debe quedar.",
        en="Changes a reservation: date, time and party_size as it was; the new_ fields as it should become.",
    ),
    Declaration(
        name="cancel_reservation",
        takes=("name", "phone", *_BOOKING, "reservation_id"),
        slow=True,
        es="Cancela una reserva, solo después de que el cliente lo haya confirmado.",
        en="Cancels a reservation, only after the guest has confirmed that they want it.",
    ),
    Declaration(
        name="join_waitlist",
        needs=(*_BOOKING, "name"),
        takes=_GUEST,
        slow=True,
        es="Apunta en la lista de espera cuando no hay mesa y no quieren otra hora. No es una reserva.",
        en="Puts them on the waiting list when there is no table and they want no other time. It is no reservation.",
    ),
    Declaration(
        name="get_hours",
        takes=("date",),
        es="Dice el horario y los días cerrados, o los de un día.",
        en="Tells the opening hours and closed days, or those of one day.",
    ),
    Declaration(
        name="restaurant_status",
        takes=("party_size",),
        es="Dice si está abierto ahora mismo y si hay mesa hoy.",
        en="Tells whether it is open right now, and whether there is a table today.",
    ),
    Declaration(
        name="take_message",
        needs=("message",),
        takes=("name", "phone"),
        es="Deja un recado para el equipo.",
        en="Leaves a message for the team.",
    ),
    Declaration(
        name="transfer_call",
        takes=("reason",),
        es="Pregunta si hay alguien a quien pasar la llamada. Con el código «transfer», usa después transfer_to_team.",
        en="Asks whether there is somebody to pass the call to. After the code “transfer”, use transfer_to_team.",
    ),
    Declaration(
        name="end_call",
        takes=("reason",),
        es="Se despide. Di su frase y usa después hang_up.",
        en="Says goodbye. Say its sentence, then use hang_up.",
    ),
)
"""All of them may be told the language, too."""
