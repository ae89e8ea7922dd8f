package cli

import (
	"runtime/debug"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// What is held of a large input is half its size, and the analysis makes and
// drops as much again several times. Go goes through all that is held whenever
// the heap has doubled, which is a fifth of the work of a check. largeGC lets
// the heap grow somewhat further; much further, and a check would take more
// than two and a half times the size of its input.
const (
	largeInput = 20_000 // resources
	largeGC    = 120    // percent
)

// collectFor sets how often garbage is collected from here on, for the analysis
// of the inputs beside their context. A user who has set GOGC or GOMEMLIMIT
// knows better.
func collectFor(inputs, beside []*tfstate.Input, env func(string) string) {
	if env("GOGC") != "" || env("GOMEMLIMIT") != "" {
		return
	}
	held := 0
	for _, list := range [][]*tfstate.Input{inputs, beside} {
		for _, in := range list {
			held += len(in.Resources) + len(in.Prior)
		}
	}
	if held >= largeInput {
		debug.SetGCPercent(largeGC)
	}
}
