#!/usr/bin/env bash
# Generates docs/ from templates/, examples/ and the provider's own schema, as
# the engine at hand reports it.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
export TF_CLI_CONFIG_FILE="$root/bin/mirror/cli.tfrc" CHECKPOINT_DISABLE=1
engine=$(command -v terraform || command -v tofu)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$root/examples/versions.tf" "$work"
(cd "$work" && "$engine" init -input=false >/dev/null && "$engine" providers schema -json) |
	sed 's#registry.opentofu.org/dynamicscan/dynamicscan#registry.terraform.io/dynamicscan/dynamicscan#' >"$work/schema.json"
cd "$root"
go tool -modfile=tools/docs/go.mod tfplugindocs generate \
	--provider-name dynamicscan --rendered-provider-name dynamicscan --providers-schema "$work/schema.json"
