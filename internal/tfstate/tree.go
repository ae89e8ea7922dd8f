package tfstate

import "encoding/json"

// treeOf returns a JSON value as encoding/json decodes it into an any, with its
// numbers as they are written. The text is valid JSON: a stream has read it
// before, so that nothing is left to check.
func treeOf(text json.RawMessage) any {
	v, _ := tree(skipSpace(text))
	return v
}

// tree returns the value that text begins with, and what follows it.
func tree(text []byte) (v any, rest []byte) {
	if len(text) == 0 {
		return nil, nil
	}
	switch text[0] {
	case '{':
		return treeObject(text[1:])
	case '[':
		return treeArray(text[1:])
	case '"':
		raw := firstString(text)
		return unquoted(raw), text[len(raw):]
	case 't':
		return true, text[len("true"):]
	case 'f':
		return false, text[len("false"):]
	case 'n':
		return nil, text[len("null"):]
	}
	end := numberEnd(text)
	return json.Number(text[:end]), text[end:]
}

// numberEnd returns how long the number is that text begins with.
func numberEnd(text []byte) int {
	end := 1
	for end < len(text) && isOfNumber(text[end]) {
		end++
	}
	return end
}

// treeObject returns an object whose brace has been read.
func treeObject(text []byte) (object map[string]any, rest []byte) {
	object = map[string]any{}
	text = skipSpace(text)
	for len(text) > 0 && text[0] != '}' {
		raw := firstString(text)
		text = skipSpace(text[len(raw):])
		object[unquoted(raw)], text = tree(skipSpace(text[1:])) // after the colon
		text = skipComma(text)
	}
	return object, text[min(1, len(text)):]
}

// treeArray returns an array whose bracket has been read.
func treeArray(text []byte) (array []any, rest []byte) {
	array = []any{}
	text = skipSpace(text)
	for len(text) > 0 && text[0] != ']' {
		var element any
		element, text = tree(text)
		array = append(array, element)
		text = skipComma(text)
	}
	return array, text[min(1, len(text)):]
}

// skipComma returns what follows the comma after a member, or the end of what
// it is a member of.
func skipComma(text []byte) []byte {
	text = skipSpace(text)
	if len(text) > 0 && text[0] == ',' {
		return skipSpace(text[1:])
	}
	return text
}

func skipSpace(text []byte) []byte {
	for len(text) > 0 && (text[0] == ' ' || text[0] == '\n' || text[0] == '\t' || text[0] == '\r') {
		text = text[1:]
	}
	return text
}

func isOfNumber(c byte) bool {
	return '0' <= c && c <= '9' || c == '.' || c == '-' || c == '+' || c == 'e' || c == 'E'
}
