package datascan

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

const (
	shortestRepeat = 8   // bytes of a secret that is looked for elsewhere in its text
	mostRepeats    = 200 // different secrets looked for elsewhere
)

// A secret is where one stands in the original text.
type secret struct {
	span
	rule     *rule
	severity exposure.Severity
	value    string // as its reader sees it
}

// merge sorts secrets and joins those that overlap into one of the most
// specific rule, and among equals of the longest match.
func merge(secrets []secret) []secret {
	slices.SortFunc(secrets, func(a, b secret) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end), strings.Compare(a.rule.name, b.rule.name))
	})
	var apart []secret
	decisive := secret{} // of the last of apart
	for _, s := range secrets {
		last := len(apart) - 1
		if last < 0 || s.start >= apart[last].end {
			apart, decisive = append(apart, s), s
			continue
		}
		if s.rule.vague == decisive.rule.vague && s.end-s.start > decisive.end-decisive.start || decisive.rule.vague && !s.rule.vague {
			decisive = s
		}
		apart[last] = secret{
			span: span{apart[last].start, max(apart[last].end, s.end)},
			rule: decisive.rule, severity: max(apart[last].severity, s.severity), value: decisive.value,
		}
	}
	return apart
}

// repeated adds the places where the value of a secret occurs once more: a
// page that prints a password with its name often prints it without as well.
func repeated(ctx context.Context, text string, secrets []secret) ([]secret, error) {
	all := slices.Clone(secrets)
	seen := map[string]bool{}
	for _, s := range secrets {
		value := text[s.start:s.end]
		if s.rule.local || len(value) < shortestRepeat || seen[value] || len(seen) == mostRepeats {
			continue
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		seen[value] = true
		for at := 0; ; {
			i := strings.Index(text[at:], value)
			if i < 0 {
				break
			}
			all = append(all, secret{span{at + i, at + i + len(value)}, s.rule, s.severity, s.value})
			at += i + len(value)
		}
	}
	return all, nil
}
