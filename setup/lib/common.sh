# Folders, words, children and locks that all commands share. Sourced by them, never run.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
STATE=${PURCHASE_1688_STATE:-$ROOT/.state}
STATE=$(mkdir -p "$STATE" 2>/dev/null && cd "$STATE" && pwd) || {
  echo "error: cannot make the folder ${PURCHASE_1688_STATE:-$ROOT/.state}; name another one with PURCHASE_1688_STATE." >&2
  exit 1
}
LOGS=$STATE/log
CHILDREN=()
START_SECONDS=$SECONDS

say() { printf '%s\n' "$*"; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

is_root() { [[ $(id -u) == 0 ]]; }

# hash_of WORD…: twelve digits that change when a word changes
hash_of() { printf '%s\n' "$@" | sha256sum | cut -c1-12; }

addon_names() { (cd "$ROOT/addons" && compgen -G '*/__manifest__.py' | cut -d/ -f1); }

# not_ours PATH: made by another user, say by root before
not_ours() {
  fail "$1 belongs to $(stat -c %U "$1") and $(id -un) may not write there; run as that user, or name a folder of your own with PURCHASE_1688_STATE."
}

# need_space GIGABYTES: stop early instead of half-way through
need_space() {
  local free
  free=$(df --output=avail -k "$STATE" | tail -n 1)
  ((free > $1 * 1024 * 1024)) ||
    fail "the disk is full: $STATE needs about $1 GB free and has $((free / 1024 / 1024)); make room, or name another folder with PURCHASE_1688_STATE."
}

# logged NAME COMMAND…: run with the output in a log; when it fails, one sentence says what to do. It runs as a child, so
# that a signal is answered at once and not after the command.
logged() {
  local log=$LOGS/$1.log child rc=0
  shift
  start_child "$log" "$@"
  child=$CHILD
  wait "$child" || rc=$?
  forget_child "$child"
  ((rc == 0)) || fail_from_log "$log"
}

fail_from_log() {
  local advice
  advice=$(advice_from_log "$1")
  [[ -n $advice ]] || tail -n 15 "$1" >&2
  fail "${advice:-a step failed; its whole output is in $1}"
}

# advice_from_log FILE: the sentence for a cause that we know, or nothing
advice_from_log() {
  if grep -qiE 'no space left on device|disk full' "$1"; then
    echo "the disk is full: make room on the disk of $STATE and run again."
  elif grep -qE 'Address already in use' "$1"; then
    echo "a port is used by another program: stop it, or choose another one with --port."
  elif grep -qiE 'connection to server .*(failed|refused)|server closed the connection|terminating connection due to administrator' "$1"; then
    echo "the database stopped: run again, it is started anew (its log: $LOGS/postgresql.log)."
  elif grep -qiE 'could not resolve|name resolution|network is unreachable|failed to establish a new connection|failed to fetch|connection timed out' "$1"; then
    echo "no network: packages could not be downloaded; connect this machine and run again (details: $1)."
  fi
}

# --- children: what we started is stopped by us, and nothing else

# start_child LOG COMMAND…: run in the background in a process group of its own, whose id is then in $CHILD
start_child() {
  local log=$1
  shift
  : >"$log"
  set -m
  (close_locks; "$@") >"$log" 2>&1 &
  CHILD=$!
  set +m
  CHILDREN+=("$CHILD")
}

stop_children() {
  local child
  for child in "${CHILDREN[@]}"; do kill -TERM -- "-$child" 2>/dev/null; done
  for child in "${CHILDREN[@]}"; do
    for _ in {1..100}; do kill -0 -- "-$child" 2>/dev/null || break; sleep 0.1; done
    kill -KILL -- "-$child" 2>/dev/null
    wait "$child" 2>/dev/null
  done
  CHILDREN=()
}

# forget_child ID: it ended by itself
forget_child() {
  local kept=() child
  for child in "${CHILDREN[@]}"; do [[ $child == "$1" ]] || kept+=("$child"); done
  CHILDREN=("${kept[@]}")
}

CLEANERS=()
# at_exit COMMAND: run when this command ends, however it ends; the last one added goes first
at_exit() { CLEANERS=("$1" "${CLEANERS[@]}"); }

clean_up() {
  local cleaner
  set +e
  trap '' INT TERM HUP
  stop_children
  for cleaner in "${CLEANERS[@]}"; do "$cleaner"; done
}

trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# --- locks: two commands may run side by side, but they set things up one after the other

LOCKS=()

# hold NAME [OPTION…]: keep a lock file locked until release or the end; fails when -n was asked and it is taken
hold() {
  local file=$STATE/$1.lock fd
  [[ ! -e $file || -w $file ]] || not_ours "$file"
  shift
  exec {fd}>"$file"
  flock "$@" "$fd" || { exec {fd}>&-; return 1; }
  LOCKS[fd]=$file
  HELD=$fd
}

release() {
  local fd=$1
  exec {fd}>&-
  unset "LOCKS[$fd]"
}

# set_up COMMAND…: run it while no other command sets anything up
set_up() {
  local fd
  hold setup -n || { say "Another command is setting things up; waiting for it …"; hold setup; }
  fd=$HELD
  "$@"
  release "$fd"
}

# In children: the lock stays with the command that took it.
close_locks() {
  local fd
  for fd in "${!LOCKS[@]}"; do release "$fd"; done
}

# --- ports

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# need_port NUMBER [OPTION]: it must be free; OPTION is how to choose another one
need_port() {
  ((10#$1 > 0 && 10#$1 < 65536)) || fail "${2:---port} takes a number from 1 to 65535, not $1."
  port_is_free "$1" || fail "port $1 is used by another program: stop it, or choose another one with ${2:---port}."
}

[[ -w $STATE ]] || not_ours "$STATE"
mkdir -p "$LOGS"
[[ -w $LOGS ]] || not_ours "$LOGS"
