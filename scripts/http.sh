#!/usr/bin/env bash
# Builds the http provider from the module proxy into FOLDER, beside which a gate
# is measured. It is the newest version that declares the path of a module under
# which the proxy has it.
#   scripts/http.sh FOLDER
set -euo pipefail
folder=$1
root=$(cd "$(dirname "$0")/.." && pwd)
[ -x "$folder/terraform-provider-http" ] && exit 0
mkdir -p "$folder"
echo "Building the http provider (once) ..."
(cd "$root/tools/http" && CGO_ENABLED=0 go build -o "$folder/terraform-provider-http" github.com/terraform-providers/terraform-provider-http)
