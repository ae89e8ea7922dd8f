package store_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/store"
)

const (
	pageURL   = "https://web.example.com:443/?a=1&b=<2>"
	shownWord = "qyv8Lw3nTk-the-words-of-the-picture"
)

// withdrawn is what a worker does that is to be killed between the two steps.
func withdrawn(ctx context.Context, s *store.Store) error {
	s.BetweenSteps(func() {
		fmt.Println("between")
		select {}
	})
	return s.Withdraw(ctx, "web", pageURL, "it holds a secret")
}

// shows keeps a result of a page whose picture shows a word.
func shows(t *testing.T, s *store.Store, key, url, picture string, at time.Time) (file string) {
	t.Helper()
	file, err := s.PutScreenshot([]byte(picture))
	if err != nil {
		t.Fatal(err)
	}
	o := observation(at, "t", file)
	h := o.Ports[0].HTTP
	h.URL, h.BodyStart, h.Screenshot.Text = url, "body: "+shownWord, "text: "+shownWord
	if err := s.Put(t.Context(), key, exposure.Endpoint{}, o); err != nil {
		t.Fatal(err)
	}
	return file
}

// holding returns the files below dir whose bytes hold the word, and the pictures.
func holding(t *testing.T, dir, word string) (files, pictures []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		if bytes.Contains(text, []byte(word)) {
			files = append(files, name)
		}
		if strings.HasSuffix(name, ".png") || strings.HasPrefix(filepath.Base(name), ".new-") {
			pictures = append(pictures, filepath.Base(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files, pictures
}

func TestWithdrawLeavesNeitherPictureNorText(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	shows(t, s, "web", pageURL, "one", noon)
	shows(t, s, "web", pageURL, "two", noon.Add(time.Hour))
	shows(t, s, "other ports of it", pageURL, "three", noon)
	if err := s.Withdraw(t.Context(), "web", pageURL, "it holds a secret"); err != nil {
		t.Fatal(err)
	}
	if files, pictures := holding(t, dir, shownWord); len(files)+len(pictures) > 0 {
		t.Errorf("after Withdraw %q hold the text, and there are pictures %q", files, pictures)
	}
	for _, key := range []string{"web", "other ports of it"} {
		o, ok, err := s.Latest(t.Context(), key)
		if err != nil || !ok || cmp.Diff(&exposure.Screenshot{Reason: "it holds a secret"}, o.Ports[0].HTTP.Screenshot) != "" || o.Ports[0].HTTP.Title != "t" {
			t.Errorf("Latest(%q) = %+v, %v, %v, want the result without its picture", key, o.Ports, ok, err)
		}
	}
	if err := s.Withdraw(t.Context(), "unknown", "https://unknown/", ""); err != nil {
		t.Errorf("Withdraw of a page without results: %v", err)
	}
}

func TestWithdrawLeavesOtherPages(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	shows(t, s, "web", pageURL, "same", noon)
	file := shows(t, s, "other", "https://other.example.com/", "same", noon)
	if err := s.Withdraw(t.Context(), "web", pageURL, "r"); err != nil {
		t.Fatal(err)
	}
	o, _, err := s.Latest(t.Context(), "other")
	if err != nil || o.Ports[0].HTTP.Screenshot.File != file || o.Ports[0].HTTP.BodyStart == "" {
		t.Errorf("Latest of another page = %+v, %v, want it as it was", o.Ports, err)
	}
	if _, err := os.Stat(filepath.Join(dir, file)); err != nil {
		t.Errorf("the picture that another page has as well: %v", err)
	}
}

func TestAProcessKilledWhileItWithdrawsLeavesNeither(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	shows(t, s, "web", pageURL, "one", noon)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	command := worker(t, "withdraw", dir)
	out, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if lines := bufio.NewScanner(out); !lines.Scan() || lines.Text() != "between" {
		t.Fatalf("the worker printed %q, want that it is between the steps", lines.Text())
	}
	if err := command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = command.Wait() // it was killed: that is its error
	s = mustOpen(t, dir)
	if o, ok, err := s.Latest(t.Context(), "web"); err != nil || !ok || o.Ports[0].HTTP.Screenshot.Text != "" || o.Ports[0].HTTP.Screenshot.File != "" {
		t.Errorf("Latest after the kill = %+v, %v, %v, want the text gone", o.Ports, ok, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if files, pictures := holding(t, dir, shownWord); len(files)+len(pictures) > 0 {
		t.Errorf("after the next Open %q hold the text, and there are pictures %q", files, pictures)
	}
}

func TestProcessesThatMakeTheKeyAtOnceHaveTheSame(t *testing.T) {
	dir := t.TempDir()
	var mu sync.Mutex
	var running sync.WaitGroup
	var keys []string
	for range 4 {
		command := worker(t, "key", dir)
		running.Go(func() {
			out, err := command.Output()
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Errorf("worker: %v", err)
			}
			keys = append(keys, strings.TrimSpace(string(out)))
		})
	}
	running.Wait()
	own, err := mustOpen(t, dir).Key(t.Context())
	if err != nil || len(own) != 32 {
		t.Fatalf("Key() = %d bytes, %v, want 32", len(own), err)
	}
	keys = append(keys, fmt.Sprintf("%x", own))
	if slices.Sort(keys); len(slices.Compact(keys)) != 1 || keys[0] == strings.Repeat("0", 64) {
		t.Errorf("keys of five processes: %d different ones, want one", len(slices.Compact(keys)))
	}
	other, err := mustOpen(t, t.TempDir()).Key(t.Context())
	if err != nil || fmt.Sprintf("%x", other) == keys[0] {
		t.Errorf("another store has the same key, %v", err)
	}
}
