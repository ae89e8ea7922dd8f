#!/usr/bin/env bash
# Installs what tests and demo use beside Go, where it is missing: a browser for
# the screenshots and a C compiler for the race detector. On systems without
# apt-get it says what to install, and ends in error only in a pipeline: there,
# tests that skip themselves would pass for tests that passed.
set -euo pipefail

have() { command -v "$1" >/dev/null 2>&1; }

have_browser() {
	local name
	for name in chromium-headless-shell headless_shell chrome-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
		have "$name" && return
	done
	[ -e "/Applications/Chromium.app" ] || [ -e "/Applications/Google Chrome.app" ]
}

missing=()
have_browser || missing+=(chromium-headless-shell)
have gcc || have clang || missing+=(gcc libc6-dev)
[ ${#missing[@]} -eq 0 ] && exit 0

if ! have apt-get; then
	echo "Not installed: ${missing[*]}. Tests that need them are skipped." >&2
	[ -z "${CI:-}" ] || exit 1
	exit 0
fi

run=(env DEBIAN_FRONTEND=noninteractive)
if [ "$(id -u)" -ne 0 ]; then
	have sudo || { echo "Please install as root: ${missing[*]}" >&2; exit 1; }
	run=(sudo "${run[@]}")
	[ -t 0 ] || run=(sudo -n "${run[@]:1}") # without a terminal nobody can type a password
fi

echo "Installing ${missing[*]}"
"${run[@]}" apt-get update -q
# Debian has the small browser; elsewhere the whole one will do.
if [[ " ${missing[*]} " == *" chromium-headless-shell "* ]] && [ -z "$(apt-cache madison chromium-headless-shell 2>/dev/null)" ]; then
	missing=("${missing[@]/chromium-headless-shell/chromium}")
fi
"${run[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}"
