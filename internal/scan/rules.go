package scan

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/policy"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
)

// WaivableRules returns what tells the rules that a waiver may name: those of
// the product, left out or not, and the user's own of the folder. The user's
// own are compiled when a waiver names a rule that is not the product's; while
// they cannot be read, which CheckHostRules tells, any rule may be one.
func WaivableRules(h settings.HostRules) settings.RuleCheck {
	return func(rule string) error {
		known := policy.HostRuleIDs()
		for _, r := range policy.Rules() {
			known = append(known, r.ID)
		}
		if slices.Contains(known, rule) {
			return nil
		}
		own, err := ownRules(h.Folder)
		if err != nil || slices.Contains(own, rule) {
			return nil
		}
		return fmt.Errorf("no rule has the id %q%s", exposure.CleanLine(rule), alike(rule, append(known, own...)))
	}
}

// ownRules returns the ids of the rules of a folder, none without one.
func ownRules(folder string) ([]string, error) {
	if folder == "" {
		return nil, nil
	}
	rules, err := policy.NewHostRules(nil, os.DirFS(folder))
	if err != nil {
		return nil, err
	}
	return rules.OwnIDs(), nil
}

// suggestions is how many rules a message proposes at most.
const suggestions = 3

// alike proposes the ids that a word was probably meant to be, as the end of a
// sentence; where none is near it says where they are listed.
func alike(word string, ids []string) string {
	type candidate struct {
		id       string
		distance int
	}
	word = strings.ToLower(exposure.Cut(word, 100))
	var near []candidate
	for _, id := range ids {
		d := distance(word, id)
		// A third of the letters may be wrong; a word that an id holds is no slip
		// of the hand, but half of the truth.
		if d*3 <= max(len(word), len(id)) || len(word) > 3 && strings.Contains(id, word) {
			near = append(near, candidate{id, d})
		}
	}
	slices.SortFunc(near, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), strings.Compare(a.id, b.id))
	})
	if len(near) == 0 {
		return "; the report names the rule of each finding"
	}
	quoted := []string{}
	for _, c := range near[:min(len(near), suggestions)] {
		if c.distance > 2*near[0].distance+1 {
			break // beside one slip of the hand, six make no suggestion
		}
		quoted = append(quoted, fmt.Sprintf("%q", c.id))
	}
	return "; alike are " + strings.Join(quoted, ", ")
}

// distance is how many letters have to be put in, taken out or changed to turn
// one word into the other.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
