#!/usr/bin/env bash
# setup/bench.sh NAME [OPTION…]: set up what a measurement needs, then run setup/bench/NAME.py with the options.
# Without a NAME it lists them. A measurement makes its own databases from the template that PURCHASE_1688_TEMPLATE names.
source "$(dirname "${BASH_SOURCE[0]}")/lib/load.sh"

list_benches() {
  local file
  for file in "$ROOT"/setup/bench/*.py; do
    [[ -e $file ]] || continue
    printf '  %-12s %s\n' "$(basename "$file" .py)" "$(sed -n '1s/^"""//;1s/"""$//;1p' "$file")"
  done
}

set_up_bench() {
  need_packages certificates python postgresql
  set_up_python odoo test
  note_inputs
}

main() {
  local bench=$ROOT/setup/bench/${1:-}.py
  if [[ ! -f $bench ]]; then
    say "Name one of these:"
    list_benches
    exit 2
  fi
  set_up set_up_bench
  start_database
  set_up make_templates test install_addons
  export_places
  "$PYTHON" "$bench" "${@:2}"
}

main "$@"
