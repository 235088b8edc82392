#!/bin/sh
# Runs a command for which each name in FROM_FILES is read from the file NAME_FILE: for programs that cannot do that themselves.
set -eu
for name in $FROM_FILES; do
  eval "path=\$${name}_FILE"
  value=$(cat "$path")
  export "$name=$value"
done
# Folders that it wants to find.
for folder in ${FOLDERS:-}; do mkdir -p "$folder"; done
exec "$@"
