#!/bin/sh
# Makes Tintype's own account in versitygw: it may make buckets and sees only those that it owns. Running it again changes nothing.
set -eu
ADMIN_ACCESS_KEY=$(cat "$ROOT/root-access-key")
ADMIN_SECRET_KEY=$(cat "$ROOT/root-secret-key")
export ADMIN_ACCESS_KEY ADMIN_SECRET_KEY
key=$(cat "$OWN/access-key-id")
# It takes the secret as an argument only: for a moment, users of the machine can see it in the list of processes.
versitygw admin list-users | grep -q "$key" ||
  versitygw admin create-user --access "$key" --secret "$(cat "$OWN/secret-access-key")" --role userplus
