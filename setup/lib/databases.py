"""Databases of the set-up scripts, each with its filestore: make, copy, drop; nobody else's.

The server is the one of the PG* variables. Each database that this makes is marked by a comment,
and only a database with this state folder's mark is ever dropped or copied over.
"""

import argparse
import os
import re
import shutil
import sys
from pathlib import Path

import psycopg2
from psycopg2 import errors, sql

STATE = Path(os.environ["PURCHASE_1688_STATE"])
FILESTORE = STATE / "data" / "filestore"
MARK = f"made by setup of {STATE}"


class Stop(Exception):
    """What a person has to do, in one sentence."""


def connect():
    """A connection to the maintenance database, outside any transaction."""
    connection = psycopg2.connect(dbname=os.environ.get("PGDATABASE") or "postgres", connect_timeout=10)
    connection.autocommit = True
    return connection


def check(cursor):
    """Refuse a role that Odoo refuses, or that may not create databases."""
    cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
    if not cursor.fetchone()[0]:
        raise Stop("the role that PGUSER names may not create databases: ALTER ROLE … CREATEDB.")
    if os.environ.get("PGUSER") == "postgres":
        raise Stop("Odoo refuses the role postgres: name another one with PGUSER.")


def marks(cursor):
    """Comment of each database, by name."""
    cursor.execute("SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database")
    return dict(cursor.fetchall())


def exists(cursor, name):
    """Whether it is there and whole; somebody else's is an error."""
    found = marks(cursor)
    if name in found and not (found[name] or "").startswith(MARK):
        raise Stop(f"the database {name} is not of this project: rename it, or name another PGHOST.")
    return name in found and found[name] == MARK


def create(cursor, name, source=None):
    """Make a database, from another one when given; it counts as there only once it is finished."""
    drop(cursor, name)
    template = sql.Identifier(source or "template0")
    command = sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8' {}").format(
        sql.Identifier(name), template, sql.SQL("" if source else "LC_COLLATE 'C'")
    )
    cursor.execute(command)
    mark(cursor, name, MARK + " (unfinished)")
    if source and (FILESTORE / source).is_dir():
        shutil.copytree(FILESTORE / source, FILESTORE / name, copy_function=link_or_copy)


def link_or_copy(source, target):
    """Files of a filestore are named by their content and never change: copies share them."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def mark(cursor, name, text=MARK):
    """Write the comment by which we know our own."""
    cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(text)))


def drop(cursor, name):
    """Drop one of ours, with its filestore; nothing when it is not there."""
    exists(cursor, name)
    cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    shutil.rmtree(FILESTORE / name, ignore_errors=True)


def drop_like(cursor, pattern, keep):
    """Drop those of ours whose whole name matches, but some."""
    for name, text in marks(cursor).items():
        if name not in keep and (text or "").startswith(MARK) and re.fullmatch(pattern, name):
            drop(cursor, name)


def run(cursor, words):
    """One command of the shell scripts."""
    if words.command == "check":
        check(cursor)
    elif words.command == "exists":
        return 0 if exists(cursor, words.name) else 1
    elif words.command == "create":
        create(cursor, words.name, *words.others)
    elif words.command == "finish":
        mark(cursor, words.name)
    elif words.command == "drop":
        drop(cursor, words.name)
    else:
        drop_like(cursor, words.name, words.others)
    return 0


def main():
    """Parse the command line, and say in one sentence what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["check", "exists", "create", "finish", "drop", "drop-like"])
    parser.add_argument("name", nargs="?")
    parser.add_argument("others", nargs="*")
    words = parser.parse_args()
    try:
        with connect().cursor() as cursor:
            return run(cursor, words)
    except Stop as stop:
        sys.exit(f"error: {stop}")
    except errors.DiskFull:
        sys.exit("error: the disk of the database is full: make room and run again.")
    except OSError as error:
        sys.exit(f"error: the files of database {words.name} cannot be copied: {error.strerror}.")
    except psycopg2.OperationalError as error:
        sys.exit(
            "error: the database does not answer: start it, or mend PGHOST, PGPORT, PGUSER and "
            f"PGPASSWORD ({str(error).strip().splitlines()[0]})."
        )


if __name__ == "__main__":
    sys.exit(main())
