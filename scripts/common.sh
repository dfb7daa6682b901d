# shellcheck shell=bash
# Sourced by the scripts beside it: goes to the project's folder, reads settings and builds.
set -euo pipefail
# Whoever asks gets the words at the head of the script.
if [[ ${1:-} =~ ^(-h|--help)$ ]]; then
  sed -n '2,${/^#/!q;/^# shellcheck/d;s/^# \?//p}' "$0"
  exit
fi
cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.."

# Maven and bin/fastroom take the Java that it names.
if [[ -n ${JAVA_HOME:-} && -x $JAVA_HOME/bin/java ]]; then
  PATH=$JAVA_HOME/bin:$PATH
fi
# To Java, a path has the characters that the locale has, in C those of ASCII.
case $(locale charmap 2>/dev/null || true) in
  ANSI_X3.4-1968 | US-ASCII) { export LC_ALL=C.UTF-8; } 2>/dev/null ;;
esac

# From a jar, as in the image: what is in it can be loaded also when the process can open no more files. It is replaced
# as a whole, so that nodes that run go on with theirs.
CLASSPATH_OF_NODE='target/run/fastroom.jar:target/lib/*'
# What a node does in memory is its own to bound; an exhausted heap ends it, and another one takes over.
JAVA_FLAGS=(-XX:+ExitOnOutOfMemoryError -XX:MaxRAMPercentage=50 -Dio.netty.leakDetection.level=disabled
  -Dio.netty.eventLoop.maxTaskProcessingQuantumMs=100 -Dvertx.disableDnsResolver=true)
# Classes and profiles of a node that has been under load, by scripts/bench train; beside it, for which Java.
AOT_CACHE=target/fastroom.aot
read -r -a MORE_JAVA_FLAGS <<<"${JAVA_OPTS:-}"
JAVA_FLAGS+=(${MORE_JAVA_FLAGS[@]+"${MORE_JAVA_FLAGS[@]}"})

die() {
  echo "$(basename -- "$0"): $*" >&2
  exit 1
}

need() {
  command -v "$1" >/dev/null || die "$1 is needed, in Debian the package ${2:-$1}"
}

# What its version is says a file beside it; where there is none, it says so itself.
need_java() {
  need java default-jdk-headless
  local path version
  path=$(path_of_java java)
  version=$(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "${path%/*/*}/release" 2>/dev/null) || return 0
  case $version in
    1.* | [2-9].* | 9 | 1[0-6]*) die "Java 17 or newer is needed, and $(type -P java) is $version; JAVA_HOME may name another" ;;
  esac
}

# alone FILE: waits until no other script holds it, and holds it until this one ends. What runs on after it must not have
# the descriptor 8.
alone() {
  if command -v flock >/dev/null; then
    exec 8>"$1"
    flock 8
  fi
}

# Quiet, and without the colour codes that Debian's Maven writes whatever it is told.
maven() {
  mvn -q -B -Dstyle.color=never "$@" 2>&1 | sed $'s/\033\\[[0-9;]*m//g' >&2
}

# What --version says the sources are of.
build_commit() {
  local name
  name=$(git rev-parse --short=12 HEAD 2>/dev/null) || name=unknown
  if [[ $name != unknown && -n $(git status --porcelain 2>/dev/null) ]]; then
    name=$name-changed
  fi
  echo "$name"
}

# Builds, and reads what is set with the node's own reader, which also says what is misspelt.
read_settings() {
  local assignments
  build
  assignments=$(java -XX:TieredStopAtLevel=1 -cp "$CLASSPATH_OF_NODE" io.fastroom.settings.Sources) || exit 1
  eval "$assignments"
}

# setting NAME DEFAULT: what read_settings found.
setting() {
  local name="SETTING_$1"
  echo "${!name:-$2}"
}

sources_changed() {
  [[ ! -e target/.built || ! -e target/run/fastroom.jar ]] || [[ -n $(find pom.xml src/main -newer target/.built -print -quit) ]]
}

# Compiles when something under src/main or the pom is newer than the last build.
build() {
  need_java
  if ! sources_changed; then
    return
  fi
  need mvn maven
  mkdir -p target
  (
    if command -v flock >/dev/null; then
      flock 9
    fi
    if sources_changed; then
      echo "Building FastRoom ..." >&2
      touch target/.building
      # Of two versions of a library the class path would take either.
      if [[ pom.xml -nt target/.built ]]; then
        rm -rf target/lib
      fi
      maven -Dfastroom.commit="$(build_commit)" compile jar:jar
      mkdir -p target/run
      cp target/fastroom.jar target/run/fastroom.jar.new
      mv -f target/run/fastroom.jar.new target/run/fastroom.jar
      mv target/.building target/.built
    fi
  ) 9>target/.build-lock
}

# path_of_java JAVA: where it is at last.
path_of_java() {
  readlink -f -- "$(type -P "$1")"
}

java_main() {
  if [[ $AOT_CACHE -nt target/run/fastroom.jar && $(cat "$AOT_CACHE.java" 2>/dev/null) == "$(path_of_java java)" ]]; then
    JAVA_FLAGS+=("-XX:AOTCache=$AOT_CACHE")
  fi
  exec java "${JAVA_FLAGS[@]}" -cp "$CLASSPATH_OF_NODE" "$@"
}
