#!/bin/sh
# dump.sh RUNTIME ARCHIVE [JVM ARGUMENTS...]: makes an archive of classes for that runtime, with the same bytes each time.
# They depend on the order in which classes are loaded, and on what threads have last asked of them. So one thread has to
# load them all: that of the JVM's finalizers loads one when it begins, if it is given the processor before the class is
# needed elsewhere, and then the archive is made again. And nothing is collected, which would wake others up.
set -eu
runtime=$1 archive=$2
shift 2
turns=
if command -v taskset >/dev/null && command -v chrt >/dev/null; then
  # On one processor, where nobody is interrupted because another wakes up.
  turns="taskset -c $(taskset -cp $$ | sed 's/.*: *\([0-9]*\).*/\1/') chrt -b 0"
  $turns true 2>/dev/null || turns=
fi
order=$(mktemp)
tries=0
until [ $tries -gt 0 ] && [ "$(cut -d']' -f1 "$order" | sort -u | wc -l)" -eq 1 ]; do
  if [ $tries -eq 20 ]; then
    echo "dump.sh: several threads have loaded classes each time; another build may give other bytes" >&2
    break
  fi
  tries=$((tries + 1))
  rm -f "$archive"
  # What cannot be archived is skipped, and said.
  $turns "$runtime/bin/java" -Xshare:dump -Xint -XX:+UseSerialGC -Xms512m -Xmx512m -Xmn448m -XX:MetaspaceSize=512m \
    "-Xlog:class+load:file=$order:tid" -XX:SharedArchiveFile="$archive" "$@" >/dev/null
done
rm -f "$order"*
