"""Calls, on the line and over."""

WORDS = {
    "screen.calls": ("Llamadas", "Calls"),
    "calls.help": (
        (
            "Las llamadas del último día: primero las que están en línea, con lo último que ha hecho el agente; luego "
            "las terminadas, lo más nuevo primero. Intro abre una; f enseña solo las que están en línea. Lo que el "
            "filtro no encuentra aquí se busca en el servidor: ⇣."
        ),
        (
            "The calls of the last day: those on the line first, with what the agent did last; then those that are "
            "over, the newest first. Enter opens one; f shows only those on the line. What the "
            "filter does not find here is looked for at the server: ⇣."
        ),
    ),
    "calls.state": ("estado", "state"),
    "calls.length": ("dura", "lasts"),
    "calls.since": ("hace", "ago"),
    "calls.where": ("restaurante", "restaurant"),
    "calls.who": ("quién", "who"),
    "calls.last": ("lo último", "last"),
    "calls.cost": ("coste", "cost"),
    "calls.id": ("llamada", "call"),
    "calls.withheld": ("oculto", "withheld"),
    "calls.none": ("Hoy no ha llamado nadie.", "Nobody has called in the last day."),
    "calls.shown": ("{shown} de {all}: hay más", "{shown} of {all}: there are more"),
    "calls.search.asking": ("preguntando al servidor…", "asking the server…"),
    "calls.search.found": ("{mark} {count} del servidor, hace {ago}", "{mark} {count} from the server, {ago} ago"),
    "calls.search.none": ("el servidor tampoco tiene más", "nor has the server more"),
    "calls.search.failed": ("✖ el servidor no busca: {why}", "✖ the server does not search: {why}"),
    "calls.line": ("en línea", "on the line"),
    "calls.good": ("con éxito", "success"),
    "calls.poor": ("sin éxito", "no success"),
    "calls.over": ("terminada", "over"),
    "calls.failed": ("no salió", "failed"),
    "calls.only_line": ("solo en línea", "on the line only"),
    "calls.replay.ask": (
        "Se aplica otra vez lo guardado de esta llamada. Lo que ya hizo no se hace dos veces.",
        "What is stored of this call is applied again. What it did already is not done twice.",
    ),
    "calls.replay.word": ("reaplicar", "replay"),
    "calls.replay.done": ("{count} vuelven a la cola", "{count} are queued again"),
    "calls.timeline": ("Cronología", "Timeline"),
    "calls.time": ("a los", "at"),
    "calls.kind": ("qué", "what"),
    "calls.took": ("tardó", "took"),
    "calls.told": ("contenido", "content"),
    "calls.event": ("evento", "event"),
    "calls.tool": ("herramienta", "tool"),
    "calls.agent": ("agente", "agent"),
    "calls.user": ("cliente", "guest"),
    "calls.arguments": ("Con", "With"),
    "calls.answer": ("Respuesta", "Answer"),
    "calls.before": ("ya respondida antes", "answered before"),
    "calls.no_summary": ("aún sin resumen", "no summary yet"),
    "calls.no_effects": ("· no reservó nada ni dejó recado", "· it booked nothing and left no message"),
    "calls.booking": (
        "reserva {date} {time} · {party} pers. · {name}",
        "booking {date} {time} · party of {party} · {name}",
    ),
    "calls.message": ("recado: {text}", "message: {text}"),
    "calls.transfer": ("traspaso a {number}: {reason}", "handed over to {number}: {reason}"),
    "calls.more": ("… y {count} más", "… and {count} more"),
    "calls.quiet": ("En esta llamada aún no ha pasado nada.", "Nothing has happened in this call yet."),
    "booking.pending": ("pendiente", "pending"),
    "booking.confirmed": ("confirmada", "confirmed"),
    "booking.seated": ("en la mesa", "seated"),
    "booking.completed": ("terminada", "completed"),
    "booking.cancelled": ("cancelada", "cancelled"),
    "booking.no_show": ("no vino", "no show"),
    "transfer.requested": ("pedido", "requested"),
    "transfer.answered": ("contestado", "answered"),
    "transfer.unanswered": ("sin respuesta", "unanswered"),
    "sentiment.positive": ("buen ánimo", "good mood"),
    "sentiment.neutral": ("ánimo neutro", "neutral mood"),
    "sentiment.negative": ("mal ánimo", "bad mood"),
}
