#!/bin/sh
# Maitre @VERSION@ for Linux on @MACHINE@: this script and, behind its last line, the program, packed.
#
# It unpacks itself once, into a folder named after its contents, and runs from there. `unpack DIR` writes that folder
# where you want it and runs nothing. Needs what Debian calls essential: sh, coreutils, findutils, tar, gzip, util-linux.
set -eu

version=@VERSION@
sum=@SUM@
start=@START@
room_kb=@ROOM_KB@
file=$0

fail() {
    echo "maitre: $*" >&2
    exit 1
}

packed() { tail -c "+$start" -- "$file"; }

# Ours alone to write, and programs may run there: else another user's code would run as us, or nothing at all.
is_ours() {
    [ -d "$1" ] && [ -n "$(find "$1/." -maxdepth 0 -uid "$(id -u)" ! -perm /022)" ]
}

is_usable() {
    is_ours "$1" && [ -w "$1" ] || return 1
    probe=$1/.probe.$$
    (umask 077 && : >"$probe") 2>/dev/null && chmod 700 "$probe" || return 1
    may=0
    [ -x "$probe" ] || may=1
    rm -f "$probe"
    return "$may"
}

# Whole or not at all, and on the disk before it has its name. The sum is taken while tar is at work.
write_into() {
    target=$1
    parent=$(dirname -- "$target")
    free_kb=$(df -Pk -- "$parent" | awk 'END { print $4 }' 2>/dev/null) || free_kb=''
    [ "${free_kb:-$room_kb}" -ge "$room_kb" ] || fail "$parent has $free_kb KB left, and $room_kb KB are needed"
    fresh=$parent/.maitre.$$
    trap 'rm -rf "$fresh" "$fresh.sum"' EXIT
    trap 'exit 130' INT TERM HUP
    rm -rf "$fresh" && mkdir -m 700 "$fresh"
    packed | sha256sum >"$fresh.sum" &
    summing=$!
    packed | tar -xzp --no-same-owner -f - -C "$fresh" || fail "$file could not be unpacked into $parent"
    wait "$summing"
    [ "$(cat "$fresh.sum")" = "$sum  -" ] || fail "$file is damaged: its contents do not have the checksum they should"
    chmod 755 "$fresh"
    sync -f "$fresh"
    # Another one may have been faster: its folder has the same contents.
    mv -T "$fresh" "$target" 2>/dev/null || [ -x "$target/maitre" ] || fail "$target could not be written"
    rm -rf "$fresh" "$fresh.sum"
    trap - EXIT INT TERM HUP
}

# What is in use is locked, see `run`; of the others none is kept.
forget_others() {
    for other in "$1"/*-*/; do
        [ "${other%/}" = "$2" ] || [ ! -x "$other/maitre" ] || flock -n "$other" rm -rf "$other" || true
    done
}

# The lock lasts as long as the program: exec hands it on.
run() {
    folder=$1/$version-$sum
    shift
    [ -x "$folder/maitre" ] && is_ours "$folder" || return 0
    exec 9<"$folder"
    flock -s 9
    [ -x "$folder/maitre" ] || return 0 # forgotten by another version just now
    unset MAITRE_UNPACK_DIR
    exec "$folder/maitre" "$@"
}

case ${1-} in
    -V | --version)
        [ $# -eq 1 ] && echo "maitre $version" && exit 0
        ;;
    unpack)
        [ $# -eq 2 ] || { echo "usage: $0 unpack DIR" >&2 && exit 2; }
        [ ! -e "$2" ] || fail "$2 is there already"
        mkdir -p -- "$(dirname -- "$2")"
        write_into "$2"
        exit 0
        ;;
esac

# One that systemd made for the service comes before the user's own.
if [ -n "${MAITRE_UNPACK_DIR-}" ]; then
    set -- "$MAITRE_UNPACK_DIR" '' '' '' "$@"
else
    own=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}
    CACHE_DIRECTORY=${CACHE_DIRECTORY-}
    set -- "${CACHE_DIRECTORY%%:*}" /var/cache/maitre "${own:+$own/maitre}" '' "$@"
fi
one=$1 two=$2 three=$3
shift 4
[ -z "$three" ] || [ -d "$three" ] || (umask 077 && mkdir -p -- "$three") 2>/dev/null || three=''
[ -z "${MAITRE_UNPACK_DIR-}" ] || [ -d "$one" ] || (umask 077 && mkdir -p -- "$one") 2>/dev/null || true

for place in "$one" "$two" "$three"; do
    [ -z "$place" ] || ! is_ours "$place" || run "$place" "$@"
done
for place in "$one" "$two" "$three"; do
    if [ -n "$place" ] && is_usable "$place"; then
        write_into "$place/$version-$sum"
        forget_others "$place" "$place/$version-$sum"
        run "$place" "$@"
    fi
done
fail "nowhere to unpack: set MAITRE_UNPACK_DIR to a folder that only you write to, on a disk where programs may run"
