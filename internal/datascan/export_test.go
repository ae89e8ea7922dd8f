package datascan

import "slices"

// Keywords returns the words of all rules, sorted.
func Keywords() []string {
	rules, err := loadRules()
	if err != nil {
		panic(err)
	}
	var all []string
	for _, r := range rules {
		all = append(all, r.keywords...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// WithoutStarts returns a scanner that runs every pattern over all that is near
// its keywords.
func WithoutStarts() *Scanner {
	rules, err := loadRules()
	if err != nil {
		panic(err)
	}
	rules = slices.Clone(rules)
	for i := range rules {
		rules[i].begins = nil
	}
	return &Scanner{rules}
}
