#!/bin/sh
# runtime.sh FOLDER: makes a Java runtime with what FastRoom and its libraries use, by the jlink of JAVA_HOME or PATH.
# For the image and for the archives of scripts/dist, on systems where little more is installed than a shell.
set -eu
jlink=${JAVA_HOME:+$JAVA_HOME/bin/}jlink
home=$(dirname "$(dirname "$(readlink -f "$(command -v "$jlink")")")")

# java.desktop is java.beans, which Liquibase and SnakeYAML want; jdk.crypto.ec, jdk.security.auth (who we are, for the
# embedded PostgreSQL) and jdk.zipfs are found by name only.
# jdk.jcmd is for whoever has to look into a node that runs.
"$jlink" --add-modules java.base,java.desktop,java.logging,java.management,java.naming,java.net.http,java.scripting,\
java.security.jgss,java.security.sasl,java.sql,java.sql.rowset,java.xml,jdk.crypto.ec,jdk.jcmd,jdk.jfr,jdk.management,\
jdk.naming.dns,jdk.security.auth,jdk.unsupported,jdk.zipfs \
  --strip-java-debug-attributes --no-header-files --no-man-pages --compress=2 --output "$1"

# Some distributions keep the authorities of TLS outside of the runtime.
cp -L "$home/lib/security/cacerts" "$1/lib/security/cacerts"
# Of fonts and screens there are none.
rm -f "$1"/lib/libawt_xawt.so "$1"/lib/libsplashscreen.so "$1"/lib/libjawt.so
# The JVM's own classes, so that each start maps them instead of reading them.
"$(dirname "$0")/dump.sh" "$1" "$1/lib/server/classes.jsa"
