package provider

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/zclconf/go-cty/cty"
)

// patience is how long a run waits for what was just created and needs time to
// come up.
type patience struct {
	scan.Patience
	retries bool          // looks are repeated; without, one look says it all
	limit   time.Duration // of the whole, 0 for none but those of a scan
}

// Bounds and defaults of the waiting.
const (
	usualInterval = 5 * time.Second
	usualLimit    = 10 * time.Minute
	maxInterval   = time.Hour
	maxLimit      = 24 * time.Hour
	maxSuccesses  = 100
)

var retryAttributes = map[string]declared{
	"interval":              {kind: types.StringType, description: "Time between two looks, `1s` to `1h`. Defaults to `5s`."},
	"consecutive_successes": {kind: types.NumberType, description: "How many looks in a row have to find it, 1 to 100. Defaults to 1."},
}

// readPatience reads retry, and the time limit of one operation: "create",
// "update" or "read".
func readPatience(config cty.Value, operation string, diags *diag.Diagnostics) patience {
	p := patience{Patience: scan.Patience{Interval: usualInterval, Successes: 1}}
	retry := attribute(config, "retry")
	fail := func(name, format string, args ...any) {
		diags.AddAttributeError(under(path.Root("retry"), []string{name}), "Invalid retry", name+": "+fmt.Sprintf(format, args...)+".")
	}
	if p.retries = retry.IsKnown() && !retry.IsNull(); p.retries {
		p.limit = usualLimit
	}
	if word := text(retry, "interval"); word != "" {
		interval, err := time.ParseDuration(word)
		switch {
		case err != nil:
			fail("interval", "%q is not a duration such as \"5s\"", word)
		case interval < time.Second || interval > maxInterval:
			fail("interval", "%s is not between 1s and 1h; the same port is never asked more than once a second", word)
		}
		p.Interval = interval
	}
	if v := attribute(retry, "consecutive_successes"); v.IsKnown() && !v.IsNull() {
		n, accuracy := v.AsBigFloat().Int64()
		if accuracy != 0 || n < 1 || n > maxSuccesses {
			fail("consecutive_successes", "%s is not a whole number between 1 and %d", v.AsBigFloat().Text('g', 10), maxSuccesses)
		}
		p.Successes = int(n)
	}
	for _, name := range []string{"create", "update", "read"} {
		limit, ok := timeLimit(attribute(config, "timeouts"), name, diags)
		if ok && name == operation {
			p.limit = limit
		}
	}
	return p
}

// timeLimit reads one of the timeouts. That it is a duration at all is checked
// by the schema.
func timeLimit(timeouts cty.Value, name string, diags *diag.Diagnostics) (time.Duration, bool) {
	word := text(timeouts, name)
	limit, err := time.ParseDuration(word)
	if err != nil {
		return 0, false
	}
	if limit < time.Second || limit > maxLimit {
		diags.AddAttributeError(path.Root("timeouts").AtName(name), "Invalid time limit", fmt.Sprintf("%s: %s is not between 1s and 24h.", name, word))
	}
	return limit, true
}

// tooLongError says that a time limit is over.
type tooLongError struct{ limit time.Duration }

func (e tooLongError) Error() string { return fmt.Sprintf("the time limit of %s is over", e.limit) }

// bound limits a context to the time there is.
func (p patience) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	if p.limit == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, p.limit, tooLongError{p.limit})
}

// explain puts the time limit in the place of what a look says that it cut.
func (p patience) explain(bounded context.Context, err error) error {
	var absent *scan.AbsentError
	var late tooLongError
	if err != nil && !errors.As(err, &absent) && errors.As(context.Cause(bounded), &late) {
		return late
	}
	return err
}

// told says how long an endpoint was waited for, and what was seen last.
func (p patience) told(r exposure.Result) string {
	looks := "a look that finds it"
	if p.Successes > 1 {
		looks = fmt.Sprintf("a row of %d looks that find it", p.Successes)
	}
	return fmt.Sprintf("%s: within %s there was not %s. Seen last: %s", r.Endpoint.HostPort(), p.limit, looks, stopped(exposure.Clean(scan.SeenLast(r))))
}
