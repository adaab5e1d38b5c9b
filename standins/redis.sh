#!/bin/sh
# redis.sh FOLDER DOTNET GARNET: becomes an installed Redis or Valkey, else Garnet, with the settings of FOLDER/redis.conf.
set -eu
program=$("$(dirname "$0")/programs.sh" redis)
cd "$1"
if [ -n "$program" ]; then
    exec "$program" redis.conf --bind 127.0.0.1 --save '' --maxmemory 64mb --maxmemory-policy allkeys-lru
fi
# The server collector would take a heap for each core; and idle threads would spin, longer than a command takes, on
# cores that others need.
export DOTNET_gcServer=0 DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=0
exec "$2" "$3" --config-import-path redis.conf --config-import-format RedisConf --auth Password --bind 127.0.0.1 --memory 64m --index 8m -q
