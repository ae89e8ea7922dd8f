package scan

import (
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfsource"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// Explain tells the way to one resource of the input, gate by gate, with the
// lines of the configuration when source, which may be nil, has them. Nothing
// is sent. States in context answer questions about the input, and catalogue
// is what is known of resource types; assume says what is taken for granted. A
// resource that the input does not hold is an error.
func Explain(input *tfstate.Input, context []*tfstate.Input, source *tfsource.Source, catalogue *Catalogue, assume Profile, address string) (exposure.Explanation, error) {
	e, err := reach.ExplainUnder(assume, input, context, address, catalogue.all()...)
	if err != nil {
		return exposure.Explanation{}, err
	}
	place := placing(input, source)
	for i := range e.Traces {
		t := &e.Traces[i]
		t.Endpoint.Hops, t.Endpoint.Blockers = place(t.Endpoint.Hops), place(t.Endpoint.Blockers)
		for j := range t.Steps {
			t.Steps[j].Hops = place(t.Steps[j].Hops)
		}
		for j := range t.Closings {
			t.Closings[j].Hops = place(t.Closings[j].Hops)
		}
	}
	return e, nil
}
