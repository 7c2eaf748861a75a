# Which parts of a test run a person asked for.

LIGHT=()          # parts that need no database
HEAVY=()          # parts that need one
declare -A PATHS  # what each part shall look at
FILES_A_PART=24   # more files than these become several parts, which run side by side

# select_parts SELECTION…: fills LIGHT, HEAVY and PATHS
select_parts() {
  local choice
  (($#)) || set -- lint plain install server odoo tours
  for choice in "$@"; do select_one "${choice%/}"; done
  ((${#LIGHT[@]} + ${#HEAVY[@]})) || fail "nothing to run: there is no test in $*."
}

select_one() {
  local addon
  case $1 in
    lint) for part in ruff oca imports pylint; do add_part light "$part"; done ;;
    plain | tests) add_part light plain tests ;;
    server) [[ ! -d $ROOT/tests/server ]] || add_part heavy server tests/server ;;
    upstream) for part in without with; do add_part heavy "upstream-$part"; done ;;
    install | odoo | tours | runner) for addon in $(addon_names); do add_part_of "$1" "$addon"; done ;;
    tests/server*) need_file "$1" && add_part heavy server "$1" ;;
    tests/*) need_file "$1" && add_part light plain "$1" ;;
    addons/*/*) need_file "$1" && add_part heavy "odoo-$(cut -d/ -f2 <<<"$1")" "$1" ;;
    *) select_addon "${1#addons/}" ;;
  esac
}

select_addon() {
  [[ -f $ROOT/addons/$1/__manifest__.py ]] ||
    fail "$1 is no selection: name lint, plain, server, install, odoo, tours, runner, upstream, an add-on, or a path below tests/ or addons/."
  add_part_of install "$1"
  add_part_of odoo "$1"
  add_part_of tours "$1"
}

# add_part_of KIND ADDON: that part of the add-on, if there is something in it
add_part_of() {
  local files=()
  case $1 in
    install) add_part heavy "install-$2"; return ;;
    runner) [[ ! -d $ROOT/addons/$2/tests ]] || add_part heavy "runner-$2"; return ;;
    odoo) mapfile -t files < <(test_files "$2" | grep -v /test_tour) ;;
    tours) mapfile -t files < <(test_files "$2" | grep /test_tour) ;;
  esac
  add_shares "$1-$2" "${files[@]}"
}

# add_shares PART FILE…: the part, or shares of it where its files are many; neighbours, which are often alike, are dealt out
add_shares() {
  local part=$1 number=0 shares file
  shift
  shares=$((($# + FILES_A_PART - 1) / FILES_A_PART))
  for file; do
    if ((shares > 1)); then add_part heavy "$part-$((number++ % shares + 1))" "$file"; else add_part heavy "$part" "$file"; fi
  done
}

test_files() { (cd "$ROOT" && compgen -G "addons/$1/tests/test_*.py"); }

need_file() { [[ -e $ROOT/${1%%::*} ]] || fail "there is no ${1%%::*}."; }

# add_part light|heavy PART PATH…: once, with all paths that were asked for
add_part() {
  local weight=$1 part=$2
  shift 2
  if [[ -z ${PATHS[$part]+known} ]]; then
    if [[ $weight == light ]]; then LIGHT+=("$part"); else HEAVY+=("$part"); fi
  fi
  PATHS[$part]="${PATHS[$part]:-} $*"
}
