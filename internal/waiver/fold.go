package waiver

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// namedResources is how many resources of folded waivers a problem names.
const namedResources = 3

// told is a waiver as problems tell of it.
type told struct {
	exposure.Waiver
	use
}

// folded joins expired waivers that differ in nothing but their resource, such
// as those of one comment in a module that is called several times: their
// problem is one. Others stay as they are, all in their order.
func folded(waivers []exposure.Waiver, uses []use, now time.Time) []told {
	out, resources := []told{}, [][]string{}
	at := map[string]int{}
	for i, w := range waivers {
		key := w
		key.Resource = ""
		name := fmt.Sprintf("%#v %v", key, uses[i].open > 0)
		first, again := at[name]
		joins := uses[i].invalid == nil && expired(w, now) && w.Resource != ""
		if joins && again {
			out[first].covered += uses[i].covered
			out[first].open += uses[i].open
			if !slices.Contains(resources[first], w.Resource) {
				resources[first] = append(resources[first], w.Resource)
			}
			continue
		}
		if joins {
			at[name] = len(out)
		}
		out, resources = append(out, told{w, uses[i]}), append(resources, []string{w.Resource})
	}
	for i := range out {
		out[i].Resource = listed(resources[i])
	}
	return out
}

// listed joins resources for a reader. One more than are named is named too.
func listed(resources []string) string {
	if n := len(resources); n > namedResources+1 {
		return fmt.Sprintf("%s and %d more", strings.Join(resources[:namedResources], ", "), n-namedResources)
	}
	return strings.Join(resources, ", ")
}
