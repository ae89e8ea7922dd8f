package services

import (
	"cmp"
	"mime"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Conversations returns the probes of an open port that gets no GET: those of
// the services that usually listen there, the best first. It is a probe with
// Talk before one with Path, and what need not be asked for before what does.
// Without optIn no probe is among them that wants to be asked for.
func Conversations(port uint16, optIn bool) []Probe {
	return chosen(optIn, func(p Probe) int {
		switch {
		case p.Page != nil || !slices.Contains(p.Ports, port):
			return 0
		case p.Talk != nil:
			return 1
		}
		return 2
	})
}

// Questions returns the probes that ask a port by HTTP which has answered a GET
// with r, the best first: of a service that was recognised by one of the
// technologies, then of the service that usually listens on port, then the
// general ones in their order, when the answer was a page of HTML. A general
// probe with Talk is one of TLS and needs an answer over it. Without
// optIn no probe is among them that wants to be asked for.
func Questions(port uint16, technologies []string, r exposure.Response, optIn bool) []Probe {
	page := isPage(r)
	technologies = append(slices.Clone(technologies), betrayed(r)...)
	return chosen(optIn, func(p Probe) int {
		named := slices.ContainsFunc(p.Technologies, func(t string) bool { return slices.Contains(technologies, t) })
		switch {
		case p.Talk != nil && p.General > 0 && strings.HasPrefix(r.URL, "https:"):
			return 2 + p.General
		case p.Path == "":
			return 0
		case p.General > 0 && page && (named || len(p.Technologies) == 0):
			return 2 + p.General
		case p.General > 0:
			return 0
		case named:
			return 1
		case slices.Contains(p.Ports, port):
			return 2
		}
		return 0
	})
}

// betrayed returns the technologies that no fingerprint knows but by which a
// probe is chosen. Spring shows itself by its page for errors, which is all that
// many a service has at /.
func betrayed(r exposure.Response) []string {
	if strings.Contains(r.Text, "<h1>Whitelabel Error Page</h1>") {
		return []string{"Spring"}
	}
	return nil
}

// Pages returns the probes that read the answer of a port, sorted by ID.
func Pages(port uint16, technologies []string) []Probe {
	return chosen(true, func(p Probe) int {
		everywhere := len(p.Ports) == 0 && len(p.Technologies) == 0
		named := slices.ContainsFunc(p.Technologies, func(t string) bool { return slices.Contains(technologies, t) })
		if p.Page != nil && (everywhere || named || slices.Contains(p.Ports, port)) {
			return 1
		}
		return 0
	})
}

// chosen returns the probes with a rank, which is above 0, by their rank; those
// that want to be asked for come last.
func chosen(optIn bool, rank func(Probe) int) []Probe {
	all := slices.DeleteFunc(Probes(), func(p Probe) bool { return rank(p) == 0 || p.OptIn && !optIn })
	slices.SortStableFunc(all, func(a, b Probe) int {
		if a.OptIn != b.OptIn {
			return cmp.Compare(asked(a), asked(b))
		}
		return cmp.Compare(rank(a), rank(b))
	})
	return all
}

func asked(p Probe) int {
	if p.OptIn {
		return 1
	}
	return 0
}

// isPage reports whether an answer is a page of HTML.
func isPage(r exposure.Response) bool {
	kind := ""
	if values := r.Header["Content-Type"]; len(values) > 0 {
		kind, _, _ = mime.ParseMediaType(values[0])
	}
	return strings.Contains(kind, "html")
}
