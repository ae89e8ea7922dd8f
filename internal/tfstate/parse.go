package tfstate

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/zclconf/go-cty/cty"
)

// document is what was read of a document, whatever it is: the small parts as
// they are written, the large ones as resources. What it is shows only at its
// end, and so do the errors that matter.
type document struct {
	only   func(resourceType string) bool
	wanted wanted

	Version          json.RawMessage
	FormatVersion    json.RawMessage
	TerraformVersion json.RawMessage
	Serial           json.RawMessage
	Lineage          json.RawMessage
	Timestamp        json.RawMessage
	EncryptedData    bool // there, as in the next
	Level            bool // the log of plan -json

	hasResources bool // of a raw state 4
	resources    []Resource
	resourcesErr error
	Modules      json.RawMessage // of a raw state 3

	hasValues bool // show of a state
	values    []Resource
	valuesErr error

	isPlan          bool // show of a plan, from here on
	changes         []change
	changesErr      error
	shown           []Resource // planned_values
	shownErr        error
	prior           []Resource
	priorErr        error
	Configuration   json.RawMessage
	DeferredChanges json.RawMessage
	Complete        *bool
	Errored         *bool
}

// Option is a choice for reading.
type Option func(*document)

// Only reads the values of data sources, and of managed resources of the types
// that want reports true for. Of the others it reads what they are and where:
// their Values are cty.NilVal. Most resources of a large state expose nothing, and reading over them takes
// a fraction of the time and none of the room.
func Only(want func(resourceType string) bool) Option {
	return func(d *document) { d.only = want }
}

// Parse reads a raw state (version 3 or 4), or what `show -json` prints of a
// state or a plan. A byte order mark, UTF-16 and log lines before the JSON are
// tolerated. name is how the user named the input; it begins every error,
// which is one line and tells the place when the file is to blame.
func Parse(name string, data []byte, options ...Option) (*Input, error) {
	in, err := parse(data, options)
	return finished(name, in, err)
}

func finished(name string, in *Input, err error) (*Input, error) {
	if err != nil {
		return nil, fmt.Errorf("%s: %w", exposure.CleanLine(name), err)
	}
	in.Name = name
	return in, nil
}

func parse(data []byte, options []Option) (*Input, error) {
	text, err := decodeText(data)
	if err != nil {
		return nil, err
	}
	start, err := findJSON(text)
	if err != nil {
		return nil, err
	}
	in, err := decode(bytes.NewBuffer(text[start:]), options)
	if isBroken(err) {
		err = syntaxError(text, start, err)
	}
	return in, err
}

// decode reads the document that r begins with. r holds nothing else.
func decode(r io.Reader, options []Option) (*Input, error) {
	d := &document{only: func(string) bool { return true }}
	for _, choose := range options {
		choose(d)
	}
	d.wanted = remembered(d.only)
	s := newStream(r, d.wanted)
	if err := s.members("", func(name string) error { return d.member(s, name) }); err != nil {
		return nil, err
	}
	if err := s.end(); err != nil {
		return nil, err
	}
	in, err := d.read()
	if err != nil {
		return nil, err
	}
	in.finish()
	return in, nil
}

// wanted reports whether values are wanted. Mode and type may be empty while
// they have not been read yet: then they are.
type wanted func(mode Mode, resourceType string) bool

// remembered asks want once for each type.
func remembered(want func(string) bool) wanted {
	answers := map[string]bool{}
	return func(mode Mode, resourceType string) bool {
		if mode != Managed || resourceType == "" {
			return true
		}
		answer, known := answers[resourceType]
		if !known {
			answer = want(resourceType)
			answers[resourceType] = answer
		}
		return answer
	}
}

// member reads one member of the top level.
func (d *document) member(s *stream, name string) error {
	switch name {
	case "version":
		return s.keep(&d.Version)
	case "format_version":
		return s.keep(&d.FormatVersion)
	case "terraform_version":
		return s.keep(&d.TerraformVersion)
	case "serial":
		return s.keep(&d.Serial)
	case "lineage":
		return s.keep(&d.Lineage)
	case "timestamp":
		return s.keep(&d.Timestamp)
	case "modules":
		return s.keep(&d.Modules)
	case "configuration":
		return d.ofPlan(s, func() error { return s.keep(&d.Configuration) })
	case "deferred_changes":
		return s.keep(&d.DeferredChanges)
	case "complete":
		return s.bool(&d.Complete)
	case "errored":
		return s.bool(&d.Errored)
	case "encrypted_data":
		return s.there(&d.EncryptedData, s.pass)
	case "@level":
		return s.there(&d.Level, s.pass)
	}
	return d.largeMember(s, name)
}

// largeMember reads a member that holds resources. A refusal is kept until it
// is clear that the document is one that has such a member.
func (d *document) largeMember(s *stream, name string) (err error) {
	switch name {
	case "resources":
		return s.there(&d.hasResources, func() error {
			d.resources, err = s.statesV4()
			return d.later(&d.resourcesErr, "", err)
		})
	case "values":
		return s.there(&d.hasValues, func() error {
			d.values, err = s.shownValues(name)
			return d.later(&d.valuesErr, "", err)
		})
	case "planned_values":
		return d.ofPlan(s, func() error {
			d.shown, err = s.shownValues(name)
			return d.later(&d.shownErr, "", err)
		})
	case "resource_changes":
		return d.ofPlan(s, func() error {
			d.changes, err = s.changes()
			return d.later(&d.changesErr, "resource_changes: ", err)
		})
	case "prior_state":
		return d.ofPlan(s, func() error {
			err := s.members("", func(member string) (err error) {
				if member != "values" {
					return s.pass()
				}
				d.prior, err = s.shownValues(name)
				return d.later(&d.priorErr, "", err)
			})
			return d.later(&d.priorErr, "prior_state: ", err)
		})
	default:
		return s.pass()
	}
}

// ofPlan reads a member that only plans have.
func (d *document) ofPlan(s *stream, read func() error) error { return s.there(&d.isPlan, read) }

// later keeps a refusal for the time when the kind of the document is clear.
func (d *document) later(to *error, where string, err error) error {
	if err == nil || isBroken(err) {
		return err
	}
	if *to == nil {
		*to = refusal("%s%w", where, err)
	}
	return nil
}

// read decides what the document is and reads it.
func (d *document) read() (*Input, error) {
	switch {
	case d.Level:
		return nil, refusal("this is the log of a run with -json, not a plan: pass the output of `terraform show -json` instead")
	case d.EncryptedData:
		return nil, refusal("the file is encrypted by OpenTofu: pass the output of `tofu show -json` instead")
	case d.isPlan:
		return d.readPlan()
	case d.hasValues:
		return d.readShownState()
	case present(d.FormatVersion):
		// `show -json` prints no values for a state without resources.
		return d.input(State), d.checkFormat()
	case present(d.Version):
		return d.readRawState()
	default:
		return nil, errNeither
	}
}

func (d *document) readShownState() (*Input, error) {
	if err := cmp.Or(d.checkFormat(), d.valuesErr); err != nil {
		return nil, err
	}
	in := d.input(State)
	in.Resources = d.values
	return in, nil
}

func (d *document) readRawState() (*Input, error) {
	version := strings.TrimSpace(string(d.Version))
	switch version {
	case "4":
		in := d.input(State)
		in.Resources = d.resources
		return in, d.resourcesErr
	case "3":
		return d.readStateV3()
	case "0", "1", "2":
		return nil, refusal("state version %s was written by a terraform older than 0.9: let terraform 0.11 upgrade it, versions 3 and 4 are read", version)
	}
	var n json.Number
	if json.Unmarshal(d.Version, &n) != nil || strings.HasPrefix(version, `"`) {
		return nil, errNeither
	}
	if !present(d.Lineage) && !d.hasResources {
		return nil, refusal("%w; as a state its version would be %s, and versions 3 and 4 are read", errNeither, exposure.Cut(version, 20))
	}
	return nil, refusal("state version %s is not known, versions 3 and 4 are read: pass the output of `terraform show -json` instead", exposure.Cut(version, 20))
}

// checkFormat refuses a `show -json` format whose major version is not known.
func (d *document) checkFormat() error {
	version := looseString(d.FormatVersion)
	major, _, _ := strings.Cut(version, ".")
	if major != "" && major != "0" && major != "1" {
		return refusal("format version %s is not known, versions 0.1 to 1.x are read", exposure.CleanLine(exposure.Cut(version, 20)))
	}
	return nil
}

// input starts an input with what the top level tells.
func (d *document) input(kind Kind) *Input {
	in := &Input{Kind: kind, Engine: looseString(d.TerraformVersion), Lineage: looseString(d.Lineage)}
	in.Written, _ = time.Parse(time.RFC3339, looseString(d.Timestamp)) // of a plan; others have none
	_ = json.Unmarshal(d.Serial, &in.Serial)                           // a serial that is no number says nothing
	return in
}

// finish puts the resources in order. Of resources with one address and the
// same values the first stays. Those with other values stay too, under addresses
// with a number, for nobody can know which is right. The input says either.
func (in *Input) finish() {
	in.Resources = in.distinct(in.Resources, "", sameValues)
	in.Resources = sorted(in.numbered(in.Resources))
	in.Prior = in.distinct(in.Prior, "before the change, ", func(_, _ *Resource) bool { return true })
	in.Incomplete = slices.Compact(in.Incomplete)
}

// distinct sorts the resources and leaves out those that say the same as the
// one before them, of which those with other addresses never do.
func (in *Input) distinct(resources []Resource, where string, same func(a, b *Resource) bool) []Resource {
	resources = sorted(resources)
	return slices.CompactFunc(resources, func(a, b Resource) bool {
		if a.Address != b.Address || !same(&a, &b) {
			return false
		}
		in.Incomplete = append(in.Incomplete, fmt.Sprintf("%sthe file holds %s more than once; only the first is used", where, label(b.Address)))
		return true
	})
}

func sameValues(a, b *Resource) bool {
	first, second := a.Values(), b.Values()
	if first == cty.NilVal || second == cty.NilVal { // nobody wants them
		return true
	}
	return first.RawEquals(second)
}

// numbered gives an address of its own to each resource behind the first that
// has one address.
func (in *Input) numbered(resources []Resource) []Resource {
	first, number := "", 0
	for i := range resources {
		r := &resources[i]
		if i == 0 || r.Address != first {
			first, number = r.Address, 1
			continue
		}
		if number++; number == 2 {
			in.Ambiguous = append(in.Ambiguous, first)
			in.Incomplete = append(in.Incomplete, fmt.Sprintf("the file holds %s more than once, and not the same; each is judged, and what is closed may be open", label(first)))
		}
		r.Address = fmt.Sprintf("%s (number %d)", first, number)
	}
	return resources
}

// sorted returns the resources in address order, those of one address in the
// order that they had. It moves each resource once: they are large.
func sorted(resources []Resource) []Resource {
	byAddress := func(a, b Resource) int { return strings.Compare(a.Address, b.Address) }
	if slices.IsSortedFunc(resources, byAddress) {
		return resources
	}
	order := make([]int32, len(resources)) // a document is shorter than 2^31 resources
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(i, j int32) int {
		return cmp.Or(strings.Compare(resources[i].Address, resources[j].Address), cmp.Compare(i, j))
	})
	out := make([]Resource, len(resources))
	for to, from := range order {
		out[to] = resources[from]
	}
	return out
}

// present reports whether a field is there and not null.
func present(raw json.RawMessage) bool { return len(raw) > 0 && string(raw) != "null" }

// looseString returns a JSON string, and nothing for any other value.
func looseString(raw json.RawMessage) string {
	var s string
	_ = json.Unmarshal(raw, &s) // the zero value is the answer for other kinds
	return s
}

// label makes text of the file fit for an error of one line.
func label(s string) string { return exposure.Cut(exposure.CleanLine(s), 200) }
