package datascan

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// shortestBase64 is how long a word is, in characters, that is decoded: one
	// of 16 characters holds 12, less than the secrets that are told alone.
	shortestBase64 = 16

	// between keeps a match from reaching from one part into the next. No
	// pattern takes NUL for white space.
	between = "\n\x00\n"
)

// encodedParts returns a view of what stands encoded in v, decoded once: words
// with percent escapes, as in URLs and forms, and words that are text in
// base64. ok is false when there is nothing. What is encoded twice, or
// compressed before, stays hidden.
//
// They are a view of their own beside v, because a percent sign may also be
// one of a password.
func (v *view) encodedParts() (decoded view, ok bool) {
	decoded.parent = v
	var b strings.Builder
	eachWord(v.raw, isURLByte, func(word span) {
		decoded.addPercent(&b, word)
	})
	eachWord(v.raw, isBase64Byte, func(word span) {
		decoded.addBase64(&b, word)
	})
	if b.Len() == 0 {
		return view{}, false
	}
	return decoded.of(b.String()), true
}

// eachWord calls f with every run of bytes that belong, of at least three.
func eachWord(text string, belongs func(byte) bool, f func(span)) {
	for at := 0; at < len(text); {
		if !belongs(text[at]) {
			at++
			continue
		}
		start := at
		for at < len(text) && belongs(text[at]) {
			at++
		}
		if at-start >= 3 {
			f(span{start, at})
		}
	}
}

func isURLByte(c byte) bool {
	return c > ' ' && c < 0x7f && c != '"' && c != '\'' && c != '`' && c != '<' && c != '>' && c != '\\'
}

func isBase64Byte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '+' || c == '/' || c == '-' || c == '_'
}

// addPercent adds a word of the parent with its percent escapes undone, when
// it has one that stands for a printable character.
func (v *view) addPercent(b *strings.Builder, word span) {
	text := v.parent.raw[word.start:word.end]
	begun := false
	at := 0
	for i := strings.IndexByte(text, '%'); i >= 0 && i+3 <= len(text); {
		if c, n := printable(text[i+1:i+3], 16, 3); n > 0 {
			if !begun {
				v.begin(b, word.start)
				begun = true
			}
			b.WriteString(text[at:i])
			b.WriteByte(c)
			at = i + n
			v.jumps = append(v.jumps, jump{b.Len(), word.start + at - b.Len()})
			i = at - 1
		}
		next := strings.IndexByte(text[i+1:], '%')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	if begun {
		b.WriteString(text[at:])
		b.WriteString(between)
	}
}

// addBase64 adds a word of the parent decoded, when it is text in base64.
func (v *view) addBase64(b *strings.Builder, word span) {
	text := v.parent.raw[word.start:word.end]
	if len(text) < shortestBase64 || !isText(decodeBase64(text[:shortestBase64])) {
		return // decided by the start: a page may hold megabytes of pictures
	}
	decoded := decodeBase64(text)
	if !isText(decoded) {
		return
	}
	for byteAt(v.parent.raw, word.end) == '=' { // padding
		word.end++
	}
	v.begin(b, word.start)
	v.opaque = append(v.opaque, part{span{b.Len(), b.Len() + len(decoded)}, word})
	b.Write(decoded)
	b.WriteString(between)
}

// begin says that what is written next was at an offset of the parent.
func (v *view) begin(b *strings.Builder, at int) {
	v.jumps = append(v.jumps, jump{b.Len(), at - b.Len()})
}

// decodeBase64 decodes either alphabet, without padding, up to the last whole
// byte. It returns nothing for what is no base64.
func decodeBase64(text string) []byte {
	encoding := base64.RawStdEncoding
	if strings.ContainsAny(text, "-_") {
		encoding = base64.RawURLEncoding
	}
	if len(text)%4 == 1 {
		text = text[:len(text)-1]
	}
	decoded, err := encoding.DecodeString(text)
	if err != nil {
		return nil
	}
	return decoded
}

// isText reports whether decoded bytes are text that someone may have encoded.
// The last character may be cut.
func isText(decoded []byte) bool {
	for i := 0; i < len(decoded); {
		r, n := utf8.DecodeRune(decoded[i:])
		if r == utf8.RuneError && len(decoded)-i >= utf8.UTFMax || !unicode.IsPrint(r) && r != '\n' && r != '\r' && r != '\t' && r != utf8.RuneError {
			return false
		}
		i += n
	}
	return len(decoded) > 0
}
