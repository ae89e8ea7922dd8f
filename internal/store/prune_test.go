package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/store"
)

const day = 24 * time.Hour

// bounded opens a store at noon, with what the options say.
func bounded(t *testing.T, dir string, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	s.SetClock(func() time.Time { return noon }, nil)
	return s
}

func mustPut(t *testing.T, s *store.Store, key string, age time.Duration, title, picture string) {
	t.Helper()
	o := observation(noon.Add(-age), title, picture)
	if err := s.Put(t.Context(), key, exposure.Endpoint{ResourceAddress: key}, o); err != nil {
		t.Fatal(err)
	}
}

// titles returns those of the results of a key, newest first.
func titles(t *testing.T, s *store.Store, key string) []string {
	t.Helper()
	all, err := s.History(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, o := range all {
		title, _, _ := strings.Cut(o.Ports[0].HTTP.Title, " ")
		out = append(out, title)
	}
	return out
}

func pruneNow(t *testing.T, s *store.Store) {
	t.Helper()
	if err := s.Prune(t.Context()); err != nil {
		t.Fatalf("prune: %v", err)
	}
}

func TestResultsPastRetentionGoWithTheirEndpoint(t *testing.T) {
	s := bounded(t, t.TempDir(), store.Options{Retention: 30 * day})
	mustPut(t, s, "gone", 31*day, "gone", "")
	mustPut(t, s, "web", 31*day, "old", "")
	mustPut(t, s, "web", 29*day, "kept", "")
	pruneNow(t, s)
	got := map[string][]string{"gone": titles(t, s, "gone"), "web": titles(t, s, "web")}
	if diff := cmp.Diff(map[string][]string{"gone": {}, "web": {"kept"}}, got); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	if all, err := s.Histories(t.Context()); err != nil || len(all) != 1 || all[0].ResourceAddress != "web" {
		t.Errorf("Histories = %+v, %v, want that of web", all, err)
	}
}

func TestManyOldResultsGoInSeveralTransactions(t *testing.T) {
	s := bounded(t, t.TempDir(), store.Options{Retention: 30 * day})
	if err := s.Exec(`INSERT INTO results (endpoint, scanned_at, observation)
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT 'e' || i, 1, CAST('{}' AS BLOB) FROM n`); err != nil {
		t.Fatal(err)
	}
	mustPut(t, s, "web", 0, "kept", "")
	pruneNow(t, s)
	if n := count(t, s, "results"); n != 1 {
		t.Errorf("%d results are left, want 1", n)
	}
}

func TestFewerResultsAreKeptOnceTheOptionsSaySo(t *testing.T) {
	dir := t.TempDir()
	first := bounded(t, dir, store.Options{})
	for i := range 5 {
		mustPut(t, first, "web", time.Duration(4-i)*time.Hour, fmt.Sprint(4-i), "")
	}
	s := bounded(t, dir, store.Options{Keep: 2})
	pruneNow(t, s)
	if diff := cmp.Diff([]string{"0", "1"}, titles(t, s, "web")); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	mustPut(t, s, "web", -time.Minute, "new", "")
	if diff := cmp.Diff([]string{"new", "0"}, titles(t, s, "web")); diff != "" {
		t.Errorf("results after Put (-want +got):\n%s", diff)
	}
}

// picture keeps a picture of a size and dates it.
func picture(t *testing.T, s *store.Store, text string, size int, age time.Duration) string {
	t.Helper()
	file, err := s.PutScreenshot([]byte(text + strings.Repeat(".", size-len(text))))
	if err == nil {
		err = os.Chtimes(filepath.Join(s.Dir(), file), noon.Add(-age), noon.Add(-age))
	}
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// Every size limit takes what is next in the order: the oldest pictures, the
// oldest results but the newest of each endpoint, then the oldest of all.
func TestAStoreThatIsTooLargeLosesTheOldestPicturesThenResults(t *testing.T) {
	const kb = 1 << 10
	tests := []struct {
		limit         int64
		pictures      []string
		web, database []string
	}{
		{1000 * kb, []string{"old", "new"}, []string{"w1", "w2", "w3"}, []string{"d1"}},
		{500 * kb, []string{"new"}, []string{"w1", "w2", "w3"}, []string{"d1"}},
		{400 * kb, nil, []string{"w1", "w2", "w3"}, []string{"d1"}},
		{200 * kb, nil, []string{"w1"}, []string{"d1"}},
		{130 * kb, nil, []string{"w1"}, []string{}},
	}
	for _, test := range tests {
		s := bounded(t, t.TempDir(), store.Options{MaxBytes: test.limit})
		long := " " + strings.Repeat("x", 60*kb)
		files := map[string]string{"old": picture(t, s, "old", 150*kb, 2*day), "new": picture(t, s, "new", 150*kb, 2*day)}
		mustPut(t, s, "web", 5*day, "w3"+long, files["new"]) // and by a newer one
		mustPut(t, s, "web", 4*day, "w2"+long, files["old"])
		mustPut(t, s, "database", 3*day, "d1"+long, "")
		mustPut(t, s, "web", 2*day, "w1"+long, files["new"])
		pruneNow(t, s)
		if err := s.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		var left []string
		for _, name := range []string{"old", "new"} {
			if _, err := os.Stat(filepath.Join(s.Dir(), files[name])); err == nil {
				left = append(left, name)
			}
		}
		if diff := cmp.Diff(test.pictures, left); diff != "" {
			t.Errorf("limit %d: pictures (-want +got):\n%s", test.limit, diff)
		}
		if diff := cmp.Diff([][]string{test.web, test.database}, [][]string{titles(t, s, "web"), titles(t, s, "database")}); diff != "" {
			t.Errorf("limit %d: results of web and database (-want +got):\n%s", test.limit, diff)
		}
		checkNames(t, s, files, left)
	}
}

// checkNames checks that results name the pictures that are left and say of the
// others why they are gone.
func checkNames(t *testing.T, s *store.Store, files map[string]string, left []string) {
	t.Helper()
	there := map[string]bool{}
	for _, name := range left {
		there[files[name]] = true
	}
	all, err := s.History(t.Context(), "web")
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range all {
		switch shot := o.Ports[0].HTTP.Screenshot; {
		case shot.File != "" && !there[shot.File]:
			t.Errorf("a result names a picture that is gone: %+v", shot)
		case shot.File == "" && !strings.Contains(shot.Reason, "size"):
			t.Errorf("a result does not say why its picture is gone: %+v", shot)
		}
	}
}

func TestSpaceIsGivenBack(t *testing.T) {
	s := bounded(t, t.TempDir(), store.Options{MaxBytes: 200 << 10})
	for i := range 20 {
		mustPut(t, s, fmt.Sprint(i), time.Duration(i)*time.Hour, strings.Repeat("x", 100<<10), "")
	}
	pruneNow(t, s)
	info, err := os.Stat(filepath.Join(s.Dir(), "results.db"))
	if err != nil || info.Size() > 400<<10 {
		t.Errorf("the database has %v bytes, %v, want it near its limit", info.Size(), err)
	}
	if answer, err := s.Integrity(); err != nil || answer != "ok" {
		t.Errorf("PRAGMA integrity_check = %q, %v, want ok", answer, err)
	}
}

func TestBoundsAreAppliedOnceAnHourByAllTogether(t *testing.T) {
	dir := t.TempDir()
	now := noon
	s, other := bounded(t, dir, store.Options{}), bounded(t, dir, store.Options{})
	s.SetClock(func() time.Time { return now }, nil)
	if err := s.Exec("DELETE FROM stamps"); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		after time.Duration
		goes  bool
	}{{0, true}, {59 * time.Minute, false}, {time.Minute + time.Second, true}, {-3 * time.Hour, true}, {time.Minute, false}} { // one is of a clock set back
		now = now.Add(step.after)
		mustPut(t, other, "web", 1000*day, "old", "")
		if err := s.PruneWhenDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		if went := len(titles(t, s, "web")) == 0; went != step.goes {
			t.Errorf("after %v: the old result went: %v, want %v", step.after, went, step.goes)
		}
	}
}

// What is opened to be read is left as it is.
func TestOpenExistingRemovesNothingAndMakesNothing(t *testing.T) {
	dir := t.TempDir()
	if s, err := store.OpenExisting(t.Context(), dir); err == nil {
		s.Close()
		t.Error("OpenExisting of an empty folder = nil, want an error")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("OpenExisting left %v, %v, want nothing", entries, err)
	}
	s := bounded(t, dir, store.Options{})
	mustPut(t, s, "web", 1000*day, "old", "")
	if err := s.Exec("DELETE FROM stamps"); err != nil {
		t.Fatal(err)
	}
	again, err := store.OpenExisting(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if diff := cmp.Diff([]string{"old"}, titles(t, again, "web")); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
}

func TestAResultOfAClockThatWasSetBackIsForgotten(t *testing.T) {
	s := bounded(t, t.TempDir(), store.Options{})
	mustPut(t, s, "web", -365*day, "future", "")
	mustPut(t, s, "web", 0, "now", "")
	if diff := cmp.Diff([]string{"now"}, titles(t, s, "web")); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
}

func TestStampsOfTurnsThatAreOverArePruned(t *testing.T) {
	dir := t.TempDir()
	s := bounded(t, dir, store.Options{})
	for address, next := range map[string]time.Time{
		"over": time.Now().Add(-time.Hour), "just over": time.Now().Add(-time.Second), "ahead": time.Now().Add(time.Second), "of a clock set back": time.Now().AddDate(1, 0, 0),
	} {
		if err := s.Exec("INSERT INTO throttle (address, next) VALUES (?, ?)", address, next.UnixMicro()); err != nil {
			t.Fatal(err)
		}
	}
	mustOpen(t, dir)
	if n := count(t, s, "throttle"); n != 2 {
		t.Errorf("%d stamps are left, want the two that may hold somebody up", n)
	}
}

func count(t *testing.T, s *store.Store, table string) int {
	t.Helper()
	n, err := s.Count(table)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
