#!/bin/sh
# Shows how @kind@ @name@ is. Exit code: 0 it runs, 3 it does not.
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
code=0
if ours "$child"; then
  echo "@kind@ @name@ of federation @federation@ runs: process $child"
elif ours "$keeper"; then
  echo "@kind@ @name@ of federation @federation@ runs: process $keeper"
else
  echo "@kind@ @name@ of federation @federation@ does not run"
  code=3
fi
if [ -s run/log ]; then
  echo "last lines of $kit/run/log:"
  tail -n 3 run/log | sed 's/^/  /'
fi
exit "$code"
