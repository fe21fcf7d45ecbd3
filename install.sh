#!/bin/sh
# Installs Maitre on Debian 12+ or Ubuntu 24.04+, or upgrades it; see docs/install.md.
# Instala o actualiza Maitre en Debian 12+ o Ubuntu 24.04+.
#
# The whole of it is one function that is called in the last line: a download that breaks off does nothing.
main() {
    set -eu
    umask 022

    wanted='' prefix=/opt/maitre domain='' database='' from='' remove='' purge='' dry='' yes=''
    downloads=${MAITRE_RELEASES_URL:-}
    etc=/etc/maitre data=/var/lib/maitre cache=/var/cache/maitre link=/usr/local/bin/maitre
    caddy_file=/etc/caddy/Caddyfile caddy_site=/etc/caddy/maitre.caddy
    undo='' work='' phase='' report=''

    choose_language
    parse "$@"
    trap on_exit EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    if [ -n "$remove" ]; then
        uninstall
    elif [ -n "$(installed_version)" ]; then
        check_machine
        find_file
        upgrade
    else
        check_machine
        check_room
        check_ports
        find_file
        install_anew
    fi
    undo=''
}

# --- what is said, in the language of the terminal ---

choose_language() {
    case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in es*) lang=es ;; *) lang=en ;; esac
}

# t English Spanish
t() { if [ "$lang" = es ]; then printf '%s' "$2"; else printf '%s' "$1"; fi; }

say() { printf '%s\n' "$(t "$1" "$2")"; }
warn() { printf '%s %s\n' "!" "$(t "$1" "$2")" >&2; }
step() {
    phase=$(t "$1" "$2")
    printf '\n== %s\n' "$phase"
}

fail() {
    printf '\n%s %s\n' "$(t 'Stopped:' 'Detenido:')" "$(t "$1" "$2")" >&2
    exit 1
}

usage() {
    say 'install.sh [options]: install Maitre, or upgrade the one that is there

  --from FILE|DIR   take the program from this file, or the newest in this folder
  --version V       this version, out of a folder or the downloads
  --domain NAME     serve https://NAME with Caddy
  --database URL    postgresql://user:password@host/database instead of SQLite
  --prefix DIR      where releases go (/opt/maitre)
  --uninstall       take the program away; settings and data stay
  --purge           with --uninstall: settings, data and backups go too
  --dry-run         tell what would be done, and do nothing
  --yes             ask nothing

MAITRE_RELEASES_URL names the address of the releases where no --from is given;
MAITRE_RETELL_WEBHOOK_KEYS gives the Retell API key, which is asked for otherwise.' \
        'install.sh [opciones]: instala Maitre, o actualiza el que hay

  --from FILE|DIR   toma el programa de este fichero, o el más nuevo de esta carpeta
  --version V       esta versión, de una carpeta o de las descargas
  --domain NOMBRE   sirve https://NOMBRE con Caddy
  --database URL    postgresql://usuario:clave@servidor/base en vez de SQLite
  --prefix DIR      dónde van las versiones (/opt/maitre)
  --uninstall       quita el programa; la configuración y los datos se quedan
  --purge           con --uninstall: también configuración, datos y copias
  --dry-run         dice lo que haría, sin hacer nada
  --yes             no pregunta nada

MAITRE_RELEASES_URL es la dirección de las versiones cuando no hay --from;
MAITRE_RETELL_WEBHOOK_KEYS da la clave API de Retell; si no, se pregunta.'
}

wrong_usage() {
    printf '%s\n\n' "$(t "$1" "$2")" >&2
    usage >&2
    exit 2
}

parse() {
    while [ $# -gt 0 ]; do
        case $1 in
            --version | --prefix | --domain | --database | --from)
                [ -n "${2:-}" ] || wrong_usage "$1 needs a value." "$1 necesita un valor."
                case $1 in
                    --version) wanted=${2#v} ;;
                    --prefix) prefix=${2%/} ;;
                    --domain) domain=$2 ;;
                    --database) database=$2 ;;
                    --from) from=$2 ;;
                esac
                shift
                ;;
            --uninstall) remove=yes ;;
            --purge) purge=yes ;;
            --dry-run) dry=yes ;;
            --yes) yes=yes ;;
            --help | -h)
                usage
                exit 0
                ;;
            *) wrong_usage "There is no option $1." "No hay ninguna opción $1." ;;
        esac
        shift
    done
    check_values
}

check_values() {
    case $prefix in
        /*[!A-Za-z0-9/._-]* | [!/]* | '' | / | */.* | *//*)
            wrong_usage '--prefix must be a whole path of letters, digits, dots and dashes, and not / itself.' \
                '--prefix debe ser una ruta completa de letras, cifras, puntos y guiones, y no / misma.'
            ;;
    esac
    case $domain in
        *[!A-Za-z0-9.-]* | -* | *.)
            wrong_usage "--domain must be a name such as maitre.example.com, not $domain." \
                "--domain debe ser un nombre como maitre.example.com, no $domain."
            ;;
    esac
    case $wanted in
        *[!A-Za-z0-9.+-]*) wrong_usage "--version: $wanted is no version." "--version: $wanted no es una versión." ;;
    esac
    case $database in
        '' | postgresql://* | postgres://* | sqlite:///*) ;;
        *)
            wrong_usage '--database must begin with postgresql:// or sqlite:///.' \
                '--database debe empezar por postgresql:// o sqlite:///.'
            ;;
    esac
    [ -z "$purge" ] || [ -n "$remove" ] || wrong_usage '--purge goes with --uninstall.' '--purge va con --uninstall.'
}

# --- doing, and undoing ---

# Does it, or with --dry-run tells that it would.
run() {
    if [ -n "$dry" ]; then
        printf '   %s\n' "$*"
    else
        "$@"
    fi
}

# What takes the step just done back, should a later one fail: a command line; the last done is taken back first.
undo_with() {
    [ -n "$dry" ] || undo="$1
$undo"
}

on_exit() {
    code=$?
    trap - EXIT INT TERM
    if [ "$code" -ne 0 ] && [ -n "$undo" ]; then
        printf '\n%s\n' "$(t "The step \"$phase\" failed; taking back what was done." \
            "El paso «$phase» ha fallado; se deshace lo hecho.")" >&2
        printf '%s' "$undo" | while IFS= read -r line; do
            printf '   %s\n' "$line" >&2
            sh -c "$line" >&2 || warn "could not: $line" "no se pudo: $line"
        done
    fi
    [ -z "$work" ] || rm -rf "$work"
    if [ "$code" -ne 0 ] && [ -n "$undo" ]; then
        say 'Nothing of it is left. Mend what is named above and run it again.' \
            'No ha quedado nada. Arregle lo que se indica arriba y vuelva a intentarlo.' >&2
    fi
    exit "$code"
}

has() { command -v "$1" >/dev/null 2>&1; }
systemd_runs() { [ -d /run/systemd/system ] && has systemctl; }

# The person at the terminal, also when this script itself comes through a pipe.
ask() {
    answer=''
    [ -z "$yes$dry" ] && { : </dev/tty; } 2>/dev/null || return 0
    printf '%s ' "$(t "$1" "$2")" >/dev/tty
    IFS= read -r answer </dev/tty || answer=''
}

ask_secretly() {
    answer=''
    [ -z "$yes$dry" ] && { : </dev/tty; } 2>/dev/null || return 0
    stty -echo </dev/tty 2>/dev/null || :
    ask "$1" "$2"
    stty echo </dev/tty 2>/dev/null || :
    printf '\n' >/dev/tty
}

# --- the machine ---

check_machine() {
    step 'Looking at this machine' 'Examinando esta máquina'
    [ "$(id -u)" -eq 0 ] || [ -n "$dry" ] || fail 'It must be run by root: sudo sh install.sh …' \
        'Debe ejecutarlo root: sudo sh install.sh …'
    [ "$(uname -s)" = Linux ] || fail "Maitre runs on Linux, not on $(uname -s)." \
        "Maitre funciona en Linux, no en $(uname -s)."
    case $(uname -m) in
        x86_64 | amd64) arch=x86_64 ;;
        aarch64 | arm64) arch=aarch64 ;;
        *) fail "There is no build for a processor of kind $(uname -m)." "No hay versión para procesadores $(uname -m)." ;;
    esac
    check_system
    check_clock
    memory_mb=$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)
    [ "$memory_mb" -ge 400 ] || fail "It has $memory_mb MB of memory; 400 MB are the least." \
        "Tiene $memory_mb MB de memoria; hacen falta al menos 400 MB."
    [ "$memory_mb" -ge 900 ] || warn "Only $memory_mb MB of memory: see \"On a machine with 1 GB\" in docs/install.md." \
        "Solo $memory_mb MB de memoria: véase «On a machine with 1 GB» en docs/install.md."
    systemd_runs || warn 'systemd does not run here: everything is put in place, and nothing is started.' \
        'Aquí no funciona systemd: se coloca todo, pero no se arranca nada.'
}

check_system() {
    system=unknown release=0
    if [ -r /etc/os-release ]; then
        # shellcheck disable=SC1091
        system=$(. /etc/os-release && printf '%s' "${ID:-unknown}")
        # shellcheck disable=SC1091
        release=$(. /etc/os-release && printf '%s' "${VERSION_ID:-0}")
    fi
    case $system in
        debian) least=12 ;;
        ubuntu) least=24.04 ;;
        *)
            warn "$system is not tried; Debian 12+ and Ubuntu 24.04+ are." \
                "$system no está probado; Debian 12+ y Ubuntu 24.04+ sí."
            return
            ;;
    esac
    is_at_least "$release" "$least" ||
        fail "$system $release is too old: it takes $least or newer." "$system $release es demasiado antiguo: hace falta $least o más."
    say "$system $release, $(uname -m)" "$system $release, $(uname -m)"
}

# is_at_least 12.4 12
is_at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]; }

# Signatures of webhooks are good for five minutes, and certificates have dates.
check_clock() {
    [ "$(date +%Y)" -ge 2026 ] || fail "The clock says $(date): set it first." "El reloj dice $(date): póngalo en hora primero."
    if systemd_runs && has timedatectl && [ "$(timedatectl show -p NTPSynchronized --value 2>/dev/null)" = no ]; then
        warn 'The clock is not kept in time (apt install systemd-timesyncd): a wrong clock refuses every webhook.' \
            'El reloj no se sincroniza (apt install systemd-timesyncd): con la hora mal se rechazan todos los webhooks.'
    fi
}

check_room() {
    needs_mb "$prefix" 400
    needs_mb "$data" 500
}

needs_mb() {
    there=$1
    while [ ! -d "$there" ]; do there=$(dirname "$there"); done
    free_mb=$(df -Pk "$there" | awk 'END { print int($4 / 1024) }')
    [ "$free_mb" -ge "$2" ] || fail "There are $free_mb MB free for $1; $2 MB are the least." \
        "Quedan $free_mb MB libres para $1; hacen falta al menos $2 MB."
}

check_ports() {
    is_free 8080 || fail 'Port 8080 is taken by another program. End it, or give it another port, first.' \
        'El puerto 8080 lo usa otro programa. Ciérrelo o cámbiele el puerto primero.'
    if [ -n "$domain" ] && ! has caddy; then
        for port in 80 443; do
            is_free "$port" || fail "Port $port is taken, and Caddy needs it for https://$domain." \
                "El puerto $port está ocupado, y Caddy lo necesita para https://$domain."
        done
    fi
}

# Whether nobody listens on the port: state 0A in the kernel's own tables, which need no other program.
is_free() {
    hex=$(printf '%04X' "$1")
    ! awk -v port=":$hex\$" '$2 ~ port && $4 == "0A" { found = 1 } END { exit !found }' \
        /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

# --- the file ---

installed_version() {
    if [ -x "$prefix/current/maitre" ]; then basename "$(readlink -f "$prefix/current")"; fi
}

# Sets `file`: of --from, or beside this script, or out of the downloads.
find_file() {
    step 'Looking for the program' 'Buscando el programa'
    here=''
    case $0 in */install.sh | install.sh) here=$(dirname -- "$0") ;; esac
    if [ -n "$from" ] && [ -f "$from" ]; then
        file=$from
    elif [ -n "$from" ]; then
        [ -d "$from" ] || fail "--from: there is no $from." "--from: no existe $from."
        file=$(newest_in "$from")
    elif [ -n "$downloads" ]; then
        download
    elif [ -n "$here" ]; then
        file=$(newest_in "$here")
    else
        file=''
    fi
    [ -n "$file" ] || fail "There is no maitre-${wanted:-<version>}-linux-$arch here: name it with --from FILE." \
        "No hay ningún maitre-${wanted:-<versión>}-linux-$arch aquí: indíquelo con --from FICHERO."
    check_file
}

newest_in() {
    for found in "$1"/maitre-[0-9]*-linux-"$arch"; do
        case $found in */maitre-"${wanted:-*}"-linux-*) ;; *) [ -z "$wanted" ] || continue ;; esac
        [ ! -f "$found" ] || printf '%s\n' "$found"
    done | sort -V | tail -n 1
}

download() {
    has curl || fail 'curl is needed to download: apt install curl' 'Hace falta curl para descargar: apt install curl'
    case $downloads in
        https://* | http://127.0.0.1[:/]* | http://localhost[:/]*) ;;
        *) fail 'MAITRE_RELEASES_URL must begin with https://.' 'MAITRE_RELEASES_URL debe empezar por https://.' ;;
    esac
    work=$(mktemp -d)
    [ -n "$wanted" ] || wanted=$(fetch LATEST -) || fail "$downloads does not tell its newest version." \
        "$downloads no dice cuál es su última versión."
    name=maitre-$wanted-linux-$arch
    for part in "$name" SHA256SUMS; do
        fetch "$part" "$work/$part" || fail "$downloads/$part cannot be downloaded." "$downloads/$part no se puede descargar."
    done
    fetch SHA256SUMS.minisig "$work/SHA256SUMS.minisig" 2>/dev/null || :
    file=$work/$name
}

fetch() { curl --fail --silent --show-error --location --proto '=https,http' --proto-redir '=https' --max-time 600 --output "$2" "$downloads/$1"; }

# version_of maitre-1.2.3-linux-x86_64
version_of() {
    version_name=${1##*/maitre-}
    printf '%s' "${version_name%-linux-*}"
}

# Against the sums beside it, where there are any; of a download there always are.
check_file() {
    sums=$(dirname -- "$file")/SHA256SUMS
    name=$(basename -- "$file")
    if [ -f "$sums" ]; then
        told=$(awk -v name="$name" '$2 == name || $2 == "*" name { print $1 }' "$sums")
        [ "$told" = "$(sha256sum "$file" | cut -d ' ' -f 1)" ] || fail "$name is not what SHA256SUMS tells: fetch it again." \
            "$name no coincide con SHA256SUMS: vuelva a descargarlo."
        say "$name: checksum right" "$name: suma correcta"
    else
        warn "$name: no SHA256SUMS beside it, so it is not verified." "$name: no hay SHA256SUMS al lado, así que no se ha verificado."
    fi
}

# --- a machine without Maitre ---

install_anew() {
    place_release
    make_places
    configure
    connect
    [ -z "$domain" ] || serve_https
    start
    examine
    farewell
}

place_release() {
    step 'Unpacking the program' 'Desempaquetando el programa'
    version=$(version_of "$file")
    release_dir=$prefix/releases/$version
    [ -d "$prefix" ] || undo_with "rmdir '$prefix'"
    [ -d "$prefix/releases" ] || undo_with "rmdir '$prefix/releases'"
    run install -d -m 755 "$prefix" "$prefix/releases"
    undo_with "rm -rf '$release_dir' '$prefix/current'"
    run rm -rf "$release_dir"
    run unpack "$file" "$release_dir"
    [ -n "$dry" ] || version=$("$release_dir/maitre" --version | awk '{ print $NF }')
    run ln -sfn "releases/$version" "$prefix/current"
    [ -e "$link" ] || undo_with "rm -f '$link'"
    run ln -sfn "$prefix/current/maitre" "$link"
    say "Maitre $version is in $release_dir" "Maitre $version está en $release_dir"
}

unpack() {
    sh "$1" unpack "$2" || fail "$1 cannot be unpacked." "$1 no se puede desempaquetar."
}

make_places() {
    step 'Making the user and the folders' 'Creando el usuario y las carpetas'
    if ! id maitre >/dev/null 2>&1; then
        undo_with 'userdel maitre'
        run useradd --system --user-group --home-dir "$data" --no-create-home --shell /usr/sbin/nologin maitre
    fi
    [ -d "$etc" ] || undo_with "rm -rf '$etc'"
    [ -d "$data" ] || undo_with "rm -rf '$data'"
    [ -d "$cache" ] || undo_with "rm -rf '$cache'"
    run install -d -m 750 -o root -g maitre "$etc"
    run install -d -m 700 -o root -g root "$etc/credentials"
    run install -d -m 700 -o maitre -g maitre "$data" "$data/backups" "$cache"
}

# The first settings, keys, database and admin; what is there already, from an earlier installation, is kept.
configure() {
    step 'First settings, database and admin' 'Primera configuración, base de datos y administrador'
    key=${MAITRE_RETELL_WEBHOOK_KEYS:-}
    if [ -z "$key" ] && [ ! -f "$etc/maitre.toml" ]; then
        ask_secretly 'The Retell API key with the webhook badge (empty: later):' \
            'La clave API de Retell con la insignia de webhook (vacío: más tarde):'
        key=$answer
    fi
    set -- setup --config "$etc/maitre.toml" --data-dir "$data" --json
    [ -z "$domain" ] || set -- "$@" --public-url "https://$domain"
    if [ -n "$dry" ]; then
        run "$prefix/current/maitre" "$@"
        return
    fi
    [ -f "$etc/maitre.toml" ] || undo_with "rm -f '$etc/maitre.toml'"
    report=$(MAITRE_RETELL_WEBHOOK_KEYS=$key MAITRE_DATABASE_URL=$database MAITRE_RELEASES_URL=$downloads \
        MAITRE_TRUSTED_PROXIES=${domain:+127.0.0.1} "$prefix/current/maitre" "$@") ||
        fail 'The first settings could not be made.' 'No se pudo crear la primera configuración.'
    chown root:maitre "$etc/maitre.toml"
    chmod 640 "$etc/maitre.toml"
}

# told webhook_url: a text out of the report.
told() { printf '%s' "$report" | sed -n "s/.*\"$1\": *\"\\([^\"]*\\)\".*/\\1/p" | head -n 1; }
is_told() { printf '%s' "$report" | grep -q "\"$1\": *true"; }

# --- the service ---

connect() {
    step 'Setting the service up' 'Configurando el servicio'
    undo_with "'$prefix/current/maitre' service uninstall"
    run "$prefix/current/maitre" service install
}

# Caddy gets and renews the certificate by itself, and sends everything on to this machine's port 8080.
serve_https() {
    step "https://$domain with Caddy" "https://$domain con Caddy"
    if ! has caddy; then
        run env DEBIAN_FRONTEND=noninteractive apt-get update -qq
        run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends caddy
        undo_with 'DEBIAN_FRONTEND=noninteractive apt-get purge -y -qq caddy'
    fi
    undo_with 'systemctl reload-or-restart caddy || :'
    undo_with "rm -f '$caddy_site'"
    undo_with "sed -i '/^import maitre.caddy$/d' '$caddy_file'"
    run write_site
    run caddy validate --adapter caddyfile --config "$caddy_file" >/dev/null 2>&1 ||
        fail "Caddy does not take $caddy_file: caddy validate --config $caddy_file tells why." \
            "Caddy no acepta $caddy_file: caddy validate --config $caddy_file dice por qué."
    if systemd_runs; then run systemctl enable --quiet caddy && run systemctl reload-or-restart caddy; fi
    getent ahosts "$domain" >/dev/null || warn "$domain has no address yet: point it to this machine for the certificate." \
        "$domain aún no tiene dirección: apúntelo a esta máquina para el certificado."
}

write_site() {
    cat >"$caddy_site" <<SITE
# Written by Maitre's install.sh.
$domain {
	reverse_proxy 127.0.0.1:8080 {
		flush_interval -1
		transport http {
			keepalive 20s
		}
	}
}
SITE
    grep -qx 'import maitre.caddy' "$caddy_file" || printf '\nimport maitre.caddy\n' >>"$caddy_file"
}

start() {
    systemd_runs || return 0
    step 'Starting' 'Arrancando'
    run systemctl start maitre-backup.timer maitre-doctor.timer
    if [ -n "$report" ] && ! is_told webhook_key_set; then
        warn 'Not started yet: it has no Retell API key, so it could believe nobody.' \
            'Aún no se arranca: no tiene clave API de Retell y no podría creer a nadie.'
        return 0
    fi
    run systemctl start maitre.socket maitre.service
    run wait_until_well
}

wait_until_well() {
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
        if "$link" health >/dev/null 2>&1; then return 0; fi
        sleep 1
    done
    systemctl status --no-pager --lines 20 maitre.service >&2 || :
    fail 'It does not answer within 15 seconds; above is what it logged.' \
        'No responde en 15 segundos; arriba está su registro.'
}

examine() {
    step 'Having a look at it all (maitre doctor)' 'Revisándolo todo (maitre doctor)'
    run "$link" doctor || warn 'What is marked above is left to be done.' 'Queda por hacer lo marcado arriba.'
}

farewell() {
    [ -z "$dry" ] || return 0
    step 'Done' 'Hecho'
    say "Paste into Retell:
  Agent › Webhook URL             $(told webhook_url)
  Phone number › Inbound webhook  $(told inbound_url)
  Custom function › URL           $(told tools_url)" "Pegue en Retell:
  Agente › Webhook URL            $(told webhook_url)
  Número › Inbound webhook        $(told inbound_url)
  Función › URL                   $(told tools_url)"
    if [ -n "$(told admin_password)" ]; then
        say "
Admin     $(told admin_email)
Password  $(told admin_password)
Token     $(told admin_token)
Neither is kept anywhere, and they are not shown again." "
Administrador  $(told admin_email)
Contraseña     $(told admin_password)
Token          $(told admin_token)
No se guardan en ningún sitio, y no se vuelven a mostrar."
    fi
    next_commands
}

next_commands() {
    say '
Next:' '
A continuación:'
    if is_told webhook_key_set; then
        printf '  %s\n' 'maitre restaurant add --help' 'maitre retell provision --help' 'maitre console'
    else
        printf '  %s\n' "editor $etc/maitre.toml   # retell_webhook_keys = [\"…\"]" 'systemctl start maitre' 'maitre doctor'
    fi
}

# --- a machine with Maitre ---

# The installed program knows how: it makes a backup, tries the new one, and returns to what was there if that fails.
upgrade() {
    version=$(version_of "$file")
    if [ "$version" = "$(installed_version)" ]; then
        say "Maitre $version is installed already." "Maitre $version ya está instalado."
    else
        step "Upgrading $(installed_version) to $version" "Actualizando $(installed_version) a $version"
        run "$prefix/current/maitre" upgrade --prefix "$prefix" --from "$file" --yes
    fi
    examine
}

uninstall() {
    [ "$(id -u)" -eq 0 ] || [ -n "$dry" ] || fail 'It must be run by root.' 'Debe ejecutarlo root.'
    if [ -n "$purge" ] && [ -z "$yes$dry" ]; then
        ask "Settings, reservations and backups of this machine will be gone. Type \"purge\" to go on:" \
            'Se borrarán la configuración, las reservas y las copias de esta máquina. Escriba «purge» para seguir:'
        [ "$answer" = purge ] || fail 'Nothing was changed. Without a terminal, say --yes.' \
            'No se ha cambiado nada. Sin terminal, añada --yes.'
    fi
    step 'Taking the program away' 'Quitando el programa'
    if [ -x "$prefix/current/maitre" ]; then run "$prefix/current/maitre" service uninstall; fi
    if [ -f "$caddy_site" ]; then
        run rm -f "$caddy_site"
        run sed -i '/^import maitre.caddy$/d' "$caddy_file"
        if systemd_runs; then run systemctl reload-or-restart caddy || :; fi
    fi
    [ ! -L "$link" ] || run rm -f "$link"
    # What is ours in it, and no more: somebody may have said --prefix /usr/local.
    for part in releases current incoming upgrade.json .upgrade.lock; do run rm -rf "${prefix:?}/$part"; done
    [ ! -d "$prefix" ] || run rmdir --ignore-fail-on-non-empty "$prefix"
    run rm -rf "$cache"
    if [ -z "$purge" ]; then
        say "Gone. Settings are still in $etc, data in $data." "Quitado. La configuración sigue en $etc, los datos en $data."
        return
    fi
    for folder in "$etc" "$data"; do
        [ -e "$folder" ] || continue
        # Where it is a link, or a disk of its own, its contents are what is meant.
        run find "$folder/" -mindepth 1 -delete || warn "$folder could not be emptied." "$folder no se pudo vaciar."
        run rm -rf "$folder" || warn "$folder stays, empty." "$folder se queda, vacía."
    done
    if id maitre >/dev/null 2>&1; then run userdel maitre; fi
    say 'Gone, with settings and data.' 'Quitado, con la configuración y los datos.'
}

main "$@"
