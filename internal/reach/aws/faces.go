package aws

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// face is one network interface of an instance, or one of its own.
type face struct {
	owner   *tfstate.Resource // the endpoint is its
	nic     *tfstate.Resource // nil for the interface that an instance brings along
	primary bool              // of an instance
	subnets placement
	groups  groups
}

// name returns what a reader calls the interface.
func (fc face) name() string {
	if fc.nic != nil {
		return fc.nic.Address
	}
	return fc.owner.Address
}

// key tells the endpoints of an owner apart.
func (fc face) key(family reach.Family) string {
	key := strings.ToLower(family.String())
	if fc.nic != nil && fc.nic != fc.owner && !fc.primary {
		key += " " + fc.nic.Address
	}
	return key
}

func (fc face) path(family reach.Family) path {
	owner := fc.owner
	if fc.nic != nil {
		owner = fc.nic
	}
	return path{owner: owner, family: family, subnets: fc.subnets, groups: fc.groups}
}

// facesOf returns the network interfaces of an instance, the primary one first.
func (e *estate) facesOf(r *tfstate.Resource) []face {
	primary := e.primaryNIC(r)
	faces := []face{e.implied(r)}
	if primary != nil {
		faces[0] = e.declared(r, primary, true)
	}
	for _, nic := range e.attachedNICs(r) {
		if nic != primary {
			faces = append(faces, e.declared(r, nic, false))
		}
	}
	return faces
}

var nicJoin = reach.Join{Type: "aws_network_interface", Attr: "id"}

// primaryNIC returns the declared interface that is the instance's first.
func (e *estate) primaryNIC(r *tfstate.Resource) *tfstate.Resource {
	paths := []string{"primary_network_interface.0.network_interface_id"}
	for i, block := range tfstate.Elements(r.Attr("network_interface")) {
		if index, ok := tfstate.Int(reach.Attr(block, "device_index")); ok && index == 0 {
			paths = append(paths, "network_interface."+itoa(i)+".network_interface_id")
		}
	}
	if id := text(r, "primary_network_interface_id"); id != "" {
		for _, nic := range e.g.Find(nicJoin, id) {
			return nic
		}
	}
	for _, path := range paths {
		for _, l := range e.g.Follow(r, path, nicJoin).Links {
			if l.To != nil {
				return l.To
			}
		}
	}
	return nil
}

// attachedNICs returns the declared interfaces that are attached to an instance.
func (e *estate) attachedNICs(r *tfstate.Resource) []*tfstate.Resource {
	var out []*tfstate.Resource
	for i := range tfstate.Elements(r.Attr("network_interface")) {
		for _, l := range e.g.Follow(r, "network_interface."+itoa(i)+".network_interface_id", nicJoin).Links {
			if l.To != nil {
				out = appendNew(out, l.To)
			}
		}
	}
	for _, l := range e.g.Referrers(r, "id", "aws_network_interface_attachment", "instance_id") {
		for _, nic := range e.g.Follow(l.To, "network_interface_id", nicJoin).Links {
			if nic.To != nil {
				out = appendNew(out, nic.To)
			}
		}
	}
	for _, nic := range e.attachedBy(r) {
		out = appendNew(out, nic)
	}
	return out
}

// implied is the interface that an instance brings along.
func (e *estate) implied(r *tfstate.Resource) face {
	fc := face{owner: r, primary: true, subnets: e.subnetsOf(r, "subnet_id", true), groups: e.groupsOf(r, "vpc_security_group_ids")}
	if named := fc.groups.links; len(named.Links) == 0 {
		// Only instances in the default VPC name groups by name.
		joins := append([]reach.Join{{Type: "aws_security_group", Attr: "name"}}, groupJoins...)
		if byName := e.g.Follow(r, "security_groups", joins...); len(byName.Links) > 0 {
			fc.groups.links, fc.groups.attribute = byName, "security_groups"
		}
	}
	if t := e.templateOf(r); t != nil {
		e.fillFromTemplate(&fc, t)
	}
	e.addAttached(&fc, r, "primary_network_interface_id")
	return fc
}

// declared is an interface that is a resource of its own.
func (e *estate) declared(owner, nic *tfstate.Resource, primary bool) face {
	fc := face{owner: owner, nic: nic, primary: primary,
		subnets: e.subnetsOf(nic, "subnet_id", true), groups: e.groupsOf(nic, "security_groups")}
	e.addAttached(&fc, nic, "id")
	if primary && owner != nic {
		e.addAttached(&fc, owner, "primary_network_interface_id")
	}
	return fc
}

// addAttached adds the groups that resources of their own attach. They come on
// top of what the owner names, or of the default group.
func (e *estate) addAttached(fc *face, holder *tfstate.Resource, attr string) {
	for _, l := range e.g.Referrers(holder, attr, "aws_network_interface_sg_attachment", "network_interface_id") {
		for _, group := range e.g.Follow(l.To, "security_group_id", groupJoins...).Links {
			fc.groups.attached = append(fc.groups.attached, reach.Link{To: group.To, ID: group.ID, Certain: l.Certain && group.Certain})
		}
	}
}

// templateOf returns the launch template that an instance names, or nil.
func (e *estate) templateOf(r *tfstate.Resource) *tfstate.Resource {
	for _, attribute := range []string{"id", "name"} {
		for _, l := range e.g.Follow(r, "launch_template.0."+attribute, reach.Join{Type: "aws_launch_template", Attr: attribute}).Links {
			if l.To != nil {
				return l.To
			}
		}
	}
	return nil
}

// fillFromTemplate takes from a launch template what the instance leaves out.
func (e *estate) fillFromTemplate(fc *face, t *tfstate.Resource) {
	if omitted(fc.owner, fc.subnets.attribute, fc.subnets.links) {
		if found := e.g.Follow(t, "network_interfaces.0.subnet_id", subnetJoins...); len(found.Links) > 0 {
			fc.subnets.links = found
		}
	}
	if !omitted(fc.owner, fc.groups.attribute, fc.groups.links) {
		return
	}
	for _, attribute := range []string{"network_interfaces.0.security_groups", "vpc_security_group_ids"} {
		if found := e.g.Follow(t, attribute, groupJoins...); len(found.Links) > 0 {
			fc.groups.links = found
			return
		}
	}
}
