# Template databases: made once, kept until something changes that they are made of, copied in a second.

DATA=$STATE/data
export PURCHASE_1688_STATE=$STATE
KEPT=()
INPUTS=

addons() { "$PYTHON" "$ROOT/setup/lib/addons.py" "$@"; }

databases() { "$PYTHON" "$ROOT/setup/lib/databases.py" "$@"; }

# database_name WHAT: on a server that others use as well, the name says whose it is
database_name() {
  local owner=
  ! uses_foreign_server || owner=$(hash_of "$STATE" | cut -c1-6)_
  echo "purchase_1688_$owner$1"
}

# write_config FILE DATABASE [LINE…]: a configuration of Odoo for one database
write_config() {
  local file=$1 database=$2
  shift 2
  {
    echo '[options]'
    echo "addons_path = ${ODOO_ADDONS:+$ODOO_ADDONS,}$ROOT/addons"
    echo "data_dir = $DATA"
    echo "db_name = $database"
    echo "db_host = $PGHOST"
    echo "db_replica_host = $PGHOST"
    echo 'http_interface = 127.0.0.1'
    echo 'list_db = False'
    printf '%s\n' "$@"
  } >"$file"
}

# odoo DATABASE COMMAND [OPTION…]: one run of Odoo's own command line
odoo() {
  local config=$STATE/config/$1.conf command=$2
  mkdir -p "$STATE/config"
  [[ -e $config ]] || write_config "$config" "$1" 'max_cron_threads = 0'
  shift 2
  (cd / && "$PYTHON" -m odoo "$command" "$@" -c "$config")
}

install_modules() { odoo "$1" server -i "$2" --stop-after-init --no-http "${@:3}"; }

# make_database NAME SOURCE COMMAND…: unless it is there, copy it from a source (or -) and run the command on it
make_database() {
  local name=$1 source=$2
  shift 2
  KEPT+=("$name")
  databases exists "$name" && return
  need_space 2
  if [[ $source == - ]]; then databases create "$name"; else databases create "$name" "$source"; fi || exit 1
  rm -f "$STATE/config/$name.conf"
  "$@"
  databases finish "$name"
}

# odoo_template KIND MODULES PARENT [OPTION…]: Odoo's own modules, installed on top of a smaller set; prints nothing
odoo_template() {
  local kind=$1 modules=$2 parent=$3 source=-
  shift 3
  [[ $parent == - ]] || source=$(odoo_template_name "$kind" "$parent")
  make_database "$(odoo_template_name "$kind" "$modules")" "$source" install_odoo_modules "$kind" "$modules" "$@"
}

odoo_template_name() { database_name "${1}_odoo_$(hash_of "$ODOO_ID" "$2")"; }

install_odoo_modules() {
  local name
  name=$(odoo_template_name "$1" "$2")
  say "Template: Odoo with ${2//,/, } …"
  logged "template-$1" install_modules "$name" "base,$2" "${@:3}"
}

# note_inputs: from here on a template's name stays what it is, also when somebody edits an add-on meanwhile
note_inputs() { INPUTS=$(addons inputs); }

# suite_template_name KIND: all our add-ons on top of what they need
suite_template_name() { database_name "${1}_suite_$(hash_of "$ODOO_ID" "$(addons needs)" "$INPUTS")"; }

# Pages need their bundles; made here, they are made once instead of in each first browser test.
make_bundles() { logged bundles odoo "$1" shell --no-http --log-level=warn <"$ROOT/setup/lib/bundles.py"; }

# install_addons DATABASE: an installer for make_templates; all add-ons, and the pages' bundles
install_addons() {
  say "Template: all add-ons …"
  logged addons-install install_modules "$1" "$(addon_names | paste -sd,)"
  make_bundles "$1"
}

# make_templates KIND INSTALLER [OPTION…]: a template for each set of Odoo's modules that an add-on needs, made with these
# options, and on the largest of them, by INSTALLER DATABASE, one with all add-ons
make_templates() {
  local kind=$1 installer=$2 modules parent name
  name=$(suite_template_name "$kind")
  while read -r modules parent; do odoo_template "$kind" "$modules" "$parent" "${@:3}"; done < <(addons plan)
  make_database "$name" "$(odoo_template_name "$kind" "$(addons needs)")" "$installer" "$name"
  drop_old_templates "$kind"
}

# drop_old_templates KIND: those that nothing names any more
drop_old_templates() { databases drop-like "$(database_name "$1")_(odoo|suite)_.*" "${KEPT[@]}"; }

# log_complaints FILE: lines that a clean start does not write
log_complaints() { grep -E '^[0-9-]+ [0-9:,]+ [0-9]+ (WARNING|ERROR|CRITICAL) ' "$1"; }

# export_places: what tests and benchmarks need to start Odoo servers and gateways of their own
export_places() {
  export PURCHASE_1688_PYTHON=$PYTHON
  export PURCHASE_1688_ADDONS_PATH=${ODOO_ADDONS:+$ODOO_ADDONS,}$ROOT/addons
  export PURCHASE_1688_SANDBOX_DIR=$ROOT/addons/purchase_1688_sandbox
  export PURCHASE_1688_TEMPLATE
  PURCHASE_1688_TEMPLATE=$(suite_template_name test)
}
