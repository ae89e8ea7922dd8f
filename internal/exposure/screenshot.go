package exposure

// Screenshot is a picture of the page, or why there is none.
type Screenshot struct {
	File   string `json:"file,omitempty"` // below the store's folder
	Text   string `json:"text,omitempty"` // first 1000 characters of the page's text
	Reason string `json:"reason,omitempty"`
}

// Box is a rectangle of a picture in its pixels, from the top left corner.
type Box struct {
	X      int `json:"x"`
	Y      int `json:"y"`
	Width  int `json:"width"`
	Height int `json:"height"`
}

// TextRun is a piece of text that a page shows, where it shows it. The zero
// box means that the place is not known.
type TextRun struct {
	Text string
	Box  Box
	OCR  bool // read from pixels, so letters may be wrong
}
