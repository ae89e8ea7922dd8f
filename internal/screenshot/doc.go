// Package screenshot turns a captured response into a picture and the text of
// its page, with the Chromium or Chrome that is installed on the machine.
//
// It owns the browser: where to find it, how to start it, what it may do and
// that nothing is left of it afterwards. One browser serves a run; every page
// gets a context of its own with no cookies, storage or cache of another.
//
// The document is handed to the page and is never fetched again. Whatever
// else the page asks for goes through the proxy the caller names, which
// decides what is reached; the browser resolves no name and opens no other
// connection. Requests that could change something (any method but GET and
// HEAD), workers, popups, downloads, permissions and navigation away from the
// document are refused. One thing is left to the proxy alone: pages that a
// document's speculation rules name, which the browser fetches ahead, by GET.
//
// It never downloads a browser, never offers a debugging port and never logs
// in. Of rod it uses the types of the protocol only: its client and launcher
// bring a global flag, an init that panics on foreign arguments, a browser
// download and a helper executable.
//
// Linux, macOS and the BSDs are supported. On Windows [Launch] returns an
// error, because the pipe that carries the protocol is opened differently there.
package screenshot
