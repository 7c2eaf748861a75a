# The parts of a test run. part_KIND ADDON PATH… leaves the figures of the part in $RUN/KIND[-ADDON].counts, "passed failed
# skipped", and prints what there is to read.

RUN=$STATE/run/test-$$
LEFTOVERS=()

# --- parts that need no database

part_ruff() { verdict ruff "$VENV/bin/ruff" check --no-cache .; }

part_pylint() { verdict pylint "$VENV/bin/pylint" --rcfile=.pylintrc-mandatory addons/*; }

part_oca() { verdict oca oca_checks; }

# Its pretty format empties translations that equal the text (1688, SKU); kept, they tell that somebody looked.
oca_checks() {
  local translations rc=0
  "$VENV/bin/oca-checks-odoo-module" addons/*/__manifest__.py || rc=1
  mapfile -t translations < <(compgen -G 'addons/*/i18n/*.po*')
  [[ ${#translations[@]} == 0 ]] || "$VENV/bin/oca-checks-po" --disable=po-pretty-format "${translations[@]}" || rc=1
  return $rc
}

part_imports() { verdict imports import_rules; }

import_rules() { (cd addons && "$VENV/bin/lint-imports" --no-cache --config ../.importlinter); }

# verdict PART COMMAND…: one check, which passes or fails as a whole
verdict() {
  local part=$1
  shift
  if "$@"; then echo 1 0 0 >"$RUN/$part.counts"; else echo 0 1 0 >"$RUN/$part.counts"; fi
}

# Plain pytest, without Odoo.
part_plain() { run_pytest plain -p no:odoo --ignore=tests/server "${@:2}"; }

# --- parts that work on copies of a template database

# Tests that commit for good and kill the processes that do: a database of their own.
part_server() { ODOO_RC=$(test_config server) run_pytest server -p no:odoo "${@:2}"; }

# Tests of one add-on through pytest-odoo, its browser tours apart.
part_odoo() { ODOO_RC=$(test_config "odoo-$1") run_pytest "odoo-$1" --odoo-http "${@:2}"; }

part_tours() { ODOO_RC=$(test_config "tours-$1") run_pytest "tours-$1" --odoo-http "${@:2}"; }

# The same tests under Odoo's own runner.
part_runner() { own_runner "runner-$1" "/$1"; }

# Odoo's own tests of what we extend, without and with our add-ons. They run while everything is installed: many of them
# need a database that holds no more than what is loaded when their turn comes.
part_upstream() {
  local tested=purchase,purchase_stock,stock,purchase_requisition,sale_purchase_stock modules
  modules=$tested,$(addons needs)
  [[ $1 == without ]] || modules+=,$(addon_names | paste -sd,)
  own_runner "upstream-$1" "/${tested//,/,/}" -i "$modules"
}

# The add-on alone, on a database that has what it needs and nothing else.
part_install() { verdict "install-$1" install_quietly "$(run_database "install-$1")" "$1"; }

# install_quietly DATABASE ADDONS: install; a warning is a failure
install_quietly() {
  local log=$LOGS/install-${2//,/-}.log
  install_modules "$1" "$2" >"$log" 2>&1 || { tail -n 30 "$log"; return 1; }
  ! log_complaints "$log"
}

# --- what they share

run_database() { database_name "run_$$_${1//-/_}"; }

# copy_database PART [TEMPLATE]: a copy for one part, or an empty database, which goes when this command ends
copy_database() {
  local name
  name=$(run_database "$1")
  LEFTOVERS+=("$name")
  databases create "$name" "${@:2}" || exit 1
}

drop_leftovers() {
  local name
  for name in "${LEFTOVERS[@]}"; do
    databases drop "$name" >/dev/null 2>&1
    rm -f "$STATE/config/$name.conf"
  done
}

drop_run() { rm -rf "$RUN"; }

test_config() {
  local database file
  database=$(run_database "$1")
  file=$STATE/config/$database.conf
  mkdir -p "$STATE/config"
  write_config "$file" "$database" 'max_cron_threads = 0' "screenshots = $STATE/screenshots" "dbfilter = ^$database\$"
  echo "$file"
}

# run_pytest PART OPTION…: its exit status is in the report
run_pytest() {
  local part=$1
  shift
  "$PYTHON" -m pytest -q -p no:cacheprovider --junitxml="$RUN/$part.xml" "$@"
  "$PYTHON" "$ROOT/setup/lib/count.py" junit "$RUN/$part.xml" >"$RUN/$part.counts"
}

# own_runner PART TAGS [OPTION…]
own_runner() {
  local log=$LOGS/$1.log
  odoo "$(run_database "$1")" server --test-tags "$2" --stop-after-init --http-port 0 \
    --screenshots "$STATE/screenshots" "${@:3}" >"$log" 2>&1
  grep -E ' (ERROR|CRITICAL) | FAIL: | ERROR: ' "$log" | head -n 40
  "$PYTHON" "$ROOT/setup/lib/count.py" log "$log" >"$RUN/$1.counts"
}
