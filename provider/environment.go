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
)

// environment is what every scan of a provider instance shares.
type environment struct {
	store   string
	allowed []netip.Prefix
	browser string
}

// environmentFrom reads the provider configuration and, for what it omits, the
// environment variables. Nothing is opened or created yet: terraform starts
// the provider several times a run, and most of those scan nothing.
func environmentFrom(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) *environment {
	var model struct {
		Store           *string  `tfsdk:"store"`
		AllowedNetworks []string `tfsdk:"allowed_networks"`
		BrowserPath     *string  `tfsdk:"browser_path"`
	}
	if !config.Raw.IsFullyKnown() {
		diags.AddError("Provider configuration known only after apply",
			"The dynamicscan provider decides in the plan what may be probed, so its arguments cannot depend on resources that are not applied yet.")
		return nil
	}
	diags.Append(config.Get(ctx, &model)...)
	if diags.HasError() {
		return nil
	}
	e := &environment{
		store:   cmp.Or(value(model.Store), os.Getenv("DYNAMICSCAN_STORE"), ".dynamicscan"),
		browser: cmp.Or(value(model.BrowserPath), os.Getenv("DYNAMICSCAN_BROWSER_PATH")),
	}
	networks := model.AllowedNetworks
	if networks == nil {
		networks = strings.FieldsFunc(os.Getenv("DYNAMICSCAN_ALLOWED_NETWORKS"), func(r rune) bool { return r == ',' || r == ' ' })
	}
	for i, text := range networks {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			diags.AddAttributeError(path.Root("allowed_networks").AtListIndex(i), "Invalid network",
				fmt.Sprintf("%q is not a network in CIDR notation such as 10.20.0.0/16.", text))
			continue
		}
		e.allowed = append(e.allowed, prefix.Masked())
	}
	return e
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
	opened, err := store.Open(ctx, e.store)
	if err != nil {
		return scan.Request{}, nil, err
	}
	r := scan.Request{Settings: s, Store: opened, Allowed: e.allowed, BrowserPath: e.browser, Now: time.Now}
	return r, func() { _ = opened.Close() }, nil // the scan has its results; nothing is left to lose
}

// enforcement is how findings that fail a gate are told.
type enforcement string

const (
	enforceError enforcement = "error"
	enforceWarn  enforcement = "warn"
	enforceOff   enforcement = "off"
)

// enforcementOf returns the enforcement that holds: that of the environment
// variable, the emergency exit from a gate that blocks, before the declared.
func enforcementOf(declared string) (enforcement, error) {
	e := enforcement(cmp.Or(os.Getenv("DYNAMICSCAN_ENFORCEMENT"), declared, string(enforceError)))
	switch e {
	case enforceError, enforceWarn, enforceOff:
		return e, nil
	}
	return enforceError, fmt.Errorf("%q is none of error, warn, off", string(e))
}
