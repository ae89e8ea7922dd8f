package provider

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/store"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/zclconf/go-cty/cty"
)

// environment is what every scan of a provider instance shares.
type environment struct {
	store   string
	options store.Options
	allowed []netip.Prefix
	browser string
	engine  string // version of the engine that runs the provider

	catalogue *scan.Catalogue // nil: no entries of users

	shared sharedStore
}

// environmentFrom reads the provider configuration and, for what it omits, the
// environment variables. Nothing is opened or created yet: terraform starts
// the provider several times a run, and most of those scan nothing.
func environmentFrom(config tfsdk.Config, diags *diag.Diagnostics) *environment {
	if !config.Raw.IsFullyKnown() {
		diags.AddError("Provider configuration known only after apply",
			"The dynamicscan provider decides in the plan what may be probed, so its arguments cannot depend on resources that are not applied yet.")
		return nil
	}
	declared := ctyOf(config.Raw)
	return &environment{
		store:   cmp.Or(text(declared, "store"), os.Getenv("DYNAMICSCAN_STORE"), ".dynamicscan"),
		options: storeOptions(declared, diags),
		browser: cmp.Or(text(declared, "browser_path"), os.Getenv("DYNAMICSCAN_BROWSER_PATH")),
		allowed: allowedNetworks(declared, diags),

		catalogue: catalogueFrom(declared, diags),
	}
}

// allowedNetworks reads the known ones of the configuration, and without any
// declaration those of the environment variable.
func allowedNetworks(declared cty.Value, diags *diag.Diagnostics) []netip.Prefix {
	const problem = "%q is not a network in CIDR notation such as 10.20.0.0/16."
	if present(declared, "allowed_networks") {
		return prefixes(texts(declared, "allowed_networks"), func(text string) {
			diags.AddAttributeError(path.Root("allowed_networks"), "Invalid network", fmt.Sprintf(problem, text))
		})
	}
	const variable = "DYNAMICSCAN_ALLOWED_NETWORKS"
	words := strings.FieldsFunc(os.Getenv(variable), func(r rune) bool { return r == ',' || r == ' ' })
	return prefixes(words, func(text string) {
		diags.AddError("Invalid network", "The environment variable "+variable+" is not usable: "+fmt.Sprintf(problem, text))
	})
}

// storeOptions reads what the store keeps, and says at the argument or of the
// environment variable what is wrong with it. What is not known yet is not given.
func storeOptions(declared cty.Value, diags *diag.Diagnostics) store.Options {
	var o store.Options
	read := func(argument, variable, given string, set func(string) error) {
		if present(declared, argument) {
			if err := set(given); err != nil {
				diags.AddAttributeError(path.Root(argument), "Invalid store limit", sentence(err))
			}
		} else if err := set(os.Getenv(variable)); err != nil {
			diags.AddError("Invalid store limit", "The environment variable "+variable+" is not usable: "+sentence(err))
		}
	}
	size := ""
	if v := attribute(declared, "store_max_size"); v.IsKnown() && !v.IsNull() && v.Type() == cty.Number {
		size = v.AsBigFloat().Text('f', -1)
	}
	read("store_retention", "DYNAMICSCAN_STORE_RETENTION", text(declared, "store_retention"), o.SetRetention)
	read("store_max_size", "DYNAMICSCAN_STORE_MAX_SIZE", size, o.SetMaxSize)
	return o
}

// catalogueFrom reads the entries of users, and says at the argument or of the
// environment variable what is wrong with them. A pattern that is not known yet
// is none.
func catalogueFrom(declared cty.Value, diags *diag.Diagnostics) *scan.Catalogue {
	const variable = "DYNAMICSCAN_CATALOGUE"
	pattern, inConfiguration := os.Getenv(variable), present(declared, "catalogue")
	switch {
	case inConfiguration && !known(declared, "catalogue"):
		return nil
	case inConfiguration:
		pattern = text(declared, "catalogue")
	case pattern == "":
		return nil
	}
	found, err := scan.ReadCatalogue(pattern)
	for _, problem := range each(err) {
		if inConfiguration {
			diags.AddAttributeError(path.Root("catalogue"), "Invalid catalogue", sentence(problem))
		} else {
			diags.AddError("Invalid catalogue", "The environment variable "+variable+" is not usable: "+sentence(problem))
		}
	}
	return found
}

// each returns the errors that were joined in err, none of nil.
func each(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	if err == nil {
		return nil
	}
	return []error{err}
}

func prefixes(words []string, refuse func(string)) []netip.Prefix {
	var out []netip.Prefix
	for _, word := range words {
		prefix, err := netip.ParsePrefix(word)
		if err != nil {
			refuse(word)
			continue
		}
		out = append(out, prefix.Masked())
	}
	return out
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// request returns a scan request with the store open. The caller ends it with
// the returned function.
func (e *environment) request(ctx context.Context, s settings.Settings) (scan.Request, func(), error) {
	opened, end, err := e.shared.open(ctx, e.store, e.options)
	if err != nil {
		return scan.Request{}, nil, err
	}
	return scan.Request{Settings: s, Store: opened, Allowed: e.allowed, BrowserPath: e.browser, Now: time.Now}, end, nil
}
