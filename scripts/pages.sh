#!/usr/bin/env bash
# Unpacks the pages of a few Debian packages below the given folder, where a test
# of the fingerprints reads them beside those that are installed. They are not
# installed: many images leave /usr/share/doc out. Without apt-get nothing is
# done, and the test says what it misses.
set -euo pipefail

folder=$1
packages=(libjs-jquery-ui-docs libjs-codemirror libjs-bootstrap4 ckeditor doxygen-doc roundcube-core)

command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || exit 0
missing=()
for package in "${packages[@]}"; do
	[ -d "$folder/$package" ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

run=()
if [ "$(id -u)" -ne 0 ]; then
	run=(sudo -n)
fi
apt-cache show "${missing[0]}" >/dev/null 2>&1 || "${run[@]}" apt-get update -q || true

unpacked=$(mktemp -d)
trap 'rm -rf "$unpacked"' EXIT
mkdir -p "$folder"
for package in "${missing[@]}"; do
	echo "Unpacking the pages of $package"
	mkdir "$unpacked/$package"
	# A package that this release does not have is no error: the test counts the pages.
	if (cd "$unpacked" && apt-get download -qq "$package") && dpkg-deb -x "$unpacked/${package}"_*.deb "$unpacked/$package"; then
		mv "$unpacked/$package" "$folder/$package"
	fi
done
