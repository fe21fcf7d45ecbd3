"""The queue of work."""

WORDS = {
    "screen.queue": ("Cola", "Queue"),
    "queue.help": (
        (
            "El trabajo en cola, lo más viejo primero. Lo que falla se reintenta solo; lo muerto y lo retenido "
            "espera a una persona y dice por qué. Espacio marca; t reintenta lo marcado, D renuncia a ello."
        ),
        (
            "Queued work, the oldest first. What fails is retried by itself; what is dead or held waits for a "
            "person and says why. Space marks; t retries what is marked, D gives it up."
        ),
    ),
    "queue.all": ("todas", "all"),
    "queue.ready": ("lista", "ready"),
    "queue.running": ("en marcha", "running"),
    "queue.retrying": ("reintento", "retrying"),
    "queue.dead": ("muerta", "dead"),
    "queue.held": ("retenida", "held"),
    "queue.column.state": ("estado", "state"),
    "queue.column.age": ("edad", "age"),
    "queue.column.tries": ("veces", "tries"),
    "queue.column.kind": ("clase", "kind"),
    "queue.column.restaurant": ("restaurante", "restaurant"),
    "queue.column.reason": ("motivo", "reason"),
    "queue.column.id": ("tarea", "task"),
    "queue.lock": ("en orden con", "in order with"),
    "queue.next": ("se prueba en", "tried in"),
    "queue.none": ("✓ La cola está vacía.", "✓ The queue is empty."),
    "queue.shown": ("{shown} de {all}: la cola es más larga", "{shown} of {all}: the queue is longer"),
    "queue.retried": ("{count} vuelven a estar listas", "{count} are ready again"),
    "queue.discard.ask": ("Se renuncia a {count} tareas.", "{count} tasks are given up."),
    "queue.discard.word": ("descartar", "discard"),
    "queue.discarded": ("{count} descartadas", "{count} discarded"),
    "queue.only_stuck": (
        "Solo se pueden tocar las muertas y las retenidas.",
        "Only dead and held tasks can be touched.",
    ),
}
