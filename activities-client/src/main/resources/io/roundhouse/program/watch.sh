# Runs a program in a session of its own and ends all of it when the site's worker is gone.
# $1 names the task, $2 is the size of the largest file in blocks of 512 bytes; the rest is the command.
task=$1 blocks=$2
shift 2
ulimit -c 0 2>/dev/null
ulimit -f "$blocks" 2>/dev/null
# The worker holds the other end of this pipe and never writes to it.
exec 3<&0 </dev/null

# The program's group, and whatever has left it but still carries the task's name.
end() {
  kill "-$1" -- "-$program" 2>/dev/null
  for file in $(grep -lsF "ROUNDHOUSE_TASK_ID=$task" /proc/[0-9]*/environ); do
    process=${file#/proc/}
    kill "-$1" "${process%/environ}" 2>/dev/null
  done
}

if command -v setsid >/dev/null 2>&1; then
  ROUNDHOUSE_TASK_ID=$task setsid "$@" 3<&- &
else
  set -m
  ROUNDHOUSE_TASK_ID=$task "$@" 3<&- &
fi
program=$!

(
  trap '' HUP INT TERM
  while read -r _; do :; done <&3
  end TERM
  tries=0
  while [ "$tries" -lt 30 ] && kill -0 -- "-$program" 2>/dev/null; do
    sleep 0.1
    tries=$((tries + 1))
  done
  end KILL
) >/dev/null 2>&1 &
watcher=$!
exec 3<&-

wait "$program"
status=$?
end KILL
kill -KILL "$watcher" 2>/dev/null
exit "$status"
