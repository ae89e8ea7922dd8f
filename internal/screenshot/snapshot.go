package screenshot

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/go-rod/rod/lib/proto"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// snapshotCommand asks for the laid out text of the page and its frames,
// shadow trees included, closed ones too.
var snapshotCommand = proto.DOMSnapshotCaptureSnapshot{ComputedStyles: styles}

// The computed styles that are asked for, in their order in the answer.
var styles = []string{"visibility", "border-left-width", "border-top-width", "padding-left", "padding-top"}

const (
	styleVisibility = iota
	styleBorderLeft
	styleBorderTop
	stylePaddingLeft
	stylePaddingTop
)

// maxWalked is how many pieces of text are looked at, and how many elements of
// pixels. A page decides how many there are.
const maxWalked = 200_000

// walk collects what a snapshot shows, in document order: the page, then each
// of its frames.
type walk struct {
	strings []string
	runs    []exposure.TextRun
	pixels  []exposure.Box // elements whose text only their pixels hold
	over    bool           // there was more than maxWalked
}

// sheet is one document of a snapshot while it is walked.
type sheet struct {
	*walk
	doc    *proto.DOMSnapshotDocumentSnapshot
	x, y   float64     // of the document's origin in the picture
	boxes  map[int]int // layout index by node index
	fields []field     // by layout index
	next   int         // the field that comes next

	node int // the layout index of the run before, -1 when a box cannot go on with it
	end  int // in its text
}

// field is what an input field or a text area holds.
type field struct {
	layout int
	text   string
}

// walkSnapshot returns what the page shows, with its place in the picture.
// Hidden text, text without a box and passwords, which are painted as dots,
// are left out.
func walkSnapshot(snapshot *proto.DOMSnapshotCaptureSnapshotResult) *walk {
	w := &walk{strings: snapshot.Strings}
	origins := make([]point, len(snapshot.Documents)) // of the frames, known once what holds them was walked
	for i, doc := range snapshot.Documents {
		if doc == nil || doc.Layout == nil || doc.TextBoxes == nil || doc.Nodes == nil {
			continue
		}
		s := &sheet{walk: w, doc: doc, boxes: map[int]int{}, node: -1}
		s.x, s.y = origins[i].x-number(doc.ScrollOffsetX), origins[i].y-number(doc.ScrollOffsetY)
		for at, node := range doc.Layout.NodeIndex {
			s.boxes[node] = at
		}
		s.findFields()
		s.text()
		s.findPixels()
		s.frames(origins[i+1:], i+1)
	}
	return w
}

type point struct{ x, y float64 }

func number(f *float64) float64 {
	if f == nil {
		return 0
	}
	return *f
}

// frames tells where the documents that this one holds begin. later are the
// origins from document number first on: a frame comes after what holds it.
func (s *sheet) frames(later []point, first int) {
	held := s.doc.Nodes.ContentDocumentIndex
	if held == nil {
		return
	}
	for i, node := range held.Index {
		at, shown := s.boxes[node]
		if !shown || i >= len(held.Value) || held.Value[i] < first || held.Value[i]-first >= len(later) || len(s.bounds(at)) < 4 {
			continue
		}
		b := s.bounds(at)
		later[held.Value[i]-first] = point{
			x: s.x + b[0] + s.pixelsOf(at, styleBorderLeft) + s.pixelsOf(at, stylePaddingLeft),
			y: s.y + b[1] + s.pixelsOf(at, styleBorderTop) + s.pixelsOf(at, stylePaddingTop),
		}
	}
}

// text adds the boxes of text, with the fields where they stand among them.
func (s *sheet) text() {
	boxes := s.doc.TextBoxes
	var units []uint16
	node := -1
	for i, index := range boxes.LayoutIndex {
		if s.over || i >= len(boxes.Bounds) || i >= len(boxes.Start) || i >= len(boxes.Length) || len(boxes.Bounds[i]) < 4 {
			break
		}
		s.fieldsBefore(index)
		if !s.visible(index) {
			continue
		}
		if index != node {
			node, units = index, utf16.Encode([]rune(s.textOf(index)))
		}
		start := min(max(0, boxes.Start[i]), len(units))
		stop := min(max(start, start+boxes.Length[i]), len(units))
		s.add(index, start, stop, string(utf16.Decode(units[start:stop])), boxes.Bounds[i])
	}
	s.fieldsBefore(math.MaxInt)
}

// add makes a run of one box. A word that is too long for its line goes on in
// the next box: the two are one run.
func (s *sheet) add(index, start, stop int, text string, bounds []float64) {
	box := s.place(bounds)
	if last := len(s.runs) - 1; s.node == index && s.end == start && last >= 0 {
		s.runs[last].Text += text
		s.runs[last].Box = union(s.runs[last].Box, box)
	} else {
		s.append(exposure.TextRun{Text: text, Box: box})
	}
	s.node, s.end = index, stop
}

func (s *sheet) append(r exposure.TextRun) {
	if s.over = s.over || len(s.runs) >= maxWalked; !s.over {
		s.runs = append(s.runs, r)
	}
}

// findFields notes what the input fields and text areas hold. They have no
// boxes of text.
func (s *sheet) findFields() {
	nodes := s.doc.Nodes
	held := map[int]string{} // by layout index
	for _, list := range []*proto.DOMSnapshotRareStringData{nodes.InputValue, nodes.TextValue} {
		if list == nil {
			continue
		}
		for i, node := range list.Index {
			at, shown := s.boxes[node]
			if i < len(list.Value) && shown && s.visible(at) && !strings.EqualFold(s.attribute(node, "type"), "password") {
				held[at] = s.lookup(list.Value[i])
			}
		}
	}
	for at := range s.doc.Layout.NodeIndex {
		if text, ok := held[at]; ok {
			s.fields = append(s.fields, field{at, text})
		}
	}
}

func (s *sheet) fieldsBefore(index int) {
	for ; s.next < len(s.fields) && s.fields[s.next].layout < index; s.next++ {
		f := s.fields[s.next]
		s.append(exposure.TextRun{Text: f.text, Box: s.place(s.bounds(f.layout))})
		s.node = -1
	}
}

// findPixels notes the elements whose pixels may hold text that the document
// does not. Pictures in the background of other elements are not among them:
// what stands before them would be read twice.
func (s *sheet) findPixels() {
	for at, node := range s.doc.Layout.NodeIndex {
		if node < 0 || node >= len(s.doc.Nodes.NodeName) || !s.visible(at) {
			continue
		}
		switch s.lookup(s.doc.Nodes.NodeName[node]) {
		case "CANVAS", "EMBED", "IMG", "OBJECT", "VIDEO", "image", "svg":
		case "INPUT":
			if !strings.EqualFold(s.attribute(node, "type"), "image") {
				continue
			}
		default:
			continue
		}
		if len(s.pixels) >= maxWalked {
			return
		}
		s.pixels = append(s.pixels, s.place(s.bounds(at)))
	}
}

// place returns bounds of the document as a box of the picture.
func (s *sheet) place(bounds []float64) exposure.Box {
	if len(bounds) < 4 {
		return exposure.Box{}
	}
	left, top := pixel(s.x+bounds[0]), pixel(s.y+bounds[1])
	return exposure.Box{X: left, Y: top, Width: pixel(s.x+bounds[0]+bounds[2]) - left, Height: pixel(s.y+bounds[1]+bounds[3]) - top}
}

// pixel rounds a coordinate. Layout ends at 2^25 pixels, whatever a page asks.
func pixel(f float64) int {
	const most = 1 << 26
	return int(math.Round(min(max(f, -most), most)))
}

// union returns what holds both boxes.
func union(a, b exposure.Box) exposure.Box {
	right, bottom := max(a.X+a.Width, b.X+b.Width), max(a.Y+a.Height, b.Y+b.Height)
	x, y := min(a.X, b.X), min(a.Y, b.Y)
	return exposure.Box{X: x, Y: y, Width: right - x, Height: bottom - y}
}

func (s *sheet) bounds(at int) []float64 {
	if at < 0 || at >= len(s.doc.Layout.Bounds) {
		return nil
	}
	return s.doc.Layout.Bounds[at]
}

// attribute returns the value of a node's attribute; names and values take turns.
func (s *sheet) attribute(node int, name string) string {
	if node < 0 || node >= len(s.doc.Nodes.Attributes) {
		return ""
	}
	list := s.doc.Nodes.Attributes[node]
	for i := 0; i+1 < len(list); i += 2 {
		if s.lookup(list[i]) == name {
			return s.lookup(list[i+1])
		}
	}
	return ""
}

func (s *sheet) style(at, which int) string {
	if at < 0 || at >= len(s.doc.Layout.Styles) || which >= len(s.doc.Layout.Styles[at]) {
		return ""
	}
	return s.lookup(s.doc.Layout.Styles[at][which])
}

func (s *sheet) visible(at int) bool {
	v := s.style(at, styleVisibility)
	return v == "" || v == "visible"
}

// pixelsOf reads a length such as "2px", 0 for anything else.
func (s *sheet) pixelsOf(at, which int) float64 {
	f, err := strconv.ParseFloat(strings.TrimSuffix(s.style(at, which), "px"), 64)
	if err != nil {
		return 0
	}
	return f
}

func (s *sheet) textOf(at int) string {
	if at < 0 || at >= len(s.doc.Layout.Text) {
		return ""
	}
	return s.lookup(s.doc.Layout.Text[at])
}

func (w *walk) lookup(i proto.DOMSnapshotStringIndex) string {
	if i < 0 || int(i) >= len(w.strings) {
		return ""
	}
	return w.strings[i]
}
