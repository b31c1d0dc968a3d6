#!/bin/sh
# Builds Jaeger v2 from source, once for each state of go.mod and go.sum, and prints the path of the binary.
# Progress goes to stderr, so that `"$(infra/jaeger/build.sh)"` runs it.
set -eu
cd "$(dirname "$0")"

pins=$(cat go.mod go.sum | { sha256sum 2>/dev/null || shasum -a 256; } | cut -c 1-16)
folder=$(cd ../.. && pwd)/.tributary/jaeger
binary=$folder/jaeger-$pins

if [ ! -x "$binary" ]; then
  if ! command -v go >/dev/null; then
    echo "Jaeger cannot be built: there is no Go on the PATH (1.24.6 or later is needed)." >&2
    exit 1
  fi
  echo "building Jaeger, which takes some minutes the first time" >&2
  mkdir -p "$folder"
  # Moved into place when whole: an interrupted or a concurrent build never leaves half a binary under the name.
  unfinished=$binary.$$
  trap 'rm -f "$unfinished"' EXIT
  GOFLAGS=-mod=readonly go build -trimpath -ldflags='-s -w' -o "$unfinished" github.com/jaegertracing/jaeger/cmd/jaeger >&2
  mv "$unfinished" "$binary"
fi
echo "$binary"
