#!/bin/sh
# Prints the connection string of the database that runs on DATA_DIR, for tools beside the running app.
set -eu
here=$(dirname "$0")
aspire=$(sed -n 's:.*<AspireVersion>\(.*\)</AspireVersion>.*:\1:p' "$here/Mode.props")
if [ -f "$here/.tools/real-aspire-$aspire" ]; then
    echo "connection: Fever runs on the real Aspire; its dashboard shows the connection string with the resource feverdb" >&2
    exit 1
fi
folder=${DATA_DIR:-$here/../.data}/postgres
if ! port=$(sed -n 4p "$folder/data/postmaster.pid" 2>/dev/null) || [ -z "$port" ]; then
    echo "connection: no database is running in $folder (start it with make run, or set DATA_DIR)" >&2
    exit 1
fi
echo "Host=127.0.0.1;Port=$port;Username=postgres;Password=$(cat "$folder/password");Database=feverdb"
