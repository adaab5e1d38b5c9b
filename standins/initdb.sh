#!/bin/sh
# initdb.sh PROGRAMS FOLDER: sees to it that FOLDER holds a PostgreSQL cluster (data) and its password (password).
# The cluster is made aside and moved into place, so that an attempt cut short leaves none.
set -eu
umask 077
cd "$2"
# Until November 2026 the folder had the name of the volume.
if [ ! -d data ] && [ -d ../fever-postgres/data ]; then mv ../fever-postgres/data ../fever-postgres/password .; fi
[ -s password ] || od -An -N12 -tx1 /dev/urandom | tr -d ' \n' >password
[ -d data ] && exit
rm -rf data.unfinished
"$1/initdb" -D data.unfinished -U postgres --pwfile=password --auth=scram-sha-256 --encoding=UTF8 --locale=C --no-sync
mv data.unfinished data
