// Package probetest owns the loopback servers against which the other packages
// test: servers that answer, refuse, stay silent, stall and misbehave.
//
// It refuses to listen on anything but 127.0.0.1, so that no test leaves the
// machine. Every server ends with the test that started it. It is for tests
// only.
package probetest
