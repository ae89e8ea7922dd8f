package screenshot

import (
	"context"
	"io"
)

// What tests without a browser look at.
var (
	NewDocument = newDocument
	Installed   = installed
	Arguments   = arguments
	Environment = environment
	BoundedRuns = boundedRuns
	Lines       = lines
	Split       = split
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

// MaxMessage and MaxEvents are the limits of the conversation.
const (
	MaxMessage = maxMessage
	MaxEvents  = maxEvents
)

// NewConn returns the call of a conversation over the pipes.
func NewConn(w io.Writer, r io.Reader) func(ctx context.Context, method string) ([]byte, error) {
	c := newConn(w, r)
	return func(ctx context.Context, method string) ([]byte, error) { return c.Call(ctx, "", method, nil) }
}
