package datascan

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// mostValues is how many values of one rule are told apart in one text.
const mostValues = 20

// leaks returns what is told of sorted secrets: where the first of each value
// stands, and how often it does.
func (p page) leaks(from Source, secrets []secret) []exposure.Leak {
	type valueOf struct{ rule, value string }
	index := map[valueOf]int{}
	values := map[string]int{} // told apart, by rule
	lists := map[int][]string{}
	leaks := []exposure.Leak{}
	place := position{text: p.text, line: 1, column: 1}
	for _, s := range secrets {
		place.advance(s.start)
		of := valueOf{s.rule.name, s.value}
		if s.rule.bulk > 0 {
			of.value = ""
		}
		i, known := index[of]
		if !known && values[s.rule.name] >= mostValues {
			of.value = ""
			i, known = index[of]
		}
		if !known {
			i = len(leaks)
			index[of] = i
			values[s.rule.name]++
			leaks = append(leaks, exposure.Leak{
				Kind: s.rule.kind, Rule: s.rule.name, Place: from.Place, Line: place.line, Column: place.column,
				Box: p.box(s.span), Key: from.key(s.rule.kind, of.value),
			})
		}
		leaks[i].Count++
		leaks[i].Severity = max(leaks[i].Severity, s.severity)
		if s.rule.bulk > 0 {
			lists[i] = append(lists[i], s.value)
		}
	}
	for i, list := range lists {
		slices.Sort(list)
		leaks[i].Key = from.key(leaks[i].Kind, strings.Join(slices.Compact(list), "\n"))
	}
	slices.SortStableFunc(leaks, func(a, b exposure.Leak) int { return cmp.Compare(a.Rule, b.Rule) })
	return leaks
}

// key returns what tells a value again, "" without a key of the store. The kind
// is in it so that a password which looks like a number is not taken for one.
func (from Source) key(kind exposure.LeakKind, value string) string {
	if len(from.Key) == 0 || value == "" {
		return ""
	}
	mac := hmac.New(sha256.New, from.Key)
	mac.Write([]byte(string(kind) + "\x00" + value))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// A position walks over a text.
type position struct {
	text         string
	at           int
	line, column int // from 1, in characters
}

// advance goes on to an offset at or behind the last.
func (p *position) advance(to int) {
	passed := p.text[p.at:to]
	p.at = to
	if last := strings.LastIndexByte(passed, '\n'); last >= 0 {
		p.line += strings.Count(passed, "\n")
		p.column = 1
		passed = passed[last+1:]
	}
	p.column += utf8.RuneCountInString(passed)
}
