// Package policy owns severity: it judges what was observed by a Rego policy
// and turns it into findings. It is the only user of OPA.
//
// It refuses to look at the network, the clock or a file, and to let any policy
// call an endpoint that was not scanned anything but critical.
package policy

import (
	"context"
	"embed"
	"fmt"
	"sync"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

//go:embed severity/*.rego
var sources embed.FS

// Names returns the policies that come with the product, most lenient first.
func Names() []string { return []string{"permissive", "moderate", "strict"} }

// Default is the policy of settings that name none.
const Default = "moderate"

// evaluationLimit bounds one evaluation of a user's policy.
const evaluationLimit = 250 * time.Millisecond

// memoLimit bounds the answers a policy remembers, about 2 MB.
const memoLimit = 10_000

// Policy answers how bad one port is. It is safe for concurrent use. The same
// input has the same answer for as long as the process lives.
type Policy struct {
	name    string
	limit   time.Duration // of one evaluation; 0 for the policies that come with the product
	prepare func() (*query, error)

	mu   sync.Mutex
	memo map[Input]exposure.Severity
}

// named holds the policies of the product, each compiled when first asked.
var named = func() map[string]*Policy {
	policies := map[string]*Policy{}
	for _, name := range Names() {
		policies[name] = newPolicy(name, 0, sync.OnceValues(func() (*query, error) { return compile(Source(name)) }))
	}
	return policies
}()

func newPolicy(name string, limit time.Duration, prepare func() (*query, error)) *Policy {
	return &Policy{name: name, limit: limit, prepare: prepare, memo: map[Input]exposure.Severity{}}
}

// Named returns the policy permissive, moderate or strict. It is compiled when
// it is first asked, in about 2 ms.
func Named(name string) (*Policy, error) {
	p, ok := named[name]
	if !ok {
		return nil, fmt.Errorf("severity policy %q is none of permissive, moderate, strict", name)
	}
	return p, nil
}

// Custom returns the policy that text, Rego v1, defines. The text has the
// package dynamicscan.severity and a rule severity that answers the name of a
// severity; the sources of the named policies document the input. It may use no
// built-in function that depends on anything but its arguments: no network, no
// clock, no randomness, no environment.
//
// An error is one sentence and begins with line and column: "line 3, column 5:
// http.send is not available to a severity policy".
func Custom(text string) (*Policy, error) {
	q, err := compile(text)
	if err != nil {
		return nil, err
	}
	return newPolicy("custom", evaluationLimit, func() (*query, error) { return q, nil }), nil
}

// Source returns the Rego text of a named policy, and "" for any other name.
func Source(name string) string {
	text, err := sources.ReadFile("severity/" + name + ".rego")
	if err != nil {
		return ""
	}
	return string(text)
}

// Name returns permissive, moderate, strict or custom.
func (p *Policy) Name() string { return p.name }

// Severity judges one port. What was not scanned is critical under every
// policy, and no policy is asked.
//
// An error means that the policy gave no usable answer: none, no name of a
// severity, two different ones, a failing built-in function, or none within
// 250 ms. Nothing is known then, and the severity returned beside it is
// critical, so that a caller who looks at nothing else is not misled.
func (p *Policy) Severity(ctx context.Context, in Input) (exposure.Severity, error) {
	in = in.normal()
	if !in.scanned() {
		return exposure.SeverityCritical, nil
	}
	if severity, ok := p.remembered(in); ok {
		return severity, nil
	}
	severity, err := p.evaluate(ctx, in)
	if err != nil {
		return exposure.SeverityCritical, fmt.Errorf("severity policy %s: %w", p.name, err)
	}
	p.remember(in, severity)
	return severity, nil
}

func (p *Policy) evaluate(ctx context.Context, in Input) (exposure.Severity, error) {
	q, err := p.prepare()
	if err != nil {
		return exposure.SeverityCritical, err
	}
	return q.evaluate(ctx, in, p.limit)
}

func (p *Policy) remembered(in Input) (exposure.Severity, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	severity, ok := p.memo[in]
	return severity, ok
}

func (p *Policy) remember(in Input, severity exposure.Severity) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.memo) >= memoLimit {
		clear(p.memo)
	}
	p.memo[in] = severity
}
