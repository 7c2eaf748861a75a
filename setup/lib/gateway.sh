# The sandbox gateway: alone it has a small virtual environment of its own, beside Odoo it runs in Odoo's.

GATEWAY_VENV=$STATE/venv-sandbox
GATEWAY_PYTHON=$GATEWAY_VENV/bin/python
GATEWAY_PORT=8169

set_up_gateway() {
  need_packages certificates python
  make_venv "$GATEWAY_VENV"
  pip_install "$GATEWAY_VENV" sandbox
}

# check_gateway_port OPTION…: the port of --port, or the usual one, must be free
check_gateway_port() {
  local port=$GATEWAY_PORT
  while (($#)); do
    case $1 in --port) port=${2:-} ;; --port=*) port=${1#*=} ;; esac
    shift
  done
  [[ $port =~ ^[0-9]+$ ]] || fail "--port takes a number."
  [[ $port == 0 ]] || need_port "$port"
}

# serve_gateway OPTION…: in place of this shell or subshell, until it is interrupted
serve_gateway() {
  cd "$ROOT/addons/purchase_1688_sandbox" || exit 1
  exec "$GATEWAY_PYTHON" -m gateway "$@"
}
