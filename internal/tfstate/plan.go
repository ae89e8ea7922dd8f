package tfstate

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// change is one element of resource_changes.
type change struct {
	Address         string
	PreviousAddress string
	ModuleAddress   string
	Mode            Mode
	Type            string
	Name            string
	Provider        string
	Deposed         string
	index           json.RawMessage
	actions         []string
	was, will       side
	unknown         json.RawMessage
}

// side is one side of a change.
type side struct {
	there     bool // not null
	object    *object
	refused   error // why the object cannot be read
	sensitive json.RawMessage
	identity  json.RawMessage
}

func (s *stream) changes() ([]change, error) {
	var changes []change
	err := s.elements("", func() error {
		var c change
		err := s.change(&c)
		changes = append(changes, c)
		return err
	})
	return changes, err
}

func (s *stream) change(c *change) error {
	return s.members("", func(name string) error {
		switch name {
		case "address":
			return s.text(name, &c.Address)
		case "previous_address":
			return s.text(name, &c.PreviousAddress)
		case "module_address":
			return s.string(name, &c.ModuleAddress)
		case "mode":
			return s.string(name, (*string)(&c.Mode))
		case "type":
			return s.string(name, &c.Type)
		case "name":
			return s.string(name, &c.Name)
		case "provider_name":
			return s.source(name, &c.Provider)
		case "deposed":
			return s.string(name, &c.Deposed)
		case "index":
			return s.keep(&c.index)
		case "change":
			return s.sides(c)
		default:
			return s.pass()
		}
	})
}

func (s *stream) sides(c *change) error {
	wanted := s.wanted(c.Mode, c.Type)
	return s.members("change", func(name string) error {
		switch name {
		case "actions":
			return s.elements("change.actions", func() error {
				c.actions = append(c.actions, "")
				return s.string("change.actions", &c.actions[len(c.actions)-1])
			})
		case "before":
			return s.side(wanted, &c.was)
		case "after":
			return s.side(wanted, &c.will)
		case "after_unknown":
			return s.keepWanted(wanted, &c.unknown)
		case "before_sensitive":
			return s.keepWanted(wanted, &c.was.sensitive)
		case "after_sensitive":
			return s.keepWanted(wanted, &c.will.sensitive)
		case "before_identity":
			return s.keepWanted(wanted, &c.was.identity)
		case "after_identity":
			return s.keepWanted(wanted, &c.will.identity)
		default:
			return s.pass()
		}
	})
}

func (s *stream) side(wanted bool, to *side) error {
	to.there = s.decoder.PeekKind() != 'n'
	return s.wantedObject(wanted, &to.object, &to.refused)
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
	if err := cmp.Or(d.changesErr, d.shownErr, d.priorErr); err != nil {
		return nil, err
	}
	if err := in.mergePlan(d); err != nil {
		return nil, err
	}
	d.readConfiguration(in)
	if len(d.changes) == 0 && len(d.shown) > 0 {
		in.Incomplete = append(in.Incomplete, "the plan has no resource_changes, so it does not tell all values that are known only after apply")
		in.addOmitted(d.shown)
	}
	d.noteIncomplete(in)
	return in, nil
}

func (in *Input) mergePlan(d *document) error {
	changes, shown, prior := d.changes, d.shown, d.prior
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
		was, err := c.before(d.wanted)
		if err != nil {
			return refusal("%s: before: %s", label(c.Address), reason(err))
		}
		before.fill(was)
		will, err := c.after(in, d.wanted, shownAt)
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
	for i := range prior {
		r := prior[i]
		if r.Mode != Data {
			r.Action = NoOp
		}
		planned.fill([]Resource{r})
	}
	in.Resources, in.Prior = planned.resources, before.resources
	return nil
}

func (c *change) resource() Resource {
	key, err := instanceKey(c.index)
	if err != nil {
		key = "" // the address below tells
	}
	r := newResource(c.ModuleAddress, c.Mode, c.Type, c.Name, key, c.Provider)
	r.readAddress(c.Address)
	return r
}

// before returns the instance as it was, none when it is created.
func (c *change) before(wanted wanted) ([]Resource, error) {
	if !c.was.there {
		return nil, nil
	}
	r := c.resource()
	err := c.was.fill(&r, nil, wanted)
	return []Resource{r}, err
}

// after returns the instance as it will be, none when the plan deletes it.
func (c *change) after(in *Input, wanted wanted, shown map[string]*Resource) ([]Resource, error) {
	r := c.resource()
	var known bool
	r.Action, known = actionOf(c.actions)
	switch r.Action {
	case "":
		return nil, nil
	case Forget:
		stays, err := c.before(wanted)
		for i := range stays {
			stays[i].Action = Forget
		}
		return stays, err
	}
	if !known {
		in.Incomplete = append(in.Incomplete, fmt.Sprintf("the plan does %s to %s, which is not understood; it is taken for an update",
			label(strings.Join(c.actions, " and ")), label(r.Address)))
	}
	unknown := newMask(c.unknown)
	if s := shown[r.Address]; s != nil && !c.will.there && unknown == nil {
		r.Given, r.object, r.Identity = s.Given, s.object, s.Identity // the change was cut down
		return []Resource{r}, nil
	}
	err := c.will.fill(&r, unknown, wanted)
	return []Resource{r}, err
}

// fill gives the resource the values of a side of its change.
func (s *side) fill(r *Resource, unknown *mask, wanted wanted) error {
	if s.refused != nil && !unknown.all() {
		return s.refused
	}
	if !wanted(r.Mode, r.Type) {
		return nil
	}
	sensitive := newMask(s.sensitive)
	if unknown.all() {
		r.Given = marked(cty.DynamicVal, sensitive)
	} else {
		r.object = s.object.masked(unknown, sensitive)
	}
	var err error
	r.Identity, err = readIdentity(s.identity)
	return err
}

// actionOf sums up the actions of a change. It is empty when nothing of the
// instance is left. known is false for actions of a later terraform.
func actionOf(actions []string) (action Action, known bool) {
	switch text := strings.Join(actions, ","); text {
	case "no-op", "create", "update", "read", "forget":
		return Action(text), true
	case "delete,create", "create,delete", "create,forget", "forget,create":
		return Replace, true
	case "delete":
		return "", true
	default:
		return Update, false
	}
}

// noteIncomplete says what the plan itself says it does not show.
func (d *document) noteIncomplete(in *Input) {
	var deferred []struct {
		Change struct {
			Address string `json:"address"`
		} `json:"resource_change"`
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
