package policy

import (
	"cmp"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// How evidence is written: sentences in the past tense that say what was seen
// and nothing that was not. Host and port come first. What the network said
// stands in quotes, cleaned and cut. A number of things that may be long is cut
// to a count. The severity and the remedy are for others to tell.

const (
	quoteLimit = 100 // characters of one quotation
	listLimit  = 5   // technologies, secrets
	rangeLimit = 20  // port ranges
)

// portEvidence tells what was seen of one port.
func portEvidence(ep exposure.Endpoint, o exposure.Observation, p exposure.PortObservation) string {
	place := placeOf(ep, o, p.Port)
	switch {
	case isUnverified(p.Result):
		return because(place+" could not be verified", p.Detail)
	case p.Result == exposure.Refused:
		return place + " refused the TCP handshake."
	case p.Result == exposure.Filtered:
		return place + " did not answer the TCP handshake."
	}
	sentences := []string{place + " completed a TCP handshake" + answerClauses(p.HTTP) + "."}
	sentences = append(sentences, answerSentences(ep, o, p)...)
	return strings.Join(sentences, " ")
}

// answerClauses continues the sentence about the handshake.
func answerClauses(answer *exposure.HTTPObservation) string {
	if answer == nil || answer.StatusCode == 0 {
		return ""
	}
	clause := fmt.Sprintf(", answered HTTP %d", answer.StatusCode)
	if title := quote(answer.Title); title != "" {
		clause += " with the title " + title
	}
	return clause + " and " + authClause(*answer)
}

// authClause tells what the answer enforces, then what it offers.
func authClause(answer exposure.HTTPObservation) string {
	asked := methodsClause(answer.Authentication, exposure.AuthEnforced)
	if answer.HeadersTruncated {
		const cut = "its headers were cut"
		if len(asked) == 0 {
			return cut + ", so that what it asks for is not known"
		}
		asked[len(asked)-1] += " (" + cut + ")"
	}
	offer := ""
	if offered := methodsClause(answer.Authentication, exposure.AuthOffered); len(offered) > 0 {
		offer = ", but offered " + list(offered, listLimit)
	}
	switch {
	case len(asked) == 0 && answer.StatusCode == 401:
		return "named no authentication known to the scanner" + offer
	case len(asked) == 0:
		return "asked for no authentication" + offer
	}
	return "asked for authentication: " + list(asked, listLimit)
}

// methodsClause names the methods of one verdict with their providers.
func methodsClause(seen []exposure.Authentication, verdict exposure.AuthVerdict) []string {
	names := []string{}
	for _, a := range seen {
		name := cmp.Or(methodNames[a.Method], quote(string(a.Method)))
		if provider := exposure.CleanLine(exposure.Cut(a.Provider, quoteLimit)); provider != "" {
			name += " by " + provider
		}
		if a.Method == exposure.AuthForm && verdict == exposure.AuthOffered {
			name = "a " + name
		}
		if a.Verdict == verdict && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// answerSentences follow the sentence about the handshake of an open port.
func answerSentences(ep exposure.Endpoint, o exposure.Observation, p exposure.PortObservation) []string {
	sentences := []string{}
	add := func(when bool, sentence string) {
		if when {
			sentences = append(sentences, sentence)
		}
	}
	if p.HTTP != nil {
		add(p.HTTP.Status == exposure.HTTPUnsupportedPath,
			because("No GET was sent to "+cmp.Or(quote(ep.Path), "the path"), p.HTTP.Reason))
		add(p.HTTP.StatusCode == 0 && p.HTTP.Status != exposure.HTTPUnsupportedPath,
			because("The GET got no HTTP answer", p.HTTP.Reason))
		names := technologyNames(p.HTTP.Technologies)
		add(len(names) > 0, "It looks like "+list(names, listLimit)+".")
	}
	add(ep.DirectlyExposedBucket, "It is a storage bucket that is declared open to anyone.")
	add(ep.SharedFront && (p.HTTP == nil || p.HTTP.StatusCode == 0),
		"The provider's front end completes the handshake for every customer.")
	add(o.AnswersOnAllPorts, "The host answers on every port that was asked, so a firewall or a tarpit may be answering in its place.")
	return sentences
}

// technologyNames leaves out the schemes of authentication, which fingerprints
// list as technologies and authClause tells.
func technologyNames(technologies []exposure.Technology) []string {
	names := []string{}
	for _, t := range technologies {
		if _, scheme := methodNames[exposure.AuthMethod(strings.ToLower(t.Name))]; !scheme {
			names = append(names, exposure.CleanLine(exposure.Cut(strings.TrimSpace(t.Name+" "+t.Version), quoteLimit)))
		}
	}
	return names
}

// sharedEvidence lists the ports of a finding about many, and says of the one
// that it spoke of what its title, which is general, does not.
func sharedEvidence(spoken exposure.PortObservation, ports []exposure.PortObservation) string {
	usual := ""
	if _, protocol, known := exposure.Protocol(spoken.Port); known && spoken.HTTP == nil && spoken.Result == exposure.Open {
		usual = fmt.Sprintf("Port %d is usually %s. ", spoken.Port, protocol)
	}
	return usual + fmt.Sprintf("The same rule holds for %d ports of this host: %s.", len(ports), portList(rangesOf(ports)))
}

// closedEvidence tells of closed ports. ports are the listed ones that the
// policy minds.
func closedEvidence(ep exposure.Endpoint, o exposure.Observation, ports []exposure.PortObservation) string {
	const why = " The declaration leaves it reachable, and the severity policy counts that."
	switch {
	case len(ports) == 1 && o.PortsProbed <= len(o.Ports):
		return portEvidence(ep, o, ports[0]) + why
	case o.PortsProbed > len(o.Ports):
		return fmt.Sprintf("Of %d ports probed on %s, %d completed a TCP handshake.",
			o.PortsProbed, hostOf(ep), len(o.OpenPorts())) + why
	}
	return fmt.Sprintf("%s completed no TCP handshake on %d of %d ports: %s.",
		hostOf(ep), len(ports), len(o.Ports), portList(rangesOf(ports))) + why
}

// notScannedEvidence tells why an endpoint was not scanned.
func notScannedEvidence(ep exposure.Endpoint, o exposure.Observation) string {
	place, why := placesOf(ep), o.Reason
	var what string
	switch {
	case o.PortStatus == exposure.StatusScannerDisabled:
		what, why = "The settings disable the scanner, so nothing was sent to "+place, "" // that is all of the reason
	case o.PortStatus == exposure.StatusExcluded && why != "":
		what = place + " was left out of the scan" // not always by the settings
	case o.PortStatus == exposure.StatusExcluded:
		what = "The settings exclude " + place + " from the scan"
	case o.PortStatus == exposure.StatusUnsupportedPort:
		what = place + " has no port that the scanner supports, so nothing was sent to it"
	default:
		what = "The scan of " + place + " failed"
	}
	return because(what, why) + " What was not scanned counts as critical."
}

func contradictionEvidence(ep exposure.Endpoint, o exposure.Observation) string {
	return fmt.Sprintf("The observation of %s contradicts itself: its port status is %q, and %d open of %d ports are listed.",
		placesOf(ep), o.PortStatus, len(o.OpenPorts()), len(o.Ports))
}

// leakEvidence tells where secrets, or sensitive data, were seen, never what they
// are. The leaks are of one kind.
func leakEvidence(ep exposure.Endpoint, o exposure.Observation, port uint16, leaks []exposure.Leak) string {
	sorted := slices.Clone(leaks)
	slices.SortFunc(sorted, func(a, b exposure.Leak) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), strings.Compare(a.Place, b.Place), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column), strings.Compare(a.Rule, b.Rule), cmp.Compare(a.Count, b.Count))
	})
	seen := make([]string, len(sorted))
	for i, leak := range sorted {
		seen[i] = fmt.Sprintf("%s in the %s", quote(leak.Rule), exposure.CleanLine(exposure.Cut(leak.Place, quoteLimit)))
		if leak.Line > 0 {
			seen[i] += fmt.Sprintf(" at line %d", leak.Line)
		}
		if leak.Line > 0 && leak.Column > 0 {
			seen[i] += fmt.Sprintf(", column %d", leak.Column)
		}
		if leak.Count > 1 {
			seen[i] += fmt.Sprintf(" (%d times)", leak.Count)
		}
	}
	rules := "secret rules"
	if len(leaks) > 0 && leaks[0].Sensitive() {
		rules = "rules for sensitive data"
	}
	return fmt.Sprintf("What %s answered matches %s: %s. The values are redacted and kept nowhere.",
		placeOf(ep, o, port), rules, list(seen, listLimit))
}

// hostOf returns the host of a sentence, the resource while its host is not
// known.
func hostOf(ep exposure.Endpoint) string {
	return exposure.CleanLine(cmp.Or(ep.Host, ep.ResourceAddress, "?"))
}

// placesOf returns the host of a sentence with its ports: "203.0.113.7:22", and
// "aws_instance.web on port 22" while the host is not known.
func placesOf(ep exposure.Endpoint) string {
	if ep.Host == "" && len(ep.Ports) > 0 {
		return hostOf(ep) + " on " + portsPhrase(ep.Ports)
	}
	return exposure.CleanLine(ep.HostPort())
}

// placeOf returns "203.0.113.7:443", and for a name that stands for one address
// "www.example.com:443 (203.0.113.7)".
func placeOf(ep exposure.Endpoint, o exposure.Observation, port uint16) string {
	place := net.JoinHostPort(hostOf(ep), strconv.Itoa(int(port)))
	if _, err := netip.ParseAddr(ep.Host); err != nil && len(o.ResolvedAddresses) == 1 {
		place += " (" + exposure.CleanLine(o.ResolvedAddresses[0]) + ")"
	}
	return place
}

// because ends a sentence with a reason, when there is one.
func because(clause, reason string) string {
	reason = strings.TrimRight(exposure.CleanLine(exposure.Cut(reason, 2*quoteLimit)), ".")
	if reason == "" {
		return clause + "."
	}
	return clause + ": " + reason + "."
}

// quote returns text from the network as a quotation, "" for no text. Quotes
// inside it are escaped, so that it cannot pretend to end.
func quote(s string) string {
	clean := exposure.CleanLine(s)
	short := exposure.Cut(clean, quoteLimit)
	switch {
	case clean == "":
		return ""
	case short != clean:
		short += "…"
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(short) + `"`
}

// list joins up to n items with commas and "and", and counts the rest.
func list(items []string, n int) string {
	if len(items) > n {
		items = append(slices.Clone(items[:n]), fmt.Sprintf("%d more", len(items)-n))
	}
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + " and " + items[last]
}

func portList(ports []exposure.PortRange) string {
	merged := exposure.MergePortRanges(ports)
	texts := make([]string, len(merged))
	for i, r := range merged {
		texts[i] = r.String()
	}
	return list(texts, rangeLimit)
}
