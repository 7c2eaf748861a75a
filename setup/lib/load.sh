# Loads all of setup/lib, in order. Sourced by the commands.
set -uo pipefail
umask 022
for part in common system odoo python postgresql template; do
  # shellcheck source=/dev/null
  source "$(dirname "${BASH_SOURCE[0]}")/$part.sh"
done
unset part
# What Python compiles is kept with the state, once for all that is started, and nowhere else.
export PYTHONPYCACHEPREFIX=$STATE/pycache
unset PYTHONDONTWRITEBYTECODE
