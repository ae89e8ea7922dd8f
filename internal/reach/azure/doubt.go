package azure

import (
	"strconv"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// flag is a three-valued bool.
type flag int

const (
	no flag = iota
	yes
	unknown
)

// flagOf reads a bool attribute of r that is absent or left to the provider,
// meaning "otherwise", or known after apply.
func flagOf(r *tfstate.Resource, path string, otherwise flag) flag {
	v := reach.Value(r, path)
	if chosenByProvider(r, path, v) {
		return otherwise
	}
	if tfstate.Unknown(v) {
		return unknown
	}
	switch b, ok := tfstate.Bool(v); {
	case !ok:
		return otherwise
	case b:
		return yes
	}
	return no
}

// chosenByProvider reports whether v, the value of an attribute that may be
// computed, is unknown because the configuration does not set it.
func chosenByProvider(r *tfstate.Resource, path string, v cty.Value) bool {
	set, known := r.Configured(path)
	return tfstate.Unknown(v) && known && !set && r.Mode == tfstate.Managed
}

// pending reports whether the value at path is known only after apply and is
// set by the configuration.
func pending(r *tfstate.Resource, path string) bool {
	v := reach.Value(r, path)
	return tfstate.Unknown(v) && !chosenByProvider(r, path, v)
}

// text returns a string attribute, empty when it is not set or not known.
func text(r *tfstate.Resource, path string) string {
	s, _ := tfstate.String(reach.Value(r, path))
	return s
}

// number returns a whole number, ok false when it is not set or not known.
func number(r *tfstate.Resource, path string) (n int, ok bool) {
	return tfstate.Int(reach.Value(r, path))
}

func itoa(n int) string { return strconv.Itoa(n) }

// believed admits everyone of the family, as far as the doubt allows.
func believed(f reach.Flow, d reach.Doubt, hop exposure.Hop, gap exposure.Gap) reach.Passage {
	if d == reach.Sure {
		hop.Certainty = exposure.Must
		return reach.Open(f, hop)
	}
	p := doubt(f, d, gap)
	if hop.Summary != "" {
		hop.Certainty = exposure.May
		p.Hops = []exposure.Hop{hop}
	}
	return p
}

// doubt returns the passage of a gate that could not be read.
func doubt(f reach.Flow, d reach.Doubt, gap exposure.Gap) reach.Passage {
	p := reach.Passage{Gaps: []exposure.Gap{gap}}
	p.May = reach.Public(f.Family)
	if d == reach.Unread {
		p.Likely = p.May
	}
	return p
}

// doubtGate is a gate that answers everything with doubt.
func doubtGate(name string, d reach.Doubt, gap exposure.Gap) reach.Gate {
	return reach.Gate{Name: name, Pass: func(f reach.Flow) reach.Passage { return doubt(f, d, gap) }}
}

// openGate admits everyone, for the reason given.
func openGate(hop exposure.Hop) reach.Gate {
	hop.Certainty = exposure.Must
	return reach.Gate{Name: hop.Gate, Pass: func(f reach.Flow) reach.Passage { return reach.Open(f, hop) }}
}

// closedGate is a gate that admits nobody, for the reason given.
func closedGate(hop exposure.Hop) reach.Gate {
	hop.Certainty = exposure.Must
	return reach.Gate{Name: hop.Gate, Pass: func(reach.Flow) reach.Passage { return reach.Closed(hop) }}
}

// notInInput returns the gap of an object that another state holds.
func notInInput(r *tfstate.Resource, attribute, what string) exposure.Gap {
	return exposure.Gap{Resource: r.Address, Attribute: attribute, Reason: what + " is in no input", Remedy: "Add the state that holds " + what}
}

// afterApply returns the gap of a value that is known after apply and whose
// configuration names nothing that could be followed.
func afterApply(r *tfstate.Resource, attribute, what string) exposure.Gap {
	return exposure.Gap{Resource: r.Address, Attribute: attribute, Reason: what + " is known only after apply", Remedy: "Run again after apply"}
}

// untold is the gap of an argument that is known after apply, or makes no
// sense.
func untold(r *tfstate.Resource, path, what string) exposure.Gap {
	values := listed(r, path)
	for _, v := range append(values, reach.Value(r, path)) {
		if tfstate.Unknown(v) {
			return afterApply(r, bracketed(path), what)
		}
	}
	return reach.Misread(r, bracketed(path), what, printable(values...))
}

// printable renders values for a reader, at most a few of them. Sensitive ones
// are not shown.
func printable(values ...cty.Value) string {
	const shown = 4
	var texts []string
	for i, v := range values {
		if i == shown && len(values) > shown+1 {
			texts = append(texts, "others")
			break
		}
		texts = appendNew(texts, exposure.CleanLine(exposure.Cut(tfstate.Printable(v), 200)))
	}
	return enumerate(texts)
}

// enumerate joins texts as a sentence does: "a, b and c".
func enumerate(texts []string) string {
	if len(texts) < 2 {
		return strings.Join(texts, "")
	}
	return strings.Join(texts[:len(texts)-1], ", ") + " and " + texts[len(texts)-1]
}

// bracketed writes the path "a.0.b" as "a[0].b".
func bracketed(path string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(strings.TrimSuffix(path, "."), ".") {
		if _, err := strconv.Atoi(part); err == nil {
			b.WriteString("[" + part + "]")
			continue
		}
		if b.Len() > 0 {
			b.WriteString(".")
		}
		b.WriteString(part)
	}
	return b.String()
}
