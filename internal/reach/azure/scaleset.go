package azure

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

var scaleSetTypes = []string{
	"azurerm_linux_virtual_machine_scale_set", "azurerm_orchestrated_virtual_machine_scale_set",
	"azurerm_virtual_machine_scale_set", "azurerm_windows_virtual_machine_scale_set",
}

// scaleSetFaces returns the IP configurations that the machines of a scale set
// get, and the name of the block that gives each a public address.
func scaleSetFaces(r *tfstate.Resource) (faces []face, public string) {
	list, public := "network_interface", "public_ip_address"
	if r.Type == "azurerm_virtual_machine_scale_set" {
		list, public = "network_profile", "public_ip_address_configuration"
	}
	for i := range tfstate.Elements(r.Attr(list)) {
		at := list + "." + itoa(i)
		for j := range tfstate.Elements(reach.Value(r, at+".ip_configuration")) {
			config := at + ".ip_configuration." + itoa(j)
			faces = append(faces, face{holder: r, config: config, subnet: config + ".subnet_id", groups: at + ".network_security_group_id"})
		}
	}
	return faces, public
}

// scaleSets returns the machines that scale sets make. Which addresses they
// have no input tells.
func (e *estate) scaleSets() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed(scaleSetTypes...) {
		faces, public := scaleSetFaces(r)
		var own []reach.Candidate
		for i, fc := range faces {
			path := fc.config + "." + public
			v := reach.Value(r, path)
			if len(tfstate.Elements(v)) == 0 && !pending(r, path) {
				continue
			}
			own = append(own, e.scaleSetCandidate(r, fc, path, i))
		}
		if len(own) == 0 {
			own = append(own, e.unreachable(r, "compute"))
		}
		out = append(out, own...)
	}
	return out
}

func (e *estate) scaleSetCandidate(r *tfstate.Resource, fc face, path string, i int) reach.Candidate {
	family := reach.IPv4
	if strings.EqualFold(text(r, path+".0.version"), "IPv6") {
		family = reach.IPv6
	}
	key := strings.ToLower(family.String())
	if i > 0 {
		key += " " + text(r, fc.config+".name")
	}
	address := openGate(exposure.Hop{Gate: "address", Resource: r.Address, Attribute: bracketed(path),
		Summary: r.Address + " gives each machine a public address", Remedy: "Remove " + bracketed(path) + " of " + r.Address})
	if pending(r, path) {
		address = doubtGate("address", reach.Pending, afterApply(r, bracketed(path), "whether the machines of "+r.Address+" get public addresses"))
	}
	sku, _, _ := strings.Cut(strings.ToLower(text(r, path+".0.sku_name")), "_")
	return reach.Candidate{
		Family: family,
		Gates:  append([]reach.Gate{address}, e.gates(fc, nil, bySKU(r, "the address of a machine of "+r.Address, sku))...),
		Endpoint: exposure.Endpoint{ResourceAddress: r.Address, Key: key, Kind: "compute", Identity: identity(r),
			Notes: []string{"the machines of a scale set come and go, and their addresses are in no input"}},
	}
}
