#!/usr/bin/env bash
# Runs the acceptance tests under every engine on PATH. Arguments go to go test.
set -euo pipefail
export CHECKPOINT_DISABLE=1 TF_ACC=1
# The tests bring the provider and its configuration; what a user has set for
# other work would get in between.
unset TF_CLI_CONFIG_FILE TF_WORKSPACE TF_LOG TF_DATA_DIR TF_CLI_ARGS
unset DYNAMICSCAN_STORE DYNAMICSCAN_ALLOWED_NETWORKS DYNAMICSCAN_BROWSER_PATH DYNAMICSCAN_ENFORCEMENT DYNAMICSCAN_CATALOGUE
found=0
for engine in terraform tofu; do
	path=$(command -v "$engine") || continue
	found=1
	host=registry.terraform.io
	[ "$engine" = tofu ] && host=registry.opentofu.org
	echo "Acceptance tests under $("$path" version | head -n 1)"
	TF_ACC_TERRAFORM_PATH=$path TF_ACC_PROVIDER_HOST=$host TF_ACC_PROVIDER_NAMESPACE=dynamicscan \
		go test -count=1 -timeout 15m ./provider/... -run '^TestAcc' "$@"
done
if [ "$found" = 0 ]; then
	echo "Neither terraform nor tofu is installed; run: make engine" >&2
	exit 1
fi
