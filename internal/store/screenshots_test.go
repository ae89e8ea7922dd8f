package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

func TestAScreenshotIsKeptUnderItsContent(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	png := []byte("\x89PNG picture")
	file, err := s.PutScreenshot(png)
	if err != nil || !regexp.MustCompile(`^screenshots/[0-9a-f]{64}\.png$`).MatchString(file) {
		t.Fatalf("PutScreenshot = %q, %v, want screenshots/<sha256>.png", file, err)
	}
	name := filepath.Join(s.Dir(), filepath.FromSlash(file))
	got, err := os.ReadFile(name)
	if err != nil || !bytes.Equal(got, png) {
		t.Errorf("%s = %q, %v, want the picture", file, got, err)
	}
	if info, err := os.Stat(name); runtime.GOOS != "windows" && (err != nil || info.Mode().Perm() != 0o600) {
		t.Errorf("mode of %s = %v, %v, want 0600", file, info, err)
	}
	again, err := s.PutScreenshot(png)
	other, errOther := s.PutScreenshot([]byte("\x89PNG another"))
	if again != file || other == file || err != nil || errOther != nil {
		t.Errorf("PutScreenshot again = %q, %v, of another = %q, %v", again, err, other, errOther)
	}
	if entries, err := os.ReadDir(filepath.Dir(name)); err != nil || len(entries) != 2 {
		t.Errorf("screenshots = %v, %v, want two files", entries, err)
	}
}

func TestAHalfWrittenScreenshotIsWrittenAgain(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	png := []byte("\x89PNG picture")
	file, err := s.PutScreenshot(png)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(s.Dir(), file)
	if err := os.Truncate(name, 3); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PutScreenshot(png); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(name); err != nil || !bytes.Equal(got, png) {
		t.Errorf("%s = %q, %v, want the whole picture", file, got, err)
	}
}

func TestPutScreenshotRefusesNothingAndAMissingFolder(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	if file, err := s.PutScreenshot(nil); err == nil {
		t.Errorf("PutScreenshot(nil) = %q, want an error", file)
	}
	if err := os.RemoveAll(filepath.Join(s.Dir(), "screenshots")); err != nil {
		t.Fatal(err)
	}
	if file, err := s.PutScreenshot([]byte("x")); err == nil {
		t.Errorf("PutScreenshot without folder = %q, want an error", file)
	}
}

func TestRemoveScreenshotRemovesScreenshotsAlone(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	file, err := s.PutScreenshot([]byte("\x89PNG picture"))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time it is gone already
		if err := s.RemoveScreenshot(file); err != nil {
			t.Errorf("RemoveScreenshot(%q) = %v, want nil", file, err)
		}
	}
	if _, err := os.Stat(filepath.Join(s.Dir(), file)); err == nil {
		t.Errorf("%s is still there", file)
	}
	foreign := []string{
		"", "results.db", "../outside.png", "screenshots/../results.db", "screenshots/x.png",
		"/" + file, "screenshots/" + strings.Repeat("a", 64) + ".png/../../results.db", file + "\n",
	}
	for _, name := range foreign {
		if err := s.RemoveScreenshot(name); err == nil {
			t.Errorf("RemoveScreenshot(%q) = nil, want an error", name)
		}
	}
	if _, err := os.Stat(filepath.Join(s.Dir(), "results.db")); err != nil {
		t.Errorf("results.db: %v", err)
	}
}

func TestSweepRemovesOldScreenshotsThatNoResultNames(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	put := func(text string, age time.Duration) string {
		t.Helper()
		file, err := s.PutScreenshot([]byte(text))
		if err == nil {
			err = os.Chtimes(filepath.Join(s.Dir(), file), time.Now(), time.Now().Add(-age))
		}
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
	named, unnamed, recent := put("named", 2*time.Hour), put("unnamed", 2*time.Hour), put("recent", 0)
	again := put("stored again", 2*time.Hour)
	if _, err := s.PutScreenshot([]byte("stored again")); err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join("screenshots", "notes.txt")
	if err := os.WriteFile(filepath.Join(s.Dir(), foreign), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(filepath.Join(s.Dir(), foreign), noon.AddDate(-9, 0, 0), noon.AddDate(-9, 0, 0)); err != nil {
		t.Fatal(err)
	}
	if err := s.Put(t.Context(), "web", exposure.Endpoint{}, observation(noon, "x", named)); err != nil {
		t.Fatal(err)
	}
	if err := s.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]bool{named: true, unnamed: false, recent: true, again: true, foreign: true} {
		if _, err := os.Stat(filepath.Join(s.Dir(), file)); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", file, err == nil, want)
		}
	}
	// Ten newer results of the endpoint take the last mention away.
	for i := range 10 {
		if err := s.Put(t.Context(), "web", exposure.Endpoint{}, observation(noon.Add(time.Duration(i+1)*time.Hour), "x", "")); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(s.Dir(), named)); err == nil {
		t.Errorf("%s is there after its last result was forgotten", named)
	}
}
