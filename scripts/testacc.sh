#!/usr/bin/env bash
# Runs the acceptance tests under every engine on PATH, tells each test as it
# ends, and last prints a table of tests and engines with the count. Arguments
# go to go test.
set -euo pipefail
export CHECKPOINT_DISABLE=1 TF_ACC=1
# The tests bring the provider and its configuration; what a user has set for
# other work would get in between.
unset TF_CLI_CONFIG_FILE TF_WORKSPACE TF_LOG TF_DATA_DIR TF_CLI_ARGS
unset DYNAMICSCAN_STORE DYNAMICSCAN_STORE_RETENTION DYNAMICSCAN_STORE_MAX_SIZE DYNAMICSCAN_ALLOWED_NETWORKS DYNAMICSCAN_BROWSER_PATH DYNAMICSCAN_ENFORCEMENT DYNAMICSCAN_CATALOGUE
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
go build -o "$work/matrix" ./tools/matrix
verbose=()
for argument in "$@"; do
	if [ "$argument" = -v ]; then verbose=(-v); fi
done
found=0 status=0
for engine in terraform tofu; do
	path=$(command -v "$engine") || continue
	found=1
	host=registry.terraform.io
	[ "$engine" = tofu ] && host=registry.opentofu.org
	echo "Acceptance tests under $("$path" version | head -n 1)"
	# What fails under one engine is held against the other one, too.
	TF_ACC_TERRAFORM_PATH=$path TF_ACC_PROVIDER_HOST=$host TF_ACC_PROVIDER_NAMESPACE=dynamicscan \
		go test -json -count=1 -timeout 15m ./provider/... -run '^TestAcc' "$@" 2>&1 |
		"$work/matrix" ${verbose[@]+"${verbose[@]}"} -engine "$engine" -keep "$work/results" || status=1
done
if [ "$found" = 0 ]; then
	echo "Neither terraform nor tofu is installed; run: make engine" >&2
	exit 1
fi
echo
"$work/matrix" -tests provider "$work/results" || status=1
exit "$status"
