package policy

import (
	"slices"
	"strings"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// hostDocument returns the input of the host configuration rules about one
// open port. What is not known is absent. Its fields are those that hostSchema
// declares.
func hostDocument(ep exposure.Endpoint, o exposure.Observation, p exposure.PortObservation) map[string]any {
	protocol, _, _ := exposure.Protocol(p.Port)
	document := map[string]any{
		"host":                 ep.Host,
		"port":                 int(p.Port),
		"protocol":             protocol,
		"answers_on_all_ports": o.AnswersOnAllPorts,
		"evidence":             evidenceDocument(p.Evidence),
	}
	if p.Banner != "" {
		document["banner"] = p.Banner
	}
	if p.TLS != nil {
		document["tls"] = tlsDocument(*p.TLS, o.ScannedAt)
	}
	if p.HTTP != nil && p.HTTP.StatusCode != 0 {
		document["http"] = httpDocument(*p.HTTP)
	}
	return document
}

// evidenceDocument returns the facts by probe, without probes that learnt
// nothing.
func evidenceDocument(all []exposure.Evidence) map[string]any {
	byProbe := map[string]any{}
	for _, e := range all {
		if e.Reason == "" && e.Fields != nil {
			byProbe[e.Probe] = e.Fields
		}
	}
	return byProbe
}

func tlsDocument(t exposure.TLS, seen time.Time) map[string]any {
	document := map[string]any{
		"version":            t.Version,
		"cipher_suite":       t.CipherSuite,
		"client_certificate": t.ClientCertificate,
		"name_matches":       t.NameMatches,
		"chain":              []any{},
	}
	chain := []any{}
	for _, c := range t.Chain {
		chain = append(chain, certificateDocument(c, seen))
	}
	document["chain"] = chain
	if len(chain) > 0 {
		document["certificate"] = chain[0]
	}
	return document
}

func certificateDocument(c exposure.Certificate, seen time.Time) map[string]any {
	names := []any{}
	for _, n := range c.Names {
		names = append(names, n)
	}
	return map[string]any{
		"subject":             c.Subject,
		"issuer":              c.Issuer,
		"names":               names,
		"not_before":          c.NotBefore.UTC().Format(time.RFC3339),
		"not_after":           c.NotAfter.UTC().Format(time.RFC3339),
		"not_yet_valid":       seen.Before(c.NotBefore),
		"expired":             seen.After(c.NotAfter),
		"days_left":           int(c.NotAfter.Sub(seen).Hours() / 24),
		"self_signed":         c.SelfSigned,
		"key_algorithm":       c.KeyAlgorithm,
		"key_bits":            c.KeyBits,
		"signature_algorithm": c.SignatureAlgorithm,
	}
}

func httpDocument(h exposure.HTTPObservation) map[string]any {
	scheme, _, _ := strings.Cut(h.URL, "://")
	headers := map[string]any{}
	for _, header := range h.Headers {
		name := strings.ToLower(header.Name)
		values, _ := headers[name].([]any)
		headers[name] = append(values, header.Value)
	}
	technologies, methods := []any{}, []any{}
	for _, t := range h.Technologies {
		technologies = append(technologies, t.Name)
	}
	for _, a := range h.Authentication {
		if !slices.Contains(methods, any(string(a.Method))) {
			methods = append(methods, string(a.Method))
		}
	}
	return map[string]any{
		"scheme":            scheme,
		"status_code":       h.StatusCode,
		"title":             h.Title,
		"headers":           headers,
		"headers_truncated": h.HeadersTruncated,
		"technologies":      technologies,
		"authentication":    methods,
	}
}

// hostSchema declares the input of host rules, so that a misspelt field is an
// error when a rule is read. What a probe brings is its own, so that evidence
// is open.
func hostSchema() map[string]any {
	text, number, yes := map[string]any{"type": "string"}, map[string]any{"type": "integer"}, map[string]any{"type": "boolean"}
	texts := map[string]any{"type": "array", "items": text}
	object := func(properties map[string]any) map[string]any {
		return map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
	}
	certificate := object(map[string]any{
		"subject": text, "issuer": text, "names": texts, "not_before": text, "not_after": text, "not_yet_valid": yes, "expired": yes,
		"days_left": number, "self_signed": yes, "key_algorithm": text, "key_bits": number, "signature_algorithm": text,
	})
	return object(map[string]any{
		"host": text, "port": number, "protocol": text, "answers_on_all_ports": yes, "banner": text,
		"tls": object(map[string]any{
			"version": text, "cipher_suite": text, "client_certificate": yes, "name_matches": yes, "certificate": certificate,
			"chain": map[string]any{"type": "array", "items": certificate},
		}),
		"http": object(map[string]any{
			"scheme": text, "status_code": number, "title": text, "headers_truncated": yes, "technologies": texts, "authentication": texts,
			"headers": map[string]any{"type": "object", "additionalProperties": texts},
		}),
		"evidence": map[string]any{"type": "object", "additionalProperties": map[string]any{}},
	})
}
