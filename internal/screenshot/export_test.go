package screenshot

// What tests without a browser look at.
var (
	NewDocument = newDocument
	Installed   = installed
	Arguments   = arguments
	Environment = environment
	PageText    = pageText
)

// Fields returns the header fields handed to the page, "Name: value".
func (d document) Fields() []string {
	fields := []string{}
	for _, f := range d.header {
		fields = append(fields, f.Name+": "+f.Value)
	}
	return fields
}

// Status returns the status code handed to the page.
func (d document) Status() int { return d.status }

// LastLine writes the text in two parts and returns what lastLine makes of it.
func LastLine(text string) string {
	t := &tail{}
	t.Write([]byte(text[:len(text)/2]))
	t.Write([]byte(text[len(text)/2:]))
	return t.lastLine()
}
