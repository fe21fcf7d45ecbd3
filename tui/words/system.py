"""The system that it runs on."""

WORDS = {
    "screen.system": ("Sistema", "System"),
    "system.help": (
        (
            "La máquina, núcleo a núcleo; el servidor, con su base de datos y su memoria; el retraso del bucle de "
            "eventos; los bucles y las tareas de fondo, con su última vuelta; y lo que comprueba de sí mismo. "
            "Lo peor, primero."
        ),
        (
            "The machine, core by core; the server, its database and its memory; how late the event loop is; the "
            "loops and jobs in the background, with their last turn; and what it checks of itself. The worst first."
        ),
    ),
    "system.machine": ("Máquina", "Machine"),
    "system.memory": ("memoria", "memory"),
    "system.of_memory": ("de {bytes}", "of {bytes}"),
    "system.disk": ("disco", "disk"),
    "system.free": ("{bytes} libres", "{bytes} free"),
    "system.load": ("carga", "load"),
    "system.server": ("Servidor", "Server"),
    "system.of": ("{used} de {most}", "{used} of {most}"),
    "system.files": ("archivos", "files"),
    "system.threads": ("hilos", "threads"),
    "system.processor": ("procesador", "processor"),
    "system.connections": ("conexiones", "connections"),
    "system.log": ("WAL", "WAL"),
    "system.cache.day_books": ("caché", "cache"),
    "system.hits": ("aciertos", "hits"),
    "system.lag": ("Bucle de eventos", "Event loop"),
    "system.late": ("retraso p99", "lag p99"),
    "system.late_now": ("ahora", "now"),
    "system.up": ("en marcha", "running for"),
    "system.loops": ("Bucles y tareas de fondo", "Loops and jobs"),
    "system.loop": ("hace {span}", "{span} ago"),
    "system.job": ("hace {span} · cada {every}", "{span} ago · each {every}"),
    "system.failures": ("fallos: {count}", "failures: {count}"),
    "system.checks": ("Comprobaciones", "Checks"),
    "system.versions": ("Versiones", "Versions"),
}
