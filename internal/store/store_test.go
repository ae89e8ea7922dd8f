package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/store"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func mustOpen(t *testing.T, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatalf("Open(%q): %v", dir, err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func observation(at time.Time, title, picture string) exposure.Observation {
	o := exposure.Observation{
		PortStatus: exposure.StatusOpen, ResolvedAddresses: []string{"203.0.113.7"}, PortsProbed: 1,
		Severity: exposure.SeverityHigh, ScannedAt: at,
		Ports: []exposure.PortObservation{{Port: 443, Result: exposure.Open, Severity: exposure.SeverityHigh, HTTP: &exposure.HTTPObservation{
			Status: "2xx", StatusCode: 200, Title: title,
			Technologies: []exposure.Technology{}, Authentication: []exposure.Authentication{},
		}}},
	}
	if picture != "" {
		o.Ports[0].HTTP.Screenshot = &exposure.Screenshot{File: picture}
	}
	return o
}

func TestOpenMakesAFolderForItsOwnerAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a?b#c%20 d", ".dynamicscan")
	s := mustOpen(t, dir)
	if s.Dir() != dir {
		t.Errorf("Dir() = %q, want %q", s.Dir(), dir)
	}
	if got, err := os.ReadFile(filepath.Join(dir, ".gitignore")); err != nil || string(got) != "*\n" {
		t.Errorf(".gitignore = %q, %v, want an asterisk", got, err)
	}
	if runtime.GOOS == "windows" {
		return // it has no such modes
	}
	want := map[string]os.FileMode{dir: 0o700, filepath.Join(dir, "screenshots"): 0o700, filepath.Join(dir, "results.db"): 0o600}
	for name, mode := range want {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != mode {
			t.Errorf("mode of %s = %v, %v, want %v", name, info, err, mode)
		}
	}
	entries, err := filepath.Glob(filepath.Join(filepath.Dir(filepath.Dir(dir)), "*"))
	if err != nil || len(entries) != 1 {
		t.Errorf("Open left %v beside its folder, want nothing", entries)
	}
}

func TestOpenKeepsWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ".gitignore"), []byte("mine\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	first := mustOpen(t, dir)
	want := observation(noon, "Grafana", "")
	if err := first.Put(t.Context(), "web", exposure.Endpoint{}, want); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	got, ok, err := mustOpen(t, dir).Latest(t.Context(), "web")
	if diff := cmp.Diff(want, got); err != nil || !ok || diff != "" {
		t.Errorf("Latest after reopening = %v, %v (-want +got):\n%s", ok, err, diff)
	}
	if text, _ := os.ReadFile(filepath.Join(dir, ".gitignore")); string(text) != "mine\n" {
		t.Errorf(".gitignore = %q, want the user's own", text)
	}
}

func TestOpenRefusesWhatItCannotUse(t *testing.T) {
	write := func(name, text string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	change := func(statement string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			s := mustOpen(t, dir)
			if err := errors.Join(s.Exec(statement), s.Close()); err != nil {
				t.Fatal(err)
			}
		}
	}
	tests := []struct {
		name, below string
		prepare     func(*testing.T, string)
		want        string
	}{
		{"the folder is a file", "file", write("file", "x"), "file"},
		{"the database is a folder", "", func(t *testing.T, dir string) {
			if err := os.Mkdir(filepath.Join(dir, "results.db"), 0o700); err != nil {
				t.Fatal(err)
			}
		}, "results.db cannot be written"},
		{"not a database", "", write("results.db", strings.Repeat("this is no database ", 100)), "results.db is not a database"},
		{"newer schema", "", change("PRAGMA user_version = 99"), "a newer version of this program wrote it: schema version 99, this one knows up to 3"},
		{"no schema version", "", change("PRAGMA user_version = 0"), "no valid schema version"},
		{"another program", "", change("PRAGMA application_id = 7"), "the database of another program"},
		{"another program without id", "", func(t *testing.T, dir string) {
			db, err := sql.Open("sqlite", filepath.Join(dir, "results.db"))
			if err == nil {
				_, err = db.Exec("CREATE TABLE songs (name TEXT)")
			}
			if err := errors.Join(err, db.Close()); err != nil {
				t.Fatal(err)
			}
		}, "the database of another program"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			test.prepare(t, dir)
			s, err := store.Open(t.Context(), filepath.Join(dir, test.below), store.Options{})
			if err == nil {
				s.Close()
				t.Fatalf("Open = nil, want an error with %q", test.want)
			}
			if !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "open store "+dir) {
				t.Errorf("Open = %q, want the folder and %q", err, test.want)
			}
		})
	}
}

func TestOpenRefusesAStoreThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	if err := mustOpen(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"results.db", ""} {
		if err := os.Chmod(filepath.Join(dir, name), 0o500); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(filepath.Join(dir, name), 0o700) })
	}
	if file, err := os.Create(filepath.Join(dir, "probe")); err == nil {
		file.Close()
		t.Skip("this user writes where it is not allowed to")
	}
	if s, err := store.Open(t.Context(), dir, store.Options{}); err == nil {
		s.Close()
		t.Error("Open of a read-only store = nil, want an error")
	}
}

func TestOpenEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if s, err := store.Open(ctx, t.TempDir(), store.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Open after cancel = %v, %v, want %v", s, err, context.Canceled)
	}
}

func TestLatestIsTheNewestByItsOwnTime(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	for _, minute := range []int{2, 3, 1} {
		if err := s.Put(t.Context(), "web", exposure.Endpoint{}, observation(noon.Add(time.Duration(minute)*time.Minute), fmt.Sprint(minute), "")); err != nil {
			t.Fatal(err)
		}
	}
	got, ok, err := s.Latest(t.Context(), "web")
	if err != nil || !ok || got.Ports[0].HTTP.Title != "3" {
		t.Errorf("Latest = %+v, %v, %v, want the one of minute 3", got, ok, err)
	}
	if got, ok, err := s.Latest(t.Context(), "database"); ok || err != nil {
		t.Errorf("Latest of an endpoint without result = %+v, %v, %v, want none", got, ok, err)
	}
}

func TestPutDoesNotKeepWhereAResultCameFrom(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	o := observation(noon, "x", "")
	o.FromStore = true
	if err := s.Put(t.Context(), "web", exposure.Endpoint{}, o); err != nil {
		t.Fatal(err)
	}
	if got, ok, err := s.Latest(t.Context(), "web"); err != nil || !ok || got.FromStore {
		t.Errorf("Latest = %+v, %v, %v, want FromStore false", got, ok, err)
	}
}

func TestPutRefusesAResultWithoutEndpointOrTime(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	if err := s.Put(t.Context(), "", exposure.Endpoint{}, observation(noon, "x", "")); err == nil {
		t.Error(`Put("") = nil, want an error`)
	}
	if err := s.Put(t.Context(), "web", exposure.Endpoint{}, exposure.Observation{}); err == nil {
		t.Error("Put without time = nil, want an error")
	}
}

func TestPutKeepsTheTenNewestOfEachEndpoint(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	if err := s.Put(t.Context(), "other", exposure.Endpoint{}, observation(noon.Add(-time.Hour), "kept", "")); err != nil {
		t.Fatal(err)
	}
	for i := range 14 {
		if err := s.Put(t.Context(), "web", exposure.Endpoint{}, observation(noon.Add(time.Duration(i)*time.Minute), fmt.Sprint(i), "")); err != nil {
			t.Fatal(err)
		}
	}
	// Ten deletions of the newest leave nothing, so exactly ten were kept.
	for i := 13; i > 3; i-- {
		got, ok, err := s.Latest(t.Context(), "web")
		if err != nil || !ok || got.Ports[0].HTTP.Title != fmt.Sprint(i) {
			t.Fatalf("Latest = %+v, %v, %v, want number %d", got, ok, err, i)
		}
		if err := s.Exec("DELETE FROM results WHERE endpoint = 'web' AND scanned_at = ?", got.ScannedAt.UnixMicro()); err != nil {
			t.Fatal(err)
		}
	}
	if got, ok, err := s.Latest(t.Context(), "web"); ok || err != nil {
		t.Errorf("an eleventh result is kept: %+v, %v, %v", got, ok, err)
	}
	if _, ok, err := s.Latest(t.Context(), "other"); !ok || err != nil {
		t.Errorf("Latest of the other endpoint = %v, %v, want it kept", ok, err)
	}
}

func TestLatestOfAResultThatCannotBeReadIsAnErrorUntilTheNextPut(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	for _, garbage := range []string{"", "{", `{"port_status":7}`, `{"severity":"urgent"}`, "{}", "null"} {
		if err := s.Exec("INSERT INTO results (endpoint, scanned_at, observation) VALUES ('web', 0, CAST(? AS BLOB))", garbage); err != nil {
			t.Fatal(err)
		}
		if got, ok, err := s.Latest(t.Context(), "web"); err == nil || ok {
			t.Errorf("Latest of %q = %+v, %v, nil, want an error", garbage, got, ok)
		}
	}
	if err := s.Put(t.Context(), "web", exposure.Endpoint{}, observation(noon, "new", "")); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := s.Latest(t.Context(), "web"); err != nil || !ok {
		t.Errorf("Latest after Put = %v, %v, want a result", ok, err)
	}
}
