// Package datascan finds secrets, and data about people, in text that an
// endpoint gave away, and takes them out before any other part of the program
// sees the text.
//
// It owns the rules by which both are told and the redaction. It is pure: it
// opens no file and no connection, and never asks a service whether a
// credential works. A value is held only while its text is being redacted;
// neither results nor errors carry it, but for a hash that says nothing to who
// has not the key of the store.
//
// A value is found in plain text, in HTML (entities, tags right behind it), in
// JSON strings, behind percent escapes and in base64 of text. One that is
// compressed, encoded twice, or encrypted is not. What the rules cannot tell
// from an ordinary word, such as a name or a street, is no finding.
package datascan
