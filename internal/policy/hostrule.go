package policy

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

//go:embed hostrules/*.rego
var hostRuleSources embed.FS

// HostRule says what a host configuration rule checks. It comes from the
// METADATA annotation of the rule's package.
type HostRule struct {
	ID        string // "redis-no-authentication": the name of the package with hyphens
	Title     string // what a finding begins with; a resource address follows
	Severity  exposure.Severity
	Why       string // sentences: what an attacker gains
	Fix       string // sentences: what mends it
	Reference string // where to read more; "" without one

	// Evidence is what the rule reads: "tls", "http", "banner", or the id of a
	// probe. It is asked only where all of that is there.
	Evidence []string
	Own      bool // the user's, not the product's
}

// hostRule is a compiled rule.
type hostRule struct {
	HostRule
	query rego.PreparedEvalQuery
}

// hostRulePackage is the package of all host rules; each has one below it.
const hostRulePackage = "dynamicscan.hostrules"

// Bounds of what one rule may say.
const (
	maxFound  = 20  // clauses of one rule about one port
	maxClause = 300 // characters
)

// HostRuleIDs returns the ids of the product's host configuration rules,
// sorted. It compiles nothing.
func HostRuleIDs() []string {
	names, err := fs.Glob(hostRuleSources, "hostrules/*.rego")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	ids := make([]string, len(names))
	for i, name := range names {
		ids[i] = strings.TrimSuffix(path.Base(name), ".rego")
	}
	return ids
}

// HostRuleSource returns the Rego text of one of the product's rules, and ""
// for any other id.
func HostRuleSource(id string) string {
	text, err := hostRuleSources.ReadFile("hostrules/" + id + ".rego")
	if err != nil {
		return ""
	}
	return string(text)
}

// compileHostRules compiles the rules in files, path → text, each in a package
// of its own. An error begins with its place: "rules/mine.rego:3:5: ...".
func compileHostRules(files map[string]string, own bool) ([]hostRule, error) {
	modules := map[string]*ast.Module{}
	rules := []hostRule{}
	for _, name := range sortedKeys(files) {
		module, err := ast.ParseModuleWithOpts(name, files[name], ast.ParserOptions{
			RegoVersion: ast.RegoV1, Capabilities: capabilities(), ProcessAnnotation: true,
		})
		if err != nil {
			return nil, inFile(name, err)
		}
		rule, err := describedRule(name, module)
		if err != nil {
			return nil, err
		}
		if i := slices.IndexFunc(rules, func(r hostRule) bool { return r.ID == rule.ID }); i >= 0 {
			return nil, placed(name, module.Package.Location, "the rule %s is defined in another file too", rule.ID)
		}
		rule.Own = own
		modules[name] = module
		rules = append(rules, hostRule{HostRule: rule})
	}
	schemas := ast.NewSchemaSet()
	schemas.Put(ast.SchemaRootRef, hostSchema())
	compiler := ast.NewCompiler().WithCapabilities(capabilities()).WithSchemas(schemas)
	if compiler.Compile(modules); compiler.Failed() {
		return nil, inFile("", compiler.Errors)
	}
	for i, r := range rules {
		prepared, err := rego.New(
			rego.Query("data."+hostRulePackage+"."+strings.ReplaceAll(r.ID, "-", "_")+".found"),
			rego.Compiler(compiler),
			rego.StrictBuiltinErrors(true),
		).PrepareForEval(context.Background())
		if err != nil {
			return nil, inFile("", err)
		}
		rules[i].query = prepared
	}
	slices.SortFunc(rules, func(a, b hostRule) int { return strings.Compare(a.ID, b.ID) })
	return rules, nil
}

var packageName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// describedRule checks the shape of a rule and reads its annotation.
func describedRule(name string, module *ast.Module) (HostRule, error) {
	place := module.Package.Location
	last, ok := strings.CutPrefix(strings.TrimPrefix(module.Package.Path.String(), "data."), hostRulePackage+".")
	if !ok || !packageName.MatchString(last) {
		return HostRule{}, placed(name, place, "the package has to be %s and a name of small letters, digits and underscores", hostRulePackage)
	}
	rule := HostRule{ID: strings.ReplaceAll(last, "_", "-")}
	found := slices.ContainsFunc(module.Rules, func(r *ast.Rule) bool {
		return r.Head.Name.Equal(ast.Var("found")) && r.Head.RuleKind() == ast.MultiValue && len(r.Head.Ref()) == 1
	})
	if !found {
		return HostRule{}, placed(name, place, `the package defines no set found, such as: found contains "answered without a password" if ...`)
	}
	i := slices.IndexFunc(module.Annotations, func(a *ast.Annotations) bool { return a.Scope == "package" })
	if i < 0 {
		return HostRule{}, placed(name, place, "the package has no METADATA comment above it")
	}
	if err := rule.describe(module.Annotations[i]); err != nil {
		return HostRule{}, placed(name, place, "%w", err)
	}
	return rule, nil
}

// describe takes the description of a rule from its annotation.
func (r *HostRule) describe(a *ast.Annotations) error {
	text := func(key string) string {
		s, _ := a.Custom[key].(string)
		return exposure.CleanLine(s)
	}
	r.Title, r.Why, r.Fix = exposure.CleanLine(a.Title), exposure.CleanLine(a.Description), text("fix")
	if len(a.RelatedResources) > 0 {
		r.Reference = exposure.CleanLine(a.RelatedResources[0].Ref.String())
	}
	severity, err := exposure.ParseSeverity(text("severity"))
	switch {
	case err != nil:
		return fmt.Errorf("METADATA, custom.severity: %w", err)
	case severity == exposure.SeverityNone:
		return errors.New("METADATA, custom.severity: a rule of severity none would find nothing; name it in skip in its place")
	case r.Title == "":
		return errors.New("METADATA has no title")
	case r.Why == "":
		return errors.New("METADATA has no description, which says why it matters")
	case r.Fix == "":
		return errors.New("METADATA, custom.fix: nothing says what mends it")
	}
	r.Severity = severity
	values, _ := a.Custom["evidence"].([]any)
	for _, v := range values {
		if id, ok := v.(string); ok {
			r.Evidence = append(r.Evidence, id)
		}
	}
	if len(r.Evidence) == 0 {
		return errors.New(`METADATA, custom.evidence: a list of what the rule reads is missing, such as [tls] or [redis]`)
	}
	return nil
}

// placed returns an error that begins with a place in a file.
func placed(name string, place *ast.Location, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	if place == nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return fmt.Errorf("%s:%d:%d: %w", name, place.Row, place.Col, err)
}

// inFile returns the first error of OPA with its place.
func inFile(name string, err error) error {
	one := firstError(err)
	if one == nil {
		return placed(name, nil, "%w", err)
	}
	if one.Location != nil && one.Location.File != "" {
		name = one.Location.File
	}
	return placed(name, one.Location, "%s", messageOf(one, "a host configuration rule"))
}

// ask returns the clauses that the rule has to say about an input, sorted. A
// limit of 0 is none but that of ctx.
func (r hostRule) ask(ctx context.Context, document ast.Value, limit time.Duration) ([]string, error) {
	bounded := ctx
	if limit > 0 {
		var cancel context.CancelFunc
		bounded, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	results, err := r.query.Eval(bounded, rego.EvalParsedInput(document))
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case topdown.IsCancel(err), errors.Is(err, context.DeadlineExceeded):
		return nil, fmt.Errorf("no answer within %v", limit)
	case err != nil:
		return nil, evaluationError(err)
	case len(results) != 1 || len(results[0].Expressions) != 1:
		return nil, errors.New("no answer")
	}
	values, _ := results[0].Expressions[0].Value.([]any)
	clauses := []string{}
	for _, v := range values {
		clause, ok := v.(string)
		if !ok {
			return nil, errors.New("found holds a value that is no text")
		}
		clause = strings.TrimRight(exposure.CleanLine(exposure.Cut(clause, maxClause)), ". ")
		if clause != "" {
			clauses = append(clauses, clause)
		}
	}
	slices.Sort(clauses)
	return clauses[:min(len(clauses), maxFound)], nil
}
