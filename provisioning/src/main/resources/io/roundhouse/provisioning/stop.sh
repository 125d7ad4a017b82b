#!/bin/sh
# Stops @kind@ @name@: in good order within 30 s, and by force after that.
set -u
case $0 in */*) cd "${0%/*}" || exit 1 ;; esac
kit=$(pwd -P)

# Whether a process is this kit's: process ids are used again.
ours() {
  [ -n "$1" ] && kill -0 "$1" 2>/dev/null || return 1
  if [ -r "/proc/$1/cmdline" ]; then
    command="$(tr '\0' ' ' <"/proc/$1/cmdline") "
  else
    command="$(ps -o args= -p "$1" 2>/dev/null) "
  fi
  case $command in *" --kit $kit "*) return 0 ;; *) return 1 ;; esac
}

keeper=$(cat run/pid 2>/dev/null)
child=$(cat run/child.pid 2>/dev/null)
if ! ours "$keeper" && ! ours "$child"; then
  rm -f run/pid run/child.pid
  echo "@kind@ @name@ does not run"
  exit 0
fi
if ours "$keeper"; then
  kill "$keeper"
else
  kill "$child"
fi
waited=0
while ours "$keeper" || ours "$child"; do
  if [ "$waited" -ge 30 ]; then
    echo "@kind@ @name@ did not stop within 30 s and is ended by force" >&2
    ours "$keeper" && kill -9 "$keeper"
    ours "$child" && kill -9 "$child"
    break
  fi
  sleep 1
  waited=$((waited + 1))
done
rm -f run/pid run/child.pid
echo "stopped @kind@ @name@"
