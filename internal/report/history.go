package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// HistoryJSON writes histories as one JSON document.
func HistoryJSON(w io.Writer, histories []exposure.History) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(struct {
		FormatVersion string             `json:"format_version"`
		Endpoints     []exposure.History `json:"endpoints"`
	}{FormatVersion, histories})
}

// HistoryText writes histories for people: a line for each look, the newest
// first, and below it what changed since the look before.
func HistoryText(w io.Writer, histories []exposure.History) error {
	var b strings.Builder
	for i, h := range histories {
		if i > 0 {
			b.WriteString("\n")
		}
		name := h.ResourceAddress
		if name == "" {
			name = "(resource not recorded)"
		}
		fmt.Fprintf(&b, "%s  %s ports %s%s\n", exposure.CleanLine(name), exposure.CleanLine(h.Host), strings.Join(h.Ports, ", "), exposure.CleanLine(h.Path))
		for _, l := range h.Looks {
			fmt.Fprintf(&b, "  %s  %s\n", l.ScannedAt.UTC().Format(time.RFC3339), lookText(l))
			for _, change := range l.Changes {
				fmt.Fprintf(&b, "      %s\n", exposure.CleanLine(change))
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// lookText tells one look in a line.
func lookText(l exposure.Look) string {
	parts := []string{string(l.PortStatus)}
	if len(l.OpenPorts) > 0 {
		var ports []exposure.PortRange
		for _, p := range l.OpenPorts {
			ports = append(ports, exposure.PortRange{Lo: p, Hi: p})
		}
		parts[0] += " " + exposure.FormatPorts(exposure.MergePortRanges(ports))
	}
	if l.Severity != nil {
		parts = append(parts, l.Severity.String())
	}
	if answer := l.HTTP(); answer != "" {
		parts = append(parts, answer)
	}
	if l.Title != "" {
		parts = append(parts, fmt.Sprintf("%q", exposure.CleanLine(l.Title)))
	}
	if l.Reason != "" {
		parts = append(parts, exposure.CleanLine(l.Reason))
	}
	return strings.Join(parts, "  ")
}
