#!/bin/sh
# Makes Tintype's own key in MinIO and ties it to Tintype's policy. Running it again changes nothing.
set -eu
export MC_HOST_store="http://$(cat "$ROOT/root-user"):$(cat "$ROOT/root-password")@$STORE"
key=$(cat "$OWN/access-key-id")
mc admin policy create store tintype "$ROOT/policy.json"
# Not as arguments, which every user of the machine sees.
printf '%s\n' "$key" "$(cat "$OWN/secret-access-key")" | mc admin user add store
# It fails when the policy is attached already.
mc admin policy attach store tintype --user "$key" || mc admin user info store "$key" | grep -q 'tintype'
