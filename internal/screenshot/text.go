package screenshot

import (
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-rod/rod/lib/proto"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// maxText is how many bytes of a page's text are kept.
const maxText = 64 << 10

// snapshotCommand asks for the laid out text of the page and its frames,
// shadow trees included, closed ones too.
var snapshotCommand = proto.DOMSnapshotCaptureSnapshot{ComputedStyles: []string{"visibility"}}

// pageText returns the text that the page paints, in document order, then what
// its fields hold, then the same of its frames: at most 64 KB, cleaned. Text
// below the picture's lower edge belongs to it. What is hidden by "visibility"
// or has no box does not, nor does a password, which is painted as dots.
func pageText(snapshot *proto.DOMSnapshotCaptureSnapshotResult) string {
	w := &textWriter{strings: snapshot.Strings}
	for _, document := range snapshot.Documents {
		if document == nil || document.Layout == nil || document.TextBoxes == nil {
			continue
		}
		w.breakLine()
		w.document(document.Layout, document.TextBoxes)
		w.fields(document)
	}
	text := exposure.Clean(w.out.String())
	if len(text) <= maxText {
		return text
	}
	end := maxText
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

// textWriter joins boxes of text: what stands beside each other on a line is
// kept together, so that a word in several elements stays one word.
type textWriter struct {
	strings []string
	out     strings.Builder
	last    []float64 // the box before: x, y, width, height; nil after a line break
}

func (w *textWriter) breakLine() {
	if text := w.out.String(); text != "" && text[len(text)-1] != '\n' {
		w.out.WriteByte('\n')
	}
	w.last = nil
}

func (w *textWriter) document(layout *proto.DOMSnapshotLayoutTreeSnapshot, boxes *proto.DOMSnapshotTextBoxSnapshot) {
	node, end := -1, 0
	var units []uint16
	for i, index := range boxes.LayoutIndex {
		if w.out.Len() > 2*maxText {
			return // enough, whatever cleaning does to its length
		}
		if i >= len(boxes.Bounds) || i >= len(boxes.Start) || i >= len(boxes.Length) || len(boxes.Bounds[i]) < 4 {
			return
		}
		if !w.visible(layout, index) {
			continue
		}
		sameNode := index == node
		if !sameNode {
			node, units = index, utf16.Encode([]rune(w.text(layout, index)))
		}
		start := min(max(0, boxes.Start[i]), len(units))
		stop := min(max(start, start+boxes.Length[i]), len(units))
		w.separate(boxes.Bounds[i], sameNode, sameNode && start == end)
		w.out.WriteString(string(utf16.Decode(units[start:stop])))
		w.last, end = boxes.Bounds[i], stop
	}
}

// separate writes what stands between the box before and this one. A word
// that is too long for its line goes on in the next box without a gap.
func (w *textWriter) separate(box []float64, sameNode, adjoining bool) {
	switch {
	case w.last == nil || adjoining:
	case !sameLine(w.last, box):
		if sameNode {
			w.space('\n')
			return
		}
		w.breakLine()
	case sameNode || box[0]-(w.last[0]+w.last[2]) > 1:
		w.space(' ')
	}
}

func (w *textWriter) space(c byte) {
	if text := w.out.String(); text != "" && text[len(text)-1] != ' ' && text[len(text)-1] != '\n' {
		w.out.WriteByte(c)
	}
}

// sameLine reports whether b goes on where a stands: their heights overlap
// and b is not to the left of a.
func sameLine(a, b []float64) bool {
	return a[1] < b[1]+b[3] && b[1] < a[1]+a[3] && b[0] >= a[0]
}

// fields writes what the input fields and text areas of a document hold, a
// field a line. They have no boxes of text.
func (w *textWriter) fields(document *proto.DOMSnapshotDocumentSnapshot) {
	nodes := document.Nodes
	if nodes == nil {
		return
	}
	for _, held := range []*proto.DOMSnapshotRareStringData{nodes.InputValue, nodes.TextValue} {
		if held == nil {
			continue
		}
		for i, node := range held.Index {
			at := slices.Index(document.Layout.NodeIndex, node)
			secret := node >= 0 && node < len(nodes.Attributes) && w.password(nodes.Attributes[node])
			if i < len(held.Value) && at >= 0 && !secret && w.visible(document.Layout, at) && w.out.Len() <= 2*maxText {
				w.breakLine()
				w.out.WriteString(w.lookup(held.Value[i]))
			}
		}
	}
}

// password reports whether the attributes, names and values in turn, are
// those of a password field.
func (w *textWriter) password(attributes proto.DOMSnapshotArrayOfStrings) bool {
	for i := 0; i+1 < len(attributes); i += 2 {
		if w.lookup(attributes[i]) == "type" && strings.EqualFold(w.lookup(attributes[i+1]), "password") {
			return true
		}
	}
	return false
}

func (w *textWriter) visible(layout *proto.DOMSnapshotLayoutTreeSnapshot, index int) bool {
	if index < 0 || index >= len(layout.Styles) || len(layout.Styles[index]) == 0 {
		return true
	}
	return w.lookup(layout.Styles[index][0]) == "visible"
}

func (w *textWriter) text(layout *proto.DOMSnapshotLayoutTreeSnapshot, index int) string {
	if index < 0 || index >= len(layout.Text) {
		return ""
	}
	return w.lookup(layout.Text[index])
}

func (w *textWriter) lookup(i proto.DOMSnapshotStringIndex) string {
	if i < 0 || int(i) >= len(w.strings) {
		return ""
	}
	return w.strings[i]
}
