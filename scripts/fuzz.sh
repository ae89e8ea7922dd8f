#!/usr/bin/env bash
# Runs every fuzz target for the given time: scripts/fuzz.sh 30s
set -euo pipefail
grep -rl --include='*_test.go' '^func Fuzz' internal provider | while read -r file; do
	for target in $(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/p' "$file"); do
		go test "./$(dirname "$file")" -run '^$' -fuzz "^$target\$" -fuzztime "$1"
	done
done
