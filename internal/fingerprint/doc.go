// Package fingerprint reads one HTTP answer and says which products made it
// and how the server asks who is there.
//
// It owns the matching of product fingerprints, the parsing of HTTP
// authentication challenges and the table of single sign-on providers. It is
// pure: it opens no connection, reads no file and follows no redirect, so an
// identity provider is recognised by what the answer says of it and is never
// contacted. The fingerprint data is loaded at first use.
package fingerprint
