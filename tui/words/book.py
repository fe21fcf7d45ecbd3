"""A restaurant's day book: its tables by the hour, and its guests."""

WORDS = {
    "screen.book": ("Libro", "Day book"),
    "book.help": (
        (
            "Las mesas de un restaurante, hora a hora: · libre, ◇ reservada, ▲ esperada en menos de una hora, "
            "● con gente, ✖ se pasa de su hora, ✓ se fueron, ╱ fuera de servicio. Intro enseña a los clientes. "
            "El restaurante se elige en la pantalla 2, con b."
        ),
        (
            "A restaurant's tables, hour by hour: · free, ◇ reserved, ▲ expected within the hour, ● seated, ✖ overdue, "
            "✓ they have left, ╱ out of service. Enter shows the guests. The restaurant is "
            "chosen on screen 2, with b."
        ),
    ),
    "book.choose": ("Elija un restaurante: pantalla 2, tecla b.", "Choose a restaurant: screen 2, key b."),
    "book.no_tables": ("Este restaurante no tiene mesas.", "This restaurant has no tables."),
    "book.no_guests": ("Aquí no hay reservas.", "There are no bookings here."),
    "book.guests": ("clientes", "guests"),
    "book.all_tables": ("todas las mesas", "all tables"),
    "book.counted": ("{reservations} reservas, {covers} cubiertos", "{reservations} bookings, {covers} covers"),
    "book.closed": ("cerrado", "closed"),
    "book.special": ("horario especial", "special hours"),
    "book.table": ("mesa", "table"),
    "book.seats": ("plazas", "seats"),
    "book.area": ("zona", "area"),
    "book.state": ("estado", "state"),
    "book.time": ("hora", "time"),
    "book.party": ("pers.", "party"),
    "book.name": ("nombre", "name"),
    "book.phone": ("teléfono", "phone"),
    "book.wishes": ("necesidades y notas", "needs and notes"),
    "book.needs": ("necesidades", "needs"),
    "book.notes": ("notas", "notes"),
    "book.high_chairs": ("tronas", "high chairs"),
    "book.deposit": ("señal", "deposit"),
    "book.source": ("por", "by way of"),
    "book.call": ("llamada", "call"),
    "book.id": ("reserva", "booking"),
    "book.no_table": ("sin mesa", "no table"),
    "book.people": ("{count} pers.", "party of {count}"),
    "book.of_seats": ("{count} plazas", "{count} seats"),
    "book.nobody": ("nadie en todo el día", "nobody all day"),
    "standing.free": ("libre", "free"),
    "standing.reserved": ("reservada", "reserved"),
    "standing.soon": ("esperada", "expected"),
    "standing.seated": ("con gente", "seated"),
    "standing.overdue": ("se pasa", "overdue"),
    "standing.completed": ("se fueron", "left"),
    "standing.out": ("fuera", "out"),
    "weekday.0": ("lun", "Mon"),
    "weekday.1": ("mar", "Tue"),
    "weekday.2": ("mié", "Wed"),
    "weekday.3": ("jue", "Thu"),
    "weekday.4": ("vie", "Fri"),
    "weekday.5": ("sáb", "Sat"),
    "weekday.6": ("dom", "Sun"),
}
