package tfstate

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// change is one element of resource_changes.
type change struct {
	Address         string          `json:"address"`
	PreviousAddress string          `json:"previous_address"`
	ModuleAddress   string          `json:"module_address"`
	Mode            Mode            `json:"mode"`
	Type            string          `json:"type"`
	Name            string          `json:"name"`
	Index           json.RawMessage `json:"index"`
	ProviderName    string          `json:"provider_name"`
	Deposed         string          `json:"deposed"`

	Change struct {
		Actions         []string        `json:"actions"`
		Before          json.RawMessage `json:"before"`
		After           json.RawMessage `json:"after"`
		AfterUnknown    json.RawMessage `json:"after_unknown"`
		BeforeSensitive json.RawMessage `json:"before_sensitive"`
		AfterSensitive  json.RawMessage `json:"after_sensitive"`
		BeforeIdentity  json.RawMessage `json:"before_identity"`
		AfterIdentity   json.RawMessage `json:"after_identity"`
	} `json:"change"`
}

// picture collects resources by address; the first of an address stays.
type picture struct {
	resources []Resource
	has       map[string]bool
}

func newPicture() *picture { return &picture{has: map[string]bool{}} }

// claim keeps an address from being added by a later source.
func (p *picture) claim(address string) { p.has[address] = true }

// fill adds the resources whose addresses are not claimed.
func (p *picture) fill(resources []Resource) {
	for _, r := range resources {
		if !p.has[r.Address] {
			p.resources = append(p.resources, r)
		}
	}
	for _, r := range resources {
		p.claim(r.Address)
	}
}

// readPlan merges the three pictures of a plan. The changes come first. What
// they do not mention is taken from planned_values, and what neither mentions
// from the prior state: a plan with -target or -refresh-only leaves it alone.
func (d *document) readPlan() (*Input, error) {
	if err := d.checkFormat(); err != nil {
		return nil, err
	}
	in := d.input(Plan)
	changes, err := d.changes()
	if err != nil {
		return nil, err
	}
	shown, err := readShownValues("planned_values", d.PlannedValues)
	if err != nil {
		return nil, err
	}
	prior, err := d.prior()
	if err != nil {
		return nil, err
	}
	if err := in.mergePlan(changes, shown, prior); err != nil {
		return nil, err
	}
	d.readConfiguration(in)
	if len(changes) == 0 && len(shown) > 0 {
		in.Incomplete = append(in.Incomplete, "the plan has no resource_changes, so it does not tell all values that are known only after apply")
		in.addOmitted(shown)
	}
	d.noteIncomplete(in)
	return in, nil
}

func (d *document) changes() ([]change, error) {
	if !present(d.ResourceChanges) {
		return nil, nil
	}
	var changes []change
	if err := json.Unmarshal(d.ResourceChanges, &changes); err != nil {
		return nil, refusal("resource_changes: %s", reason(err))
	}
	return changes, nil
}

func (d *document) prior() ([]Resource, error) {
	if !present(d.PriorState) {
		return nil, nil
	}
	var state struct {
		Values json.RawMessage `json:"values"`
	}
	if err := json.Unmarshal(d.PriorState, &state); err != nil {
		return nil, refusal("prior_state: %s", reason(err))
	}
	return readShownValues("prior_state", state.Values)
}

func (in *Input) mergePlan(changes []change, shown, prior []Resource) error {
	planned, before := newPicture(), newPicture()
	before.fill(prior)
	shownAt := map[string]*Resource{}
	for i := range shown {
		shownAt[shown[i].Address] = &shown[i]
	}
	for i := range changes {
		c := &changes[i]
		if c.Deposed != "" {
			continue
		}
		was, err := c.before()
		if err != nil {
			return refusal("%s: before: %s", label(c.Address), reason(err))
		}
		before.fill(was)
		will, err := c.after(in, shownAt)
		if err != nil {
			return refusal("%s: after: %s", label(c.Address), reason(err))
		}
		planned.resources = append(planned.resources, will...) // twins are dropped and told by finish
	}
	for i := range changes {
		if changes[i].Deposed == "" {
			planned.claim(changes[i].resource().Address)
			planned.claim(changes[i].PreviousAddress)
		}
	}
	for i := range shown {
		shown[i].Action = NoOp
		if !before.has[shown[i].Address] {
			shown[i].Action = Create
		}
	}
	planned.fill(shown)
	for _, r := range prior {
		if r.Mode != Data {
			r.Action = NoOp
		}
		planned.fill([]Resource{r})
	}
	in.Resources, in.Prior = planned.resources, before.resources
	return nil
}

func (c *change) resource() Resource {
	key, err := instanceKey(c.Index)
	if err != nil {
		key = "" // the address below tells
	}
	r := newResource(c.ModuleAddress, c.Mode, c.Type, c.Name, key, c.ProviderName)
	r.readAddress(c.Address)
	return r
}

// before returns the instance as it was, none when it is created.
func (c *change) before() ([]Resource, error) {
	if !present(c.Change.Before) {
		return nil, nil
	}
	r := c.resource()
	sensitive, err := newMask(c.Change.BeforeSensitive)
	if err != nil {
		return nil, err
	}
	if r.Values, err = decodeObject(c.Change.Before, nil, sensitive); err != nil {
		return nil, err
	}
	r.Identity, err = readIdentity(c.Change.BeforeIdentity)
	return []Resource{r}, err
}

// after returns the instance as it will be, none when the plan deletes or
// forgets it.
func (c *change) after(in *Input, shown map[string]*Resource) ([]Resource, error) {
	r := c.resource()
	var known bool
	r.Action, known = actionOf(c.Change.Actions)
	if r.Action == "" {
		return nil, nil
	}
	if !known {
		in.Incomplete = append(in.Incomplete, fmt.Sprintf("the plan does %s to %s, which is not understood; it is taken for an update",
			label(strings.Join(c.Change.Actions, " and ")), label(r.Address)))
	}
	unknown, err := newMask(c.Change.AfterUnknown)
	if err != nil {
		return nil, err
	}
	sensitive, err := newMask(c.Change.AfterSensitive)
	if err != nil {
		return nil, err
	}
	if s := shown[r.Address]; s != nil && !present(c.Change.After) && unknown == nil {
		r.Values, r.Identity = s.Values, s.Identity // the change was cut down
		return []Resource{r}, nil
	}
	if unknown.all() {
		r.Values = marked(cty.DynamicVal, sensitive)
	} else if r.Values, err = decodeObject(c.Change.After, unknown, sensitive); err != nil {
		return nil, err
	}
	r.Identity, err = readIdentity(c.Change.AfterIdentity)
	return []Resource{r}, err
}

// actionOf sums up the actions of a change. It is empty when nothing of the
// instance is left to terraform. known is false for actions of a later
// terraform.
func actionOf(actions []string) (action Action, known bool) {
	switch text := strings.Join(actions, ","); text {
	case "no-op", "create", "update", "read":
		return Action(text), true
	case "delete,create", "create,delete", "create,forget", "forget,create":
		return Replace, true
	case "delete", "forget":
		return "", true
	default:
		return Update, false
	}
}

// noteIncomplete says what the plan itself says it does not show.
func (d *document) noteIncomplete(in *Input) {
	var deferred []struct {
		Change change `json:"resource_change"`
	}
	if present(d.DeferredChanges) && json.Unmarshal(d.DeferredChanges, &deferred) != nil {
		in.Incomplete = append(in.Incomplete, "the plan defers changes to a later run, in a form that is not understood")
	}
	for _, change := range deferred {
		in.Incomplete = append(in.Incomplete, fmt.Sprintf("the plan defers the change of %s to a later run", label(change.Change.Address)))
	}
	if d.Errored != nil && *d.Errored {
		in.Incomplete = append(in.Incomplete, "planning ended with an error, so the plan shows only a part of the changes")
	}
	if d.Complete != nil && !*d.Complete && len(deferred) == 0 {
		in.Incomplete = append(in.Incomplete, "the plan says that it is not complete: another run is needed after it is applied")
	}
}
