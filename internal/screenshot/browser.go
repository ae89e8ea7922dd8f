package screenshot

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/go-rod/rod/lib/proto"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// The defaults of Options, and the limits that are not options.
const (
	defaultWidth    = 1280
	defaultHeight   = 800
	defaultDeadline = 10 * time.Second

	launchLimit = 20 * time.Second // a cold start of the full browser on a busy machine
	maxPages    = 4                // at once; more take longer each and memory in between
)

// Options say how to start the browser. The zero value is useful.
type Options struct {
	BrowserPath   string        // as for [Find]
	Width, Height int           // of the picture, in pixels; 0 means 1280 and 800
	Deadline      time.Duration // for each page; 0 means 10 seconds
	ProfileDir    string        // where temporary profiles are made; empty means os.TempDir()
	Warn          func(string)  // told once of each thing that all pictures lack; may be nil, is called by any goroutine
}

// Picture is what a page shows.
type Picture struct {
	PNG []byte // of exactly the size in Options, always of the top of the page unless it scrolls itself

	// Runs are the pieces of text that the page paints, with their places in
	// the picture, cleaned: those of the document and its fields in its order,
	// then those of its frames, then lines read from the pixels of images,
	// canvases and videos, which have OCR set. Text beyond the edges is among
	// them. There are at most 20,000 of the document, of 256 KB.
	Runs []exposure.TextRun

	Notes []string // exposure's notes of a screenshot; sorted, never nil
}

// note adds a note if it applies.
func (p *Picture) note(note string, applies bool) {
	if applies && !slices.Contains(p.Notes, note) {
		p.Notes = append(p.Notes, note)
		slices.Sort(p.Notes)
	}
}

// Browser is a running browser. It is safe for concurrent use; up to four
// pages are open at once, others wait.
type Browser struct {
	options Options
	path    string
	turns   chan struct{}

	tesseract func() (string, error) // where it is

	life context.Context // ends with Close, cause errClosed
	end  context.CancelCauseFunc

	mu      sync.Mutex
	running *process // nil after Close
	closed  error    // what Close returns

	warning sync.Mutex
	warned  []string
}

var errClosed = errors.New("the browser was closed")

// Launch starts the browser that [Find] finds and waits until it answers, for
// 20 seconds at most. ctx bounds the start only: the browser runs until
// Close, and ends by itself when this program does. Profiles that killed runs
// left behind are removed.
//
// A browser has no sandbox where Chromium cannot have one: for root, and where
// the system forbids user namespaces. Options.Warn is told.
func Launch(ctx context.Context, o Options) (*Browser, error) {
	path, err := Find(o.BrowserPath)
	if err != nil {
		return nil, err
	}
	if o.Width <= 0 || o.Height <= 0 {
		o.Width, o.Height = defaultWidth, defaultHeight
	}
	if o.Deadline <= 0 {
		o.Deadline = defaultDeadline
	}
	if o.ProfileDir == "" {
		o.ProfileDir = os.TempDir()
	}
	b := &Browser{options: o, path: path, turns: make(chan struct{}, maxPages), tesseract: findTesseract()}
	if b.running, err = b.launch(ctx); err != nil {
		return nil, err
	}
	b.life, b.end = context.WithCancelCause(context.Background())
	return b, nil
}

// warn tells the caller what all pictures lack, once.
func (b *Browser) warn(text string) {
	b.warning.Lock()
	defer b.warning.Unlock()
	if b.options.Warn != nil && !slices.Contains(b.warned, text) {
		b.warned = append(b.warned, text)
		b.options.Warn(text)
	}
}

// stopWorkers has workers that pages share stopped before their first step,
// for good: nobody would see their requests, which could be writes.
var stopWorkers = proto.TargetSetAutoAttach{
	AutoAttach: true, WaitForDebuggerOnStart: true, Flatten: true,
	Filter: proto.TargetTargetFilter{{Type: "shared_worker"}, {Type: "service_worker"}, {Exclude: true}},
}

// launch starts a process, in its sandbox where there can be one.
func (b *Browser) launch(ctx context.Context) (*process, error) {
	why := "it runs as root"
	if os.Geteuid() != 0 {
		p, err := launch(ctx, b.path, b.options, true)
		if !errors.Is(err, errNoSandbox) {
			return p, err
		}
		why = "the system forbids user namespaces"
	}
	p, err := launch(ctx, b.path, b.options, false)
	if err == nil {
		b.warn("The browser for screenshots has no sandbox, because " + why)
	}
	return p, err
}

// errNoSandbox means that the browser ended for the lack of a sandbox.
var errNoSandbox = errors.New("the browser has no usable sandbox")

// launch starts a process and waits for its first answer.
func launch(ctx context.Context, path string, o Options, sandbox bool) (*process, error) {
	p, err := start(path, o.ProfileDir, o.Width, o.Height, sandbox)
	if err != nil {
		return nil, fmt.Errorf("launch the browser: %w", err)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, launchLimit, fmt.Errorf("no answer within %s", launchLimit))
	defer cancel()
	if err := stopWorkers.Call(session{conn: p.conn, ctx: ctx}); err != nil {
		stopped := p.stop() // first: then all that it says was read
		if errors.Is(err, errGone) && sandbox && p.stderr.tells("No usable sandbox") {
			err = errNoSandbox
		}
		return nil, errors.Join(fmt.Errorf("launch %s: %w", path, p.explain(err)), stopped)
	}
	p.limit()
	return p, nil
}

// explain adds the browser's last words to the error that it ended.
func (p *process) explain(err error) error {
	if line := p.stderr.lastLine(); errors.Is(err, errGone) && line != "" {
		return fmt.Errorf("%w: %s", err, line)
	}
	return err
}

// Shoot takes the picture of r. The page gets r as its document; what it
// loads beside goes through the HTTP proxy at proxyURL, which is of the form
// "http://127.0.0.1:8080" with that address. A page still loading after half of the deadline is
// shown as far as it is.
//
// The error is a [*NoPictureError] when the response is no page or the page
// prevents a picture, such as a script that never ends. When the browser ends
// under the page, or earlier pages keep it from opening one, Shoot launches
// another and tries once more. After Close it is an error that says so. What
// the pixels say is read for eight seconds at most beside the page's own time.
// When ctx ends, Shoot returns its cause within a second.
func (b *Browser) Shoot(ctx context.Context, r exposure.Response, proxyURL string) (Picture, error) {
	if err := checkProxy(proxyURL); err != nil {
		return Picture{}, err
	}
	doc, err := newDocument(r)
	if err != nil {
		return Picture{}, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(b.life, func() { cancel(errClosed) })()
	select {
	case b.turns <- struct{}{}:
		defer func() { <-b.turns }()
	case <-ctx.Done():
		return Picture{}, context.Cause(ctx)
	}
	p, launched, err := b.alive(ctx)
	if err != nil {
		return Picture{}, err
	}
	picture, clips, err := shoot(ctx, p.conn, doc, proxyURL, b.options)
	if errors.Is(err, errStuck) {
		b.retire(p)
	}
	if (errors.Is(err, errGone) || errors.Is(err, errStuck)) && !launched && ctx.Err() == nil {
		if p, _, err = b.alive(ctx); err != nil {
			return Picture{}, err
		}
		picture, clips, err = shoot(ctx, p.conn, doc, proxyURL, b.options)
	}
	switch {
	case err == nil:
		b.read(ctx, &picture, clips)
		if ctx.Err() != nil {
			return Picture{}, context.Cause(ctx)
		}
		return picture, nil
	case errors.Is(err, errGone) && ctx.Err() != nil:
		return Picture{}, context.Cause(ctx) // it ended because it was told to
	}
	return Picture{}, p.explain(err)
}

// alive returns the running process, after launching one if it has ended.
func (b *Browser) alive(ctx context.Context) (p *process, launched bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.running == nil {
		return nil, false, errClosed
	}
	select {
	case <-b.running.gone:
	default:
		return b.running, false, nil
	}
	ended := b.running.explain(errGone)
	if err := b.running.stop(); err != nil {
		return nil, false, err
	}
	if p, err = b.launch(ctx); err != nil {
		return nil, false, fmt.Errorf("after %w: %w", ended, err)
	}
	b.running = p
	return p, true, nil
}

// retire kills p, unless another took its place meanwhile. Pages that are open
// in it are loaded again in its successor.
func (b *Browser) retire(p *process) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.running == p {
		p.kill()
	}
}

// Close ends the browser with all its processes and removes its profile. It
// returns within about two seconds; pages in work end with an error. The
// second call and those after it do nothing and return what the first did.
func (b *Browser) Close() error {
	b.end(errClosed) // before the lock, which a launch may hold
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.running != nil {
		b.closed = b.running.stop()
		b.running = nil
	}
	return b.closed
}

// checkProxy refuses what would let a page connect by itself.
func checkProxy(proxyURL string) error {
	u, err := url.Parse(proxyURL)
	if err != nil || u.Scheme != "http" || u.User != nil {
		return errors.New("screenshot: the proxy is not of the form http://127.0.0.1:8080")
	}
	addr, err := netip.ParseAddrPort(u.Host)
	if err != nil || addr.Addr() != netip.MustParseAddr("127.0.0.1") || addr.Port() == 0 {
		return errors.New("screenshot: the proxy is not at a port of 127.0.0.1") // the one address the browser may use
	}
	return nil
}
