# Odoo 19: the one of this machine, the one of ODOO_SOURCE, or Debian's, unpacked into the state folder.

ODOO_SERIES=19.
UNPACKED=$STATE/odoo
ODOO_VENV_OPTIONS=
ODOO_PATH=
ODOO_ADDONS=
ODOO_ID=

# find_odoo: sets ODOO_PATH (to put on the path of the virtual environment), ODOO_ADDONS (a further folder of
# add-ons, or nothing), ODOO_ID (changes when Odoo changes) and ODOO_VENV_OPTIONS
find_odoo() {
  [[ -z $ODOO_ID ]] || return 0
  if [[ -n ${ODOO_SOURCE:-} ]]; then
    use_source
  elif odoo_of_this_machine; then
    ODOO_VENV_OPTIONS=--system-site-packages
    say "Odoo: the one that python3 imports ($ODOO_ID)"
  else
    use_debian_archive
  fi
}

odoo_of_this_machine() {
  ODOO_ID=$(cd / && python3 -c 'import odoo.release as r; print(r.version)' 2>/dev/null)
  [[ $ODOO_ID == "$ODOO_SERIES"* ]] || { ODOO_ID=; return 1; }
}

use_source() {
  ODOO_PATH=$(cd "$ODOO_SOURCE" 2>/dev/null && pwd) || fail "ODOO_SOURCE=$ODOO_SOURCE is not a folder."
  [[ -f $ODOO_PATH/odoo/release.py ]] || fail "ODOO_SOURCE=$ODOO_SOURCE holds no odoo/release.py: name the top folder of an Odoo 19 checkout."
  ODOO_ID=$(cd "$ODOO_PATH/odoo" && python3 -c 'import release; print(release.version)')
  [[ $ODOO_ID == "$ODOO_SERIES"* ]] || fail "ODOO_SOURCE=$ODOO_SOURCE is Odoo $ODOO_ID; this needs Odoo 19."
  ODOO_ID+=" $(git -C "$ODOO_PATH" rev-parse HEAD 2>/dev/null || echo "$ODOO_PATH")"
  [[ ! -d $ODOO_PATH/addons/web ]] || ODOO_ADDONS=$ODOO_PATH/addons
  say "Odoo: $ODOO_PATH ($ODOO_ID)"
}

use_debian_archive() {
  if [[ ! -e $UNPACKED/.done ]]; then
    say "Odoo: unpacking the package of the Debian archive into the state folder …"
    need_space 4
    unpack_odoo
  fi
  ODOO_PATH=$UNPACKED/usr/lib/python3/dist-packages
  ODOO_ID=$(cat "$UNPACKED/.done")
}

unpack_odoo() {
  local archive=$STATE/apt deb
  command -v apt-get >/dev/null || fail "this machine has no apt-get to get Odoo with: name a checkout of Odoo 19 with ODOO_SOURCE=…"
  rm -rf "$UNPACKED" "$archive"
  mkdir -p "$UNPACKED" "$archive/lists/partial" "$archive/cache/archives/partial" "$archive/deb"
  write_sources >"$archive/sources.list"
  logged odoo-lists private_apt update -q -o APT::Update::Error-Mode=any
  logged odoo-download download_odoo "$archive/deb"
  for deb in "$archive"/deb/*.deb; do logged odoo-unpack dpkg -x "$deb" "$UNPACKED"; done
  finish_odoo
  (cd "$archive/deb" && echo odoo-19_*.deb) >"$UNPACKED/.done"
  rm -rf "$archive"
}

download_odoo() {
  local own
  own=$(release_name)
  cd "$1" && private_apt download -q \
    odoo-19/sid {fonts-montserrat,libjs-jquery,libjs-jquery-form,libjs-underscore}/sid \
    {fonts-roboto-unhinted,fonts-ocr-b,fonts-glyphicons-halflings}/sid \
    {fonts-font-awesome,fonts-inconsolata}/"$own"
}

release_name() { (. /etc/os-release && echo "${VERSION_CODENAME:-}"); }

# The archive's address is the one that this machine's own apt uses. Two fonts come from the machine's own release:
# the links of the package point at files that sid no longer has. A mirror may lag behind the week that sid's lists are
# valid for; what counts is the signature.
write_sources() {
  local address keyring suite own
  own=$(release_name)
  address=$(debian_address "$own")
  keyring=$(compgen -G '/usr/share/keyrings/debian-archive-keyring.*' | head -n 1)
  [[ -n $address && -n $keyring ]] || fail "this machine knows no Debian archive: name a checkout of Odoo 19 with ODOO_SOURCE=…"
  for suite in sid "$own"; do echo "deb [signed-by=$keyring check-valid-until=no] $address $suite main"; done
}

# debian_address CODENAME: where the machine's apt gets Debian from, also before it ever read the lists
debian_address() {
  local asked=(--format '$(REPO_URI)' 'Created-By: Packages')
  {
    apt-get indextargets "${asked[@]}" 'Origin: Debian' 'Label: Debian'
    apt-get indextargets "${asked[@]}" "Release: $1"
  } | head -n 1
}

private_apt() {
  local archive=$STATE/apt
  apt-get -o Dir::Etc::SourceList="$archive/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::State::Lists="$archive/lists" -o Dir::Cache="$archive/cache" \
    -o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none "$@"
}

finish_odoo() {
  local dangling stub
  # Debian leaves this file out for its licence; without it every page logs an error, and every tour fails on that.
  stub=$(find "$UNPACKED" -type d -path '*/mail/static/lib' | head -n 1)/selfie_segmentation
  mkdir -p "$stub"
  touch "$stub/selfie_segmentation.js"
  dangling=$(find "$UNPACKED" -xtype l | head -n 3)
  [[ -z $dangling ]] || fail "Odoo's package points at files that are not there: $dangling"
}

put_odoo_on_path() {
  local site
  site=$("$PYTHON" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  if [[ -n $ODOO_PATH ]]; then echo "$ODOO_PATH" >"$site/odoo-of-setup.pth"; else rm -f "$site/odoo-of-setup.pth"; fi
  "$PYTHON" -c 'import odoo.release' 2>"$LOGS/odoo-import.log" || fail_from_log "$LOGS/odoo-import.log"
}
