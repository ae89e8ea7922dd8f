package services_test

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/policy"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
)

// The real servers of Debian, each secured and not. The rules that fire are all
// that are listed and no other. A server that speaks TLS from the first byte
// teaches a probe nothing (silent).
var debian = []struct {
	name    string
	probe   string
	program probetest.Program
	fires   []string
	silent  bool
}{
	{name: "Redis, open", probe: "redis", program: redisServer("--protected-mode", "no"), fires: []string{"redis-no-authentication"}},
	{name: "Redis with a password", probe: "redis", program: redisServer("--requirepass", "not-that-one"), fires: []string{"redis-without-tls"}},
	{name: "Redis in protected mode", probe: "redis", program: redisServer("--protected-mode", "yes"), fires: []string{"redis-protected-mode-only"}},
	{name: "Redis with TLS", probe: "redis", silent: true, program: redisServer("--port", "0", "--tls-port", "{port}",
		"--tls-cert-file", "{dir}/cert.pem", "--tls-key-file", "{dir}/key.pem", "--tls-ca-cert-file", "{dir}/cert.pem")},

	{name: "Memcached, open", probe: "memcached", fires: []string{"memcached-no-authentication"},
		program: probetest.Program{Name: "memcached", Args: strings.Fields("-l 127.0.0.1 -U 0 -p {port}")}},
	{name: "Memcached with a login", probe: "memcached",
		program: probetest.Program{Name: "memcached", Args: strings.Fields("-l 127.0.0.1 -U 0 -p {port} -Y {dir}/users"),
			Files: map[string]string{"users": "user:not-that-one\n"}}},

	{name: "PostgreSQL without TLS", probe: "postgresql", program: postgres("ssl=off"), fires: []string{"postgresql-without-tls"}},
	{name: "PostgreSQL with TLS", probe: "postgresql", program: postgres("ssl=on")},

	{name: "MariaDB without TLS", probe: "mysql", program: mariadb(), fires: []string{"mysql-without-tls"}},
	{name: "MariaDB with TLS", probe: "mysql", program: mariadb("--ssl-cert={dir}/cert.pem", "--ssl-key={dir}/key.pem")},

	{name: "OpenSSH as it comes", probe: "ssh", program: sshd("")},
	{name: "OpenSSH, weakened", probe: "ssh", program: sshd("KexAlgorithms +diffie-hellman-group1-sha1\nCiphers +3des-cbc\n" +
		"MACs +hmac-md5\nHostKeyAlgorithms +ssh-rsa\n"),
		fires: []string{"ssh-weak-cipher", "ssh-weak-host-key", "ssh-weak-key-exchange", "ssh-weak-mac"}},

	{name: "vsftpd without TLS", probe: "ftp", program: vsftpd("NO"), fires: []string{"ftp-without-tls"}},
	{name: "vsftpd with TLS", probe: "ftp", program: vsftpd("YES")},

	{name: "Exim without TLS", probe: "smtp", program: exim("", "true"), fires: []string{"smtp-login-before-tls", "smtp-without-tls"}},
	{name: "Exim with TLS", probe: "smtp", program: exim("*", "${if def:tls_in_cipher}")},

	{name: "Dovecot IMAP without TLS", probe: "imap", program: dovecot("imap", "no"), fires: []string{"imap-login-before-tls", "imap-without-tls"}},
	{name: "Dovecot IMAP with TLS", probe: "imap", program: dovecot("imap", "required")},
	{name: "Dovecot POP3 without TLS", probe: "pop3", program: dovecot("pop3", "no"), fires: []string{"pop3-login-before-tls", "pop3-without-tls"}},
	{name: "Dovecot POP3 with TLS", probe: "pop3", program: dovecot("pop3", "required")},

	{name: "Mosquitto, open", probe: "mqtt", program: mosquitto("true"), fires: []string{"mqtt-no-authentication"}},
	{name: "Mosquitto with a login", probe: "mqtt", program: mosquitto("false")},

	{name: "Samba without signing", probe: "smb", program: samba("auto", "NT1"), fires: []string{"smb-signing-not-required"}},
	{name: "Samba with signing", probe: "smb", program: samba("mandatory", "SMB2")},
	{name: "Samba with SMB 1", probe: "smb1", program: samba("auto", "NT1"), fires: []string{"smb1-enabled"}},
	{name: "Samba without SMB 1", probe: "smb1", program: samba("mandatory", "SMB2")},

	{name: "slapd, open", probe: "ldap", program: slapd(""), fires: []string{"ldap-anonymous", "ldap-without-tls"}},
	{name: "slapd with TLS and logins", probe: "ldap",
		program: slapd("TLSCertificateFile {dir}/cert.pem\nTLSCertificateKeyFile {dir}/key.pem\nrequire authc\n")},

	{name: "rsync that lists", probe: "rsync", program: rsyncd("yes"), fires: []string{"rsync-lists-modules"}},
	{name: "rsync that does not", probe: "rsync", program: rsyncd("no")},

	{name: "xrdp without TLS", probe: "rdp", program: xrdp("rdp"), fires: []string{"rdp-no-nla", "rdp-standard-security"}},
	{name: "xrdp with TLS", probe: "rdp", program: xrdp("tls"), fires: []string{"rdp-no-nla"}},

	{name: "TigerVNC, open", probe: "vnc", program: vnc("None"), fires: []string{"vnc-no-authentication"}},
	{name: "TigerVNC with a short password", probe: "vnc", program: vnc("VncAuth"), fires: []string{"vnc-weak-authentication"}},
	{name: "TigerVNC with TLS", probe: "vnc", program: vnc("X509Vnc")},
}

// RabbitMQ asks for the daemon that keeps the names of nodes, and starts one
// that outlives it where there is none.
func TestRealRabbitMQ(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a server")
	}
	t.Parallel()
	rules, err := policy.NewHostRules(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	names := probetest.Run(t, probetest.Program{Name: "epmd", Args: strings.Fields("-port {port} -address 127.0.0.1")})
	broker := probetest.Program{Name: "/usr/lib/rabbitmq/bin/rabbitmq-server", Files: map[string]string{"plugins": "[].\n", "rabbitmq.conf": "listeners.tcp.1 = 127.0.0.1:{port}\n"},
		Env: []string{"ERL_EPMD_PORT=" + strconv.Itoa(int(names.Port())), "ERL_EPMD_ADDRESS=127.0.0.1", "RABBITMQ_NODENAME=probe{port}@localhost",
			"RABBITMQ_MNESIA_BASE={dir}", "RABBITMQ_LOG_BASE={dir}", "RABBITMQ_CONFIG_FILE={dir}/rabbitmq.conf",
			"RABBITMQ_ENABLED_PLUGINS_FILE={dir}/plugins", "RABBITMQ_PID_FILE={dir}/pid",
			"RABBITMQ_DIST_PORT={other}",
			"RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1}"}}
	checkServer(t, rules, "amqp", probetest.Run(t, broker), []string{"amqp-login-without-tls"}, false)
}

func TestRealServers(t *testing.T) {
	if testing.Short() {
		t.Skip("starts servers")
	}
	rules, err := policy.NewHostRules(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range debian {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.program.Certificate = true
			checkServer(t, rules, c.probe, probetest.Run(t, c.program), c.fires, c.silent)
		})
	}
}

// checkServer asks the server and tells which rules have something to say.
func checkServer(t *testing.T, rules *policy.HostRules, probe string, addr netip.AddrPort, fires []string, silent bool) {
	t.Helper()
	facts, err := askFromElsewhere(t, probe, addr)
	if silent != (err != nil) {
		t.Fatalf("%s = %v, %v; learns nothing: want %t", probe, facts, err, silent)
	}
	if silent {
		mustSpeakTLS(t, addr)
	}
	evidence := exposure.Evidence{Probe: probe, Fields: facts}
	if err != nil {
		evidence.Reason, evidence.Fields = err.Error(), map[string]any{}
	}
	port := exposure.PortObservation{Port: addr.Port(), Result: exposure.Open, Evidence: []exposure.Evidence{evidence}}
	findings, err := rules.Findings(t.Context(), exposure.Endpoint{Host: "127.0.0.1"}, exposure.Observation{
		PortStatus: exposure.StatusOpen, Ports: []exposure.PortObservation{port}, PortsProbed: 1, ScannedAt: time.Now(),
	})
	if err != nil {
		t.Errorf("Findings(%v) = %v", facts, err)
	}
	got := map[string]bool{}
	for _, f := range findings {
		got[f.Rule] = true
	}
	want := map[string]bool{}
	for _, id := range fires {
		want[id] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("facts %v; rules that fire (-want +got):\n%s", facts, diff)
	}
}

// mustSpeakTLS tells a server that keeps silent on purpose from a broken one.
func mustSpeakTLS(t *testing.T, addr netip.AddrPort) {
	t.Helper()
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	conn, err := tls.DialWithDialer(dialer, "tcp4", addr.String(), &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Errorf("the server does not speak TLS either: %v", err)
		return
	}
	conn.Close()
}

// askFromElsewhere asks from another address than the server's: Dovecot takes a
// visitor from its own for one that needs no TLS.
func askFromElsewhere(t *testing.T, probe string, addr netip.AddrPort) (map[string]any, error) {
	t.Helper()
	dialer := net.Dialer{Timeout: 5 * time.Second, LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	conn, err := dialer.Dial("tcp4", addr.String())
	if err != nil {
		t.Fatalf("dial: %v", err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	return conversationOf(t, probe)(context.Background(), conn)
}

func redisServer(args ...string) probetest.Program {
	return probetest.Program{Name: "redis-server",
		Args: append(strings.Fields("--bind 127.0.0.1 --port {port} --save --dir {dir}"), args...)}
}

func postgres(ssl string) probetest.Program {
	return probetest.Program{
		Name:    "postgres",
		Prepare: [][]string{strings.Fields("initdb -D {dir}/data -A trust --no-sync --no-instructions -E UTF8")},
		Args: append(strings.Fields("-D {dir}/data -p {port} -h 127.0.0.1 -k {dir} -c fsync=off"),
			"-c", ssl, "-c", "ssl_cert_file={dir}/cert.pem", "-c", "ssl_key_file={dir}/key.pem"),
	}
}

func mariadb(args ...string) probetest.Program {
	return probetest.Program{
		Name:  "mariadbd",
		Files: map[string]string{"data/": ""},
		Args: append(strings.Fields("--no-defaults --datadir={dir}/data --socket={dir}/socket --pid-file={dir}/pid --port={port}"+
			" --bind-address=127.0.0.1 --skip-grant-tables --innodb=OFF --default-storage-engine=Aria --tmpdir={dir}"), args...),
	}
}

func sshd(config string) probetest.Program {
	return probetest.Program{
		Name: "sshd",
		Args: strings.Fields("-D -e -f {dir}/sshd_config"),
		Prepare: [][]string{
			{"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "{dir}/ed25519"},
			{"ssh-keygen", "-q", "-t", "rsa", "-N", "", "-f", "{dir}/rsa"},
		},
		Files: map[string]string{"sshd_config": "ListenAddress 127.0.0.1:{port}\nHostKey {dir}/ed25519\nHostKey {dir}/rsa\nPidFile none\n" + config},
	}
}

func vsftpd(ssl string) probetest.Program {
	return probetest.Program{Name: "vsftpd", Args: []string{"{dir}/vsftpd.conf"}, Files: map[string]string{
		"vsftpd.conf": "listen=YES\nlisten_ipv6=NO\nlisten_address=127.0.0.1\nlisten_port={port}\nbackground=NO\nrun_as_launching_user=YES\n" +
			"anonymous_enable=NO\nlocal_enable=YES\nseccomp_sandbox=NO\nssl_enable=" + ssl + "\n" +
			"rsa_cert_file={dir}/cert.pem\nrsa_private_key_file={dir}/key.pem\n"}}
}

func exim(tlsHosts, allowLogin string) probetest.Program {
	return probetest.Program{Name: "exim4", Args: strings.Fields("-C {dir}/exim.conf -bdf"), Files: map[string]string{
		"exim.conf": "primary_hostname = probe.test\nspool_directory = {dir}\nlog_file_path = {dir}/%s.log\npid_file_path = {dir}/pid\n" +
			"local_interfaces = 127.0.0.1\nadmin_groups = {group}\nexim_user = {user}\nexim_group = {group}\nkeep_environment =\ndaemon_smtp_ports = {port}\ntls_advertise_hosts = " + tlsHosts + "\n" +
			"tls_certificate = {dir}/cert.pem\ntls_privatekey = {dir}/key.pem\nbegin authenticators\nplain:\n  driver = plaintext\n" +
			"  public_name = PLAIN\n  server_prompts = :\n  server_condition = false\n  server_advertise_condition = " + allowLogin + "\n"}}
}

func dovecot(protocol, ssl string) probetest.Program {
	return probetest.Program{Name: "dovecot", Args: strings.Fields("-F -c {dir}/dovecot.conf"), Files: map[string]string{
		"dovecot.conf": "base_dir = {dir}/run\nstate_dir = {dir}\nprotocols = " + protocol + "\nlog_path = /dev/stderr\ndefault_internal_user = {user}\n" +
			"default_login_user = {user}\ndefault_internal_group = {group}\nssl = " + ssl + "\nssl_cert = <{dir}/cert.pem\nssl_key = <{dir}/key.pem\n" +
			"disable_plaintext_auth = " + map[string]string{"no": "no", "required": "yes"}[ssl] + "\nservice anvil {\n  chroot =\n}\n" +
			"service " + protocol + "-login {\n  chroot =\n  inet_listener " + protocol + " {\n    address = 127.0.0.1\n    port = {port}\n  }\n" +
			"  inet_listener " + protocol + "s {\n    port = 0\n  }\n}\npassdb {\n  driver = static\n  args = password=not-that-one\n}\n" +
			"userdb {\n  driver = static\n  args = uid={user} gid={group} home={dir}\n}\n"}}
}

func mosquitto(anonymous string) probetest.Program {
	return probetest.Program{Name: "mosquitto", Args: strings.Fields("-c {dir}/mosquitto.conf"), Files: map[string]string{
		"mosquitto.conf": "listener {port} 127.0.0.1\nallow_anonymous " + anonymous + "\n"}}
}

func samba(signing, lowest string) probetest.Program {
	return probetest.Program{Name: "smbd", Args: strings.Fields("-F --no-process-group -s {dir}/smb.conf -l {dir}"), Files: map[string]string{
		"smb.conf": "[global]\nsmb ports = {port}\ninterfaces = 127.0.0.1\nbind interfaces only = yes\nserver role = standalone server\n" +
			"server signing = " + signing + "\nserver min protocol = " + lowest + "\nload printers = no\ndisable spoolss = yes\n" +
			"lock directory = {dir}\nstate directory = {dir}\ncache directory = {dir}\npid directory = {dir}\nprivate dir = {dir}\n" +
			"ncalrpc dir = {dir}/ncalrpc\nbinddns dir = {dir}\n"}}
}

func slapd(config string) probetest.Program {
	return probetest.Program{Name: "slapd", Args: strings.Fields("-f {dir}/slapd.conf -h ldap://127.0.0.1:{port} -d 0"), Files: map[string]string{
		"db/": "", "slapd.conf": "pidfile {dir}/pid\n" + config + "database ldif\nsuffix cn=probe\ndirectory {dir}/db\n"}}
}

func rsyncd(list string) probetest.Program {
	return probetest.Program{Name: "rsync", Args: strings.Fields("--daemon --no-detach --config={dir}/rsyncd.conf --address=127.0.0.1 --port={port}"),
		Files: map[string]string{"rsyncd.conf": "use chroot = no\n[backup]\npath = {dir}\nlist = " + list + "\n"}}
}

func xrdp(layer string) probetest.Program {
	return probetest.Program{Name: "xrdp", Args: strings.Fields("--nodaemon --config {dir}/xrdp.ini"), Files: map[string]string{
		"xrdp.ini": "[Globals]\nini_version=1\nfork=true\nport=tcp://127.0.0.1:{port}\nsecurity_layer=" + layer + "\ncrypt_level=high\n" +
			"certificate={dir}/cert.pem\nkey_file={dir}/key.pem\n[Logging]\nLogFile={dir}/xrdp.log\nLogLevel=INFO\nEnableConsole=true\n"}}
}

func vnc(types string) probetest.Program {
	return probetest.Program{Name: "Xtigervnc", Args: strings.Fields("-displayfd 1 -rfbport {port} -interface 127.0.0.1 -nolisten tcp -geometry 64x64 -SecurityTypes " +
		types + " -X509Cert {dir}/cert.pem -X509Key {dir}/key.pem -rfbauth {dir}/passwd"),
		Files: map[string]string{"passwd": "12345678"}}
}
