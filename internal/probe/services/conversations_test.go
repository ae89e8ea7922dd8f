package services_test

// conversations are recorded or built from the documents that the probes name,
// byte for byte. Where a service is installed, debian_test.go asks a real one.
var conversations = []struct {
	probe, name string
	steps       []step
	want        map[string]any
}{
	{"redis", "without a password", []step{{"*1\r\n$4\r\nPING\r\n", "+PONG\r\n"}}, map[string]any{"reply": "PONG"}},
	{"redis", "with a password", []step{{"*1\r\n", "-NOAUTH Authentication required.\r\n"}}, map[string]any{"reply": "NOAUTH"}},
	{"redis", "in protected mode", []step{{"*1\r\n", "-DENIED Redis is running in protected mode\r\n"}}, map[string]any{"reply": "DENIED"}},

	{"memcached", "open", []step{{"version\r\n", "VERSION 1.6.18\r\n"}}, map[string]any{"reply": "VERSION", "version": "1.6.18"}},
	{"memcached", "with a login", []step{{"version\r\n", "CLIENT_ERROR unauthenticated\r\n"}}, map[string]any{"reply": "CLIENT_ERROR"}},

	{"cassandra", "open", []step{{"\x04\x00\x00\x00\x01", "\x84\x00\x00\x00\x02\x00\x00\x00\x00"}}, map[string]any{"reply": "READY"}},
	{"cassandra", "with a login", []step{{"\x04", "\x84\x00\x00\x00\x03\x00\x00\x00\x05\x00\x03a.B"}},
		map[string]any{"reply": "AUTHENTICATE", "authenticator": "a.B"}},
	{"cassandra", "of an older protocol", []step{{"\x04", "\x83\x00\x00\x00\x00\x00\x00\x00\x08\x00\x00\x00\x0a\x00\x02no"}},
		map[string]any{"reply": "ERROR", "code": 10.0}},

	{"zookeeper", "that tells", []step{{"srvr", "Zookeeper version: 3.8.0-${mvngit.commit.id}, built on 2022-02-25 08:49 UTC\nLatency min/avg/max: 0/0/0\nMode: standalone\nNode count: 5\n"}},
		map[string]any{"answered": true, "serving": true, "version": "3.8.0-${mvngit.commit.id}", "mode": "standalone"}},
	{"zookeeper", "that still starts", []step{{"srvr", "This ZooKeeper instance is not currently serving requests\n"}},
		map[string]any{"answered": true, "serving": false}},
	{"zookeeper", "that is asked not to", []step{{"srvr", "srvr is not executed because it is not in the whitelist.\n"}},
		map[string]any{"answered": false}},

	{"amqp", "0-9-1", []step{{"AMQP\x00\x00\x09\x01", amqpStart("PLAIN ANONYMOUS")}}, map[string]any{
		"version": "0.9", "sasl": true, "product": "RabbitMQ", "release": "4.0.1", "mechanisms": []any{"PLAIN", "ANONYMOUS"}}},
	{"amqp", "1.0", []step{{"AMQP\x00\x00\x09\x01", "AMQP\x03\x01\x00\x00"}}, map[string]any{
		"version": "1.0", "sasl": true, "mechanisms": []any{}}},

	{"mqtt", "that lets anyone in", []step{{"\x10\x0c\x00\x04MQTT\x04\x02\x00\x0a\x00\x00", "\x20\x02\x00\x00"}, {"\xe0\x00", ""}},
		map[string]any{"return_code": 0.0}},
	{"mqtt", "that wants a login", []step{{"\x10\x0c", "\x20\x02\x00\x05"}}, map[string]any{"return_code": 5.0}},

	{"smtp", "with TLS", []step{{"", "220 mx.test ESMTP\r\n"},
		{"EHLO dynamicscan.invalid\r\n", "250-mx.test\r\n250-SIZE 100\r\n250 STARTTLS\r\n"}, {"QUIT\r\n", "221 bye\r\n"}},
		map[string]any{"greeting_code": 220.0, "banner": "mx.test ESMTP", "ehlo_code": 250.0, "starttls": true, "auth": []any{}}},
	{"smtp", "with a login before TLS", []step{{"", "220-mx.test\r\n220 hello\x1b[2J\r\n"}, {"EHLO", "250-mx.test\r\n250 AUTH=LOGIN plain\r\n"}},
		map[string]any{"greeting_code": 220.0, "banner": "mx.test hello�[2J", "ehlo_code": 250.0, "starttls": false, "auth": []any{"LOGIN", "PLAIN"}}},
	{"smtp", "that refuses", []step{{"", "554 go away\r\n"}}, map[string]any{"greeting_code": 554.0, "banner": "go away"}},

	{"imap", "with TLS", []step{{"", "* OK [CAPABILITY IMAP4rev1] ready\r\n"},
		{"a CAPABILITY\r\n", "* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\na OK done\r\n"}, {"b LOGOUT\r\n", ""}},
		map[string]any{"greeting": "OK", "banner": "[CAPABILITY IMAP4rev1] ready", "capabilities": []any{"IMAP4REV1", "STARTTLS", "LOGINDISABLED"}}},
	{"imap", "that hangs up", []step{{"", "* BYE too many\r\n"}}, map[string]any{"greeting": "BYE", "banner": "too many"}},

	{"pop3", "with TLS", []step{{"", "+OK ready <1.2@h>\r\n"}, {"CAPA\r\n", "+OK\r\nSTLS\r\nSASL PLAIN\r\n.\r\n"}},
		map[string]any{"banner": "ready <1.2@h>", "capa": true, "capabilities": []any{"STLS", "SASL PLAIN"}}},
	{"pop3", "of old", []step{{"", "+OK\r\n"}, {"CAPA\r\n", "-ERR what\r\n"}, {"QUIT\r\n", ""}}, map[string]any{"banner": "", "capa": false}},

	{"ftp", "with TLS", []step{{"", "220 (vsFTPd 3.0.3)\r\n"}, {"FEAT\r\n", "211-Features:\r\n AUTH TLS\r\n UTF8\r\n211 End\r\n"}},
		map[string]any{"greeting_code": 220.0, "banner": "(vsFTPd 3.0.3)", "feat_code": 211.0, "auth_tls": true}},
	{"ftp", "without TLS", []step{{"", "220-Hello\r\n220 there\r\n"}, {"FEAT\r\n", "211-Features:\r\n PASV\r\n211 End\r\n"}, {"QUIT\r\n", ""}},
		map[string]any{"greeting_code": 220.0, "banner": "Hello there", "feat_code": 211.0, "auth_tls": false}},
	{"ftp", "that tells nothing before the login", []step{{"", "220 x\r\n"}, {"FEAT\r\n", "530 Please login\r\n"}},
		map[string]any{"greeting_code": 220.0, "banner": "x", "feat_code": 530.0}},

	{"ssh", "2.0", []step{{"", "hello\r\nSSH-2.0-Test_1 comment\r\n"}, {"SSH-2.0-dynamicscan\r\n", kexInit("curve25519-sha256", "ssh-ed25519", "a,b", "b,c", "m", "m")}},
		map[string]any{"protocol": "2.0", "software": "Test_1 comment", "kex": []any{"curve25519-sha256"}, "host_keys": []any{"ssh-ed25519"},
			"ciphers": []any{"a", "b", "c"}, "macs": []any{"m"}}},
	{"ssh", "1.5", []step{{"", "SSH-1.5-old\n"}}, map[string]any{"protocol": "1.5", "software": "old"}},

	{"rdp", "without negotiation", []step{{"\x03\x00\x00\x13\x0e\xe0", "\x03\x00\x00\x0b\x06\xd0\x00\x00\x12\x34\x00"}},
		map[string]any{"accepted": true, "protocol": 0.0}},
	{"rdp", "that accepts", []step{{"\x03", "\x03\x00\x00\x13\x0e\xd0\x00\x00\x12\x34\x00\x02\x00\x08\x00\x00\x00\x00\x00"}},
		map[string]any{"accepted": true, "protocol": 0.0}},
	{"rdp", "that wants NLA", []step{{"\x03", "\x03\x00\x00\x13\x0e\xd0\x00\x00\x12\x34\x00\x03\x00\x08\x00\x05\x00\x00\x00"}},
		map[string]any{"accepted": false, "failure_code": 5.0}},

	{"vnc", "3.8", []step{{"", "RFB 003.008\n"}, {"RFB 003.008\n", "\x02\x02\x01"}},
		map[string]any{"version": "003.008", "security_types": []any{1.0, 2.0}}},
	{"vnc", "3.3", []step{{"", "RFB 003.003\n"}, {"RFB 003.003\n", "\x00\x00\x00\x02"}},
		map[string]any{"version": "003.003", "security_types": []any{2.0}}},
	{"vnc", "of Apple", []step{{"", "RFB 003.889\n"}, {"RFB 003.008\n", "\x01\x1e"}},
		map[string]any{"version": "003.889", "security_types": []any{30.0}}},

	{"telnet", "that negotiates", []step{{"", "\xff\xfd\x18\xff\xfa\x18\x01\xff\xf0\r\nlogin: "}}, map[string]any{"negotiates": true, "banner": "login:"}},
	{"telnet", "with a prompt only", []step{{"", "User Name:"}}, map[string]any{"negotiates": false, "banner": "User Name:"}},

	{"postgresql", "with TLS", []step{{"\x00\x00\x00\x08\x04\xd2\x16\x2f", "S"}}, map[string]any{"tls": true}},
	{"postgresql", "without TLS", []step{{"\x00\x00\x00\x08\x04\xd2\x16\x2f", "N"}}, map[string]any{"tls": false}},

	{"mysql", "with TLS", []step{{"", mysqlGreeting("8.0.36", 0x0800)}},
		map[string]any{"version": "8.0.36", "tls": true, "auth_plugin": "caching_sha2_password"}},
	{"mysql", "without TLS", []step{{"", mysqlGreeting("5.5.5-10.11.6-MariaDB", 0)}},
		map[string]any{"version": "5.5.5-10.11.6-MariaDB", "tls": false, "auth_plugin": "caching_sha2_password"}},
	{"mysql", "that lets us not connect", []step{{"", "\x04\x00\x00\x00\xff\x6a\x04x"}}, map[string]any{"error_code": 1130.0}},

	{"ldap", "of Active Directory", []step{{"\x30\x62\x02\x01\x01\x63", ldapAnswer(ldapLong, 0, startTLS)}, {"\x30\x05\x02\x01\x02\x42\x00", ""}},
		map[string]any{"entry": true, "result_code": 0.0, "starttls": true, "naming_contexts": 2.0, "sasl_mechanisms": []any{"GSSAPI"}}},
	{"ldap", "without TLS", []step{{"\x30", ldapAnswer(ldapShort, 0, "1.2.3")}},
		map[string]any{"entry": true, "result_code": 0.0, "starttls": false, "naming_contexts": 2.0, "sasl_mechanisms": []any{"GSSAPI"}}},
	{"ldap", "that wants a bind", []step{{"\x30", ldapShort(0x30, "\x02\x01\x01"+ldapShort(0x65, "\x0a\x01\x08\x04\x00\x04\x00"))}},
		map[string]any{"entry": false, "result_code": 8.0, "starttls": false, "naming_contexts": 0.0, "sasl_mechanisms": []any{}}},

	{"smb", "that wants signatures", []step{{"\x00\x00\x00\xae\xfeSMB", smb2Answer(0x0311, 3)}},
		map[string]any{"dialect": "3.1.1", "signing_enabled": true, "signing_required": true}},
	{"smb", "that does not", []step{{"\x00", smb2Answer(0x0210, 1)}},
		map[string]any{"dialect": "2.1", "signing_enabled": true, "signing_required": false}},
	{"smb1", "spoken", []step{{"\x00\x00\x00\x2f\xffSMB\x72", smb1Answer(0, 3)}}, map[string]any{"accepted": true, "signing_required": false}},
	{"smb1", "refused", []step{{"\x00", smb1Answer(0xffff, 0)}}, map[string]any{"accepted": false}},
	{"smb1", "hung up on", []step{{"\x00", ""}}, map[string]any{"accepted": false}},

	{"rsync", "with modules", []step{{"", "@RSYNCD: 31.0 sha512\n"}, {"@RSYNCD: 30.0\n#list\n", "welcome\nbackup         \tnightly\nwww            \t\n@RSYNCD: EXIT\n"}},
		map[string]any{"protocol": "31.0", "modules": 2.0}},
}
