"""Alerts."""

WORDS = {
    "screen.alerts": ("Alertas", "Alerts"),
    "alerts.help": (
        (
            "Lo que no está bien y a quién se ha avisado. «Reconocer» dice que alguien se ocupa; «cerrar», que "
            "ha pasado. h enseña también las pasadas."
        ),
        (
            "What is not well, and who has been told. “Acknowledge” says that somebody sees to it; “close”, that it is "
            "over. h shows past ones, too."
        ),
    ),
    "alerts.past": ("con las pasadas", "with past ones"),
    "alerts.level": ("nivel", "level"),
    "alerts.state": ("estado", "state"),
    "alerts.since": ("desde", "since"),
    "alerts.where": ("dónde", "where"),
    "alerts.what": ("qué pasa", "what"),
    "alerts.rule": ("regla", "rule"),
    "alerts.sent": ("avisos", "sent"),
    "alerts.platform": ("plataforma", "platform"),
    "alerts.none": ("✓ Todo está bien.", "✓ All is well."),
    "alerts.none_past": ("✓ Nunca ha pasado nada.", "✓ Nothing has ever happened."),
    "alerts.notice": ("aviso", "notice"),
    "alerts.warning": ("cuidado", "warning"),
    "alerts.critical": ("grave", "critical"),
    "alerts.open": ("abierta", "open"),
    "alerts.acknowledged": ("atendida", "seen to"),
    "alerts.resolved": ("pasada", "over"),
    "alerts.acknowledged_by": ("la atiende {who}", "{who} sees to it"),
    "alerts.resolved_by": ("la cerró {who}", "{who} closed it"),
    "alerts.went": ("pasó por sí sola", "it went by itself"),
    "alerts.lasted": ("duró {span}", "it lasted {span}"),
    "alerts.untold": ("no se ha avisado a nadie", "nobody has been told"),
    "alerts.acknowledge.done": ("Reconocida: {what}", "Acknowledged: {what}"),
    "alerts.resolve.ask": ("Se da por terminada: {what}", "It is over: {what}"),
    "alerts.resolve.word": ("cerrar", "close"),
    "alerts.resolve.done": ("Cerrada: {what}", "Closed: {what}"),
    "alerts.already": ("Esta ya ha pasado.", "This one is over already."),
    "delivery.waiting": ("en espera", "waiting"),
    "delivery.delivered": ("entregado", "delivered"),
    "delivery.failed": ("fallido", "failed"),
}
