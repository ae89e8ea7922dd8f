package screenshot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// readingLimit bounds how long the pixels of one page are read.
const readingLimit = 8 * time.Second

// readerMemory bounds what the program takes; a full picture needs a fifth.
const readerMemory = 512 << 20 // bytes

// maxReading is how many bytes of a reader's answer are taken.
const maxReading = 1 << 20

// findTesseract returns a function that looks for the program that reads
// letters from pixels when it is first called.
func findTesseract() func() (string, error) {
	return sync.OnceValues(func() (string, error) { return exec.LookPath("tesseract") })
}

// read adds to the picture what its clips say. Without the program, or when it
// fails or takes too long, the picture says that images were not read.
func (b *Browser) read(ctx context.Context, p *Picture, clips []clip) {
	if len(clips) == 0 {
		return
	}
	program, err := b.tesseract()
	if err != nil {
		b.warn("Text in images is not read: tesseract is not installed")
		p.note(exposure.NoteImagesUnread, true)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, min(readingLimit, b.options.Deadline))
	defer cancel()
	for _, c := range clips {
		runs, err := readClip(ctx, program, c)
		if err != nil {
			p.note(exposure.NoteImagesUnread, true)
			if ctx.Err() != nil {
				return
			}
			b.warn("Text in some images is not read: " + err.Error())
			continue
		}
		p.Runs = append(p.Runs, runs...)
	}
}

// readClip returns the lines that the program sees in a clip. It gets pixels
// only, never a file of the network.
func readClip(ctx context.Context, program string, c clip) ([]exposure.TextRun, error) {
	// Page segmentation 6 takes the clip for one block of text: the layout
	// analysis of the other modes drops the text of screens.
	command := exec.CommandContext(ctx, program, "stdin", "stdout", "-l", "eng", "--psm", "6", "--dpi", "192", "tsv")
	command.Env = readerEnvironment()
	command.Dir = os.TempDir()
	command.Stdin = bytes.NewReader(pgm(c.pixels))
	out, said := &capped{}, &tail{}
	command.Stdout, command.Stderr = out, said
	command.WaitDelay = time.Second
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start tesseract: %w", err)
	}
	makeNice(command.Process.Pid)
	limitMemory(command.Process.Pid, readerMemory)
	if err := command.Wait(); err != nil {
		return nil, errors.Join(fmt.Errorf("tesseract: %w", err), errorOf(said.lastLine()))
	}
	return lines(out.kept.String(), c.box), nil
}

func errorOf(line string) error {
	if line == "" {
		return nil
	}
	return errors.New(line)
}

// readerEnvironment holds what the program needs: where it is and where its
// letters are. One thread, because several pages are read at once.
func readerEnvironment() []string {
	env := []string{"OMP_THREAD_LIMIT=1", "LANG=C.UTF-8"}
	for _, name := range []string{"PATH", "TESSDATA_PREFIX"} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// pgm encodes a picture as a portable graymap, which has a header and pixels.
func pgm(m *image.Gray) []byte {
	return append(fmt.Appendf(nil, "P5 %d %d 255\n", m.Rect.Dx(), m.Rect.Dy()), m.Pix...)
}

// lines reads the table of words that tesseract writes, and returns one run
// for each line of text, in its order. A clip has twice the size of its box.
func lines(table string, clip exposure.Box) []exposure.TextRun {
	var runs []exposure.TextRun
	line := ""
	for row := range strings.Lines(table) {
		column := strings.Split(strings.TrimRight(row, "\n"), "\t")
		if len(column) < 12 || column[0] != "5" {
			continue // not a word
		}
		text := strings.TrimSpace(exposure.Clean(column[11]))
		box, ok := wordBox(column[6:10], clip)
		if text == "" || !ok || len(runs) >= maxRuns {
			continue
		}
		if id := strings.Join(column[1:5], " "); id != line || len(runs) == 0 {
			runs = append(runs, exposure.TextRun{Text: text, Box: box, OCR: true})
			line = id
			continue
		}
		last := &runs[len(runs)-1]
		last.Text += " " + text
		last.Box = union(last.Box, box)
	}
	return runs
}

func wordBox(columns []string, clip exposure.Box) (exposure.Box, bool) {
	var n [4]int
	for i := range n {
		var err error
		if n[i], err = strconv.Atoi(columns[i]); err != nil || n[i] < 0 {
			return exposure.Box{}, false
		}
	}
	x, y := n[0]/2, n[1]/2
	return exposure.Box{X: clip.X + x, Y: clip.Y + y, Width: (n[0]+n[2]+1)/2 - x, Height: (n[1]+n[3]+1)/2 - y}, true
}

// capped keeps the first maxReading bytes that are written to it.
type capped struct{ kept bytes.Buffer }

// Write implements io.Writer. It never fails.
func (c *capped) Write(p []byte) (int, error) {
	c.kept.Write(p[:min(len(p), maxReading-c.kept.Len())])
	return len(p), nil
}
