#!/bin/sh
# Says what this machine has, what it lacks, and which mode Fever runs in. Changes nothing.
set -u
cd "$(dirname "$0")/.."

row() { printf '  %-12s %s\n' "$1" "$2"; }
first() { for f in "$@"; do [ -e "$f" ] && { printf '%s' "$f"; return; }; done; }
version() { "$@" 2>/dev/null | head -n 1; }

echo "Tools"
row dotnet "$(dotnet --version 2>/dev/null || echo 'missing or older than global.json asks for: install the .NET 10 SDK')"
row npm "$(version npm --version | grep . || echo 'missing: install Node.js 18 or later (brings PostgreSQL and the dashboard)')"
row setpriv "$(version setpriv --version | grep . || echo 'missing: install util-linux (children of the stand-in AppHost die with it through setpriv)')"

engine=none
for candidate in docker podman; do
    if command -v $candidate >/dev/null && $candidate info >/dev/null 2>&1; then engine=$candidate; break; fi
done
row containers "$([ $engine = none ] && echo 'no running engine (only the real Aspire needs one)' || echo "$engine runs")"

echo "Stand-ins"
cache=${NUGET_PACKAGES:-$HOME/.nuget/packages}
found() { standins/programs.sh "$1" | grep . || echo "$2"; }
row PostgreSQL "$(found postgres 'no version 18 installed or fetched: run make setup')"
row Redis "$(found redis "$(first "$cache"/garnet-server/*/tools/net*/any/GarnetServer.dll | grep . || echo 'garnet-server not restored yet: it comes with the first build')")"
row dashboard "$(found dashboard 'not unpacked: run make setup (Fever runs without it)')"

echo "Mode"
aspire=$(sed -n 's:.*<AspireVersion>\(.*\)</AspireVersion>.*:\1:p' standins/Mode.props)
if [ -n "${UseStandIns:-}" ]; then
    row Aspire "UseStandIns=$UseStandIns in the environment decides"
elif [ -f "standins/.tools/real-aspire-$aspire" ]; then
    row Aspire "real $aspire: make setup restored it ($([ $engine = none ] && echo 'but no container engine runs: start one, or set UseStandIns=true' || echo "containers by $engine"))"
elif [ -f "standins/.tools/no-real-aspire-$aspire" ]; then
    row Aspire "stand-ins: Aspire $aspire could not be restored (standins/.tools/real-aspire.log); to try again: rm standins/.tools/no-real-aspire-$aspire && make setup"
else
    row Aspire "stand-ins: Aspire $aspire has not been restored ($([ $engine = none ] && echo 'no container engine runs' || echo 'make setup tries'))"
fi
