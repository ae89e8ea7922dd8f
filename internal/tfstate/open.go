package tfstate

import (
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

// Open reads and parses the input at path: a file, "-" for stdin, or a folder.
// Of a folder it reads the state file of the selected workspace; without one
// it runs `terraform show -json` there, or `tofu show -json`. The variable
// TERRAFORM_BINARY names another program. It reads no more than MaxBytes.
func Open(ctx context.Context, path string, stdin io.Reader) (*Input, error) {
	if path == "-" {
		data, err := readLimited(stdin, MaxBytes)
		return parseRead("standard input", data, err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	if info.IsDir() {
		return openFolder(ctx, path)
	}
	return openFile(path)
}

func openFile(path string) (*Input, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	if info.Size() > MaxBytes {
		return nil, fmt.Errorf("%s: %w", exposure.CleanLine(path), errTooLarge(info.Size(), MaxBytes))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	defer f.Close() // opened for reading, so closing loses nothing
	data, err := readLimited(f, MaxBytes)
	return parseRead(path, data, err)
}

func parseRead(name string, data []byte, err error) (*Input, error) {
	if err != nil {
		return nil, fmt.Errorf("%s: %w", exposure.CleanLine(name), err)
	}
	return Parse(name, data)
}

// readLimited reads all of r. A file may grow, or be a pipe without a size, so
// the limit holds here too.
func readLimited(r io.Reader, limit int64) ([]byte, error) {
	if r == nil {
		return nil, errors.New("there is no standard input")
	}
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
