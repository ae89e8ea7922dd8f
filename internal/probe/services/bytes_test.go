package services_test

import (
	"encoding/binary"
	"strings"
)

// What the servers of the tests say, put together as the documents tell. None
// of this is shared with the probes, so that neither can hide a mistake of the
// other.

func be32(n int) string { return string(binary.BigEndian.AppendUint32(nil, uint32(n))) }
func be16(n int) string { return string(binary.BigEndian.AppendUint16(nil, uint16(n))) }
func le32(n int) string { return string(binary.LittleEndian.AppendUint32(nil, uint32(n))) }
func le16(n int) string { return string(binary.LittleEndian.AppendUint16(nil, uint16(n))) }

// kexInit is a KEXINIT of RFC 4253 section 7.1 in a packet of section 6.
func kexInit(kex, hostKeys, ciphersIn, ciphersOut, macsIn, macsOut string) string {
	payload := "\x14" + strings.Repeat("\x07", 16)
	for _, list := range []string{kex, hostKeys, ciphersIn, ciphersOut, macsIn, macsOut, "none", "none", "", ""} {
		payload += be32(len(list)) + list
	}
	payload += "\x00" + be32(0)
	padding := 8 - (5+len(payload))%8 + 4
	return be32(1+len(payload)+padding) + string(rune(padding)) + payload + strings.Repeat("\x00", padding)
}

// mysqlGreeting is Protocol::HandshakeV10 with the plugin of the login.
func mysqlGreeting(version string, low int) string {
	body := "\x0a" + version + "\x00" + le32(7) + "12345678\x00" + le16(low|0x8000) + "\x2d" + le16(2) + le16(0x0008) + "\x15" +
		strings.Repeat("\x00", 10) + "123456789012\x00" + "caching_sha2_password\x00"
	return le32(len(body))[:3] + "\x00" + body
}

// amqpStart is connection.start of AMQP 0-9-1 as RabbitMQ sends it.
func amqpStart(mechanisms string) string {
	long := func(s string) string { return be32(len(s)) + s }
	short := func(s string) string { return string(rune(len(s))) + s }
	table := short("capabilities") + "F" + long(short("basic.nack")+"t\x01") + short("hosts") + "A" + long("S"+long("x")) +
		short("threads") + "I" + be32(4) + short("product") + "S" + long("RabbitMQ") + short("version") + "S" + long("4.0.1")
	body := be16(10) + be16(10) + "\x00\x09" + long(table) + long(mechanisms) + long("en_US")
	return "\x01" + be16(0) + long(body) + "\xce"
}

const startTLS = "1.3.6.1.4.1.1466.20037"

// ldapShort and ldapLong are one element of BER: as small as it can be, and as
// Active Directory writes it.
func ldapShort(tag byte, content string) string {
	if len(content) > 127 {
		return string([]byte{tag, 0x81, byte(len(content))}) + content
	}
	return string([]byte{tag, byte(len(content))}) + content
}

func ldapLong(tag byte, content string) string {
	return string([]byte{tag, 0x84}) + be32(len(content)) + content
}

// ldapAnswer is a root DSE with one extension, and the end of the search.
func ldapAnswer(element func(byte, string) string, code int, extension string) string {
	attribute := func(name string, values ...string) string {
		set := ""
		for _, v := range values {
			set += element(0x04, v)
		}
		return element(0x30, element(0x04, name)+element(0x31, set))
	}
	list := attribute("namingContexts", "dc=a", "dc="+strings.Repeat("b", 120)) + attribute("supportedExtension", extension) +
		attribute("supportedSASLMechanisms", "GSSAPI")
	found := element(0x30, element(0x02, "\x01")+element(0x64, element(0x04, "")+element(0x30, list)))
	end := element(0x30, element(0x02, "\x01")+element(0x65, element(0x0a, string(rune(code)))+element(0x04, "")+element(0x04, "")))
	return found + end
}

// smb2Answer is the begin of an SMB2 NEGOTIATE response, MS-SMB2 section 2.2.4.
func smb2Answer(dialect, mode int) string {
	header := "\xfeSMB" + le16(64) + le16(0) + le32(0) + le16(0) + le16(1) + le32(1) + strings.Repeat("\x00", 44)
	body := le16(65) + le16(mode) + le16(dialect) + le16(0) + strings.Repeat("\x11", 16) + le32(0x7f) + strings.Repeat("\x00", 36)
	return be32(len(header)+len(body)) + header + body
}

// smb1Answer is an SMB_COM_NEGOTIATE response, MS-CIFS section 2.2.4.52.2.
func smb1Answer(dialect, mode int) string {
	body := "\xffSMB\x72" + le32(0) + "\x98" + le16(0xc801) + strings.Repeat("\x00", 20)
	if dialect == 0xffff {
		body += "\x01" + le16(dialect) + le16(0)
	} else {
		body += "\x11" + le16(dialect) + string(rune(mode)) + strings.Repeat("\x00", 31) + le16(0)
	}
	return be32(len(body)) + body
}
