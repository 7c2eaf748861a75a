# Packages of the operating system: installed when we may, named when we may not.

# missing_packages COMMAND_NEEDS…: Debian packages that lack, of those that the named needs stand for
missing_packages() {
  local need
  for need in "$@"; do
    case $need in
      python) has_python || echo python3 python3-venv ;;
      postgresql) uses_foreign_server || [[ -n $(postgresql_bin) ]] || echo postgresql ;;
      chromium) has_browser || echo chromium ;;
      chinese) has_chinese_font || echo fonts-noto-cjk ;;
      certificates) [[ -e /etc/ssl/certs/ca-certificates.crt || ! -e /etc/debian_version ]] || echo ca-certificates ;;
    esac
  done | xargs
}

has_python() {
  python3 -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null
}

has_browser() {
  local name
  for name in google-chrome chromium chromium-browser google-chrome-stable; do
    command -v "$name" >/dev/null && return 0
  done
  return 1
}

has_chinese_font() {
  compgen -G '/usr/share/fonts/*/noto/NotoSansCJK*' >/dev/null || { command -v fc-list >/dev/null && [[ -n $(fc-list :lang=zh-cn) ]]; }
}

# need_packages NEED…: make sure that the machine has them
need_packages() {
  local missing
  missing=$(missing_packages "$@")
  [[ -z $missing ]] && return
  if ! is_root || ! command -v apt-get >/dev/null; then
    fail "an administrator has to install: apt-get install $missing$(server_hint "$missing")"
  fi
  say "Installing $missing …"
  # shellcheck disable=SC2086
  install_packages $missing
}

server_hint() {
  [[ $1 == *postgresql* ]] && echo "  (instead of postgresql, PGHOST, PGPORT, PGUSER and PGPASSWORD may name a server whose role may create databases)"
}

install_packages() {
  local no_cluster=/etc/postgresql-common/createcluster.d/purchase-1688.conf
  refresh_lists
  # Debian would make and start a server of its own; ours lives in the state folder.
  if [[ " $* " == *" postgresql "* ]]; then
    mkdir -p "${no_cluster%/*}"
    echo 'create_main_cluster = false' >"$no_cluster"
  fi
  logged apt-install env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
  rm -f "$no_cluster"
}

refresh_lists() { logged apt-update apt-get update -q -o APT::Update::Error-Mode=any; }
