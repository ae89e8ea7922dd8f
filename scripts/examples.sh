#!/usr/bin/env bash
# Initialises and validates every configuration below examples/ with every
# engine on PATH, with the provider from bin/mirror, and reads every
# configuration file of the command line.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
export TF_CLI_CONFIG_FILE="$root/bin/mirror/cli.tfrc" CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0

# fail NAME prints what went wrong and ends.
fail() {
	echo "$1 is not valid:" >&2
	cat "$work/log" >&2
	exit 1
}

for engine in terraform tofu; do
	path=$(command -v "$engine") || continue
	while read -r folder; do
		rm -rf "${work:?}/c" && mkdir "$work/c"
		cp -r "$folder/." "$work/c"
		# Snippets of single blocks leave the provider to the reader.
		grep -qs required_providers "$work"/c/*.tf || cp "$root/examples/versions.tf" "$work/c/versions.tf"
		(cd "$work/c" && "$path" init -input=false -no-color && "$path" validate -no-color) >"$work/log" 2>&1 ||
			fail "$engine: ${folder#"$root"/}"
		"$path" fmt -check -diff "$folder" >"$work/log" 2>&1 || fail "$engine fmt: ${folder#"$root"/}"
		passed=$((passed + 1))
	done < <(find "$root/examples" -mindepth 2 -name '*.tf' | sed 's#/[^/]*$##' | sort -u)
done

echo '{"version":4,"terraform_version":"1.11.0","serial":1,"lineage":"examples","outputs":{},"resources":[]}' >"$work/empty.tfstate"
while read -r file; do
	"$root/bin/terraform-provider-dynamicscan" check --offline --config "$file" "$work/empty.tfstate" >"$work/log" 2>&1 ||
		fail "${file#"$root"/}"
	passed=$((passed + 1))
done < <(find "$root/examples" -name '.dynamicscan.hcl' | sort)

[ "$passed" -gt 0 ] || { echo "no example was validated" >&2; exit 1; }
echo "$passed examples passed, 0 failed"
