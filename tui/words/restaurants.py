"""Restaurants, their health and its reasons."""

WORDS = {
    "screen.restaurants": ("Restaurantes", "Restaurants"),
    "restaurants.help": (
        (
            "Los restaurantes según su salud, de 0 a 100, en las últimas 24 horas; los peores primero, con lo que les "
            "resta puntos. Con P deja de tomar reservas el agente de uno; con R vuelve. b abre su libro del día."
        ),
        (
            "Restaurants by their health, 0 to 100, in the last 24 hours; the worst first, with what takes points. "
            "P stops the agent of one from taking bookings; R lets it again. b opens its day book."
        ),
    ),
    "restaurants.score": ("salud", "health"),
    "restaurants.name": ("restaurante", "restaurant"),
    "restaurants.plan": ("plan", "plan"),
    "restaurants.status": ("estado", "status"),
    "restaurants.calls": ("llam.", "calls"),
    "restaurants.bookings": ("reserv.", "booked"),
    "restaurants.success": ("éxito", "success"),
    "restaurants.errors": ("fallos", "failed"),
    "restaurants.p95": ("p95", "p95"),
    "restaurants.cost": ("coste", "cost"),
    "restaurants.use": ("uso", "use"),
    "restaurants.reasons": ("por qué", "why"),
    "restaurants.none": ("Aún no hay restaurantes.", "There are no restaurants yet."),
    "restaurants.pause.ask": (
        "{name}: su agente dejará de tomar reservas.",
        "{name}: its agent will take no bookings any more.",
    ),
    "restaurants.pause.word": ("pausar", "pause"),
    "restaurants.pause.done": ("En pausa: {name}", "Paused: {name}"),
    "restaurants.resume.ask": (
        "{name}: su agente volverá a tomar reservas.",
        "{name}: its agent will take bookings again.",
    ),
    "restaurants.resume.word": ("reanudar", "resume"),
    "restaurants.resume.done": ("Reanudado: {name}", "Resumed: {name}"),
    "restaurants.gone": ("Este restaurante ya no está.", "This restaurant is no longer there."),
    "restaurants.well": ("✓ nada le resta puntos", "✓ nothing takes points"),
    "restaurants.of": ("de {count}", "of {count}"),
    "status.active": ("activo", "active"),
    "status.paused": ("en pausa", "paused"),
    "reason.tool_failures": ("fallan herramientas", "tools fail"),
    "reason.tool_latency": ("herramientas lentas", "slow tools"),
    "reason.errors": ("errores", "errors"),
    "reason.unsuccessful_calls": ("llamadas sin éxito", "calls without success"),
    "reason.negative_calls": ("llamadas de mal ánimo", "calls in a bad mood"),
    "reason.dead_letters": ("cartas muertas", "dead letters"),
    "reason.transfers_unanswered": ("traspasos sin respuesta", "transfers unanswered"),
    "reason.plan_use": ("uso del plan", "use of the plan"),
    "reason.no_calls": ("sin llamadas", "no calls"),
}
