package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/store"
)

// The tests below run several processes on one store: this test binary again,
// which TestMain turns into a worker when the environment says so.
const (
	roleVariable = "DYNAMICSCAN_STORE_TEST_ROLE"
	dirVariable  = "DYNAMICSCAN_STORE_TEST_DIR"

	turnsEach     = 8
	shortInterval = 40 * time.Millisecond
)

var shared = netip.MustParseAddrPort("203.0.113.7:443")

func TestMain(m *testing.M) {
	role := os.Getenv(roleVariable)
	if role == "" {
		os.Exit(m.Run())
	}
	if err := work(role, os.Getenv(dirVariable)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// work is what a worker does: it prints the time of each of its turns or the
// store's key, or writes or withdraws until it is killed, or migrates, up to a
// version where it waits for that.
func work(role, dir string) error {
	ctx := context.Background()
	if do := systemRoles[role]; do != nil {
		return do(ctx, dir)
	}
	if version, stops := strings.CutPrefix(role, "migrate "); stops || role == "open" {
		return migrateSlowly(ctx, dir, version)
	}
	s, err := store.Open(ctx, dir, store.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	s.SetInterval(shortInterval)
	switch role {
	case "withdraw":
		return withdrawn(ctx, s)
	case "key":
		key, err := s.Key(ctx)
		fmt.Printf("%x\n", key)
		return err
	}
	for i := 0; role == "writer" || i < turnsEach; i++ {
		if role == "turns" {
			if err := s.Wait(ctx, shared); err != nil {
				return err
			}
			fmt.Println(time.Now().UnixMicro())
			continue
		}
		_, err := s.PutScreenshot(fmt.Appendf(nil, "picture %d", i))
		if err := errors.Join(err, s.Put(ctx, "web", exposure.Endpoint{}, observation(noon.Add(time.Duration(i)*time.Second), fmt.Sprint(i), ""))); err != nil {
			return err
		}
		fmt.Println(i)
	}
	return nil
}

// systemRoles are those that only some systems have.
var systemRoles = map[string]func(ctx context.Context, dir string) error{}

// migrateSlowly opens a store, and stays in the migration to a version.
func migrateSlowly(ctx context.Context, dir, version string) error {
	s, err := store.OpenSlowly(ctx, dir, func(v int) {
		time.Sleep(20 * time.Millisecond)
		if strconv.Itoa(v) == version {
			fmt.Println("there")
			time.Sleep(time.Minute)
		}
	})
	if err != nil {
		return err
	}
	return s.Close()
}

func worker(t *testing.T, role, dir string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), self)
	command.Env = append(os.Environ(), roleVariable+"="+role, dirVariable+"="+dir)
	command.Stderr = os.Stderr
	return command
}

func TestProcessesThatMakeOneStoreAtOnceTakeTurns(t *testing.T) {
	dir := t.TempDir()
	var mu sync.Mutex
	var running sync.WaitGroup
	turns := []int64{}
	start := time.Now().UnixMicro()
	for range 4 {
		command := worker(t, "turns", dir)
		running.Go(func() {
			out, err := command.Output()
			if err != nil {
				t.Errorf("worker: %v", err)
			}
			mu.Lock()
			defer mu.Unlock()
			for line := range strings.Lines(string(out)) {
				turn, err := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
				if err != nil {
					t.Errorf("worker printed %q", line)
				}
				turns = append(turns, turn)
			}
		})
	}
	running.Wait()
	slices.Sort(turns)
	if len(turns) != 4*turnsEach {
		t.Fatalf("%d turns, want %d", len(turns), 4*turnsEach)
	}
	// A late wake-up may bring two turns together. Turn n is never earlier than n
	// intervals after the first could be.
	for i, turn := range turns {
		after, least := time.Duration(turn-start)*time.Microsecond, time.Duration(i)*shortInterval-time.Millisecond
		if after < least {
			t.Errorf("turn %d came %v after the start, want at least %v", i, after, least)
		}
	}
}

func TestAWriterThatIsKilledHarmsNobody(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir)
	for round := range 3 {
		command := worker(t, "writer", dir)
		out, err := command.StdoutPipe()
		if err == nil {
			err = command.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for written := 0; written < 20; written++ {
			if !lines.Scan() {
				t.Fatalf("round %d: the writer ended by itself after %d results", round, written)
			}
			if err := s.Put(t.Context(), "database", exposure.Endpoint{}, observation(noon.Add(time.Duration(written)*time.Second), "mine", "")); err != nil {
				t.Fatalf("round %d: Put while another process writes: %v", round, err)
			}
		}
		if err := command.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = command.Wait() // it was killed: that is its error
		if err := s.Put(t.Context(), "database", exposure.Endpoint{}, observation(noon.Add(time.Hour), "after", "")); err != nil {
			t.Errorf("round %d: Put after the kill: %v", round, err)
		}
		if _, ok, err := s.Latest(t.Context(), "web"); err != nil || !ok {
			t.Errorf("round %d: Latest of the killed writer = %v, %v, want a whole result", round, ok, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again := mustOpen(t, dir)
	if got, err := again.Integrity(); err != nil || got != "ok" {
		t.Errorf("PRAGMA integrity_check = %q, %v, want ok", got, err)
	}
}

func TestAStoreIsSafeForConcurrentUse(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	s.SetInterval(time.Millisecond)
	var running sync.WaitGroup
	for i := range 16 {
		running.Go(func() {
			key := fmt.Sprint(i % 4)
			_, errPicture := s.PutScreenshot([]byte(key))
			err := errors.Join(errPicture, s.Wait(t.Context(), shared), s.Put(t.Context(), key, exposure.Endpoint{}, observation(noon, key, "")))
			if err != nil {
				t.Errorf("worker %d: %v", i, err)
			}
			if got, ok, err := s.Latest(t.Context(), key); err != nil || !ok || got.Ports[0].HTTP.Title != key {
				t.Errorf("Latest(%q) = %+v, %v, %v", key, got, ok, err)
			}
		})
	}
	running.Wait()
}
