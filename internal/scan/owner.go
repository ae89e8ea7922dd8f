package scan

import (
	"cmp"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// disowned returns why endpoints that a user declared with the identity of
// their resource are not looked at, by their ids: the states say that the host
// belongs to another resource now. An address is only where a resource lives
// today; what is behind it tomorrow may be nobody's to probe.
func (v Validation) disowned(all []analysed) map[string]string {
	out := map[string]string{}
	for _, e := range v.Request.Endpoints {
		if e.Identity.ID == "" || e.Host == "" {
			continue
		}
		if other := ownerOther(e, all); other != "" {
			out[e.ID] = fmt.Sprintf("the state says that %s belongs to %s now, and not to %s", e.Host, other, exposure.CleanLine(e.Identity.ID))
		}
	}
	return out
}

// ownerOther returns the resource that has the host of e in the states, "" when
// it is that of e, or when nothing in them has the host.
func ownerOther(e exposure.Endpoint, all []analysed) string {
	other := ""
	for _, a := range all {
		for _, known := range slices.Concat(a.after.Endpoints, a.after.Blocked) {
			if !sameHost(e.Host, known) {
				continue
			}
			if a.owns(known, e) {
				return ""
			}
			other = cmp.Or(other, known.ResourceAddress)
		}
	}
	return other
}

// owns reports whether the endpoint of a state is of the resource that e names:
// by its address or identity, its own or that of a resource that takes part,
// such as the elastic address of an instance.
func (a analysed) owns(known, e exposure.Endpoint) bool {
	takesPart := append([]string{known.ResourceAddress}, known.Related...)
	if slices.Contains(takesPart, e.ResourceAddress) || sameID(known.Identity.ID, e.Identity.ID) {
		return true
	}
	for _, r := range a.Input.Resources {
		if slices.Contains(takesPart, r.Address) && slices.ContainsFunc(identitiesOf(&r), func(id string) bool { return sameID(id, e.Identity.ID) }) {
			return true
		}
	}
	return false
}

// identitiesOf returns what a resource is called by its cloud.
func identitiesOf(r *tfstate.Resource) []string {
	var ids []string
	for _, name := range []string{"id", "arn", "self_link", "allocation_id"} {
		if v := r.Attr(name); v.IsKnown() && !v.IsMarked() && !v.IsNull() && v.Type() == cty.String {
			ids = append(ids, v.AsString())
		}
	}
	return ids
}

// sameID reports whether two names of a resource are one, or one ends the
// other as an id ends an ARN.
func sameID(a, b string) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	return b != "" && (a == b || strings.HasSuffix(a, "/"+b) || strings.HasSuffix(a, ":"+b))
}

func sameHost(host string, e exposure.Endpoint) bool {
	for _, name := range append([]string{e.Host}, e.Names...) {
		if name != "" && strings.EqualFold(strings.TrimSuffix(name, "."), strings.TrimSuffix(host, ".")) {
			return true
		}
	}
	return false
}

// claims returns a sentence for each address that two resources of one type
// claim at the same port, sorted: one of them is not there any more, so that a
// state is old. Resources of different types share addresses, as those that
// front one another do, and so do private ones, which every network has.
func claims(endpoints []exposure.Endpoint) []string {
	type claim struct {
		host string
		port exposure.PortRange
		kind string
	}
	first, out := map[claim]exposure.Endpoint{}, []string{}
	for _, e := range endpoints {
		addr, err := netip.ParseAddr(e.Host)
		if err != nil || addr.IsPrivate() || addr.IsLoopback() || e.Identity.ID == "" {
			continue
		}
		for _, p := range e.Ports {
			key := claim{e.Host, p, string(e.Transport) + " " + typeOf(e.ResourceAddress)}
			earlier, taken := first[key]
			switch {
			case !taken:
				first[key] = e
			case earlier.ResourceAddress != e.ResourceAddress && !sameID(earlier.Identity.ID, e.Identity.ID):
				out = appendNew(out, fmt.Sprintf("%s claims %s as well as %s does; one address has one owner, so one of the two is old", e.Place(), e.Host, earlier.Place()))
			}
		}
	}
	slices.Sort(out)
	return out
}

// inModule is one call of a module at the start of a resource address.
var inModule = regexp.MustCompile(`^module\.[^.\[]+(?:\[(?:"(?:[^"\\]|\\.)*"|[0-9]+)\])?\.`)

// typeOf returns the resource type of an address, "aws_instance".
func typeOf(address string) string {
	for inModule.MatchString(address) {
		address = address[len(inModule.FindString(address)):]
	}
	kind, _, _ := strings.Cut(address, ".")
	return kind
}
