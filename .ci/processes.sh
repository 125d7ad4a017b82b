# For the scripts that start a federation of real processes: sourced, with $home, $tools and $work set, and $kits where
# the kits will be.
pids=()

stop() {
  code=$?
  [ "$code" = 0 ] || tail -n 20 "$work"/*.log "$kits"/*/run/log 2>/dev/null || true
  for kit in "$kits"/*/ "$work"/*/; do
    [ ! -x "$kit/stop.sh" ] || "$kit/stop.sh" >/dev/null 2>&1 || true
  done
  for pid in "${pids[@]}"; do
    kill "$pid" 2>/dev/null || true
  done
  for pid in "${pids[@]}"; do
    wait "$pid" 2>/dev/null || true
  done
  rm -rf "$work"
  exit "$code"
}
trap stop EXIT

fail() {
  echo "FAILED: $1" >&2
  exit 1
}

answers() { # whether the JSON on standard input, it, is so
  python3 -c 'import json, sys; it = json.load(sys.stdin); sys.exit(not eval(sys.argv[1]))' "$1"
}

await() { # what, seconds, command
  local what=$1 end=$((SECONDS + $2))
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || fail "$what did not come"
    sleep 0.5
  done
}

bind() { # kit, which third of the rows
  gzip -dc "$home/samples/digits/digits.csv.gz" | awk -v part="$2" 'NR % 3 == part' >"$1/local/digits.csv"
  echo 'digits: {path: digits.csv, label: last, scale: 16, header: false, holdout: {every: 5}}' >"$1/local/data.yml"
}

online() { # how many
  roundhouse sites --output json | answers "sum(bool(row['profile']) for row in it) == $1"
}

# A Temporal at port 27233 and a store at 21833.
services() {
  "$tools/temporal" server start-dev --ip 127.0.0.1 --ui-ip 127.0.0.1 --port 27233 --ui-port 28233 --http-port 27243 \
    --metrics-port 27253 --db-filename temporal.db --log-level warn \
    --dynamic-config-value history.transferProcessorMaxPollRPS=1000 \
    --dynamic-config-value frontend.namespaceCount=10000 >temporal.log 2>&1 &
  pids+=($!)
  cat >s3.json <<'EOF'
{"identities":[{"name":"server","credentials":[{"accessKey":"federation","secretKey":"secret-of-this-run"}],
 "actions":["Admin","Read","List","Tagging","Write"]}]}
EOF
  mkdir objects
  "$tools/weed" mini -dir=objects -ip=127.0.0.1 -ip.bind=127.0.0.1 -master.telemetry=false -master.port=21333 \
    -volume.port=21340 -filer.port=21888 -s3.port=21833 -s3.config=s3.json -s3.port.iceberg=0 -s3.port.lance=0 \
    -admin.ui=false -webdav=false >weed.log 2>&1 &
  pids+=($!)

  await "the store" 30 curl -s http://127.0.0.1:21833
}

keys() { # the server's kit, which gets those of the store, and the authority
  printf 'accessKey: federation\nsecretKey: secret-of-this-run\n' >"$1/local/store.keys"
  printf 'ca: {workspace: %s}\n' "$work/workspace" >>"$1/local/server.yml"
}

for tool in temporal weed; do
  [ -x "$tools/$tool" ] || fail "there is no $tools/$tool, perhaps you should run .ci/run, which installs it"
done
