package exposure

// Screenshot is a picture of the page, or why there is none.
type Screenshot struct {
	File   string `json:"file,omitempty"` // below the store's folder
	Text   string `json:"text,omitempty"` // first 1000 characters of the page's text
	Reason string `json:"reason,omitempty"`
	// Notes are what to know about the picture or its text: values of the
	// constants below, sorted.
	Notes []string `json:"notes,omitempty"`
}

// Notes of a screenshot.
const (
	NoteCertificateError = "certificate_error" // a browser would warn before it shows the page
	NoteImagesUnread     = "images_unread"     // text in images and canvases was not looked for in all of them
	NoteStillLoading     = "still_loading"     // the page had not loaded when its time was over
	NoteTextCut          = "text_cut"          // text beyond the picture's edges was not read to its end
)

// Box is a rectangle in the pixels of a picture, from its top left corner. What
// a page shows only after scrolling has a box beyond the picture's edges, which
// may begin at negative coordinates.
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
