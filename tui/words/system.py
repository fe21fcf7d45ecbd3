"""The system that it runs on."""

WORDS = {
    "screen.system": ("Sistema", "System"),
    "system.help": (
        (
            "La máquina, núcleo a núcleo; el servidor, con su base de datos y su memoria; el retraso del bucle de "
            "eventos; los bucles y las tareas de fondo, con su última vuelta; y lo que comprueba de sí mismo. "
            "Lo peor, primero. Abajo, la última copia de seguridad y cuánto se registra."
        ),
        (
            "The machine, core by core; the server, its database and its memory; how late the event loop is; the "
            "loops and jobs in the background, with their last turn; and what it checks of itself. The worst first. "
            "At the foot, the last backup and how much is logged."
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
    "system.versions": ("Servicio y versiones", "Service and versions"),
    "system.backup_made": ("copia hace {span}", "backup {span} ago"),
    "system.backup_none": ("sin copias", "no backups"),
    "system.backup_running": ("copiando, {span}", "backing up, {span}"),
    "system.backup_failed": ("la copia falló hace {span}: {why}", "the backup failed {span} ago: {why}"),
    "system.level_now": ("registro {level}", "log {level}"),
    "system.level_until": ("registro {level}, {span} más", "log {level}, for {span}"),
    "system.backup.ask": (
        "El servidor hace ahora una copia de seguridad y la prueba. Sigue contestando llamadas.",
        "The server makes a backup now and tries it out. Calls are answered meanwhile.",
    ),
    "system.backup.word": ("copiar", "backup"),
    "system.backup.done": ("Se está haciendo la copia.", "The backup is being made."),
    "system.restart.ask": (
        "El servidor contesta lo que llegó, termina y vuelve a arrancar. Durante unos segundos no contesta a nadie.",
        "The server answers what came, ends and is begun anew. For some seconds it answers nobody.",
    ),
    "system.restart.word": ("reiniciar", "restart"),
    "system.restart.done": (
        "Termina en {seconds} s como mucho, y vuelve a arrancar.",
        "It ends within {seconds} s, and is begun anew.",
    ),
    "system.level.ask": (
        "Ahora se registra {level}; lo normal es {usual}. Lo que no es normal dura una hora.",
        "Now {level} is logged; {usual} is usual. What is not usual lasts for an hour.",
    ),
    "system.level.done": ("Se registra {level}.", "{level} is logged."),
}
