"""The console in a browser: what stands before and after it."""

WORDS = {
    "web.email": ("Correo", "E-mail"),
    "web.password": ("Contraseña", "Password"),
    "web.code": ("Código de la aplicación, o de recuperación", "Code of the app, or a recovery code"),
    "web.enter": ("Entrar", "Sign in"),
    "web.closed": ("La consola se ha cerrado.", "The console has ended."),
    "web.again": ("Abrirla otra vez", "Open it again"),
    "web.leave": ("Cerrar sesión", "Sign out"),
    "web.full": ("Ya hay {most} consolas abiertas.", "{most} consoles are open already."),
    "web.crowded": ("Ya hay {most} personas dentro.", "{most} people are signed in already."),
    "web.malformed": ("Escriba su correo y su contraseña.", "Give your e-mail and your password."),
}
