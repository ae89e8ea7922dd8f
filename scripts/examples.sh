#!/usr/bin/env bash
# Initialises and validates every configuration below examples/ with every
# engine on PATH, with the provider from bin/mirror.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
export TF_CLI_CONFIG_FILE="$root/bin/mirror/cli.tfrc" CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
for engine in terraform tofu; do
	path=$(command -v "$engine") || continue
	while read -r folder; do
		rm -rf "${work:?}/c" && mkdir "$work/c"
		cp -r "$folder/." "$work/c"
		# Snippets of single blocks leave the provider to the reader.
		[ -f "$work/c/versions.tf" ] || cp "$root/examples/versions.tf" "$work/c/versions.tf"
		if ! (cd "$work/c" && "$path" init -input=false -no-color && "$path" validate -no-color) >"$work/log" 2>&1; then
			echo "$engine: ${folder#"$root"/} is not valid:" >&2
			cat "$work/log" >&2
			exit 1
		fi
		passed=$((passed + 1))
	done < <(find "$root/examples" -name '*.tf' -not -name versions.tf -printf '%h\n' | sort -u)
done
[ "$passed" -gt 0 ] || { echo "no example was validated" >&2; exit 1; }
echo "$passed passed, 0 failed"
