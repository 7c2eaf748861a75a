#!/usr/bin/env bash
# setup/translations.sh: bring every add-on's translation template and Chinese up to date with what it says.
#   What has no translation yet is left empty and listed; the exit status is 0 when there is none.
source "$(dirname "${BASH_SOURCE[0]}")/lib/load.sh"

set_up_translations() {
  need_packages certificates python postgresql
  set_up_python odoo test
  note_inputs
}

main() {
  local database
  set_up set_up_translations
  start_database
  set_up make_templates test install_addons
  database=$(database_name "translations_$$")
  at_exit drop_copy
  databases create "$database" "$(suite_template_name test)" || exit 1
  # The names of the add-ons are words of the command line.
  # shellcheck disable=SC2046
  logged translations-export odoo "$database" i18n export $(addon_names)
  "$PYTHON" "$ROOT/setup/lib/translations.py" "$ROOT"/addons/*/i18n/*.po
}

drop_copy() {
  local database
  database=$(database_name "translations_$$")
  databases drop "$database" >/dev/null 2>&1
  rm -f "$STATE/config/$database.conf"
}

main "$@"
