package screenshot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-rod/rod/lib/proto"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// opening bounds how long the browser may take to make an empty page.
const opening = 5 * time.Second

// errStuck means that the browser is busy with what an earlier page left.
var errStuck = fmt.Errorf("the browser opened no page within %s", opening)

// cleanUp bounds what is done for a page after its time, which must not hold
// up a run that was told to stop.
const cleanUp = 500 * time.Millisecond

// settle is how long a page whose scripts ask for more may go on after it has
// loaded. Most sign-in pages of today are painted then.
const settle = 2 * time.Second

// withoutWorkers takes workers from the page's frames, which the policy in the
// document's header (see noWorkers) does not bind.
var withoutWorkers = proto.PageAddScriptToEvaluateOnNewDocument{
	Source: `delete self.Worker; delete self.SharedWorker; if (self.ServiceWorkerContainer) delete ServiceWorkerContainer.prototype.register`,
}

// page is one load of one document in a context of its own.
type page struct {
	session // of the page's main target
	box     *inbox
	doc     document
	fail    context.CancelCauseFunc
	frame   proto.PageFrameID // the main frame

	// The fields below belong to the goroutine that handles events.
	url      string // of the document as the browser writes it; empty until it was handed over
	arrived  bool   // the main frame shows the document
	scripted bool   // scripts were loaded, or asked for something

	children []proto.TargetSessionID // frames in other processes
	loaded   chan bool               // gets scripted, once
	idle     chan struct{}           // closed once
}

// shoot loads doc in a new context of the browser and takes its picture, and
// clips of what in it may hold text as pixels.
func shoot(ctx context.Context, c *conn, doc document, proxyURL string, o Options) (Picture, []clip, error) {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	opened := time.AfterFunc(opening, func() { fail(errStuck) })
	defer opened.Stop()

	browser := session{conn: c, ctx: ctx}
	created, err := proto.TargetCreateBrowserContext{ProxyServer: proxyURL, ProxyBypassList: "<-loopback>"}.Call(browser)
	if err != nil {
		return Picture{}, nil, fmt.Errorf("create a browser context: %w", err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUp)
		defer cancel()
		// An error here is the browser's end, which the next page notices.
		_ = proto.TargetDisposeBrowserContext{BrowserContextID: created.BrowserContextID}.Call(session{conn: c, ctx: ctx})
	}()

	p := &page{session: browser, doc: doc, fail: fail, loaded: make(chan bool, 1), idle: make(chan struct{})}
	p.box = &inbox{
		events:   make(chan message, maxEvents),
		overflow: func() { fail(noPicture("the page asks for too much at once")) },
	}
	defer p.deafen()
	if err := p.open(browser, created.BrowserContextID, o); err != nil {
		return Picture{}, nil, err
	}
	opened.Stop()
	overdue := time.AfterFunc(o.Deadline, func() {
		fail(noPicture("the page did not answer within %s; a script may run without end", o.Deadline))
	})
	defer overdue.Stop()
	handled := make(chan struct{})
	go func() {
		defer close(handled)
		p.handle()
	}()
	defer func() {
		fail(nil)
		<-handled
	}()
	return p.picture(o)
}

// open makes the target and takes from it all that it must not do, before
// anything of the document is there.
func (p *page) open(browser session, id proto.BrowserBrowserContextID, o Options) error {
	// Granting nothing denies every permission.
	err := errors.Join(
		proto.BrowserGrantPermissions{Permissions: []proto.BrowserPermissionType{}, BrowserContextID: id}.Call(browser),
		proto.BrowserSetDownloadBehavior{Behavior: proto.BrowserSetDownloadBehaviorBehaviorDeny, BrowserContextID: id}.Call(browser),
	)
	if err != nil {
		return fmt.Errorf("restrict the browser context: %w", err)
	}
	target, err := proto.TargetCreateTarget{URL: "about:blank", BrowserContextID: id, Width: &o.Width, Height: &o.Height}.Call(browser)
	if err != nil {
		return fmt.Errorf("open a page: %w", err)
	}
	attached, err := proto.TargetAttachToTarget{TargetID: target.TargetID, Flatten: true}.Call(browser)
	if err != nil {
		return fmt.Errorf("attach to the page: %w", err)
	}
	p.id = attached.SessionID
	p.frame = proto.PageFrameID(target.TargetID)
	p.listen(p.id, p.box)
	_, errScript := withoutWorkers.Call(p)
	err = errors.Join(
		errScript,
		p.watch(p.session),
		proto.InspectorEnable{}.Call(p),
		proto.PageEnable{}.Call(p),
		proto.PageSetLifecycleEventsEnabled{Enabled: true}.Call(p),
		proto.NetworkSetBypassServiceWorker{Bypass: true}.Call(p),
		proto.SecuritySetIgnoreCertificateErrors{Ignore: true}.Call(p),
		proto.EmulationSetDeviceMetricsOverride{Width: o.Width, Height: o.Height, DeviceScaleFactor: 1}.Call(p),
	)
	if err != nil {
		return fmt.Errorf("prepare the page: %w", err)
	}
	return nil
}

// watch has every request of a target stopped until it is judged, and every
// target that it opens until it is watched too.
func (p *page) watch(s session) error {
	return errors.Join(
		proto.FetchEnable{Patterns: []*proto.FetchRequestPattern{{URLPattern: "*"}}, HandleAuthRequests: true}.Call(s),
		proto.TargetSetAutoAttach{AutoAttach: true, WaitForDebuggerOnStart: true, Flatten: true}.Call(s),
	)
}

// picture navigates, waits for the page and takes its picture and text. The
// text is read last, so that a page that grows shows nothing that was not read.
func (p *page) picture(o Options) (Picture, []clip, error) {
	if err := p.navigate(); err != nil {
		return Picture{}, nil, err
	}
	finished, err := p.wait(o.Deadline / 2)
	if err != nil {
		return Picture{}, nil, err
	}
	shot, err := proto.PageCaptureScreenshot{Format: proto.PageCaptureScreenshotFormatPng}.Call(p)
	if err != nil {
		return Picture{}, nil, fmt.Errorf("take the picture: %w", err)
	}
	snapshot, err := snapshotCommand.Call(p)
	switch {
	case errors.Is(err, errTooLarge):
		return Picture{}, nil, noPicture("the page is too large for its text to be read")
	case err != nil:
		return Picture{}, nil, fmt.Errorf("read the page's text: %w", err)
	}
	shown := walkSnapshot(snapshot)
	runs, cut, fits := boundedRuns(shown.runs, o.Width, o.Height)
	if !fits || shown.over {
		return Picture{}, nil, noPicture("the page shows more text than can be searched")
	}
	picture := Picture{PNG: shot.Data, Runs: runs, Notes: []string{}}
	picture.note(exposure.NoteStillLoading, !finished)
	picture.note(exposure.NoteTextCut, cut)
	clips, left := p.clips(shown.pixels, shot.Data, o)
	picture.note(exposure.NoteImagesUnread, left)
	return picture, clips, nil
}

func (p *page) navigate() error {
	answer, err := proto.PageNavigate{URL: p.doc.url}.Call(p)
	switch {
	case err != nil:
		return fmt.Errorf("load the page: %w", err)
	case answer.ErrorText != "":
		// The document is in our hands, so this is the browser's judgement of it.
		return noPicture("the browser does not show the answer (%s)", errorName(answer.ErrorText))
	}
	return nil
}

// wait returns when the page has loaded and, if scripts are at work, has come
// to rest or had its time. A page still at it is told to stop, so that what
// is there can be painted; finished is false for one that had not even loaded.
func (p *page) wait(limit time.Duration) (finished bool, err error) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for loaded, idle := p.loaded, (chan struct{})(nil); ; {
		select {
		case scripted := <-loaded:
			if !scripted {
				return true, nil
			}
			timer.Reset(min(settle, limit))
			loaded, idle = nil, p.idle
		case <-idle:
			return true, nil
		case <-timer.C:
			return idle != nil, p.post(p.ctx, p.id, proto.PageStopLoading{})
		case <-p.ctx.Done():
			return false, context.Cause(p.ctx)
		case <-p.gone:
			return false, errGone
		}
	}
}

// hasLoaded tells wait that loading is over, the first time.
func (p *page) hasLoaded(scripted bool) {
	select {
	case p.loaded <- scripted:
	default:
	}
}

// deafen ends the delivery of the page's events.
func (p *page) deafen() {
	p.listen(p.id, nil)
	for _, child := range p.children {
		p.listen(child, nil)
	}
}

// handle answers the events of the page until its context ends. It never
// waits for a reply, but for a frame in another process.
func (p *page) handle() {
	for {
		select {
		case m := <-p.box.events:
			if err := p.event(m); err != nil {
				p.fail(err)
			}
		case <-p.gone:
			return
		case <-p.ctx.Done():
			return
		}
	}
}

func (p *page) event(m message) error {
	switch m.Method {
	case "Fetch.requestPaused":
		return decoded(m, func(e proto.FetchRequestPaused) error { return p.request(m.SessionID, e) })
	case "Fetch.authRequired":
		return decoded(m, func(e proto.FetchAuthRequired) error {
			return p.post(p.ctx, m.SessionID, proto.FetchContinueWithAuth{
				RequestID:             e.RequestID,
				AuthChallengeResponse: &proto.FetchAuthChallengeResponse{Response: proto.FetchAuthChallengeResponseResponseCancelAuth},
			})
		})
	case "Page.javascriptDialogOpening":
		return p.post(p.ctx, m.SessionID, proto.PageHandleJavaScriptDialog{Accept: false})
	case "Page.frameNavigated":
		return decoded(m, p.navigated)
	case "Page.lifecycleEvent":
		return decoded(m, p.lifecycle)
	case "Target.attachedToTarget":
		return decoded(m, p.attached)
	case "Inspector.targetCrashed":
		return noPicture("the page crashed its renderer")
	case "Inspector.detached":
		return noPicture("the page closed itself")
	}
	return nil
}

// decoded reads the event in m and passes it on.
func decoded[E any](m message, f func(E) error) error {
	var e E
	if err := json.Unmarshal(m.Params, &e); err != nil {
		return fmt.Errorf("read %s: %w", m.Method, err)
	}
	return f(e)
}

// request decides about one request of the page: the document is handed over,
// once; other pages in its place, writes and foreign schemes are refused; the
// rest goes to the proxy.
func (p *page) request(from proto.TargetSessionID, e proto.FetchRequestPaused) error {
	if e.Request == nil {
		return errors.New("the browser stopped a request without naming it")
	}
	mainFrame := e.ResourceType == proto.NetworkResourceTypeDocument && e.FrameID == p.frame
	switch {
	case mainFrame && p.url == "":
		p.url = e.Request.URL
		return p.post(p.ctx, from, proto.FetchFulfillRequest{
			RequestID: e.RequestID, ResponseCode: p.doc.status, ResponseHeaders: p.doc.header, Body: p.doc.body,
		})
	case mainFrame:
		// An aborted navigation leaves the page as it is, and may keep it from
		// ever saying that it has loaded.
		p.hasLoaded(true)
		return p.post(p.ctx, from, proto.FetchFailRequest{RequestID: e.RequestID, ErrorReason: proto.NetworkErrorReasonAborted})
	case !p.allowed(e.Request):
		return p.post(p.ctx, from, proto.FetchFailRequest{RequestID: e.RequestID, ErrorReason: proto.NetworkErrorReasonBlockedByClient})
	}
	switch e.ResourceType {
	case proto.NetworkResourceTypeScript, proto.NetworkResourceTypeXHR, proto.NetworkResourceTypeFetch:
		p.scripted = true
	}
	return p.post(p.ctx, from, proto.FetchContinueRequest{RequestID: e.RequestID})
}

// allowed reports whether a request that is not the document may be made. The
// document's own URL is not asked for a second time.
func (p *page) allowed(r *proto.NetworkRequest) bool {
	scheme, _, _ := strings.Cut(strings.ToLower(r.URL), ":")
	local := slices.Contains([]string{"about", "blob", "data"}, scheme) // no network
	reads := r.Method == "GET" || r.Method == "HEAD"
	web := scheme == "http" || scheme == "https"
	return local || web && reads && r.URL != p.url
}

// navigated notices that the main frame shows something else than the
// document, which about: and blob: do without a request to refuse.
func (p *page) navigated(e proto.PageFrameNavigated) error {
	switch {
	case e.Frame == nil || e.Frame.ID != p.frame:
	case e.Frame.URL == p.url:
		p.arrived = true
	case p.arrived:
		return noPicture("the page replaced itself")
	}
	return nil
}

func (p *page) lifecycle(e proto.PageLifecycleEvent) error {
	if e.FrameID != p.frame || !p.arrived {
		return nil
	}
	switch e.Name {
	case proto.PageLifecycleEventNameLoad:
		p.hasLoaded(p.scripted)
	case proto.PageLifecycleEventNameNetworkIdle:
		select {
		case <-p.idle:
		default:
			close(p.idle)
		}
	}
	return nil
}

// attached has a frame in another process watched and lets it go on. Workers
// stay stopped where they are (see stopWorkers for those that pages share).
func (p *page) attached(e proto.TargetAttachedToTarget) error {
	if e.TargetInfo == nil || e.TargetInfo.Type != "iframe" {
		return nil
	}
	child := session{conn: p.conn, ctx: p.ctx, id: e.SessionID}
	p.children = append(p.children, child.id)
	p.listen(child.id, p.box)
	if err := p.watch(child); err != nil {
		return nil // gone already, or it stays stopped
	}
	return p.post(p.ctx, child.id, proto.RuntimeRunIfWaitingForDebugger{})
}
