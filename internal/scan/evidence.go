package scan

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/datascan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/fingerprint"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/screenshot"
)

// shownText is how many characters of a body or of a page's text are kept.
const shownText = 1000

// answered calls f for every port of the job that answered a GET.
func (j *job) answered(f func(p *exposure.PortObservation, r *exposure.Response)) {
	for i := range j.observed.Ports {
		p := &j.observed.Ports[i]
		if r := j.responses[p.Port]; r != nil && p.HTTP != nil {
			f(p, r)
		}
	}
}

// fingerprint recognises technologies and authentication in the answers.
func (s *scan) fingerprint(ctx context.Context, j *job) {
	j.answered(func(p *exposure.PortObservation, r *exposure.Response) {
		var technologies []exposure.Technology
		err := context.Cause(ctx)
		s.read(ctx, func() {
			p.HTTP.Authentication = fingerprint.Authentication(*r, p.TLS)
			technologies, err = fingerprint.Technologies(ctx, *r)
		})
		if err != nil {
			s.warn("The technologies of " + p.HTTP.URL + " are incomplete: " + err.Error())
		}
		if technologies != nil {
			p.HTTP.Technologies = technologies
		}
	})
}

// read runs what reads an answer. No more answers are read at once than there
// are processors: more would hold memory, and each would take the time of the
// others, for which it has a limit.
func (s *scan) read(ctx context.Context, f func()) {
	select {
	case s.reading <- struct{}{}:
		defer func() { <-s.reading }()
		f()
	case <-ctx.Done():
	}
}

// redact replaces the secrets in everything that is kept of the answers, and
// records where they were. What the settings send along is hidden too.
func (s *scan) redact(ctx context.Context, j *job) {
	s.redactServices(ctx, j)
	j.answered(func(p *exposure.PortObservation, r *exposure.Response) {
		h := p.HTTP
		if len(r.Body) > 0 && r.Text == "" {
			j.withhold(p.Port, notSearched) // it is in a coding that nobody asked for
		}
		body := s.clean(ctx, j, p.Port, "response body", whole(r.Text, r.Truncated))
		h.BodyStart = exposure.Cut(exposure.Clean(body), shownText)
		h.Title = s.clean(ctx, j, p.Port, "page title", whole(h.Title, atLeast(h.Title, cutTitle)))
		for i := range h.Headers {
			value := h.Headers[i].Value
			h.Headers[i].Value = s.clean(ctx, j, p.Port, "response header", whole(value, atLeast(value, cutHeader)))
		}
		for i := range h.Authentication {
			a := &h.Authentication[i]
			a.Provider = s.clean(ctx, j, p.Port, "response header", a.Provider)
			a.Tenant = s.clean(ctx, j, p.Port, "response header", a.Tenant)
			a.Evidence = s.clean(ctx, j, p.Port, "response header", a.Evidence)
		}
		for i := range h.Technologies {
			if t := &h.Technologies[i]; s.repeats(j, p.Port, t.Version) || s.repeats(j, p.Port, t.CPE) {
				t.Version, t.CPE = "", ""
			}
		}
	})
}

// Lengths, in characters, at which the probe cuts what it keeps.
const (
	cutTitle  = 256
	cutHeader = 1024
)

func atLeast(s string, n int) bool { return utf8.RuneCountInString(s) >= n }

// whole returns text without the word that a limit may have cut: the half of a
// secret is not recognised as one.
func whole(text string, cut bool) string {
	if cut {
		return datascan.Whole(text)
	}
	return text
}

// Why no picture of a page is kept.
const (
	notSearched = "the answer could not be searched for secrets"
	holdsSecret = "the page holds a secret, so no picture of it is kept"
	holdsData   = "the page holds sensitive data, so no picture of it is kept"
	holdsHeader = "the page repeats a request header, so no picture of it is kept"
)

var errNotSearched = errors.New("the run ended first")

// searchTime bounds the search of one text, on a busy machine too: the worst
// megabyte takes some two seconds of a processor.
var searchTime = 20 * time.Second

// clean returns text without its secrets and without the values of the request
// headers, and nothing at all when it could not be searched in time. Each of
// the three keeps a picture of the page from being taken or kept.
func (s *scan) clean(ctx context.Context, j *job, port uint16, place, text string) string {
	if text == "" {
		return ""
	}
	text, repeated := s.sent.Hide(text) // first: what we sent is no secret of theirs
	if repeated {
		j.withhold(port, holdsHeader)
	}
	return s.search(ctx, j, port, place, func(ctx context.Context, scanner *datascan.Scanner, from datascan.Source) (string, []exposure.Leak, error) {
		return scanner.Redact(ctx, from, text)
	})
}

// cleanRuns is clean for the text of a page in pieces, which tell where in the
// picture a leak is.
func (s *scan) cleanRuns(ctx context.Context, j *job, port uint16, runs []exposure.TextRun) string {
	hidden := slices.Clone(runs)
	for i := range hidden {
		var repeated bool
		if hidden[i].Text, repeated = s.sent.Hide(hidden[i].Text); repeated {
			j.withhold(port, holdsHeader)
		}
	}
	return s.search(ctx, j, port, "page text", func(ctx context.Context, scanner *datascan.Scanner, from datascan.Source) (string, []exposure.Leak, error) {
		return scanner.Runs(ctx, from, hidden)
	})
}

// search looks for secrets in one text, as look does it, and acts on what was
// found: before anything else, what earlier results keep of the page goes.
func (s *scan) search(ctx context.Context, j *job, port uint16, place string,
	look func(context.Context, *datascan.Scanner, datascan.Source) (string, []exposure.Leak, error)) string {
	scanner, err := s.secrets()
	if err != nil {
		s.warn("Answers are not shown, because they cannot be searched for secrets: " + err.Error())
		j.withhold(port, notSearched)
		return ""
	}
	key, err := s.leakKey()
	if err != nil {
		j.fail(err)
		return ""
	}
	clean, leaks, err := "", []exposure.Leak{}, errNotSearched
	s.read(ctx, func() {
		bounded, cancel := context.WithTimeout(ctx, searchTime)
		defer cancel()
		clean, leaks, err = look(bounded, scanner, datascan.Source{Place: place, Host: j.endpoint.Host, Key: key})
	})
	if err != nil {
		j.withhold(port, notSearched)
		return ""
	}
	for _, l := range leaks {
		reason := holdsSecret
		if l.Sensitive() {
			reason = holdsData
		}
		j.withhold(port, reason)
		s.withdraw(ctx, j, port, reason)
		l.Port = port
		j.observed.Leaks = addLeak(j.observed.Leaks, l)
	}
	return clean
}

// withdraw removes the pictures and texts that earlier results keep of a port's
// page, once in a scan.
func (s *scan) withdraw(ctx context.Context, j *job, port uint16, reason string) {
	if j.withdrawn[port] {
		return
	}
	j.withdrawn[port] = true
	j.answered(func(p *exposure.PortObservation, _ *exposure.Response) {
		if p.Port == port {
			j.fail(s.Store.Withdraw(ctx, j.key, p.HTTP.URL, reason))
		}
	})
}

// repeats reports whether a short text holds a value of the request headers.
func (s *scan) repeats(j *job, port uint16, text string) bool {
	_, repeated := s.sent.Hide(text)
	if repeated {
		j.withhold(port, holdsHeader)
	}
	return repeated
}

// withhold says why no picture of a port's page is kept. The first reason
// stands.
func (j *job) withhold(port uint16, reason string) {
	if j.withheld[port] == "" {
		j.withheld[port] = reason
	}
}

// fail keeps the first failure of the store, which ends the run.
func (j *job) fail(err error) {
	if j.failed == nil {
		j.failed = err
	}
}

// addLeak counts a leak of the same value, rule and place on the same port once.
func addLeak(leaks []exposure.Leak, l exposure.Leak) []exposure.Leak {
	same := func(k exposure.Leak) bool {
		return k.Port == l.Port && k.Rule == l.Rule && k.Place == l.Place && k.Key == l.Key
	}
	if i := slices.IndexFunc(leaks, same); i >= 0 {
		leaks[i].Count += l.Count
		return leaks
	}
	return append(leaks, l)
}

// screenshot takes a picture of every page that answered. A page that shows a
// secret leaves neither picture nor text, and when only the picture brought it
// to light, its body, which has the secret in a form of its own, is not kept.
func (s *scan) screenshot(ctx context.Context, j *job) {
	if !s.Settings.Screenshots {
		return
	}
	j.answered(func(p *exposure.PortObservation, r *exposure.Response) {
		known := j.withheld[p.Port] != ""
		p.HTTP.Screenshot = s.picture(ctx, j, p, *r)
		if !known && j.withheld[p.Port] != "" {
			p.HTTP.BodyStart = ""
		}
	})
}

func (s *scan) picture(ctx context.Context, j *job, p *exposure.PortObservation, r exposure.Response) *exposure.Screenshot {
	port := p.Port
	if reason := j.withheld[port]; reason != "" {
		return &exposure.Screenshot{Reason: reason}
	}
	browser, err := s.browser(ctx)
	if err != nil {
		return &exposure.Screenshot{Reason: err.Error()}
	}
	shot, err := s.shoot(ctx, browser, j, port, r)
	if err != nil {
		return &exposure.Screenshot{Reason: err.Error()}
	}
	text := s.cleanRuns(ctx, j, port, shot.Runs) // before anything of the picture is written
	if reason := j.withheld[port]; reason != "" {
		return &exposure.Screenshot{Reason: reason}
	}
	notes := shot.Notes
	if p.TLS != nil && p.TLS.Warns(s.Now()) {
		notes = append(notes, exposure.NoteCertificateError)
		slices.Sort(notes)
	}
	file, err := s.Store.PutScreenshot(shot.PNG)
	if err != nil {
		s.warn("A screenshot could not be kept: " + err.Error())
		return &exposure.Screenshot{Reason: "the screenshot could not be kept"}
	}
	return &exposure.Screenshot{File: file, Text: exposure.Cut(text, shownText), Notes: notes}
}

func (s *scan) shoot(ctx context.Context, b *screenshot.Browser, j *job, port uint16, r exposure.Response) (screenshot.Picture, error) {
	addr, err := netip.ParseAddr(j.observed.ResolvedAddresses[0])
	if err != nil {
		return screenshot.Picture{}, errors.New("the address of the page is not known")
	}
	proxy, err := s.prober.PageProxy(ctx, j.endpoint.Host, addr, port)
	if err != nil {
		return screenshot.Picture{}, err
	}
	defer proxy.Close()
	return b.Shoot(ctx, r, proxy.URL())
}
