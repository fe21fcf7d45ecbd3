"""What was used of what a plan allows."""

WORDS = {
    "screen.limits": ("Límites", "Limits"),
    "limits.help": (
        (
            "Lo que cada plan y cada restaurante han usado: peticiones a la API en su ventana y trabajo del teléfono. "
            "Los más llenos primero. El teléfono nunca se rechaza por el plan. C devuelve a uno sus peticiones."
        ),
        (
            "What each plan and each restaurant has used: requests to the API in their window, and work of the phone. "
            "The fullest first. The phone is never refused for the plan. C gives one its requests back."
        ),
    ),
    "limits.plans": ("Planes", "Plans"),
    "limits.plan": ("plan", "plan"),
    "limits.name": ("restaurante", "restaurant"),
    "limits.used": ("API", "API"),
    "limits.share": ("uso", "use"),
    "limits.left": ("quedan", "left"),
    "limits.refused": ("rechaz.", "refused"),
    "limits.phone": ("teléfono", "phone"),
    "limits.over": ("de más", "beyond"),
    "limits.webhooks": ("eventos en un minuto", "events in a minute"),
    "limits.tools": ("herramientas en un minuto", "tools in a minute"),
    "limits.in_plan": ("teléfono, en la ventana del plan", "phone, in the plan's window"),
    "limits.phone_refused": ("teléfono, más allá del plan", "phone, beyond the plan"),
    "limits.of": ("{used} de {all}", "{used} of {all}"),
    "limits.each": ("{count} rest. · {requests} cada {span}", "{count} rest. · {requests} each {span}"),
    "limits.full": ("llenos: {count}", "full: {count}"),
    "limits.fullest": ("el más lleno, al {share}", "the fullest at {share}"),
    "limits.counted": ("solo se cuenta, no se rechaza", "counted only, none refused"),
    "limits.none": ("Aún no hay restaurantes.", "There are no restaurants yet."),
    "limits.clear.ask": (
        "{name}: vuelve a tener todas sus peticiones.",
        "{name}: it has all its requests again.",
    ),
    "limits.clear.word": ("devolver", "give"),
    "limits.clear.done": ("Peticiones devueltas: {name}", "Requests given back: {name}"),
}
