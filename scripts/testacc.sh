#!/usr/bin/env bash
# Runs the acceptance tests under every engine on PATH.
set -euo pipefail
export CHECKPOINT_DISABLE=1 TF_ACC=1
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
