#!/bin/sh
# dump.sh RUNTIME ARCHIVE [JVM ARGUMENTS...]: makes an archive of classes for that runtime, with the same bytes each time.
# Now and then one of the JVM's threads gets in between, and a few classes stand in another order, or one remembers another
# type that it was last asked about: seldom where they take turns on one processor and nobody else gets it, which wants a
# right of root's, sometimes where they only take turns. The archive that comes a fifth time is the one that mostly comes.
set -eu
runtime=$1 archive=$2
shift 2
turns=
if command -v taskset >/dev/null && command -v chrt >/dev/null; then
  processor=$(taskset -cp $$ | sed 's/.*: *\([0-9]*\).*/\1/')
  for policy in 'chrt -f 1' 'chrt -b 0'; do
    turns="taskset -c $processor $policy"
    if $turns true 2>/dev/null; then break; fi
    turns=
  done
fi
seen=
tries=0
while [ $tries -lt 40 ]; do
  tries=$((tries + 1))
  rm -f "$archive"
  # What cannot be archived is skipped, and said.
  $turns "$runtime/bin/java" -Xshare:dump -Xint -Xmx256m -XX:+UseSerialGC -XX:SharedArchiveFile="$archive" "$@" >/dev/null
  sum=$(cksum <"$archive" | tr ' ' -)
  case $seen in
    *"<$sum>"*"<$sum>"*"<$sum>"*"<$sum>"*) break ;;
  esac
  seen="$seen<$sum>"
done
