package tfstate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
)

// compose builds the address that terraform prints. It does not trust the
// address field of a document: terraform 0.12 left the module and the index
// out of it.
func compose(module string, mode Mode, typ, name, key string) string {
	var b strings.Builder
	if module != "" {
		b.WriteString(module)
		b.WriteByte('.')
	}
	if mode == Data {
		b.WriteString("data.")
	}
	b.WriteString(typ)
	b.WriteByte('.')
	b.WriteString(name)
	b.WriteString(key)
	return b.String()
}

// instanceKey renders the JSON of an index key as terraform writes it in an
// address: `[0]`, `["a"]`, and nothing for null.
func instanceKey(raw json.RawMessage) (string, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" {
		return "", nil
	}
	switch v := treeOf(raw).(type) {
	case json.Number:
		return "[" + v.String() + "]", nil
	case string:
		return "[" + quoteKey(v) + "]", nil
	default:
		return "", fmt.Errorf("an index key is a number or a string, not %s", kindOf(v))
	}
}

// quoteKey quotes as terraform does: like HCL, so that a template introducer
// is doubled and printable characters stay as they are.
func quoteKey(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, r := range s {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case (r == '$' || r == '%') && strings.HasPrefix(s[i+1:], "{"):
			b.WriteRune(r)
			b.WriteRune(r)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// splitAddress cuts an address or a reference at its dots and keeps index
// keys as steps of their own: `module.a["x.y"].id` is module, a, ["x.y"], id.
func splitAddress(s string) []string {
	var steps []string
	start := 0
	cut := func(end int) {
		if end > start {
			steps = append(steps, s[start:end])
		}
	}
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '.':
			cut(i)
			start = i + 1
		case '[':
			cut(i)
			end := keyEnd(s, i)
			steps = append(steps, s[i:end])
			start, i = end, end-1
		}
	}
	cut(len(s))
	return steps
}

// keyEnd returns the offset after the bracket that closes the key opened at
// start. Brackets inside quotes do not count; an unclosed key runs to the end.
func keyEnd(s string, start int) int {
	quoted := false
	for i := start + 1; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ']' && !quoted:
			return i + 1
		}
	}
	return len(s)
}

// moduleStep is one step of a module instance address.
type moduleStep struct {
	call string
	key  string // `[0]`, `["a"]` or empty
}

func (s moduleStep) String() string { return "module." + s.call + s.key }

// splitModule parses `module.a["k"].module.b`. Steps that are no module call
// are passed over.
func splitModule(address string) []moduleStep {
	var path []moduleStep
	steps := splitAddress(address)
	for i := 0; i+1 < len(steps); i++ {
		if steps[i] != "module" {
			continue
		}
		step := moduleStep{call: steps[i+1]}
		i++
		if i+1 < len(steps) && strings.HasPrefix(steps[i+1], "[") {
			step.key = steps[i+1]
			i++
		}
		path = append(path, step)
	}
	return path
}

func moduleAddress(path []moduleStep) string {
	steps := make([]string, len(path))
	for i, step := range path {
		steps[i] = step.String()
	}
	return strings.Join(steps, ".")
}

// providerSource reduces what a document says of a provider to a source
// address without host. Terraform 0.12 and older wrote a bare name, which
// stands for a provider of hashicorp as it does in terraform itself.
func providerSource(text string) string {
	if i := strings.Index(text, "[\""); i >= 0 {
		text, _, _ = strings.Cut(text[i+2:], "\"")
	} else if i := strings.LastIndex(text, "provider."); i >= 0 {
		text, _, _ = strings.Cut(text[i+len("provider."):], ".")
	}
	parts := strings.Split(text, "/")
	name := parts[len(parts)-1]
	if name == "" {
		return ""
	}
	if len(parts) == 1 || parts[len(parts)-2] == "-" {
		return "hashicorp/" + name
	}
	return parts[len(parts)-2] + "/" + name
}
