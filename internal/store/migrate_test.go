package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/store"
)

// forever keeps what the fixtures hold.
var forever = store.Options{Retention: 1000 * 365 / 4 * day}

// earlier makes a store as an earlier version left it.
func earlier(t *testing.T, version int) (dir string) {
	t.Helper()
	dir = t.TempDir()
	statements, err := os.ReadFile(filepath.Join("testdata", fmt.Sprintf("version%d.sql", version)))
	if err != nil {
		t.Fatal(err)
	}
	withDatabase(t, dir, func(db *sql.DB) {
		if _, err := db.Exec(string(statements)); err != nil {
			t.Fatalf("version %d: %v", version, err)
		}
	})
	return dir
}

func withDatabase(t *testing.T, dir string, do func(*sql.DB)) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "results.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	do(db)
}

// checkKept checks that the results of a fixture are there.
func checkKept(t *testing.T, dir string) {
	t.Helper()
	s, err := store.Open(t.Context(), dir, forever)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	all, err := s.Histories(t.Context())
	if err != nil || len(all) != 1 {
		t.Fatalf("Histories = %+v, %v, want one", all, err)
	}
	changes := []string{"closed, was open", "closed 443", "no HTTP answer, was HTTP 200", `title "", was "Grafana"`}
	if diff := cmp.Diff(changes, all[0].Looks[0].Changes); diff != "" || len(all[0].Looks) != 2 || all[0].Looks[0].Severity != nil || all[0].Host != "203.0.113.7" {
		t.Errorf("history %+v, want two looks that nobody judged; changes (-want +got):\n%s", all[0], diff)
	}
	if answer, err := s.Integrity(); err != nil || answer != "ok" {
		t.Errorf("PRAGMA integrity_check = %q, %v, want ok", answer, err)
	}
	// The next result says what all of the key are about.
	if err := s.Put(t.Context(), "web", exposure.Endpoint{ResourceAddress: "aws_instance.web", Host: "203.0.113.7"}, observation(noon.Add(2*time.Hour), "new", "")); err != nil {
		t.Fatal(err)
	}
	if all, err = s.Histories(t.Context()); err != nil || len(all) != 1 || len(all[0].Looks) != 3 || all[0].ResourceAddress != "aws_instance.web" {
		t.Errorf("Histories after Put = %+v, %v, want one with three looks at aws_instance.web", all, err)
	}
}

func TestAStoreOfAnEarlierVersionKeepsItsResults(t *testing.T) {
	for version := 1; version <= 2; version++ {
		checkKept(t, earlier(t, version))
	}
}

func TestAMigrationThatIsKilledLeavesTheEarlierVersion(t *testing.T) {
	for kill := 2; kill <= 3; kill++ { // in the transaction, after the step to this version
		dir := earlier(t, 1)
		command := worker(t, fmt.Sprintf("migrate %d", kill), dir)
		out, err := command.StdoutPipe()
		if err == nil {
			err = command.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fscanln(out, new(string)); err != nil {
			t.Fatalf("the worker did not come to version %d: %v", kill, err)
		}
		if err := command.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = command.Wait() // it was killed: that is its error
		withDatabase(t, dir, func(db *sql.DB) {
			var version, tables int
			err := errors.Join(db.QueryRow("PRAGMA user_version").Scan(&version),
				db.QueryRow("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'").Scan(&tables))
			if err != nil || version != 1 || tables != 3 {
				t.Errorf("killed at version %d: version %d with %d tables, %v, want 1 with 3", kill, version, tables, err)
			}
		})
		checkKept(t, dir)
	}
}

func TestProcessesThatMigrateAtOnceMigrateOnce(t *testing.T) {
	dir := earlier(t, 1)
	var running sync.WaitGroup
	for range 4 {
		command := worker(t, "open", dir)
		running.Go(func() {
			if err := command.Run(); err != nil {
				t.Errorf("worker: %v", err)
			}
		})
	}
	running.Wait()
	checkKept(t, dir)
}

func TestADatabaseThatIsLockedForTooLongIsAnError(t *testing.T) {
	dir := t.TempDir()
	holder := mustOpen(t, dir)
	if err := holder.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	s, err := store.OpenImpatiently(t.Context(), dir, 100*time.Millisecond)
	if err == nil {
		s.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "another process held the database for 100ms") {
		t.Errorf("Open = %v, want an error that tells of the lock", err)
	}
}

// The ways to lock files that are for other systems share no memory.
func TestAFolderWithoutSharedMemoryIsAnError(t *testing.T) {
	s, err := store.OpenThrough(t.Context(), t.TempDir(), "unix-dotfile")
	if err == nil {
		s.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "does not support a shared write-ahead log") {
		t.Errorf("Open = %v, want an error that tells why", err)
	}
}
