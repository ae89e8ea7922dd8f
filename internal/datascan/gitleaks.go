package datascan

import (
	"fmt"
	"math"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"

	"github.com/rs/zerolog"
	"github.com/spf13/viper"
	"github.com/zricethezav/gitleaks/v8/config"
	"github.com/zricethezav/gitleaks/v8/logging"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// How far from its keyword a match of gitleaks may reach. The longest tokens
// of its rules have some thousand characters; private keys, which are longer,
// have a rule of our own.
const (
	beforeKeyword = 1 << 10
	afterKeyword  = 8 << 10
)

// leftOut are the rules of gitleaks that are not used.
var leftOut = map[string]string{
	"generic-api-key":        "40 matches in 80 MB of published pages, scripts and manuals, where all other rules together have 30, at twice the time",
	"private-key":            "misses keys that are cut or broken by markup; we have our own",
	"curl-auth-user":         "a command in a manual; real credentials are found by the assignment rules",
	"hashicorp-tf-password":  "made for .tf files; on a page every password attribute matches",
	"kubernetes-secret-yaml": "made for .yaml files",
}

// identifiers are rules whose match alone opens nothing, or is meant to be
// seen by browsers; they are high, not critical.
var identifiers = []string{"-client-id", "-public-key", "-pub-key", "-pub-api-key", "-app-id", "-test-api-token"}

var shortLived = map[string]bool{"jwt": true, "jwt-base64": true, "gcp-api-key": true, "sidekiq-sensitive-url": true, "curl-auth-header": true}

// loadRules reads the rules of gitleaks and adds our own, once.
//
// Only gitleaks' rules are used, not its detector. The detector keeps the
// secret and its line in every finding, reports lines and columns wrongly,
// skips any line that says "gitleaks:allow", and cannot be stopped within a
// rule. Loading goes through an own viper, since the global one may be
// another's, and its log is silenced: it writes to the terminal.
var loadRules = sync.OnceValues(func() ([]rule, error) {
	logging.Logger = zerolog.Nop()
	reader := viper.New()
	reader.SetConfigType("toml")
	if err := reader.ReadConfig(strings.NewReader(config.DefaultConfig)); err != nil {
		return nil, fmt.Errorf("read gitleaks' rules: %w", err)
	}
	var raw config.ViperConfig
	if err := reader.Unmarshal(&raw); err != nil {
		return nil, fmt.Errorf("decode gitleaks' rules: %w", err)
	}
	cfg, err := raw.Translate()
	if err != nil {
		return nil, fmt.Errorf("compile gitleaks' rules: %w", err)
	}
	global, err := anchored(cfg.Allowlists)
	if err != nil {
		return nil, fmt.Errorf("mend gitleaks' lists: %w", err)
	}
	rules := ownRules()
	for _, id := range slices.Sorted(slices.Values(cfg.OrderedRules)) {
		r := cfg.Rules[id]
		if r.Regex == nil || leftOut[id] != "" || r.SkipReport || len(r.RequiredRules) > 0 {
			continue
		}
		rules = append(rules, fromGitleaks(r, global))
	}
	for i := range rules {
		rules[i].kind = exposure.LeakSecret
		if rules[i].pattern != nil && rules[i].anchor == nil {
			rules[i].begins = startOf(rules[i].pattern, rules[i].keywords)
		}
	}
	return append(rules, sensitiveRules()...), nil
})

// anchored mends the lists for all rules. One of their expressions is
// ^true|false|null$, which allows every secret that begins with "true", ends
// with "null" or has "false" in it: anchors bind closer than alternatives.
func anchored(lists []*config.Allowlist) ([]*config.Allowlist, error) {
	mended := make([]*config.Allowlist, len(lists))
	for i, list := range lists {
		m := &config.Allowlist{RegexTarget: list.RegexTarget, MatchCondition: list.MatchCondition, StopWords: list.StopWords}
		for _, pattern := range list.Regexes {
			parsed, err := syntax.Parse(pattern.String(), syntax.Perl)
			if err != nil {
				return nil, err
			}
			if parsed.Op == syntax.OpAlternate {
				pattern = regexp.MustCompile(`\A(?:` + pattern.String() + `)\z`)
			}
			m.Regexes = append(m.Regexes, pattern)
		}
		if len(m.Regexes)+len(m.StopWords) > 0 {
			if err := m.Validate(); err != nil {
				return nil, err
			}
		}
		mended[i] = m
	}
	return mended, nil
}

func fromGitleaks(r config.Rule, global []*config.Allowlist) rule {
	severity := exposure.SeverityCritical
	if shortLived[r.RuleID] || slices.ContainsFunc(identifiers, func(suffix string) bool { return strings.HasSuffix(r.RuleID, suffix) }) {
		severity = exposure.SeverityHigh
	}
	keywords := make([]string, len(r.Keywords))
	for i, k := range r.Keywords {
		// The keyword is looked for where < and > are spaces.
		keywords[i] = strings.NewReplacer("<", " ", ">", " ").Replace(strings.ToLower(k))
	}
	return rule{
		name: r.RuleID, severity: severity,
		keywords: keywords, before: beforeKeyword, after: afterKeyword,
		tagged:  strings.HasPrefix(strings.TrimPrefix(r.Regex.String(), "(?i)"), "<"),
		parted:  true,
		pattern: r.Regex, group: r.SecretGroup,
		accept: func(c candidate) bool {
			random := r.Entropy == 0 || entropy(c.secret) > r.Entropy
			return random && !allowed(c, global) && !allowed(c, r.Allowlists)
		},
	}
}

// allowed reports whether a list names the candidate as no secret. Lists that
// also ask for a file or a commit never apply: a page has neither.
func allowed(c candidate, lists []*config.Allowlist) bool {
	for _, list := range lists {
		target := c.secret
		switch list.RegexTarget {
		case "match":
			target = c.match
		case "line":
			target = c.line()
		}
		matched := list.RegexAllowed(target)
		stopped, _ := list.ContainsStopWord(c.secret)
		if list.MatchCondition == config.AllowlistMatchAnd {
			if len(list.Commits)+len(list.Paths) > 0 {
				continue
			}
			if (matched || len(list.Regexes) == 0) && (stopped || len(list.StopWords) == 0) {
				return true
			}
			continue
		}
		if matched || stopped {
			return true
		}
	}
	return false
}

// entropy is Shannon's, in bits per character, as gitleaks' thresholds mean it.
func entropy(s string) float64 {
	counts := map[rune]int{}
	for _, r := range s {
		counts[r]++
	}
	bits := 0.0
	for _, n := range counts {
		p := float64(n) / float64(len(s))
		bits -= p * math.Log2(p)
	}
	return bits
}
