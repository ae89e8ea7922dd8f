package services

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Every probe that asks by HTTP brings at least these facts:
//
//	status      the status code of the answer
//	recognised  whether the answer is the service's own and holds what was asked for
//
// and further ones only where the answer is recognised.

// web are the probes that ask by HTTP.
var web = slices.Concat(clusters, datastores, dashboards, notebooks, files, servers, transports)

// service returns the probe of a service that usually listens on ports and
// answers path as recognise tells.
func service(id, path string, ports []uint16, technologies []string, recognise func(exposure.Response) (bool, map[string]any)) Probe {
	return Probe{ID: id, Path: path, Ports: ports, Technologies: technologies, Read: func(r exposure.Response) map[string]any {
		recognised, facts := recognise(r)
		all := map[string]any{"status": float64(r.StatusCode), "recognised": recognised}
		if recognised {
			for name, value := range facts {
				all[name] = value
			}
		}
		return all
	}}
}

// general turns a probe into one that every page calls for, in this place.
func general(place int, p Probe) Probe {
	p.General = place
	return p
}

// holds recognises an answer of class 2xx by texts, all of which it holds.
func holds(texts ...string) func(exposure.Response) (bool, map[string]any) {
	return func(r exposure.Response) (bool, map[string]any) {
		missing := slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(r.Text, text) })
		return succeeded(r) && !missing, nil
	}
}

// members recognises an answer of class 2xx that is a JSON object with all of
// the members, and keeps those that keep names.
func members(names []string, keep ...string) func(exposure.Response) (bool, map[string]any) {
	return func(r exposure.Response) (bool, map[string]any) {
		object, kind := topLevel(r.Text)
		for _, name := range names {
			if _, ok := object[name]; !ok {
				return false, nil
			}
		}
		facts := map[string]any{}
		for _, name := range keep {
			if value, ok := object[name]; ok && value != nil {
				facts[name] = value
			}
		}
		return succeeded(r) && kind == '{', facts
	}
}

func succeeded(r exposure.Response) bool { return r.StatusCode >= 200 && r.StatusCode <= 299 }

func header(r exposure.Response, name string) string {
	if values := r.Header[name]; len(values) > 0 {
		return values[0]
	}
	return ""
}

// maxMembers bounds the members of an object that are looked at.
const maxMembers = 200

// topLevel returns the members of a JSON object with their values, nil for a
// value that is an object or an array, and the first character of the document:
// '{', '[' or, when it is neither, 0. A document that was cut is read as far as
// it came.
func topLevel(text string) (object map[string]any, kind byte) {
	object = map[string]any{}
	d := json.NewDecoder(strings.NewReader(text))
	first, err := d.Token()
	switch {
	case err != nil:
		return object, 0
	case first == json.Delim('['):
		return object, '['
	case first != json.Delim('{'):
		return object, 0
	}
	for len(object) < maxMembers && d.More() {
		name, err := d.Token()
		key, ok := name.(string)
		if err != nil || !ok {
			break
		}
		object[key] = nil // that is all of it, should the value not have arrived whole
		value, err := scalar(d)
		if err != nil {
			break
		}
		object[key] = value
	}
	return object, '{'
}

// scalar reads the next value; of an object or an array it returns nil.
func scalar(d *json.Decoder) (any, error) {
	value, err := d.Token()
	if err != nil {
		return nil, err
	}
	if _, nested := value.(json.Delim); !nested {
		if text, ok := value.(string); ok {
			value = exposure.Cut(exposure.CleanLine(text), maxFact)
		}
		return value, nil
	}
	for depth := 1; depth > 0; {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	return nil, nil
}

// nestedNames returns the names of the members of the object that is a member
// of another one.
func nestedNames(text, member string) map[string]bool {
	var outer map[string]json.RawMessage
	var inner map[string]json.RawMessage
	names := map[string]bool{}
	if json.Unmarshal([]byte(text), &outer) != nil || json.Unmarshal(outer[member], &inner) != nil {
		return names
	}
	for name := range inner {
		names[name] = true
	}
	return names
}

// maxFact is how many characters of a text are a fact.
const maxFact = 200

// pages are the probes that read the answer which is already there.
var pages = []Probe{{ID: "page", Page: readPage}}
