package tfstate_test

import (
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// A value of which nothing is unknown is made without the tree that any other
// value is made of, and is the same.
func TestAKnownValueIsWhatItsTreeWouldBe(t *testing.T) {
	texts := []string{
		`null`, `true`, `false`, `0`, `63`, `64`, `-1`, `1.5`, `1e3`, `9007199254740993`, `123456789012345678901234567890`,
		`""`, `"a"`, `"\u00e9\n\"\\"`, `"é"`, `"e\u0301"`,
		`[]`, `[ ]`, `{}`, `{ }`, `[null]`, `[[],{},""]`, `[1,[2,[3]]]`, "[\n  1 ,\t2\r\n]",
		`{"a":{"b":[{"c":"d"}]},"":null}`, "{ \"a\" : 1 ,\n \"b\" : [ ] }",
		`{"a":1,"a":2}`, `{"a":1e99999,"a":2}`, `{"]":"}","{":"[,"}`,
	}
	for _, text := range texts {
		for _, sensitive := range []string{``, `true`, `{"a":true}`, `{"a":{"b":[{"c":true}]}}`, `[true]`, `[false,[true]]`} {
			got, want := tfstate.Known(text, sensitive), tfstate.Built(text, sensitive)
			if !got.RawEquals(want) {
				t.Errorf("%s, sensitive %s: %#v, want %#v", text, sensitive, got, want)
			}
		}
	}
}
