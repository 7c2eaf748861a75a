#!/usr/bin/env bash
# setup/test.sh [SELECTION…]: set up what the tests need, then run them; without a selection all but the two extras.
#   lint | plain | server | install | odoo | tours   one kind of test
#   ADDON                                            everything of one add-on
#   tests/… | addons/…                               the tests of a file or folder, also FILE::CLASS::TEST
#   runner                                           extra: the add-ons' tests under Odoo's own runner
#   upstream                                         extra: Odoo's own tests, without and with the add-ons
# The last line is "N passed, N failed, N skipped"; the exit status is 0 when something passed and nothing failed.
source "$(dirname "${BASH_SOURCE[0]}")/lib/load.sh"
source "$ROOT/setup/lib/select.sh"
source "$ROOT/setup/lib/parts.sh"

JOBS=2
FINISHED=
declare -A RUNNING=()  # part by process

# --- templates

# The add-ons together; a complaint counts as a failed test, but the other tests still run.
install_suite() {
  say "Template: all add-ons …"
  verdict install-together install_quietly "$1" "$(addon_names | paste -sd,)"
  make_bundles "$1"
}

# copy_for PART: the database that the part works on
copy_for() {
  case $1 in
    install-*) copy_database "$1" "$(odoo_template_name test "$(addons needs "${1#*-}")")" ;;
    odoo-* | tours-* | runner-* | server) copy_database "$1" "$(suite_template_name test)" ;;
    upstream-*) copy_database "$1" ;;
  esac
}

# --- the run

# run_part PART: one part, its output and time kept for the report
run_part() {
  local began=$SECONDS
  # The paths are words without blanks; an add-on's name never holds a dash.
  # shellcheck disable=SC2086
  "part_${1%%-*}" "${1#*-}" ${PATHS[$1]} >"$RUN/$1.out" 2>&1
  echo $((SECONDS - began)) >"$RUN/$1.seconds"
}

run_light_parts() {
  local part
  for part in "${LIGHT[@]}"; do run_part "$part"; done
}

start_light_parts() {
  ((${#LIGHT[@]})) || return 0
  start_child "$RUN/light" run_light_parts
  RUNNING[$CHILD]=light
}

run_heavy_parts() {
  local part
  for part in "${HEAVY[@]}"; do
    copy_for "$part"
    while ((${#RUNNING[@]} >= JOBS)); do await_part; done
    start_child "$RUN/$part" run_part "$part"
    RUNNING[$CHILD]=$part
  done
}

# await_part: wait until one process ends, and tell what it found
await_part() {
  local child part
  wait -n -p child "${!RUNNING[@]}"
  part=${RUNNING[$child]}
  unset "RUNNING[$child]"
  forget_child "$child"
  if [[ $part == light ]]; then
    for part in "${LIGHT[@]}"; do report "$part"; done
  else
    report "$part"
  fi
}

# report PART: its figures; what it printed only when it did not just pass
report() {
  local passed failed skipped
  # Died without a word: that is a failure.
  [[ -s $RUN/$1.counts ]] || echo 0 1 0 >"$RUN/$1.counts"
  read -r passed failed skipped <"$RUN/$1.counts"
  cp "$RUN/$1.out" "$LOGS/part-$1.log" 2>/dev/null
  ((failed + skipped == 0)) || cat "$RUN/$1" "$RUN/$1.out" 2>/dev/null
  printf '  %-34s %4d passed %3d failed %3d skipped %5s s\n' "$1" "$passed" "$failed" "$skipped" "$(cat "$RUN/$1.seconds" 2>/dev/null)"
}

# A run that does not come to its end says so in the same words.
unfinished() { [[ -n $FINISHED ]] || say "0 passed, 1 failed, 0 skipped"; }

summary() {
  local passed failed skipped
  read -r passed failed skipped <<<"$("$PYTHON" "$ROOT/setup/lib/count.py" sum "$RUN")"
  say "The whole run took $((SECONDS - START_SECONDS)) s."
  FINISHED=1
  clean_up
  trap - EXIT
  say "$passed passed, $failed failed, $skipped skipped"
  ((failed == 0 && passed > 0))
}

set_up_tests() {
  local needs=(certificates python)
  ((${#HEAVY[@]} == 0)) || needs+=(postgresql chromium chinese)
  need_packages "${needs[@]}"
  set_up_python odoo test lint
  note_inputs
}

main() {
  case ${1:-} in -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
  cd "$ROOT" || exit 1
  select_parts "$@"
  at_exit unfinished
  mkdir -p "$RUN"
  at_exit drop_run
  set_up set_up_tests
  export_places
  start_light_parts
  if ((${#HEAVY[@]})); then
    start_database
    at_exit drop_leftovers
    set_up make_templates test install_suite
    run_heavy_parts
  fi
  while ((${#RUNNING[@]})); do await_part; done
  summary
}

main "$@"
