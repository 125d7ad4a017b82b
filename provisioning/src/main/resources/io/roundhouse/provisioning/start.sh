#!/bin/sh
# Starts @kind@ @name@ in the background and keeps it running; stop.sh stops it, status.sh shows how it is.
#   ./start.sh                in the background: run/pid, run/log
#   ./start.sh --foreground   in this process: for systemd and containers
# The software is $ROUNDHOUSE_HOME/roundhouse, or roundhouse on the PATH.
set -u
umask 077
case $0 in */*) cd "${0%/*}" || exit 1 ;; esac
kit=$(pwd -P)

fail() {
  echo "start.sh: $1" >&2
  exit "${2:-1}"
}

note() {
  echo "$(date '+%Y-%m-%d %H:%M:%S') start.sh: $1"
}

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

running() {
  for file in run/pid run/child.pid; do
    pid=$(cat "$file" 2>/dev/null)
    if ours "$pid"; then
      return 0
    fi
  done
  return 1
}

# Runs the program again whenever it breaks off, later and later; not if the kit or its settings are
# refused (exit code 2), which would be refused again.
keep() {
  stopping=
  child=
  delay=1
  trap 'stopping=1; [ -z "$child" ] || kill "$child" 2>/dev/null' TERM INT
  while [ -z "$stopping" ]; do
    begun=$(date +%s)
    "$program" @kind@ --kit "$kit" &
    child=$!
    echo "$child" >run/child.pid
    wait "$child"
    code=$?
    while kill -0 "$child" 2>/dev/null; do
      wait "$child"
      code=$?
    done
    child=
    if [ -n "$stopping" ] || [ "$code" = 0 ]; then
      note "@kind@ @name@ has stopped"
      code=0
      break
    fi
    if [ "$code" = 2 ]; then
      note "the kit or its settings cannot be used, see above; not started again"
      break
    fi
    [ $(($(date +%s) - begun)) -lt 60 ] || delay=1
    note "@kind@ @name@ broke off (exit code $code), starts again in $delay s"
    sleep "$delay" &
    child=$!
    wait "$child"
    child=
    delay=$((delay * 2))
    [ "$delay" -le 60 ] || delay=60
  done
  rm -f run/pid run/child.pid
  exit "$code"
}

if [ -n "${ROUNDHOUSE_HOME:-}" ]; then
  program=$ROUNDHOUSE_HOME/roundhouse
  [ -x "$program" ] || fail "there is no $program, perhaps you should set ROUNDHOUSE_HOME to the folder of the software"
else
  program=$(command -v roundhouse) || fail "there is no roundhouse on the PATH, perhaps you should set ROUNDHOUSE_HOME to the folder of the software"
fi

case ${1:-} in
  --keep) keep ;;
  --foreground)
    mkdir -p run || fail "cannot write to $kit"
    running && fail "@kind@ @name@ runs already (process $pid), perhaps you should run ./stop.sh first"
    rm -f run/child.pid
    echo $$ >run/pid
    exec "$program" @kind@ --kit "$kit"
    ;;
  '') ;;
  *) fail "there is no option $1, perhaps you should write --foreground" 2 ;;
esac

mkdir -p run || fail "cannot write to $kit"

# One start at a time. The link is made in one step, and its target is who made it.
if ! ln -s $$ run/starting 2>/dev/null; then
  other=$(readlink run/starting)
  if [ -n "$other" ] && kill -0 "$other" 2>/dev/null; then
    fail "@kind@ @name@ is being started already (process $other)"
  fi
  rm -f run/starting
  ln -s $$ run/starting 2>/dev/null || fail "@kind@ @name@ is being started already"
fi
trap 'rm -f run/starting' EXIT
trap 'exit 130' INT TERM

running && fail "@kind@ @name@ runs already (process $pid), perhaps you should run ./stop.sh first"
"$program" kit verify "$kit" >/dev/null || exit $?

if [ -f run/log ] && [ "$(wc -c <run/log)" -gt 10000000 ]; then
  mv run/log run/log.1
fi
rm -f run/child.pid
nohup sh "$kit/start.sh" --keep --kit "$kit" </dev/null >>run/log 2>&1 &
pid=$!
echo "$pid" >run/pid
for second in 1 2; do
  sleep 1
  if ! kill -0 "$pid" 2>/dev/null; then
    wait "$pid"
    code=$?
    tail -n 20 run/log >&2
    fail "@kind@ @name@ ended at once, perhaps the lines above (from $kit/run/log) say why" "$code"
  fi
done
echo "started @kind@ @name@ of federation @federation@: process $pid, log $kit/run/log"
