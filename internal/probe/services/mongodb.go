package services

import (
	"context"
	"fmt"
	"math"
	"net"
)

// listDatabases is an OP_MSG (opcode 2013) with one section of kind 0: the
// document {listDatabases: 1, nameOnly: true, $db: "admin"}. MongoDB manual,
// "Wire Protocol", and the specification of BSON 1.1.
var listDatabases = mongoMessage("" +
	"\x10listDatabases\x00\x01\x00\x00\x00" +
	"\x08nameOnly\x00\x01" +
	"\x02$db\x00\x06\x00\x00\x00admin\x00")

func mongoMessage(elements string) []byte {
	document := le32(4+len(elements)+1) + elements + "\x00"
	body := le32(0) + "\x00" + document // flags, kind of the section
	return []byte(le32(16+len(body)) + le32(1) + le32(0) + le32(2013) + body)
}

func le32(n int) string { return string([]byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)}) }

// mongodb asks for the names of the databases and keeps their number. A server
// with access control refuses with code 13, Unauthorized, before any login.
func mongodb(_ context.Context, conn net.Conn) (map[string]any, error) {
	head, err := exchange(conn, listDatabases, 16)
	if err != nil {
		return nil, err
	}
	p := packet{rest: head}
	size, _, _, opcode := p.le(4), p.le(4), p.le(4), p.le(4)
	if opcode != 2013 || size < 16+4+1+5 || size > 48<<20 {
		return nil, fmt.Errorf("listDatabases: %w", foreign(head))
	}
	body, err := receive(conn, size-16)
	if err != nil {
		return nil, err
	}
	return databases(body)
}

// databases reads the reply: either the list, or a code and its name.
func databases(body []byte) (map[string]any, error) {
	p := packet{rest: body}
	p.le(4)
	if kind := p.byte(); kind != 0 || len(p.rest) < 5 {
		return nil, fmt.Errorf("listDatabases: %w", errForeign)
	}
	facts, listed := map[string]any{}, false
	eachElement(p.rest, func(kind byte, name string, value []byte) {
		switch {
		case name == "ok":
			facts["ok"] = bsonNumber(kind, value) == 1
		case name == "code":
			facts["code"] = bsonNumber(kind, value)
		case name == "codeName" && kind == 0x02:
			facts["code_name"] = text(trimString(value))
		case name == "databases" && kind == 0x04:
			count := 0
			eachElement(value, func(byte, string, []byte) { count++ })
			facts["databases"], listed = float64(count), true
		}
	})
	// A long list is cut before the field "ok" that follows it. That it came at
	// all is the answer.
	if _, told := facts["ok"]; !told && listed {
		facts["ok"], facts["truncated"] = true, true
	}
	if _, told := facts["ok"]; !told {
		return nil, fmt.Errorf("listDatabases: %w", errForeign)
	}
	return facts, nil
}

// bsonSizes are the sizes of the elements that have always the same.
var bsonSizes = map[byte]int{
	0x01: 8, 0x06: 0, 0x07: 12, 0x08: 1, 0x09: 8, 0x0a: 0, 0x10: 4, 0x11: 8, 0x12: 8, 0x13: 16, 0x7f: 0, 0xff: 0,
}

// eachElement calls visit for the elements of a document, up to the first that
// it cannot measure. The last one may be cut short.
func eachElement(document []byte, visit func(kind byte, name string, value []byte)) {
	p := packet{rest: document}
	p.le(4)
	for {
		kind := p.byte()
		name := p.upTo(0)
		size, fixed := bsonSizes[kind]
		if p.short || kind == 0 {
			return
		}
		if !fixed {
			size = bsonLength(kind, p)
		}
		value := p.rest[:min(max(size, 0), len(p.rest))]
		if size < 0 || fixed && len(value) < size {
			return
		}
		visit(kind, string(name), value)
		p.take(size)
	}
}

// bsonLength returns the size of an element that begins with its length, or -1.
func bsonLength(kind byte, p packet) int {
	length := int(int32(p.le(4)))
	switch {
	case p.short || length < 0:
		return -1
	case kind == 0x03 || kind == 0x04: // the length of a document counts itself
		return max(length, 5)
	case kind == 0x02 || kind == 0x0d || kind == 0x0e:
		return 4 + length
	case kind == 0x05:
		return 5 + length
	}
	return -1
}

func trimString(value []byte) []byte {
	if len(value) < 5 {
		return nil
	}
	return value[4 : len(value)-1]
}

// bsonNumber reads a double, a boolean or a whole number.
func bsonNumber(kind byte, value []byte) float64 {
	p := packet{rest: value}
	switch kind {
	case 0x01:
		low, high := p.le(4), p.le(4)
		n := math.Float64frombits(uint64(high)<<32 | uint64(low))
		if math.IsNaN(n) || math.IsInf(n, 0) {
			return 0 // JSON has neither
		}
		return n
	case 0x08:
		return float64(p.byte())
	case 0x10, 0x12:
		return float64(int32(p.le(4)))
	}
	return 0
}
