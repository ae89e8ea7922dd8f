package policy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// textLimit bounds a user's policy, in bytes. The named ones have about 3,000.
const textLimit = 64 << 10

// query is a compiled policy.
type query struct{ prepared rego.PreparedEvalQuery }

// forbidden are functions that reach outside the evaluation although OPA does
// not mark all of them as such.
var forbidden = []string{
	"http.send", "net.lookup_ip_addr", "opa.runtime", "rand.intn", "rego.parse_module", "time.now_ns", "uuid.rfc4122",
}

// capabilities returns what a policy may use: every function whose answer
// depends on its arguments alone, and no host.
var capabilities = sync.OnceValue(func() *ast.Capabilities {
	c := ast.CapabilitiesForThisVersion()
	c.Builtins = slices.DeleteFunc(c.Builtins, func(b *ast.Builtin) bool {
		return b.Nondeterministic || slices.Contains(forbidden, b.Name)
	})
	c.AllowNet = []string{}
	return c
})

// compile reads, checks and prepares a policy.
func compile(text string) (*query, error) {
	if strings.TrimSpace(text) == "" {
		return nil, errors.New("line 1, column 1: the severity policy is empty")
	}
	if len(text) > textLimit {
		return nil, fmt.Errorf("the severity policy has %d bytes, more than the %d allowed", len(text), textLimit)
	}
	module, err := ast.ParseModuleWithOpts("severity.rego", text, ast.ParserOptions{
		RegoVersion: ast.RegoV1, Capabilities: capabilities(),
	})
	if err != nil {
		return nil, sentence(err)
	}
	if err := checkShape(module); err != nil {
		return nil, err
	}
	schemas := ast.NewSchemaSet()
	schemas.Put(ast.SchemaRootRef, schema())
	compiler := ast.NewCompiler().WithCapabilities(capabilities()).WithSchemas(schemas)
	if compiler.Compile(map[string]*ast.Module{"severity.rego": module}); compiler.Failed() {
		return nil, sentence(compiler.Errors)
	}
	prepared, err := rego.New(
		rego.Query("data.dynamicscan.severity.severity"),
		rego.Compiler(compiler),
		rego.StrictBuiltinErrors(true),
	).PrepareForEval(context.Background())
	if err != nil {
		return nil, sentence(err)
	}
	return &query{prepared}, nil
}

// checkShape refuses a policy that could never answer: a wrong package, no rule
// severity, or one whose value is no name of a severity.
func checkShape(module *ast.Module) error {
	if got := strings.TrimPrefix(module.Package.Path.String(), "data."); got != "dynamicscan.severity" {
		return at(module.Package.Location, "the package is %s and has to be dynamicscan.severity", got)
	}
	found := false
	for _, rule := range module.Rules {
		if rule.Head.Ref()[0].Value.Compare(ast.Var("severity")) != 0 {
			continue
		}
		found = true
		if len(rule.Head.Ref()) > 1 || len(rule.Head.Args) > 0 || rule.Head.RuleKind() != ast.SingleValue {
			return at(rule.Location, "the rule severity has to have one value, not be a set, an object or a function")
		}
		for r := rule; r != nil; r = r.Else {
			if err := checkValue(r); err != nil {
				return err
			}
		}
	}
	if !found {
		return at(module.Package.Location, "the policy defines no rule severity")
	}
	return nil
}

// checkValue refuses a constant that is no name of a severity. What is worked
// out is checked when it is known.
func checkValue(rule *ast.Rule) error {
	place := rule.Head.Value.Location
	if place == nil { // a rule without a value, which has true
		place = rule.Location
	}
	switch v := rule.Head.Value.Value.(type) {
	case ast.String:
		if _, err := exposure.ParseSeverity(string(v)); err != nil {
			return at(place, "%w", err)
		}
	case ast.Boolean, ast.Number, ast.Null, *ast.Array, ast.Object, ast.Set:
		return at(place, "the value of the rule severity is not the name of a severity")
	}
	return nil
}

// at returns an error that begins with a place in the policy.
func at(place *ast.Location, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	if place == nil {
		return err
	}
	return fmt.Errorf("line %d, column %d: %w", place.Row, place.Col, err)
}

// sentence returns the first error of OPA as one line. OPA repeats the source
// around it, which is the user's own and already on the screen.
func sentence(err error) error {
	one := firstError(err)
	if one == nil {
		return err
	}
	return at(one.Location, "%s", messageOf(one, "a severity policy"))
}

// firstError returns the first error of OPA in the order of the source, nil
// when err is none of OPA.
func firstError(err error) *ast.Error {
	var list ast.Errors
	var one *ast.Error
	switch {
	case errors.As(err, &list) && len(list) > 0:
		list.Sort()
		return list[0]
	case errors.As(err, &one):
		return one
	}
	return nil
}

// messageOf returns what an error of OPA says, as one line. of is what was
// compiled: "a severity policy".
func messageOf(one *ast.Error, of string) string {
	message, _, _ := strings.Cut(one.Message, "\n")
	if name, ok := strings.CutPrefix(message, "undefined function "); ok && ast.BuiltinMap[name] != nil {
		message = name + " is not available to " + of
	}
	switch {
	case one.Code == ast.UnsafeVarErr:
		message += ": nothing gives it a value"
	case message == "match error" && one.Details != nil: // which says nothing by itself
		message = "the two sides never match (" + strings.Join(one.Details.Lines(), ", ") + ")"
	}
	return exposure.CleanLine(message)
}

// evaluate asks the policy. A limit of 0 is none but that of ctx. A built-in
// function that works on a very large value which the policy itself built is
// interrupted only when it returns.
func (q *query) evaluate(ctx context.Context, in Input, limit time.Duration) (exposure.Severity, error) {
	document, err := in.document()
	if err != nil {
		return exposure.SeverityCritical, fmt.Errorf("build input: %w", err)
	}
	if err := context.Cause(ctx); err != nil {
		return exposure.SeverityCritical, err
	}
	bounded := ctx
	if limit > 0 {
		var cancel context.CancelFunc
		bounded, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	results, err := q.prepared.Eval(bounded, rego.EvalParsedInput(document))
	switch {
	case err != nil && ctx.Err() != nil:
		return exposure.SeverityCritical, context.Cause(ctx)
	case topdown.IsCancel(err), errors.Is(err, context.DeadlineExceeded):
		return exposure.SeverityCritical, fmt.Errorf("no answer within %v; the input was %v", limit, in)
	case err != nil:
		return exposure.SeverityCritical, fmt.Errorf("%w; the input was %v", evaluationError(err), in)
	case len(results) != 1 || len(results[0].Expressions) != 1:
		return exposure.SeverityCritical, fmt.Errorf("no answer; the input was %v", in)
	}
	name, ok := results[0].Expressions[0].Value.(string)
	if !ok {
		return exposure.SeverityCritical, fmt.Errorf("the answer is not the name of a severity; the input was %v", in)
	}
	severity, err := exposure.ParseSeverity(exposure.CleanLine(exposure.Cut(name, nameLimit)))
	if err != nil {
		return exposure.SeverityCritical, fmt.Errorf("%w; the input was %v", err, in)
	}
	return severity, nil
}

// evaluationError returns an error of the evaluation with its place first.
func evaluationError(err error) error {
	var failed *topdown.Error
	if !errors.As(err, &failed) {
		return err
	}
	return at(failed.Location, "%s", exposure.CleanLine(exposure.Cut(failed.Message, nameLimit)))
}
