package screenshot

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/go-rod/rod/lib/proto"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// The limits of the conversation. A page decides how many events there are
// and how large a reply grows, so neither may be unbounded.
const (
	maxMessage = 48 << 20 // bytes
	maxEvents  = 4096     // waiting to be handled, per page
)

// errTooLarge means that a reply was longer than maxMessage and is lost.
var errTooLarge = errors.New("the reply is too large")

// errGone means that the browser ended or closed the pipe.
var errGone = errors.New("the browser ended")

// conn speaks the DevTools protocol over a pair of pipes, one JSON message
// after the other, each ended by a NUL. It is safe for concurrent use.
type conn struct {
	out  chan []byte
	gone chan struct{} // closed when nothing more can be read

	mu      sync.Mutex
	last    int
	waiting map[int]chan<- message
	inboxes map[proto.TargetSessionID]*inbox
}

// message is what the browser sends: the reply to a call, or an event.
type message struct {
	ID        int                   `json:"id"`
	SessionID proto.TargetSessionID `json:"sessionId"`
	Method    string                `json:"method"`
	Params    json.RawMessage       `json:"params"`
	Result    json.RawMessage       `json:"result"`
	Error     *protocolError        `json:"error"`

	tooLarge bool // and so it has no more than an ID
}

// protocolError is the browser's refusal of a call.
type protocolError struct {
	Message string `json:"message"`
}

func (e *protocolError) Error() string { return exposure.Cut(exposure.CleanLine(e.Message), 200) }

// inbox takes the events of one page. The reader never waits for it: when it
// is full, overflow is called and the event is lost.
type inbox struct {
	events   chan message
	overflow func()
}

// newConn starts a conversation that lasts until r ends.
func newConn(w io.Writer, r io.Reader) *conn {
	c := &conn{
		out:     make(chan []byte),
		gone:    make(chan struct{}),
		waiting: map[int]chan<- message{},
		inboxes: map[proto.TargetSessionID]*inbox{},
	}
	go c.write(w)
	go c.read(r)
	return c
}

// Call implements proto.Client: it sends one command and waits for its reply.
func (c *conn) Call(ctx context.Context, sessionID, method string, params any) ([]byte, error) {
	reply := make(chan message, 1)
	id := c.register(reply)
	defer c.forget(id)
	if err := c.send(ctx, id, sessionID, method, params); err != nil {
		return nil, err
	}
	select {
	case m := <-reply:
		switch {
		case m.tooLarge:
			return nil, fmt.Errorf("%s: %w", method, errTooLarge)
		case m.Error != nil:
			return nil, fmt.Errorf("%s: %w", method, m.Error)
		}
		return m.Result, nil
	case <-c.gone:
		return nil, errGone
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// post sends one command whose reply nobody waits for.
func (c *conn) post(ctx context.Context, sessionID proto.TargetSessionID, command proto.Request) error {
	return c.send(ctx, c.register(nil), string(sessionID), command.ProtoReq(), command)
}

func (c *conn) send(ctx context.Context, id int, sessionID, method string, params any) error {
	data, err := json.Marshal(struct {
		ID        int    `json:"id"`
		SessionID string `json:"sessionId,omitempty"`
		Method    string `json:"method"`
		Params    any    `json:"params,omitempty"`
	}{id, sessionID, method, params})
	if err != nil {
		return fmt.Errorf("encode %s: %w", method, err)
	}
	select {
	case c.out <- append(data, 0):
		return nil
	case <-c.gone:
		return errGone
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (c *conn) register(reply chan<- message) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last++
	if reply != nil {
		c.waiting[c.last] = reply
	}
	return c.last
}

func (c *conn) forget(id int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.waiting, id)
}

// listen delivers the events of a session to box; a nil box ends that.
func (c *conn) listen(id proto.TargetSessionID, box *inbox) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if box == nil {
		delete(c.inboxes, id)
		return
	}
	c.inboxes[id] = box
}

func (c *conn) write(w io.Writer) {
	for {
		select {
		case data := <-c.out:
			// After a write error the browser is ending; read notices.
			if _, err := w.Write(data); err != nil {
				return
			}
		case <-c.gone:
			return
		}
	}
}

func (c *conn) read(r io.Reader) {
	defer close(c.gone)
	buffered := bufio.NewReaderSize(r, 64<<10)
	for {
		data, whole, err := readMessage(buffered)
		if err != nil {
			return
		}
		var m message
		if !whole {
			m = message{ID: replyID(data), tooLarge: true}
		} else if err := json.Unmarshal(data, &m); err != nil {
			return // not the protocol: nothing that follows can be trusted
		}
		c.deliver(m)
	}
}

func (c *conn) deliver(m message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.ID != 0 {
		if reply := c.waiting[m.ID]; reply != nil {
			delete(c.waiting, m.ID)
			reply <- m
		}
		return
	}
	box := c.inboxes[m.SessionID]
	if box == nil {
		return
	}
	select {
	case box.events <- m:
	default:
		box.overflow()
	}
}

// readMessage reads up to the next NUL. Of a message longer than maxMessage
// it returns the beginning only, and false.
func readMessage(r *bufio.Reader) (data []byte, whole bool, err error) {
	whole = true
	for {
		part, err := r.ReadSlice(0)
		if whole = whole && len(data)+len(part) <= maxMessage; whole {
			data = append(data, part...)
		}
		switch {
		case err == nil:
			return bytes.TrimSuffix(data, []byte{0}), whole, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, false, err
		}
	}
}

// replyID reads the id off the beginning of a reply, 0 when there is none.
func replyID(start []byte) int {
	decoder := json.NewDecoder(bytes.NewReader(start))
	for _, want := range []json.Token{json.Delim('{'), "id"} {
		if token, err := decoder.Token(); err != nil || token != want {
			return 0
		}
	}
	var id int
	if err := decoder.Decode(&id); err != nil {
		return 0
	}
	return id
}

// session is a target the protocol is attached to, as proto's calls want it.
// The zero id means the browser itself.
type session struct {
	*conn
	ctx context.Context
	id  proto.TargetSessionID
}

// GetContext implements proto.Contextable.
func (s session) GetContext() context.Context { return s.ctx }

// GetSessionID implements proto.Sessionable.
func (s session) GetSessionID() proto.TargetSessionID { return s.id }
