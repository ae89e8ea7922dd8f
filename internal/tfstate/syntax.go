package tfstate

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// refusal is a sentence about an input that cannot be read.
func refusal(format string, args ...any) error { return fmt.Errorf(format, args...) }

var errNeither = errors.New("the JSON is neither a terraform state nor a plan: expected a terraform.tfstate, or the output of `terraform show -json` for a state or a plan")

// utf8Mark is the byte order mark of UTF-8.
const utf8Mark = "\xef\xbb\xbf"

// decodeText returns the text as UTF-8 without byte order mark. PowerShell
// writes UTF-16 when output is redirected.
func decodeText(data []byte) ([]byte, error) {
	switch {
	case len(data) == 0:
		return nil, refusal("the file is empty")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return nil, refusal("this is a saved plan file, which only terraform can read: pass the output of `terraform show -json FILE` instead")
	case bytes.HasPrefix(data, []byte(utf8Mark)):
		return data[3:], nil
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return decodeUTF16(data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return decodeUTF16(data[2:], binary.BigEndian)
	case len(data) > 1 && data[0] == '{' && data[1] == 0:
		return decodeUTF16(data, binary.LittleEndian)
	case len(data) > 1 && data[0] == 0 && data[1] == '{':
		return decodeUTF16(data, binary.BigEndian)
	default:
		return data, nil
	}
}

func decodeUTF16(data []byte, order binary.ByteOrder) ([]byte, error) {
	if len(data)%2 != 0 {
		return nil, refusal("the file is UTF-16 with a byte missing at its end: save it as UTF-8")
	}
	text := make([]byte, 0, len(data)/2)
	for i := 0; i < len(data); i += 2 {
		r := rune(order.Uint16(data[i:]))
		if utf16.IsSurrogate(r) && i+3 < len(data) {
			if pair := utf16.DecodeRune(r, rune(order.Uint16(data[i+2:]))); pair != utf8.RuneError {
				r = pair
				i += 2
			}
		}
		text = utf8.AppendRune(text, r) // a lone surrogate becomes U+FFFD
	}
	return text, nil
}

// findJSON returns the offset of the document: the first line that starts with
// a brace. What stands above it is taken for log lines.
func findJSON(text []byte) (int, error) {
	first := -1
	for start := 0; start < len(text); {
		line, _, _ := bytes.Cut(text[start:], []byte("\n"))
		trimmed := bytes.TrimLeft(line, " \t\r")
		if len(trimmed) > 0 {
			indent := len(line) - len(trimmed)
			if trimmed[0] == '{' {
				return start + indent, nil
			}
			if first < 0 {
				first = start + indent
			}
		}
		start += len(line) + 1
	}
	if first < 0 {
		return 0, refusal("the file holds nothing but white space")
	}
	if text[first] == '[' {
		return 0, errNeither
	}
	return 0, refusal("this is not JSON, which starts with a brace: expected a terraform.tfstate, or the output of `terraform show -json`")
}

// syntaxError says where and why the JSON that starts at text[start] cannot be
// read, in the words of encoding/json. err is what was found without it.
func syntaxError(text []byte, start int, err error) error {
	var whole struct {
		Complete *bool `json:"complete"`
		Errored  *bool `json:"errored"`
	}
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	exact := json.Unmarshal(text[start:], &whole)
	switch {
	case errors.As(exact, &syntax):
		if strings.Contains(syntax.Error(), "unexpected end") {
			return refusal("line %d: the file ends before its JSON does: it was cut off", lineOf(text))
		}
		line, column := position(text, start+int(syntax.Offset)-1)
		return refusal("line %d, column %d: this is not JSON: %s", line, column, label(syntax.Error()))
	case errors.As(exact, &mismatch):
		line, column := position(text, start+int(mismatch.Offset)-1)
		return refusal("line %d, column %d: %s", line, column, reason(mismatch))
	default:
		return refusal("this is not JSON: %s", label(err.Error()))
	}
}

// reason puts an error of encoding/json into words that do not speak of Go.
func reason(err error) string {
	var mismatch *json.UnmarshalTypeError
	if !errors.As(err, &mismatch) {
		return label(err.Error())
	}
	kind, _, _ := strings.Cut(mismatch.Value, " ")
	return wrongKind(mismatch.Field, kind).Error()
}

// lineOf returns the number of the last line that holds anything.
func lineOf(text []byte) int {
	line, _ := position(text, len(bytes.TrimRight(text, " \t\r\n")))
	return line
}

// position returns the line and the column, in characters, of an offset. Both
// start at 1.
func position(text []byte, offset int) (line, column int) {
	before := text[:max(0, min(offset, len(text)))]
	line = 1 + bytes.Count(before, []byte("\n"))
	before = before[bytes.LastIndexByte(before, '\n')+1:]
	return line, 1 + utf8.RuneCount(before)
}
