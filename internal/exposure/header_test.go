package exposure_test

import (
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

func TestCheckRequestHeader(t *testing.T) {
	const (
		own         = "the scan sets this header itself"
		credentials = "the scan sends no credentials: it sees what anyone sees"
		proxy       = "the header is for a proxy, and the scan uses none"
		characters  = "the value holds characters that a header cannot have"
	)
	tests := []struct{ name, value, want string }{
		{"X-Scan-Id", "team@example.com", ""},
		{"From", "", ""},
		{"Accept-Language", strings.Repeat("a", 1024), ""},
		{"Host", "x", own},
		{"content-length", "1", own},
		{"TRANSFER-ENCODING", "chunked", own},
		{"Accept", "text/html", own},
		{"Range", "bytes=0-1", own},
		{"Keep-Alive", "5", own},
		{"Authorization", "x", credentials},
		{"cookie", "a=b", credentials},
		{"Proxy-Authorization", "x", proxy},
		{"proxy-connection", "close", proxy},
		{"", "x", `"" is not a header name`},
		{"a b", "x", `"a b" is not a header name`},
		{"a\r\nb", "x", `"a b" is not a header name`},
		{"X-A", "a\r\nb", characters},
		{"X-B", "a\x00b", characters},
		{"X-C", strings.Repeat("a", 1025), "the value is longer than 1024 bytes"},
	}
	for _, test := range tests {
		got := ""
		if err := exposure.CheckRequestHeader(test.name, test.value); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("CheckRequestHeader(%q, %.20q) = %q, want %q", test.name, test.value, got, test.want)
		}
	}
}
