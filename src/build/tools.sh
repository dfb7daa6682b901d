#!/bin/sh
# tools.sh FOLDER NAME...: builds what Debian does not have into FOLDER, where it is not on the PATH already: helm,
# kubeconform, docker-compose. They are modules of Go, which has to be there; each takes a minute or some, once.
set -eu
folder=$1
shift
mkdir -p "$folder"
folder=$(readlink -f "$folder")
# A sum of Go's own guards each of these versions.
export GOBIN="$folder" CGO_ENABLED=0
PATH=$folder:$PATH

# Compose leaves out versions of its dependencies, which go install does not take: it wants to be the main module.
compose() {
  sources=$(mktemp -d)
  module=$(cd "$sources" && go mod download -json github.com/docker/compose/v2@v2.40.3 | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
  cp -r "$module/." "$sources"
  chmod -R u+w "$sources"
  (cd "$sources" && go build -ldflags='-s -w' -o "$folder/docker-compose" ./cmd)
  rm -rf "$sources"
}

for name in "$@"; do
  if command -v "$name" >/dev/null; then
    continue
  fi
  if ! command -v go >/dev/null; then
    echo "tools.sh: $name is not there, nor Go, which would build it" >&2
    exit 1
  fi
  case $name in
    helm) go install -ldflags='-s -w' helm.sh/helm/v3/cmd/helm@v3.22.0 ;;
    kubeconform) go install -ldflags='-s -w' github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0 ;;
    docker-compose) compose ;;
    *) echo "tools.sh: $name is not known" >&2; exit 2 ;;
  esac
done
