package policy

import (
	"fmt"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// The handshakes of an Input, in the words of the severity tables.
const (
	Successful   = "successful"
	Unsuccessful = "unsuccessful"
)

// Input is what a policy is asked about: one port of one endpoint. The sources
// of the named policies document the same fields for those who write a policy.
// The zero value is a port that was not scanned.
type Input struct {
	PortStatus            exposure.PortStatus
	Handshake             string              // Successful or Unsuccessful; "" follows PortStatus
	HTTPStatusCode        int                 // outside 100 to 599: no HTTP answer
	HTTPStatus            exposure.HTTPStatus // follows HTTPStatusCode when there is one
	Authentication        exposure.AuthMethod // the weakest enforced, see exposure.WeakestAuth; "" for none
	Enforced, Offered     string              // every method of that verdict, weakest first, with commas between; an Input is a key
	DirectlyExposedBucket bool
	Port                  uint16
	Transport             exposure.Transport // "" for TCP
	Kind                  string             // of the resource: compute, lb, bucket ...
	Project               string
}

// nameLimit bounds, in characters, the texts that users choose: a policy may
// run a regular expression over them, which no time limit interrupts.
const nameLimit = 200

// normal returns in with what follows from other fields filled in, so that a
// policy never sees an input that contradicts itself.
func (in Input) normal() Input {
	if in.Handshake == "" {
		switch in.PortStatus {
		case exposure.StatusOpen:
			in.Handshake = Successful
		case exposure.StatusClosed:
			in.Handshake = Unsuccessful
		}
	}
	switch {
	case in.HTTPStatusCode >= 100 && in.HTTPStatusCode <= 599:
		in.HTTPStatus = exposure.HTTPStatusOf(in.HTTPStatusCode)
	case in.HTTPStatusCode != 0:
		in.HTTPStatusCode, in.HTTPStatus = 0, exposure.HTTPClientError
	}
	if in.Transport == "" {
		in.Transport = exposure.TCP
	}
	in.Kind, in.Project = exposure.Cut(in.Kind, nameLimit), exposure.Cut(in.Project, nameLimit)
	return in
}

// scanned reports whether a normal input tells of a look at the port. A closed
// endpoint with a completed handshake or an HTTP answer contradicts itself:
// which half is wrong is not known.
func (in Input) scanned() bool {
	answered := in.Handshake == Successful || in.HTTPStatusCode != 0
	switch {
	case !in.PortStatus.Scanned(), in.PortStatus == exposure.StatusClosed && answered:
		return false
	case in.HTTPStatusCode != 0:
		return in.Handshake == Successful
	}
	return in.Handshake == Successful || in.Handshake == Unsuccessful
}

// authentication returns the method as a policy sees it.
func (in Input) authentication() string {
	if in.Authentication == "" {
		return "none"
	}
	return string(in.Authentication)
}

// joinMethods and methodList turn the methods of a verdict into the text that
// an Input holds, and that into what a policy sees.
func joinMethods(methods []exposure.AuthMethod) string {
	texts := make([]string, len(methods))
	for i, m := range methods {
		texts[i] = string(m)
	}
	return strings.Join(texts, ",")
}

func methodList(joined string) []any {
	list := []any{}
	for text := range strings.SplitSeq(joined, ",") {
		if text != "" {
			list = append(list, text)
		}
	}
	return list
}

// document returns the input of the Rego policy. Its fields are those that
// schema declares.
func (in Input) document() (ast.Value, error) {
	return ast.InterfaceToValue(map[string]any{
		"port_status":             string(in.PortStatus),
		"handshake":               in.Handshake,
		"http_status":             string(in.HTTPStatus),
		"http_status_code":        in.HTTPStatusCode,
		"authentication":          in.authentication(),
		"enforced_authentication": methodList(in.Enforced),
		"offered_authentication":  methodList(in.Offered),
		"directly_exposed_bucket": in.DirectlyExposedBucket,
		"port":                    int(in.Port),
		"transport":               string(in.Transport),
		"kind":                    in.Kind,
		"project":                 in.Project,
	})
}

// schema declares the input, so that a misspelt field is an error when the
// policy is read, and not an answer that is quietly missing.
func schema() map[string]any {
	text, number := map[string]any{"type": "string"}, map[string]any{"type": "integer"}
	texts := map[string]any{"type": "array", "items": text}
	return map[string]any{
		"type":                 "object",
		"additionalProperties": false,
		"properties": map[string]any{
			"port_status":             text,
			"handshake":               text,
			"http_status":             text,
			"http_status_code":        number,
			"authentication":          text,
			"enforced_authentication": texts,
			"offered_authentication":  texts,
			"directly_exposed_bucket": map[string]any{"type": "boolean"},
			"port":                    number,
			"transport":               text,
			"kind":                    text,
			"project":                 text,
		},
	}
}

// String describes the input in an error.
func (in Input) String() string {
	return fmt.Sprintf("port_status %q, handshake %q, http_status %q, http_status_code %d, authentication %q",
		in.PortStatus, in.Handshake, in.HTTPStatus, in.HTTPStatusCode, in.authentication())
}
