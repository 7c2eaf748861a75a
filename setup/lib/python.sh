# The virtual environment: one for Odoo and the tests, a tiny one for the sandbox alone.

VENV=$STATE/venv
PYTHON=$VENV/bin/python

# make_venv FOLDER [OPTION…]: a virtual environment, made anew when Python or the options changed
make_venv() {
  local folder=$1 stamp
  shift
  stamp="$(python3 -c 'import sys; print(sys.version, sys.prefix)') $*"
  [[ -x $folder/bin/python && $(cat "$folder/.made" 2>/dev/null) == "$stamp" ]] && return
  rm -rf "$folder"
  logged venv python3 -m venv "$@" "$folder"
  echo "$stamp" >"$folder/.made"
}

# pip_install FOLDER NAME [FILE]: what setup/requirements-NAME.txt or the file lists, unless that is done already
pip_install() {
  local folder=$1 name=$2 file=${3:-$ROOT/setup/requirements-$2.txt} stamp
  stamp=$(cat "$file" "$ROOT/setup/constraints.txt" | sha256sum)
  [[ $(cat "$folder/.$name" 2>/dev/null) == "$stamp" ]] && return
  say "Installing Python packages ($name) …"
  logged "pip-$name" "$folder/bin/python" -m pip install --disable-pip-version-check -q -r "$file" -c "$ROOT/setup/constraints.txt"
  echo "$stamp" >"$folder/.$name"
}

# set_up_python NAME…: the environment with Odoo and what the add-ons need in it, and with each list of requirements
set_up_python() {
  local name
  need_packages certificates python
  find_odoo
  # shellcheck disable=SC2086
  make_venv "$VENV" $ODOO_VENV_OPTIONS
  pip_install "$VENV" addons "$ROOT/requirements.txt"
  for name in "$@"; do pip_install "$VENV" "$name"; done
  put_odoo_on_path
}
