package provider

import (
	"context"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// enforcement is how the findings that fail a gate are told, and that a gate
// could not look.
type enforcement string

const (
	enforceError enforcement = "error"
	enforceWarn  enforcement = "warn"
	enforceOff   enforcement = "off"
)

// enforcementVariable goes before what a configuration declares: it is the
// emergency exit from a gate that blocks a plan or a destroy.
const enforcementVariable = "DYNAMICSCAN_ENFORCEMENT"

// enforcementFrom returns the enforcement that holds, and says at the argument
// or of the environment variable what is wrong with it.
func enforcementFrom(declared string, at path.Path, diags *diag.Diagnostics) enforcement {
	check := func(word string) (enforcement, string) {
		switch e := enforcement(word); e {
		case enforceError, enforceWarn, enforceOff:
			return e, ""
		case "":
			return enforceError, ""
		}
		return enforceError, fmt.Sprintf("%q is none of error, warn, off.", word)
	}
	e, problem := check(declared)
	if problem != "" {
		diags.AddAttributeError(at, "Invalid enforcement", problem)
	}
	override := os.Getenv(enforcementVariable)
	if override == "" {
		return e
	}
	e, problem = check(override)
	if problem != "" {
		diags.AddError("Invalid enforcement", "The environment variable "+enforcementVariable+" is not usable: "+problem)
	}
	return e
}

// tell says what fails at the strength of e, at an argument unless at is empty.
// A run that was interrupted is an error however strong the enforcement, for
// the user asked for it.
func (e enforcement) tell(ctx context.Context, diags *diag.Diagnostics, at path.Path, summary, detail string) {
	interrupted := ctx.Err() != nil
	switch {
	case e == enforceOff && !interrupted:
	case e == enforceWarn && !interrupted:
		diags.Append(located(at, diag.NewWarningDiagnostic(summary, detail)))
	default:
		diags.Append(located(at, diag.NewErrorDiagnostic(summary, detail)))
	}
}

// audible is e, but never so weak that nothing is said.
func (e enforcement) audible() enforcement {
	if e == enforceOff {
		return enforceWarn
	}
	return e
}

// tellUnable says that nothing could be validated, as strongly as a finding
// and never not at all.
func (e enforcement) tellUnable(ctx context.Context, diags *diag.Diagnostics, at path.Path, summary, detail string) {
	if e == enforceError {
		detail += "\n\nA gate that could not look does not open. To go on without it, set " + enforcementVariable + "=warn for this run."
	}
	e.audible().tell(ctx, diags, at, summary, detail)
}

func located(at path.Path, d diag.Diagnostic) diag.Diagnostic {
	if len(at.Steps()) == 0 {
		return d
	}
	return diag.WithPath(at, d)
}
