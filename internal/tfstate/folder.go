package tfstate

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

func openFolder(ctx context.Context, folder string, options []Option) (*Input, error) {
	if path := stateFile(folder); path != "" {
		return openFile(path, options)
	}
	if !isConfiguration(folder) {
		return nil, fmt.Errorf("%s: the folder holds no terraform.tfstate and no configuration to run `terraform show -json` in", exposure.CleanLine(folder))
	}
	data, err := show(ctx, folder)
	if err != nil {
		return nil, fmt.Errorf("%s: the folder holds no terraform.tfstate: %w", exposure.CleanLine(folder), err)
	}
	in, err := Parse(folder, data, options...)
	if err != nil {
		return nil, err
	}
	if len(in.Resources) == 0 && in.Engine == "" {
		return nil, fmt.Errorf("%s: the folder holds no terraform.tfstate, and `terraform show -json` knows of no state either", exposure.CleanLine(folder))
	}
	return in, nil
}

// isConfiguration reports whether terraform would find something to work with.
func isConfiguration(folder string) bool {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return false
	}
	for _, entry := range entries {
		for _, pattern := range []string{"*.tf", "*.tf.json", "*.tofu", "*.tofu.json", ".terraform"} {
			if ok, _ := filepath.Match(pattern, entry.Name()); ok {
				return true
			}
		}
	}
	return false
}

// show runs `show -json` in folder.
func show(ctx context.Context, folder string) ([]byte, error) {
	program, err := findEngine(ctx, "")
	if err != nil {
		return nil, fmt.Errorf("to run `show -json`: %w", err)
	}
	return runEngine(ctx, program, folder, "show", "-json", "-no-color")
}

// limitedBuffer keeps the first limit bytes and drops the rest, so that the
// writer neither blocks nor fills the memory.
type limitedBuffer struct {
	bytes.Buffer
	limit int
	over  bool
}

func (b *limitedBuffer) Write(p []byte) (int, error) {
	if room := b.limit - b.Len(); len(p) > room {
		b.over = true
		b.Buffer.Write(p[:max(room, 0)])
		return len(p), nil
	}
	return b.Buffer.Write(p)
}
