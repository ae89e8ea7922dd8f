package screenshot_test

import (
	"bufio"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/screenshot"
)

// converse starts a conversation in which the browser answers each command
// with what answer writes.
func converse(t *testing.T, answer func(w io.Writer, command string)) func(context.Context, string) ([]byte, error) {
	t.Helper()
	theirIn, ourOut := io.Pipe()
	ourIn, theirOut := io.Pipe()
	t.Cleanup(func() { theirIn.Close(); theirOut.Close() })
	go func() {
		commands := bufio.NewReader(theirIn)
		for {
			command, err := commands.ReadString(0)
			if err != nil {
				return
			}
			answer(theirOut, command)
		}
	}()
	return screenshot.NewConn(ourOut, ourIn)
}

func TestReplyThatIsTooLargeFailsItsCallOnly(t *testing.T) {
	call := converse(t, func(w io.Writer, command string) {
		if strings.Contains(command, "Large.reply") {
			io.WriteString(w, `{"id":1,"result":"`)
			block := strings.Repeat("x", 1<<20)
			for range screenshot.MaxMessage>>20 + 1 {
				io.WriteString(w, block)
			}
			io.WriteString(w, "\"}\x00")
			return
		}
		io.WriteString(w, "{\"id\":7,\"result\":1}\x00{\"method\":\"Some.event\"}\x00{\"id\":2,\"result\":42}\x00")
	})
	if _, err := call(t.Context(), "Large.reply"); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("Call(Large.reply) = %v, want that the reply is too large", err)
	}
	if got, err := call(t.Context(), "Small.reply"); err != nil || string(got) != "42" {
		t.Errorf("Call(Small.reply) = %q, %v, want 42", got, err)
	}
}

func TestBrowserErrorIsCleaned(t *testing.T) {
	call := converse(t, func(w io.Writer, _ string) {
		io.WriteString(w, `{"id":1,"error":{"code":-1,"message":"not\n\u001b[31mfound"}}`+"\x00")
	})
	if _, err := call(t.Context(), "A.b"); err == nil || err.Error() != "A.b: not \uFFFD[31mfound" {
		t.Errorf("Call() = %v, want %q", err, "A.b: not \uFFFD[31mfound")
	}
}

func TestCallEndsWithItsContextOrTheBrowser(t *testing.T) {
	silent := converse(t, func(io.Writer, string) {})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := silent(ctx, "A.b"); err != context.DeadlineExceeded {
		t.Errorf("Call() = %v, want context.DeadlineExceeded", err)
	}
	for name, last := range map[string]string{"end": "", "nonsense": "hello\x00", "other shape": `{"id":"x"}` + "\x00"} {
		ending := converse(t, func(w io.Writer, _ string) {
			io.WriteString(w, last)
			w.(io.Closer).Close()
		})
		if _, err := ending(t.Context(), "A.b"); err == nil || err.Error() != "the browser ended" {
			t.Errorf("%s: Call() = %v, want that the browser ended", name, err)
		}
	}
}
