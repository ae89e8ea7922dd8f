// Package probe owns every socket that is opened to an endpoint: the guard
// that says which addresses may be dialled at all, the throttle, the TCP
// handshake, TLS, the one HTTP GET, and the proxy through which a browser
// loads one page.
//
// It refuses to dial an address that is neither public nor in an allowed
// network, to dial a name (names are resolved once and dialled as addresses,
// so an answer that changes between the check and the dial has no effect), to
// send a byte before the handshake is complete, to follow a redirect, to send
// any method but GET, and to send credentials of any kind.
//
// Refusal, silence and a strange answer are results. What was not learnt is
// reported as unverified, with the reason.
package probe
