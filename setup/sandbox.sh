#!/usr/bin/env bash
# setup/sandbox.sh [--port N] [--seed N] [--speed N] [--state FILE]: serve the sandbox gateway alone, without Odoo.
# It prints its address, an app key, secret and token to use, and serves until Ctrl-C. Its world is kept in the state folder
# unless FILE is named. Further options go to the gateway (--help lists them).
source "$(dirname "${BASH_SOURCE[0]}")/lib/load.sh"
source "$ROOT/setup/lib/gateway.sh"

main() {
  local word
  for word in "$@"; do
    case $word in -h | --help) sed -n '2,4s/^# \{0,1\}//p' "$0" ;; esac
  done
  set_up set_up_gateway
  check_gateway_port "$@"
  [[ " $* " == *" --state"* ]] || set -- "$@" --state "$STATE/sandbox.sqlite"
  serve_gateway "$@"
}

main "$@"
