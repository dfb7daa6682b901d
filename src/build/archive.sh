#!/bin/sh
# archive.sh FOLDER: for the node in FOLDER (runtime, lib, fastroom.jar) makes fastroom.jsa, from which its JVM maps the
# classes that it would have to read, check and link at each start, and conf/classes.options, the arguments that take it.
# It goes with these files, at their times and in their place, alone; a JVM that finds anything else goes without and says
# nothing. Its classes are the node's own and those of src/build/classes.txt.
set -eu
home=$1
here=$(dirname "$(readlink -f "$0")")
jars=$home/fastroom.jar$(find "$home/lib" -name '*.jar' | LC_ALL=C sort | sed 's/^/:/' | tr -d '\n')
find "$home/fastroom.jar" "$home/lib" -exec touch -d "@${SOURCE_DATE_EPOCH:-0}" {} +
classes=$(mktemp)
{
  cat "$home/runtime/lib/classlist" "$here/classes.txt"
  "${JAVA_HOME:+$JAVA_HOME/bin/}jar" tf "$home/fastroom.jar" | sed -n '/-info\.class$/d; s/\.class$//p' | LC_ALL=C sort
} >"$classes.all"
# A class that is looked for in vain leaves another trace each time in the methods that look for it.
"$home/runtime/bin/java" -Xshare:dump -Xint -Xmx256m -XX:+UseSerialGC -XX:SharedArchiveFile="$home/fastroom.jsa" \
  -XX:SharedClassListFile="$classes.all" -cp "$jars" | sed -n 's/.*Cannot find //p' >"$classes.missing"
grep -vxF -f "$classes.missing" "$classes.all" >"$classes"
"$here/dump.sh" "$home/runtime" "$home/fastroom.jsa" -XX:SharedClassListFile="$classes" -cp "$jars"
chmod 644 "$home/fastroom.jsa"
rm "$classes"*
mkdir -p "$home/conf"
printf '%s\n' "-XX:SharedArchiveFile=$home/fastroom.jsa" -Xlog:cds=off "-cp $jars" >"$home/conf/classes.options"
