#!/usr/bin/env bash
# Generates docs/ from templates/, examples/ and the provider's own schema, as
# the engine at hand reports it. Every engine gives the same pages.
#   scripts/docs.sh [ENGINE]
#
# The guides may hold two marks of ours, each on a line of its own:
#   @example FILE LANGUAGE@   the file, as a code block
#   @coverage@                the resource types that the analysis understands
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
export TF_CLI_CONFIG_FILE="$root/bin/mirror/cli.tfrc" CHECKPOINT_DISABLE=1
engine=${1:-$(command -v terraform || command -v tofu)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$root/examples/versions.tf" "$work"
(cd "$work" && "$engine" init -input=false >/dev/null && "$engine" providers schema -json) |
	sed -E 's#"registry\.[a-z.]+/dynamicscan/dynamicscan"#"dynamicscan"#g' >"$work/schema.json"
cd "$root"
go tool -modfile=tools/docs/go.mod tfplugindocs generate \
	--provider-name dynamicscan --rendered-provider-name dynamicscan --providers-schema "$work/schema.json"

coverage=$(go run ./internal/coverage)
for guide in docs/guides/*.md; do
	while IFS= read -r line; do
		case $line in
		"@example "*@)
			read -r _ file language <<<"${line%@}"
			printf '```%s\n' "$language"
			cat "$file"
			printf '```\n'
			;;
		"@coverage@") printf '%s\n' "$coverage" ;;
		*) printf '%s\n' "$line" ;;
		esac
	done <"$guide" >"$work/guide"
	cp "$work/guide" "$guide"
done
