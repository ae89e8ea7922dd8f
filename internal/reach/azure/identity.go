package azure

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// identity returns Azure's own name of a resource: its resource id, and the
// subscription that the id begins with.
func identity(r *tfstate.Resource) exposure.Identity {
	id := text(r, "id")
	return exposure.Identity{Cloud: "azure", ID: id, Account: segment(id, "subscriptions"), Region: text(r, "location")}
}

// segment returns what follows a segment of a resource id, without regard to
// case, and nothing when the id has no such segment.
func segment(id, name string) string {
	parts := strings.Split(id, "/")
	for i := 0; i+1 < len(parts); i++ {
		if strings.EqualFold(parts[i], name) {
			return parts[i+1]
		}
	}
	return ""
}
