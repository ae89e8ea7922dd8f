#!/usr/bin/env bash
# Lays a built provider out as a filesystem mirror for terraform and tofu:
#   scripts/mirror.sh BINARY VERSION FOLDER
# and writes FOLDER/cli.tfrc, a CLI configuration that installs from it.
set -euo pipefail
binary=$1 version=$2 folder=$3
platform="$(go env GOOS)_$(go env GOARCH)"
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
for host in registry.terraform.io registry.opentofu.org; do
	place="$folder/$host/dynamicscan/dynamicscan/$version/$platform"
	mkdir -p "$place"
	cp -f "$binary" "$place/terraform-provider-dynamicscan_v$version"
done
cat >"$folder/cli.tfrc" <<EOF
disable_checkpoint = true
provider_installation {
  filesystem_mirror {
    path = "$folder"
  }
}
EOF
