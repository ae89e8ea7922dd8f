package gcp

import (
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

var (
	instanceTypes = []string{"google_compute_instance", "google_compute_instance_from_template"}
	templateTypes = []string{"google_compute_instance_template", "google_compute_region_instance_template"}
	managerTypes  = []string{"google_compute_instance_group_manager", "google_compute_region_instance_group_manager"}
)

// instances returns the addresses of virtual machines, on all their interfaces.
func (e *estate) instances() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed(instanceTypes...) {
		out = append(out, e.nicCandidates(e.nicsOfInstance(r), "compute")...)
	}
	return out
}

// nicsOfInstance returns the interfaces of an instance. One that is made from
// a template has those of the template unless it declares its own.
func (e *estate) nicsOfInstance(r *tfstate.Resource) []nic {
	if v := r.Attr("network_interface"); r.Type == "google_compute_instance_from_template" && (tfstate.Unknown(v) || len(tfstate.Elements(v)) == 0) {
		if template := e.objectAt(r, "source_instance_template", templateTypes...); template.to != nil && template.doubt == reach.Sure {
			nics := e.nics(r, template.to)
			for i := range nics {
				nics[i].related = []string{template.to.Address}
			}
			return nics
		}
	}
	return e.nics(r, r)
}

// groups returns what managed instance groups launch: machines whose addresses
// no input tells.
func (e *estate) groups() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed(managerTypes...) {
		out = append(out, e.nicCandidates(e.nicsOfGroup(r), "compute")...)
	}
	return out
}

// nicsOfGroup returns the interfaces of the machines of a managed instance
// group, for each of its templates.
func (e *estate) nicsOfGroup(r *tfstate.Resource) []nic {
	var templates []*tfstate.Resource
	paths := []string{"instance_template"} // until version 2 of the provider
	for i := range tfstate.Elements(r.Attr("version")) {
		paths = append(paths, "version."+itoa(i)+".instance_template")
	}
	for _, path := range paths {
		for _, l := range e.follow(r, path, templateTypes...).Links {
			if l.To != nil {
				templates = appendNew(templates, l.To)
			}
		}
	}
	var out []nic
	for i, template := range templates {
		for _, n := range e.nics(r, template) {
			n.related = []string{template.Address}
			if i > 0 {
				n.suffix = " version" + itoa(i)
			}
			out = append(out, n)
		}
	}
	return out
}

// dormant reports whether a machine is declared stopped, or is, or a group has
// no machine.
func (e *estate) dormant(r *tfstate.Resource) bool {
	if slices.Contains(managerTypes, r.Type) {
		size, ok := tfstate.Int(r.Attr("target_size"))
		return ok && size == 0 && !e.autoscaled(r)
	}
	stopped := []string{"TERMINATED", "STOPPED", "SUSPENDED"}
	if wanted := text(r, "desired_status"); wanted != "" {
		return slices.Contains(stopped, wanted)
	}
	return slices.Contains(stopped, text(r, "current_status"))
}

func (e *estate) autoscaled(group *tfstate.Resource) bool {
	for _, r := range e.g.Managed("google_compute_autoscaler", "google_compute_region_autoscaler") {
		if to := e.objectAt(r, "target", managerTypes...); to.to == group || to.doubt != reach.Sure {
			return true
		}
	}
	return false
}
