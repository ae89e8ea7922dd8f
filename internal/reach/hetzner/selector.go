package hetzner

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// selects reports whether a label selector speaks of a server. All of its
// requirements, with commas between them, must hold.
func selects(selector cty.Value, server *tfstate.Resource) flat.Flag {
	text, ok := tfstate.String(selector)
	switch {
	case tfstate.Unknown(selector):
		return flat.Unsure
	case !ok || strings.TrimSpace(text) == "":
		return flat.No
	}
	answer := flat.Yes
	for _, requirement := range requirements(text) {
		switch holds(requirement, server) {
		case flat.No:
			return flat.No
		case flat.Unsure:
			answer = flat.Unsure
		}
	}
	return answer
}

// requirements splits a selector at the commas outside parentheses.
func requirements(text string) []string {
	var out []string
	depth, start := 0, 0
	for i, r := range text {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == ',' && depth == 0:
			out, start = append(out, text[start:i]), i+1
		}
	}
	return append(out, text[start:])
}

// holds reports whether a requirement holds for a server: key, !key, key=value,
// key==value, key!=value, key in (a,b), key notin (a,b).
func holds(requirement string, server *tfstate.Resource) flat.Flag {
	requirement = strings.TrimSpace(requirement)
	key, values, want := requirement, []string(nil), true
	switch {
	case strings.Contains(requirement, "("):
		head, list, _ := strings.Cut(requirement, "(")
		words := strings.Fields(head)
		if len(words) != 2 {
			return flat.Unsure
		}
		key, want = words[0], strings.EqualFold(words[1], "in")
		for part := range strings.SplitSeq(strings.TrimRight(list, ") "), ",") {
			values = append(values, strings.TrimSpace(part))
		}
	case strings.Contains(requirement, "!="):
		k, v, _ := strings.Cut(requirement, "!=")
		key, values, want = k, []string{strings.TrimSpace(v)}, false
	case strings.Contains(requirement, "="):
		k, v, _ := strings.Cut(requirement, "=")
		key, values = k, []string{strings.TrimSpace(strings.TrimPrefix(v, "="))}
	case strings.HasPrefix(requirement, "!"):
		key, want = requirement[1:], false
	}
	value := reach.Attr(server.Attr("labels"), strings.TrimSpace(key))
	text, labelled := tfstate.String(value)
	switch {
	case tfstate.Unknown(value):
		return flat.Unsure
	case labelled && (values == nil || slices.Contains(values, text)) == want, !labelled && !want:
		return flat.Yes
	}
	return flat.No
}

func itoa(n int) string { return strconv.Itoa(n) }
