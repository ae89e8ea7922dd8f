package probe

import (
	"bytes"
	"crypto/tls"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// greetings are the first bytes by which a server shows that it speaks another
// protocol than HTTP.
var greetings = []struct{ prefix, protocol string }{
	{"SSH-", "SSH"},
	{"220", "SMTP or FTP"},
	{"421", "SMTP or FTP"},
	{"500 ", "SMTP or FTP"},
	{"+OK", "POP3 or Redis"},
	{"* OK", "IMAP"},
	{"-ERR", "Redis or POP3"},
	{"-NOAUTH", "Redis"},
	{"-DENIED", "Redis"},
	{"ERROR\r\n", "Memcached"},
	{"RFB ", "VNC"},
	{"AMQP", "AMQP"},
	{"ICY ", "Shoutcast"},
	{"\x00\x00\x00\x04\x00\x00\x00\x00\x00", "HTTP/2"},
	{"\xff\xfb", "Telnet"},
	{"\xff\xfd", "Telnet"},
}

// otherProtocol explains an answer to a plain GET that is not HTTP.
func otherProtocol(answer []byte) *noAnswerError {
	// 0x15 is an alert, 0x16 a handshake, and 3 the major version of every TLS.
	if len(answer) >= 2 && (answer[0] == 0x15 || answer[0] == 0x16) && answer[1] == 3 {
		return &noAnswerError{reason: "the server answered a plain GET with TLS", otherScheme: true}
	}
	return &noAnswerError{reason: notHTTP(answer)}
}

// notHTTP names the protocol of an answer, without repeating it.
func notHTTP(answer []byte) string {
	for _, g := range greetings {
		if bytes.HasPrefix(answer, []byte(g.prefix)) {
			return "the server does not speak HTTP; its answer looks like " + g.protocol
		}
	}
	// The first packet of MySQL and MariaDB: three bytes of length, number 0
	// and protocol version 10.
	if len(answer) >= 5 && answer[3] == 0 && answer[4] == 10 {
		return "the server does not speak HTTP; its answer looks like MySQL"
	}
	return "the server's answer is not HTTP"
}

// plainHTTPRecord reports whether the bytes with which a server answered a TLS
// hello are the begin of a plain HTTP answer, with or without a status line.
func plainHTTPRecord(record tls.RecordHeaderError) bool {
	return string(record.RecordHeader[:]) == "HTTP/" || record.RecordHeader[0] == '<'
}

// tlsNotices are what servers answer to a plain GET on a TLS port, in lower
// case.
var tlsNotices = []string{
	"http request to an https server",              // Go
	"plain http request was sent to https port",    // nginx, AWS load balancers
	"speaking plain http to an ssl-enabled server", // Apache
	"combination of host and port requires tls",    // Tomcat
	"web server is running in ssl mode",            // Webmin
}

// maxNotice bounds the body of such an answer; a longer page may speak of the
// matter without being an answer to it.
const maxNotice = 4 << 10

// asksForTLS reports whether a plain answer only says that the port wants TLS.
func asksForTLS(r *exposure.Response) bool {
	if len(r.Text) > maxNotice {
		return false
	}
	text := strings.ToLower(r.Text)
	return slices.ContainsFunc(tlsNotices, func(notice string) bool { return strings.Contains(text, notice) })
}
