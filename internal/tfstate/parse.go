package tfstate

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// document holds the top level of everything that is read, with the large
// parts left as they are until the kind of the document is clear.
type document struct {
	Version          json.RawMessage `json:"version"`
	FormatVersion    json.RawMessage `json:"format_version"`
	TerraformVersion json.RawMessage `json:"terraform_version"`
	Serial           json.RawMessage `json:"serial"`
	Lineage          json.RawMessage `json:"lineage"`
	EncryptedData    json.RawMessage `json:"encrypted_data"`

	Resources json.RawMessage `json:"resources"` // raw state 4
	Modules   json.RawMessage `json:"modules"`   // raw state 3

	Values json.RawMessage `json:"values"` // show of a state

	PlannedValues   json.RawMessage `json:"planned_values"` // show of a plan, from here on
	ResourceChanges json.RawMessage `json:"resource_changes"`
	PriorState      json.RawMessage `json:"prior_state"`
	Configuration   json.RawMessage `json:"configuration"`
	DeferredChanges json.RawMessage `json:"deferred_changes"`
	Complete        *bool           `json:"complete"`
	Errored         *bool           `json:"errored"`

	Level json.RawMessage `json:"@level"` // the log of plan -json
}

// Parse reads a raw state (version 3 or 4), or what `show -json` prints of a
// state or a plan. A byte order mark, UTF-16 and log lines before the JSON are
// tolerated. name is how the user named the input; it begins every error,
// which is one line and tells the place when the file is to blame.
func Parse(name string, data []byte) (*Input, error) {
	in, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", exposure.CleanLine(name), err)
	}
	in.Name = name
	return in, nil
}

func parse(data []byte) (*Input, error) {
	text, err := decodeText(data)
	if err != nil {
		return nil, err
	}
	start, err := findJSON(text)
	if err != nil {
		return nil, err
	}
	var doc document
	if err := json.Unmarshal(text[start:], &doc); err != nil {
		return nil, syntaxError(text, start, err)
	}
	in, err := doc.read()
	if err != nil {
		return nil, err
	}
	in.finish()
	return in, nil
}

// read decides what the document is and reads it.
func (d *document) read() (*Input, error) {
	switch {
	case present(d.Level):
		return nil, refusal("this is the log of a run with -json, not a plan: pass the output of `terraform show -json` instead")
	case present(d.EncryptedData):
		return nil, refusal("the file is encrypted by OpenTofu: pass the output of `tofu show -json` instead")
	case d.isPlan():
		return d.readPlan()
	case present(d.Values):
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

func (d *document) isPlan() bool {
	return present(d.PlannedValues) || present(d.ResourceChanges) || present(d.PriorState) || present(d.Configuration)
}

func (d *document) readRawState() (*Input, error) {
	version := strings.TrimSpace(string(d.Version))
	switch version {
	case "4":
		return d.readStateV4()
	case "3":
		return d.readStateV3()
	case "0", "1", "2":
		return nil, refusal("state version %s was written by a terraform older than 0.9: let terraform 0.11 upgrade it, versions 3 and 4 are read", version)
	}
	var n json.Number
	if json.Unmarshal(d.Version, &n) != nil || strings.HasPrefix(version, `"`) || !present(d.Lineage) && !present(d.Resources) {
		return nil, errNeither
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
	_ = json.Unmarshal(d.Serial, &in.Serial) // a serial that is no number says nothing
	return in
}

// finish puts the resources in order. Two resources with one address cannot
// both be told apart later, so the first stays and the input says so.
func (in *Input) finish() {
	in.Resources = in.order(in.Resources, "")
	in.Prior = in.order(in.Prior, "before the change, ")
	in.Incomplete = slices.Compact(in.Incomplete)
}

func (in *Input) order(resources []Resource, where string) []Resource {
	slices.SortStableFunc(resources, func(a, b Resource) int { return strings.Compare(a.Address, b.Address) })
	return slices.CompactFunc(resources, func(a, b Resource) bool {
		if a.Address != b.Address {
			return false
		}
		in.Incomplete = append(in.Incomplete, fmt.Sprintf("%sthe file holds %s more than once; only the first is used", where, label(b.Address)))
		return true
	})
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
