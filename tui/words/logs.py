"""The server's log."""

WORDS = {
    "screen.logs": ("Registro", "Logs"),
    "logs.help": (
        (
            "Las últimas líneas del registro del servidor, sin nombres ni teléfonos, según se escriben. En la última "
            "fila se sigue lo nuevo (G lleva allí). f deja solo lo más grave, / busca, c va a la llamada de la línea."
        ),
        (
            "The last lines of the server's log, without names or numbers, as they are written. On the last row what "
            "is new is followed (G leads there). f leaves only the more severe, / searches, c goes to the line's call."
        ),
    ),
    "logs.time": ("hora UTC", "time UTC"),
    "logs.severity": ("nivel", "level"),
    "logs.event": ("suceso", "event"),
    "logs.where": ("restaurante", "restaurant"),
    "logs.told": ("lo demás", "the rest"),
    "logs.from": ("desde {level}", "from {level}"),
    "logs.debug": ("detalle", "debug"),
    "logs.info": ("nota", "info"),
    "logs.warning": ("aviso", "warning"),
    "logs.error": ("error", "error"),
    "logs.critical": ("grave", "critical"),
    "logs.following": ("▼ siguiendo", "▼ following"),
    "logs.none": ("Aún no hay nada en el registro.", "There is nothing in the log yet."),
    "logs.no_call": ("La línea no trata de ninguna llamada.", "The line is about no call."),
    "logs.unknown_call": (
        "Esa llamada no está entre las del último día.",
        "That call is not among those of the last day.",
    ),
}
