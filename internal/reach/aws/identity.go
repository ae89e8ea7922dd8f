package aws

import (
	"cmp"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// identity returns AWS's own name of a resource: its ARN, or its id where it
// has none. Account and region come from the identity object, the ARN, or
// attributes, in this order.
func identity(r *tfstate.Resource) exposure.Identity {
	out := exposure.Identity{Cloud: "aws", ID: text(r, "id"), Region: text(r, "region"), Account: text(r, "owner_id")}
	if arn := text(r, "arn"); strings.HasPrefix(arn, "arn:") {
		if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
			out.ID = arn
			out.Region = cmp.Or(parts[3], out.Region)
			out.Account = cmp.Or(parts[4], out.Account)
		}
	}
	if r.Identity == cty.NilVal {
		return out
	}
	if account, _ := tfstate.String(reach.Attr(r.Identity, "account_id")); account != "" {
		out.Account = account
	}
	if region, _ := tfstate.String(reach.Attr(r.Identity, "region")); region != "" {
		out.Region = region
	}
	return out
}
