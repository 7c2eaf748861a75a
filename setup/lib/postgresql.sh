# PostgreSQL: the server that PG* variables name, or a private cluster in the state folder.

CLUSTER=$STATE/postgresql

FOREIGN_SERVER=${PGHOST:-}${PGPORT:-}${PGUSER:-}

uses_foreign_server() { [[ -n $FOREIGN_SERVER ]]; }

# The newest server programs of this machine, on Debian or on the path.
postgresql_bin() {
  local found
  found=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1)
  [[ -n $found ]] || found=$(command -v initdb)
  [[ -z $found ]] || dirname "$found"
}

# start_database: afterwards the PG* variables lead to a server where we may create databases
start_database() {
  if uses_foreign_server; then
    export PGHOST=${PGHOST:-127.0.0.1} PGPORT=${PGPORT:-5432} PGUSER=${PGUSER:-$(id -un)}
    say "PostgreSQL: the server at $PGHOST:$PGPORT, as $PGUSER"
  else
    BIN=$(postgresql_bin)
    hold cluster-users -s
    at_exit leave_cluster
    set_up start_cluster
    export PGHOST=127.0.0.1 PGPORT PGUSER=purchase_1688 PGPASSWORD
    PGPORT=$(sed -n 4p "$CLUSTER/postmaster.pid")
    PGPASSWORD=$(cat "$CLUSTER.password")
  fi
  check_database
}

check_database() {
  "$PYTHON" "$ROOT/setup/lib/databases.py" check || exit 1
}

start_cluster() {
  [[ -e $CLUSTER/PG_VERSION ]] || make_cluster
  cluster_is_up && return
  say "PostgreSQL: starting the private server"
  local port
  port=$("$PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  # Losing the last second in a crash is fine for what can be made again; waiting for the disk is not.
  as_owner "$BIN/pg_ctl" -w -s -D "$CLUSTER" -l "$CLUSTER.log" start -o \
    "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=300 -c shared_buffers=256MB -c fsync=off -c full_page_writes=off -c synchronous_commit=off" \
    >"$LOGS/postgresql-start.log" 2>&1 || { cat "$CLUSTER.log" >>"$LOGS/postgresql-start.log"; fail_from_log "$LOGS/postgresql-start.log"; }
}

cluster_is_up() { as_owner "$BIN/pg_ctl" -D "$CLUSTER" status >/dev/null 2>&1; }

make_cluster() {
  say "PostgreSQL: making a private cluster in the state folder"
  rm -rf "$CLUSTER"
  mkdir -p "$CLUSTER"
  (umask 077; head -c 24 /dev/urandom | sha256sum | cut -c1-40 >"$CLUSTER.password")
  touch "$CLUSTER.log"
  ! is_root || chown "$(cluster_owner)" "$CLUSTER" "$CLUSTER.password" "$CLUSTER.log"
  logged postgresql-init as_owner "$BIN/initdb" -D "$CLUSTER" -U purchase_1688 --pwfile="$CLUSTER.password" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync
}

# The server refuses to run as root, and the user that it runs as may not be able to walk to the state folder (say,
# below /root). So it gets the one ability to walk through folders instead of a place outside the state folder.
as_owner() {
  if is_root; then
    (cd / && close_locks && exec setpriv --reuid="$(cluster_owner)" --regid="$(cluster_owner)" --init-groups \
      --inh-caps=+dac_read_search --ambient-caps=+dac_read_search "$@")
  else
    (close_locks; exec "$@")
  fi
}

cluster_owner() { if id postgres >/dev/null 2>&1; then echo postgres; else echo nobody; fi; }

# The last command that uses the private server stops it.
leave_cluster() {
  close_locks
  hold cluster-users -w 1 || return 0
  cluster_is_up && as_owner "$BIN/pg_ctl" -w -s -m fast -D "$CLUSTER" stop >/dev/null 2>&1
  return 0
}
