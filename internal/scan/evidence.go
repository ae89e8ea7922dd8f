package scan

import (
	"context"
	"errors"
	"net/netip"
	"slices"
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
		p.HTTP.Authentication = fingerprint.Authentication(*r)
		technologies, err := fingerprint.Technologies(ctx, *r)
		if err != nil {
			s.warn("The technologies of " + p.HTTP.URL + " are incomplete: " + err.Error())
		}
		if technologies != nil {
			p.HTTP.Technologies = technologies
		}
	})
}

// redact replaces the secrets in everything that is kept of the answers, and
// records where they were.
func (s *scan) redact(ctx context.Context, j *job) {
	j.answered(func(p *exposure.PortObservation, r *exposure.Response) {
		h := p.HTTP
		body, complete := s.clean(ctx, j, p.Port, "response body", whole(r.Text, r.Truncated))
		h.BodyStart = exposure.Cut(exposure.Clean(body), shownText)
		h.Title, _ = s.clean(ctx, j, p.Port, "page title", whole(h.Title, atLeast(h.Title, cutTitle)))
		for i := range h.Headers {
			value := h.Headers[i].Value
			h.Headers[i].Value, _ = s.clean(ctx, j, p.Port, "response header", whole(value, atLeast(value, cutHeader)))
		}
		for i := range h.Authentication {
			a := &h.Authentication[i]
			a.Provider, _ = s.clean(ctx, j, p.Port, "response header", a.Provider)
			a.Evidence, _ = s.clean(ctx, j, p.Port, "response header", a.Evidence)
		}
		if !complete {
			h.Screenshot = &exposure.Screenshot{Reason: "the answer could not be searched for secrets"}
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

// clean returns text without its secrets, and nothing at all when it could not
// be searched.
func (s *scan) clean(ctx context.Context, j *job, port uint16, place, text string) (clean string, ok bool) {
	if text == "" {
		return "", true
	}
	scanner, err := s.secrets()
	if err != nil {
		s.warn("Answers are not shown, because they cannot be searched for secrets: " + err.Error())
		return "", false
	}
	clean, leaks, err := scanner.Redact(ctx, place, text)
	if err != nil {
		return "", false
	}
	for _, l := range leaks {
		l.Port = port
		j.observed.Leaks = addLeak(j.observed.Leaks, l)
	}
	return clean, true
}

// addLeak counts a leak of the same rule and place on the same port once.
func addLeak(leaks []exposure.Leak, l exposure.Leak) []exposure.Leak {
	same := func(k exposure.Leak) bool { return k.Port == l.Port && k.Rule == l.Rule && k.Place == l.Place }
	if i := slices.IndexFunc(leaks, same); i >= 0 {
		leaks[i].Count += l.Count
		return leaks
	}
	return append(leaks, l)
}

// screenshot takes a picture of every page that answered. A page that shows a
// secret leaves neither picture nor text.
func (s *scan) screenshot(ctx context.Context, j *job) {
	if !s.Settings.Screenshots {
		return
	}
	j.answered(func(p *exposure.PortObservation, r *exposure.Response) {
		if p.HTTP.Screenshot == nil {
			p.HTTP.Screenshot = s.picture(ctx, j, p.Port, *r)
		}
	})
}

func (s *scan) picture(ctx context.Context, j *job, port uint16, r exposure.Response) *exposure.Screenshot {
	if leaked(j.observed.Leaks, port) {
		return &exposure.Screenshot{Reason: "the page holds a secret, so no picture of it is kept"}
	}
	browser, err := s.browser()
	if err != nil {
		return &exposure.Screenshot{Reason: err.Error()}
	}
	shot, err := s.shoot(ctx, browser, j, port, r)
	if err != nil {
		return &exposure.Screenshot{Reason: err.Error()}
	}
	text, ok := s.clean(ctx, j, port, "page text", shot.Text)
	if !ok || leaked(j.observed.Leaks, port) {
		return &exposure.Screenshot{Reason: "the page shows a secret, so no picture of it is kept"}
	}
	file, err := s.Store.PutScreenshot(shot.PNG)
	if err != nil {
		s.warn("A screenshot could not be kept: " + err.Error())
		return &exposure.Screenshot{Reason: "the screenshot could not be kept"}
	}
	return &exposure.Screenshot{File: file, Text: exposure.Cut(text, shownText)}
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

func leaked(leaks []exposure.Leak, port uint16) bool {
	return slices.ContainsFunc(leaks, func(l exposure.Leak) bool { return l.Port == port })
}
