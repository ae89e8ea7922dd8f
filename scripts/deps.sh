#!/usr/bin/env bash
# Installs what tests and demo use beside Go, where it is missing: a browser for
# the screenshots, what reads letters from their pixels, a C compiler for the
# race detector, and the servers that the host configuration probes are tested
# against. The servers are neither started nor will they be at the next boot:
# the tests run them under their own configuration, on loopback. On systems
# without apt-get it says what to install, and ends in error only in a pipeline:
# there, tests that skip themselves would pass for tests that passed.
#   scripts/deps.sh [demo]    with demo, only what the demo uses: a browser
set -euo pipefail

have() { [ -e "$1" ] || PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1; }

# The servers: program, or a file of what is served, and package. About 170 MB are downloaded where none of
# them is there.
servers="
	apache2=apache2 nginx=nginx-light epmd=erlang-base exim4=exim4-daemon-light mariadbd=mariadb-server-core
	memcached=memcached mosquitto=mosquitto redis-server=redis-server rsync=rsync slapd=slapd smbd=samba
	sshd=openssh-server vsftpd=vsftpd xrdp=xrdp Xtigervnc=tigervnc-standalone-server
	/usr/lib/dovecot/imap=dovecot-imapd /usr/lib/dovecot/pop3=dovecot-pop3d
	/usr/lib/rabbitmq/bin/rabbitmq-server=rabbitmq-server
	docker-registry=docker-registry etcd=etcd-server influxd=influxdb jupyter-notebook=jupyter-notebook lighttpd=lighttpd
	php=php-cli prometheus=prometheus prometheus-alertmanager=prometheus-alertmanager
	/usr/share/adminer/adminer.php=adminer /usr/share/phpmyadmin/index.php=phpmyadmin
	/usr/lib/python3/dist-packages/werkzeug=python3-werkzeug"

have_browser() {
	local name
	for name in chromium-headless-shell headless_shell chrome-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
		have "$name" && return
	done
	[ -e "/Applications/Chromium.app" ] || [ -e "/Applications/Google Chrome.app" ]
}

# Ten megabytes of ordinary pages and scripts, among which the secret rules must
# find nothing. The scripts lie outside of /usr/share/doc, which small images
# leave empty.
have_pages() { [ -d /usr/share/javascript/mathjax ]; }

# tested adds what only the tests use.
tested() {
	have gcc || have clang || missing+=(gcc libc6-dev)
	have tesseract || missing+=(tesseract-ocr tesseract-ocr-eng)
	if [ "$(uname -s)" = Linux ]; then
		for server in $servers; do
			have "${server%%=*}" || missing+=("${server##*=}")
		done
		have_pages || missing+=(libjs-mathjax libjs-jquery-ui)
		have postgres || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || missing+=(postgresql)
	fi
}

missing=()
have_browser || missing+=(chromium-headless-shell)
[ "${1:-}" = demo ] || tested
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

# While a package is set up, this file says whether it may start its service.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
	trap '"${run[@]}" rm -f "$policy"' EXIT
	printf '#!/bin/sh\nexit 101\n' | "${run[@]}" tee "$policy" >/dev/null
	"${run[@]}" chmod 755 "$policy"
fi
# --no-remove: a machine that has another mail server keeps it.
"${run[@]}" apt-get install -y -q --no-install-recommends --no-remove "${missing[@]}"

have systemctl || exit 0
dpkg -L "${missing[@]}" | sed -n 's#.*/systemd/system/\([^/@]*\.\(service\|socket\|timer\)\)$#\1#p' | sort -u | while read -r unit; do
	"${run[@]}" systemctl disable -q "$unit" 2>/dev/null || true # a unit without [Install] is not enabled anyway
done
