package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// The measures of the picture, in pixels. The type is monospaced, so that how
// wide a line is follows from its length.
const (
	svgMargin       = 24
	svgWidth        = 820
	svgLine         = 17 // from one line to the next
	svgPadding      = 10 // between a box and its text
	svgArrow        = 26 // from box to box
	svgColumns      = 102
	svgTitleColumns = 76
)

// svgInk are the fill and stroke of each class of box.
var svgInk = map[string][2]string{
	"endpoint": {"#eef2f7", "#4a5568"},
	"pass":     {"#fff4f2", "#c0392b"},
	"doubt":    {"#fff9e8", "#b7791f"},
	"stop":     {"#eef8f0", "#2e7d32"},
	"beyond":   {"#f7f7f7", "#999999"},
}

// explainSVG draws the paths one below the other. The picture refers to
// nothing outside itself and holds no script.
func explainSVG(w io.Writer, e exposure.Explanation) error {
	p := &picture{y: svgMargin}
	for _, l := range wrap(e.ResourceAddress, svgTitleColumns) {
		p.text("title", 0, l)
	}
	paths, others := drawn(e)
	for _, t := range paths {
		p.path(e, t)
	}
	p.section("Not drawn", restText(others)...)
	p.section("", noPathText(e)...)
	for _, endpoint := range e.PartOf {
		p.prose("  ", partText(endpoint))
	}
	var assumed []string
	for _, id := range slices.Sorted(maps.Keys(e.Assumptions)) {
		assumed = append(assumed, e.Assumptions[id])
	}
	p.section("Assumed, because nothing declares otherwise", assumed...)
	p.section("", remarksText(e)...)
	height := p.y + svgMargin
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="%d" height="%d" viewBox="0 0 %d %d">
<title>%s</title>
<style>
text { font: 12px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #222; white-space: pre }
.title { font-size: 16px; font-weight: bold }
.head { font-weight: bold }
</style>
<rect width="100%%" height="100%%" fill="#ffffff"/>
%s</svg>
`, svgWidth, height, svgWidth, height, svgText("The way from the internet to "+e.ResourceAddress), p.String())
	return err
}

// picture is a drawing that grows downwards; y is where its next element goes.
type picture struct {
	strings.Builder
	y int
}

func (p *picture) path(e exposure.Explanation, t exposure.Trace) {
	p.y += svgLine
	for _, l := range wrap(trafficText(t)+": "+verdictText(t), svgColumns) {
		p.text("head", 0, l)
	}
	p.y += svgLine / 2
	p.box("endpoint", []string{"the internet"})
	stopped := false
	for _, step := range t.Steps {
		p.arrow(stopped)
		lines := wrap(gateText(step.Gate)+" "+admitsText(step), svgColumns)
		for _, h := range step.Hops {
			for i, l := range wrap(hopText(step, h), svgColumns-2) {
				lines = append(lines, [2]string{"• ", "  "}[min(i, 1)]+l)
			}
		}
		p.box(stepClass(step, stopped), lines)
		stopped = stopped || step.Stops
	}
	p.arrow(stopped)
	p.box("endpoint", wrap(e.ResourceAddress, svgColumns))
	p.y += svgLine / 2
	heading, changes := closingsText(t)
	if heading != "" {
		p.text("head", 0, heading)
	}
	for _, change := range changes {
		p.prose("  ", "• "+change)
	}
	p.prose("", doubtsText(t)...)
}

// box draws a box around lines, the first of them bold, and all of an endpoint.
func (p *picture) box(class string, lines []string) {
	height := len(lines)*svgLine + svgPadding
	dash, width := "", 1
	switch class {
	case "beyond":
		dash = ` stroke-dasharray="4 3"`
	case "stop":
		width = 3
	}
	fmt.Fprintf(p, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"5\" fill=\"%s\" stroke=\"%s\" stroke-width=\"%d\"%s/>\n",
		svgMargin, p.y, svgWidth-2*svgMargin, height, svgInk[class][0], svgInk[class][1], width, dash)
	below := p.y + height
	p.y += svgPadding / 2
	for i, l := range lines {
		name := ""
		if i == 0 || class == "endpoint" {
			name = "head"
		}
		p.text(name, svgPadding, l)
	}
	p.y = below
}

// arrow leads to the next box. Behind a stop nothing arrives: it is dashed and
// has a cross in the place of its head.
func (p *picture) arrow(stopped bool) {
	x, top, tip := svgMargin+40, p.y, p.y+svgArrow
	if stopped {
		fmt.Fprintf(p, "<path d=\"M%d %dV%d\" stroke=\"#999999\" stroke-dasharray=\"3 3\" fill=\"none\"/>\n", x, top, tip)
		fmt.Fprintf(p, "<path d=\"M%d %dl10 10m0 -10l-10 10\" stroke=\"#2e7d32\" stroke-width=\"2\" fill=\"none\"/>\n", x-5, top+8)
	} else {
		fmt.Fprintf(p, "<path d=\"M%d %dV%d\" stroke=\"#4a5568\" fill=\"none\"/><path d=\"M%d %dl5 -8h-10z\" fill=\"#4a5568\"/>\n", x, top, tip-6, x, tip)
	}
	p.y = tip
}

// section sets sentences apart from what stands above, under a heading when
// there is one.
func (p *picture) section(heading string, sentences ...string) {
	if len(sentences) == 0 {
		return
	}
	p.y += svgLine / 2
	if heading != "" {
		p.text("head", 0, heading)
	}
	p.prose("", sentences...)
}

// prose writes sentences below each other, wrapped.
func (p *picture) prose(indent string, sentences ...string) {
	for _, sentence := range sentences {
		for i, l := range wrap(sentence, svgColumns-len(indent)-2) {
			p.text("", 0, indent+[2]string{"", "  "}[min(i, 1)]+l)
		}
	}
}

func (p *picture) text(class string, inset int, line string) {
	p.y += svgLine
	attribute := ""
	if class != "" {
		attribute = ` class="` + class + `"`
	}
	fmt.Fprintf(p, "<text x=\"%d\" y=\"%d\"%s>%s</text>\n", svgMargin+inset, p.y-4, attribute, svgText(line))
}

// svgText makes any text safe between tags: what markup reads is escaped, and
// what no XML may hold was made visible by Clean.
func svgText(s string) string {
	var b strings.Builder
	// A strings.Builder takes everything.
	_ = xml.EscapeText(&b, []byte(strings.ReplaceAll(exposure.Clean(s), "\n", " ")))
	return b.String()
}
