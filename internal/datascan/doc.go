// Package datascan finds secrets in text that an endpoint gave away, and
// takes them out before any other part of the program sees the text.
//
// It owns the rules by which a secret is told and the redaction. It is pure:
// it opens no file and no connection, and never asks a service whether a
// credential works. A secret's value is held only while its text is being
// redacted; neither results nor errors carry it.
//
// A secret is found in plain text, in HTML (entities, tags right behind a
// value) and in JSON strings. One that is compressed, base64 encoded as a
// whole, or written in pixels is not.
package datascan
