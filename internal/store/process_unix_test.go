//go:build unix

package store_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/store"
)

// nobody is a user that owns no file.
const nobody = 65534

func init() {
	systemRoles["stranger"] = func(ctx context.Context, dir string) error {
		if os.Geteuid() == 0 { // who may write everywhere
			if err := errors.Join(syscall.Setgroups(nil), syscall.Setgid(nobody), syscall.Setuid(nobody)); err != nil {
				return err
			}
		}
		return openAndWait(ctx, dir)
	}
	systemRoles["full"] = func(ctx context.Context, dir string) error {
		signal.Ignore(syscall.SIGXFSZ) // writes fail instead
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 4096, Max: 4096}); err != nil {
			return err
		}
		return openAndWait(ctx, dir)
	}
	systemRoles["fills"] = func(ctx context.Context, dir string) error {
		s, err := store.Open(ctx, dir, store.Options{})
		if err != nil {
			return err
		}
		defer s.Close()
		signal.Ignore(syscall.SIGXFSZ)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1 << 20, Max: 1 << 20}); err != nil {
			return err
		}
		for range 100 {
			if err := s.Put(ctx, "web", exposure.Endpoint{}, observation(noon, strings.Repeat("x", 64<<10), "")); err != nil {
				return err
			}
		}
		return nil
	}
}

func openAndWait(ctx context.Context, dir string) error {
	s, err := store.Open(ctx, dir, store.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	return s.Wait(ctx, shared)
}

func TestAStoreThatCannotBeWrittenIsAnErrorThatSaysSo(t *testing.T) {
	tests := []struct {
		name, role string
		prepare    func(t *testing.T, dir string)
		want       []string
	}{
		{"a folder of another user", "stranger", func(t *testing.T, dir string) { chmod(t, dir, 0o555) }, []string{"open store", "001/screenshots: permission denied"}},
		{"a store that is read-only", "stranger", func(t *testing.T, dir string) {
			if err := mustOpen(t, dir).Close(); err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"/results.db", "/.gitignore"} {
				chmod(t, dir+name, 0o444)
			}
			chmod(t, dir+"/screenshots", 0o555)
			chmod(t, dir, 0o555)
		}, []string{"open store", "results.db cannot be written"}},
		{"a disk that is full", "full", func(*testing.T, string) {}, []string{"open store", "results.db cannot be"}},
		{"a disk that fills", "fills", func(*testing.T, string) {}, []string{"store result of web", "results.db cannot be"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			chmod(t, filepath.Dir(dir), 0o711) // so that a stranger comes as far as the store
			test.prepare(t, dir)
			command := worker(t, test.role, dir)
			var told bytes.Buffer
			command.Stderr = &told
			err := command.Run()
			for _, want := range test.want {
				if err == nil || !strings.Contains(told.String(), want) {
					t.Errorf("the worker ended with %v and told %q, want %q", err, &told, want)
				}
			}
		})
	}
}

func chmod(t *testing.T, name string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(name, mode); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(name, 0o700) })
}
