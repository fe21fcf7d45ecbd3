"""The pulse of the platform."""

WORDS = {
    "screen.pulse": ("Pulso", "Pulse"),
    "pulse.help": (
        (
            "Cómo está la plataforma ahora mismo. Las cifras son del último minuto; los dibujos, de los "
            "últimos minutos, con lo más nuevo a la derecha. Con [ se ve lo guardado "
            "de antes. ✓ bien, ▲ cuidado, ✖ mal."
        ),
        (
            "How the platform is right now. Figures are of the last minute; charts of the last minutes, the newest "
            "at the right. [ shows what is stored of before. ✓ well, ▲ take care, ✖ bad."
        ),
    ),
    "pulse.traffic": ("Peticiones", "Requests"),
    "pulse.per_second": ("{value}/s", "{value}/s"),
    "pulse.in_a_minute": ("{count} en un minuto", "{count} in a minute"),
    "pulse.latency": ("Latencia", "Latency"),
    "pulse.target": ("meta {ms}", "goal {ms}"),
    "pulse.errors": ("Errores", "Errors"),
    "pulse.errors.of": ("{count} de {all}", "{count} of {all}"),
    "pulse.tool_failures": ("herramientas {count} de {all}", "tools {count} of {all}"),
    "pulse.machine": ("Máquina", "Machine"),
    "pulse.cpu": ("CPU", "CPU"),
    "pulse.memory": ("memoria", "memory"),
    "pulse.disk": ("disco", "disk"),
    "pulse.free": ("{bytes} libres", "{bytes} free"),
    "pulse.lag": ("retraso", "loop lag"),
    "pulse.queue": ("Cola", "Queue"),
    "pulse.waiting": ("en espera", "waiting"),
    "pulse.running": ("en marcha", "running"),
    "pulse.stuck": ("atascadas", "stuck"),
    "pulse.oldest": ("la más vieja", "the oldest"),
    "pulse.day": ("Últimas 24 horas", "Last 24 hours"),
    "pulse.calls_now": ("llamadas ahora", "calls now"),
    "pulse.calls": ("llamadas", "calls"),
    "pulse.bookings": ("reservas", "bookings"),
    "pulse.backup": ("copia", "backup"),
    "pulse.no_backup": ("ninguna", "none"),
    "pulse.success": ("con éxito", "successful"),
    "pulse.negative": ("mal ánimo", "bad mood"),
    "pulse.cost": ("coste", "cost"),
    "past.then": ("ENTONCES {when}", "THEN {when}"),
    "past.of_then": ("de entonces", "of then"),
    "past.day": ("En ese tramo", "In that span"),
    "past.worst": ("lo peor", "the worst"),
    "past.highest": ("lo más alto", "the highest"),
    "past.gaps": ("{known}/{all} muestras", "{known}/{all} samples"),
    "past.nothing": ("Nada guardado.", "Nothing is stored."),
    "past.not_stored": ("Esto no se guarda.", "This is not stored."),
    "pulse.alerts": ("Alertas abiertas", "Open alerts"),
    "pulse.all_well": ("✓ Todo está bien.", "✓ All is well."),
    "pulse.worst": ("Los restaurantes peores", "Restaurants, worst first"),
    "pulse.no_restaurants": ("Aún no hay restaurantes.", "There are no restaurants yet."),
}
