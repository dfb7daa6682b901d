#!/usr/bin/env bash
# classes.sh: writes src/build/classes.txt anew: the classes of Java and of libraries that a node loads until it serves and
# while people talk. Worth it when libraries have changed; what is missing there is only a little slower.
# shellcheck source=scripts/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../../scripts/common.sh"
build
need node nodejs
export PORT=${PORT:-18473}
folder=$(mktemp -d)
node=
trap 'kill "$node" 2>/dev/null; wait; rm -rf "$folder"' EXIT

serve() {
  (
    cd "$folder"
    exec java "$@" -Xmx256m -cp "$OLDPWD/target/run/fastroom.jar:$OLDPWD/target/lib/*" io.fastroom.FastRoom run
  ) >"$folder/log" 2>&1 &
  node=$!
  until grep -qs 'FastRoom serves' "$folder/log"; do
    kill -0 "$node" || { cat "$folder/log"; die "no node"; }
    sleep 0.3
  done
}

stop() {
  kill "$node"
  wait "$node" || true
}

# Not those of a migration.
serve
stop
LOG_FORMAT=json serve -XX:DumpLoadedClassList="$folder/json"
stop
serve -XX:DumpLoadedClassList="$folder/text"
touch "$folder/talk.roll"
(sleep 3; touch "$folder/talk.end") &
node --experimental-websocket src/test/js/containers/talk.js "http://localhost:$PORT" "$folder"
stop
# Without those that are made as it runs, those of the node itself, and of what no image has.
sed 's/ id:.*//' "$folder/json" "$folder/text" | grep -vE '^[#@]|^io/fastroom/|\$\$|Proxy[0-9]+$|^(jdk/jfr|jdk/internal/event|io/zonky|redis/embedded|org/tukaani|org/apache/commons/compress)/' |
  LC_ALL=C sort -u >src/build/classes.txt
wc -l src/build/classes.txt
