package catalogue

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// absences are the errors of an expression that steps into something that is
// not there: a block that was omitted, an attribute of another version of the
// provider.
var absences = []string{
	"Unsupported attribute", "Invalid index", "Attempt to get attribute from null value",
	"Attempt to index null value", "Missing map element",
}

// eval evaluates an expression. It is null for a nil expression and for one
// that steps into something that is not there. In an entry that a user wrote,
// an attribute that the resource does not have is an error: more likely it is
// spelt wrong than of another version of the provider.
func (s *scope) eval(x hcl.Expression) (v cty.Value, err error) {
	null := cty.NullVal(cty.DynamicPseudoType)
	if x == nil {
		return null, nil
	}
	defer func() {
		if recover() != nil { // the evaluator meets values that nobody foresaw: whatever happens, the report goes on
			v, err = cty.DynamicVal, fmt.Errorf("%s: the expression cannot be evaluated", placeOf(x.Range()))
		}
	}()
	v, diags := x.Value(s.ctx)
	for _, d := range diags {
		if d.Severity == hcl.DiagError && !s.absent(d) {
			return cty.DynamicVal, s.overdone(x, problemOf(x, d))
		}
	}
	if diags.HasErrors() {
		return null, nil
	}
	if tfstate.Unknown(v) {
		return v, s.brokenIn(x)
	}
	return v, nil
}

// overdone words an error that comes from a bound of this package, which is
// told at the expression that first reached it. Others stay as they are.
func (s *scope) overdone(x hcl.Expression, err error) error {
	switch {
	case s.work.left == 0:
		s.work.stopped = cmp.Or(s.work.stopped, placeOf(x.Range()))
		return fmt.Errorf("%s: %w", s.work.stopped, errWork)
	case errors.Is(err, errNumber):
		return fmt.Errorf("%s: %w", placeOf(x.Range()), err)
	}
	return err
}

// absent reports whether an error means that something is not there. A text
// with a part that is null has no value either: an id that comes with the
// apply.
func (s *scope) absent(d *hcl.Diagnostic) bool {
	if d.Summary == "Invalid template interpolation value" {
		return strings.Contains(d.Detail, "is null")
	}
	return slices.Contains(absences, d.Summary) && !(s.service.own && d.Summary == absences[0])
}

// problemOf words what kept an expression from a value. The detail of a
// diagnostic may quote values of the resource, but for that of a missing
// attribute, which names the attribute only.
func problemOf(x hcl.Expression, d *hcl.Diagnostic) error {
	at := x.Range()
	if d.Subject != nil {
		at = *d.Subject
	}
	told := d.Summary
	if d.Summary == absences[0] {
		told = strings.TrimSuffix(d.Detail, ".")
	}
	return fmt.Errorf("%s: %s", placeOf(at), strings.ToLower(told[:1])+told[1:])
}

// brokenIn returns the error of a name that the expression uses.
func (s *scope) brokenIn(x hcl.Expression) error {
	if len(s.broken) == 0 {
		return nil
	}
	for _, traversal := range x.Variables() {
		if step, ok := stepOf(traversal, "let"); ok {
			for _, b := range s.broken {
				if b.name == step {
					return b.err
				}
			}
		}
	}
	return nil
}

// stepOf returns the name after the root of a traversal.
func stepOf(traversal hcl.Traversal, root string) (string, bool) {
	if traversal.RootName() != root || len(traversal) < 2 {
		return "", false
	}
	step, ok := traversal[1].(hcl.TraverseAttr)
	return step.Name, ok
}

// text evaluates to a string, empty when it is null, unknown, sensitive or
// none.
func (s *scope) text(x hcl.Expression) string {
	v, err := s.eval(x)
	if err != nil || tfstate.IsSensitive(v) {
		return ""
	}
	told, _ := text(v)
	return told
}

func (s *scope) texts(x hcl.Expression) []string {
	v, err := s.eval(x)
	if err != nil {
		return nil
	}
	elements := tfstate.Elements(v)
	if _, single := text(v); single {
		elements = []cty.Value{v}
	}
	out := []string{}
	for _, element := range elements {
		if told, _ := text(element); told != "" && !tfstate.IsSensitive(element) {
			out = append(out, told)
		}
	}
	return out
}
