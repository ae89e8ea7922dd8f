package tfstate

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// MaxBytes is the size of the largest document that is read.
const MaxBytes = 512 << 20

// standardInput is the name of the input at "-".
const standardInput = "standard input"

// Open reads and parses the input at path: a file, "-" for stdin, or a folder.
// Of a folder it reads the state file of the selected workspace; without one
// it runs `terraform show -json` there, or `tofu show -json`. The variable
// TERRAFORM_BINARY names another program. It reads no more than MaxBytes, and
// does not hold a file as a whole.
func Open(ctx context.Context, path string, stdin io.Reader, options ...Option) (*Input, error) {
	if path == "-" {
		in, err := readPipe(stdin, options)
		return finished(standardInput, in, err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	if info.IsDir() {
		return openFolder(ctx, path, options)
	}
	return openFile(path, options)
}

func openFile(path string, options []Option) (*Input, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	defer f.Close() // opened for reading, so closing loses nothing
	info, err := f.Stat()
	if err != nil {
		return nil, fileError(path, err)
	}
	var in *Input
	switch {
	case info.Size() > MaxBytes:
		err = errTooLarge(info.Size(), MaxBytes)
	case info.Mode().IsRegular():
		in, err = readFile(f, options)
	default:
		in, err = readPipe(f, options)
	}
	if err == nil && in.Written.IsZero() && info.Mode().IsRegular() {
		in.Written = info.ModTime()
	}
	return finished(path, in, err)
}

// readFile reads a file in pieces. What cannot be read that way is read as a
// whole: another encoding, log lines before the JSON, or JSON that breaks
// somewhere, for only the whole tells the line and the column.
func readFile(f io.ReadSeeker, options []Option) (*Input, error) {
	r := bufio.NewReaderSize(&limitedReader{r: f, left: MaxBytes}, 1<<16)
	if startsPlainly(r) {
		if in, err := decode(r, options); !isBroken(err) {
			return in, err
		}
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	return readWhole(f, options)
}

// readPipe reads what can be read only once. It keeps what it has read, in case
// it has to be read as a whole.
func readPipe(pipe io.Reader, options []Option) (*Input, error) {
	if pipe == nil {
		return nil, errors.New("there is no standard input")
	}
	var kept chunks
	r := bufio.NewReaderSize(io.TeeReader(&limitedReader{r: pipe, left: MaxBytes}, &kept), 1<<16)
	if startsPlainly(r) {
		if in, err := decode(r, options); !isBroken(err) {
			return in, err
		}
	}
	return readWhole(io.MultiReader(&kept, pipe), options)
}

func readWhole(r io.Reader, options []Option) (*Input, error) {
	data, err := readLimited(r, MaxBytes)
	if err != nil {
		return nil, err
	}
	return parse(data, options)
}

// startsPlainly reports whether the text is UTF-8 that begins with a brace. It
// takes what stands before the brace.
func startsPlainly(r *bufio.Reader) bool {
	head, _ := r.Peek(4 << 10) // what is wrong comes back with the next read
	body := bytes.TrimLeft(bytes.TrimPrefix(head, []byte(utf8Mark)), " \t\r\n")
	if len(body) < 2 || body[0] != '{' || body[1] == 0 {
		return false
	}
	_, _ = r.Discard(len(head) - len(body)) // it has been read already
	return true
}

// limitedReader ends with an error when there is more than it may read.
type limitedReader struct {
	r    io.Reader
	left int64
}

func (l *limitedReader) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, errTooLarge(0, MaxBytes)
	}
	return n, err
}

// chunks holds what was written to it without ever copying it to grow.
type chunks struct{ all [][]byte }

func (c *chunks) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		last := len(c.all) - 1
		if last < 0 || len(c.all[last]) == cap(c.all[last]) {
			c.all = append(c.all, make([]byte, 0, 1<<20))
			last++
		}
		n := min(len(rest), cap(c.all[last])-len(c.all[last]))
		c.all[last] = append(c.all[last], rest[:n]...)
		rest = rest[n:]
	}
	return len(p), nil
}

func (c *chunks) Read(p []byte) (int, error) {
	if len(c.all) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.all[0])
	if c.all[0] = c.all[0][n:]; len(c.all[0]) == 0 {
		c.all = c.all[1:]
	}
	return n, nil
}

// readLimited reads all of r. A file may grow, or be a pipe without a size, so
// the limit holds here too.
func readLimited(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	if int64(len(data)) > limit {
		return nil, errTooLarge(0, limit)
	}
	return data, nil
}

// errTooLarge names the limit, and the size unless it is 0: not known.
func errTooLarge(size, limit int64) error {
	of := ""
	if size > 0 {
		of = fmt.Sprintf(" of %d MiB", size>>20)
	}
	return fmt.Errorf("the input%s is over the limit of %d MiB", of, limit>>20)
}

// fileError begins with the path, as all errors of this package do, and does
// not say it twice.
func fileError(path string, err error) error {
	var pathErr *os.PathError
	if errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	return fmt.Errorf("%s: %w", exposure.CleanLine(path), err)
}

// stateFile returns where terraform keeps the local state of the selected
// workspace, "" when there is none. An empty file is what terraform leaves
// behind when a state moves to a backend. .terraform/terraform.tfstate is not
// a state: it holds the settings of the backend.
func stateFile(folder string) string {
	path := filepath.Join(folder, "terraform.tfstate")
	if workspace := selectedWorkspace(folder); workspace != "default" {
		path = filepath.Join(folder, "terraform.tfstate.d", workspace, "terraform.tfstate")
	}
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return ""
	}
	return path
}

// selectedWorkspace returns the workspace terraform would use in folder.
func selectedWorkspace(folder string) string {
	name := os.Getenv("TF_WORKSPACE")
	if name == "" {
		text, _ := os.ReadFile(filepath.Join(folder, ".terraform", "environment")) // absent in the default workspace
		name = strings.TrimSpace(string(text))
	}
	if name == "" || name == "." || name == ".." || strings.ContainsAny(name, `/\`) {
		return "default"
	}
	return name
}
