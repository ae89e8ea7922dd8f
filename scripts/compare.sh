#!/usr/bin/env bash
# Lets other programs answer the table of scenarios and writes
# internal/reach/COMPARISON.md. They are taken from PATH and from CACHE, which
# may be left out; what is not there is left out of the table, which says so.
#   scripts/compare.sh [CACHE]
# Their own projects tell how to install them. Two ways, at the versions that
# the table in the repository names:
#   pip install checkov==3.3.13
#   (cd "$(mktemp -d)" && go mod init compare && go get -tool github.com/aquasecurity/trivy/cmd/trivy@v0.67.2 &&
#      GOEXPERIMENT=jsonv2 go build -o CACHE/trivy github.com/aquasecurity/trivy/cmd/trivy)
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
plans=$(mktemp -d)
trap 'rm -rf "$plans"' EXIT
DYNAMICSCAN_PLANS=$plans go test -count=1 ./internal/reach/... -run 'Scenarios|Services|Names' | grep -v 'no test' >&2
go build -o "$plans/compare" ./tools/compare
PATH="${1:+$1:}$PATH" "$plans/compare" -plans "$plans" >"$plans/COMPARISON.md"
mv "$plans/COMPARISON.md" internal/reach/COMPARISON.md
