#!/usr/bin/env bash
# setup/demo.sh [--once] [--reset] [--port N] [--gateway-port N]: a running system, from nothing.
#   It sets everything up, runs the main job once over Odoo's external API, and keeps serving until Ctrl-C.
#   --once            stop after the main job; the exit status says whether it went well
#   --reset           forget the demo database and the sandbox's world, and begin again
#   --port N          of Odoo (8069)
#   --gateway-port N  of the sandbox gateway (8169)
source "$(dirname "${BASH_SOURCE[0]}")/lib/load.sh"
source "$ROOT/setup/lib/gateway.sh"

ONCE=
RESET=
PORT=8069
FRESH=
DEMO=$STATE/demo

parse() {
  while (($#)); do
    case $1 in
      --once) ONCE=1 ;;
      --reset) RESET=1 ;;
      --port) PORT=${2:-}; shift ;;
      --port=*) PORT=${1#*=} ;;
      --gateway-port) GATEWAY_PORT=${2:-}; shift ;;
      --gateway-port=*) GATEWAY_PORT=${1#*=} ;;
      -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
      *) fail "$1 is no option; --help lists them." ;;
    esac
    shift
  done
  [[ $PORT =~ ^[0-9]+$ ]] || fail "--port takes a number."
  [[ $GATEWAY_PORT =~ ^[0-9]+$ ]] || fail "--gateway-port takes a number."
  need_port "$PORT" --port
  need_port "$GATEWAY_PORT" --gateway-port
}

# --- what there is before anything is served

set_up_demo() {
  need_packages certificates python postgresql chinese
  set_up_python odoo
  note_inputs
}

install_demo_suite() {
  say "Template: all add-ons, with demo data and Chinese …"
  logged demo-language odoo "$1" i18n loadlang -l zh_CN
  logged demo-install install_modules "$1" "$(addon_names | paste -sd,)"
  make_bundles "$1"
}

# The database of the demo: the one of last time, brought up to date when the add-ons changed, or a new one.
make_demo_database() {
  local template
  template=$(suite_template_name demo)
  DATABASE=$(database_name demo)
  [[ -z $RESET ]] || { databases drop "$DATABASE"; rm -rf "$DEMO"; }
  mkdir -p "$DEMO"
  if ! databases exists "$DATABASE"; then
    make_templates demo install_demo_suite --with-demo
    new_demo_database "$template"
  elif [[ $(cat "$DEMO/made-of" 2>/dev/null) != "$template" ]]; then
    say "Reusing the database $DATABASE; the add-ons changed, so they are updated …"
    demo_config
    logged demo-update odoo "$DATABASE" server -u "$(addon_names | paste -sd,)" --stop-after-init --no-http
  else
    say "Reusing the database $DATABASE and the sandbox's world (--reset begins again)"
  fi
  echo "$template" >"$DEMO/made-of"
}

new_demo_database() {
  say "Making the database $DATABASE"
  rm -f "$DEMO"/sandbox.sqlite*
  databases create "$DATABASE" "$1" || exit 1
  databases finish "$DATABASE"
  FRESH=1
}

demo_config() {
  mkdir -p "$STATE/config"
  write_config "$STATE/config/$DATABASE.conf" "$DATABASE" "http_port = $PORT" "max_cron_threads = 2" "dbfilter = ^$DATABASE\$"
}

# --- serving

start_gateway() {
  GATEWAY_PYTHON=$PYTHON
  start_child "$LOGS/demo-gateway.log" serve_gateway --port "$GATEWAY_PORT" --state "$DEMO/sandbox.sqlite"
  GATEWAY=$CHILD
  await "$GATEWAY" "$LOGS/demo-gateway.log" gateway_is_ready
  gateway_facts >"$DEMO/gateway.json"
  say "Sandbox gateway: http://127.0.0.1:$GATEWAY_PORT"
}

gateway_facts() { grep -m 1 '^{"ready": true' "$LOGS/demo-gateway.log"; }

gateway_is_ready() { gateway_facts >/dev/null; }

start_odoo() {
  demo_config
  start_child "$LOGS/demo-odoo.log" env ODOO_NOTIFY_CRON_CHANGES=1 "$PYTHON" -m odoo server -c "$STATE/config/$DATABASE.conf"
  SERVER=$CHILD
  await "$SERVER" "$LOGS/demo-odoo.log" odoo_is_ready
  say "Odoo: http://127.0.0.1:$PORT"
}

odoo_is_ready() {
  "$PYTHON" - "$PORT" <<<'import sys, urllib.request as u; u.urlopen(f"http://127.0.0.1:{sys.argv[1]}/web/health", timeout=5)' 2>/dev/null
}

# await CHILD LOG CHECK: until the check passes; a child that ended or says nothing for a minute is a failure
await() {
  local _
  for _ in {1..300}; do
    "$3" && return
    kill -0 "$1" 2>/dev/null || fail_from_log "$2"
    sleep 0.2
  done
  fail "a server does not answer; its log is $2"
}

run_scenario() {
  "$PYTHON" "$ROOT/setup/scenario.py" --url "http://127.0.0.1:$PORT" --database "$DATABASE" --gateway "$DEMO/gateway.json" "$@"
}

# Serve until Ctrl-C, or until one of the two dies.
keep_serving() {
  run_scenario --explain
  say "Ctrl-C stops it all. Up after $((SECONDS - START_SECONDS)) s."
  wait -n "$SERVER" "$GATEWAY"
  kill -0 "$SERVER" 2>/dev/null || fail_from_log "$LOGS/demo-odoo.log"
  fail_from_log "$LOGS/demo-gateway.log"
}

main() {
  local rc=0
  parse "$@"
  hold demo -n || fail "a demo of this folder runs already; stop it first, or name another folder with PURCHASE_1688_STATE."
  set_up set_up_demo
  start_database
  set_up make_demo_database
  start_gateway
  start_odoo
  run_scenario --follow ${FRESH:+--new} || fail "the demo's account does not take the sandbox's address; the server's log is $LOGS/demo-odoo.log"
  [[ -z $FRESH && -z $ONCE ]] || run_scenario || rc=1
  [[ -n $ONCE ]] || keep_serving
  return $rc
}

main "$@"
