#!/usr/bin/env bash
# Builds OpenTofu from the module proxy into FOLDER when neither terraform nor
# tofu is at hand. The first build takes some minutes.
#   scripts/engine.sh FOLDER
set -euo pipefail
folder=$1
root=$(cd "$(dirname "$0")/.." && pwd)
if [ "${ENGINE:-any}" = any ] && { command -v terraform || command -v tofu; } >/dev/null; then
	exit 0
fi
[ -x "$folder/tofu" ] && exit 0
mkdir -p "$folder"
echo "Building OpenTofu (once) ..."
(cd "$root/tools/tofu" && CGO_ENABLED=0 go build -o "$folder/tofu" github.com/opentofu/opentofu/cmd/tofu)
