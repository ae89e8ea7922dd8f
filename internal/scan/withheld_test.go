package scan_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
)

// stored returns the names and the bytes of everything below the folder.
func stored(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		fmt.Fprintln(&all, path, string(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

func TestARequestHeaderThatIsRepeatedIsNotKept(t *testing.T) {
	const word = "qyv8Lw3nTk"
	for name, value := range map[string]string{"a plain value": word, "a credential": "Bearer " + word, "a token": planted} {
		t.Run(name, func(t *testing.T) {
			server := probetest.HTTP(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				sent := r.Header.Get("X-Pass")
				last := sent[strings.LastIndex(sent, " ")+1:]
				w.Header().Set("X-Echo", sent)
				w.Header().Set("Location", "https://login.example.com/?h="+last)
				w.Header().Set("Www-Authenticate", `Basic realm="`+last+`"`)
				fmt.Fprintf(w, "<title>for %s</title><meta name=generator content=\"WordPress %s\"><p>%s and %s</p>", sent, last, sent, last)
			}))
			v := scan.Validation{Request: request(t, at("a", server.Addr))}
			v.Settings = webPorts(v.Settings, server.Addr)
			v.Settings.RequestHeaders = map[string]string{"X-Pass": value, "X-Short": "abc"}
			v.Settings.Screenshots, v.BrowserPath = true, filepath.Join(t.TempDir(), "must-not-start")
			r := validate(t, v)
			text := checkJSON(t, r)
			h := r.Results[0].Observed.Ports[0].HTTP
			if !strings.Contains(h.BodyStart, "[redacted] and [redacted]") || h.Title != "for [redacted]" {
				t.Errorf("title %q, body %q, want them without the value", h.Title, h.BodyStart)
			}
			if h.Screenshot == nil || !strings.Contains(h.Screenshot.Reason, "repeats a request header") {
				t.Errorf("screenshot %+v, want none for the header", h.Screenshot)
			}
			if strings.Contains(strings.Join(rules(r.Findings), " "), "secret-exposed") {
				t.Errorf("findings %v, want no leak of what was sent", rules(r.Findings))
			}
			if err := v.Store.Close(); err != nil {
				t.Fatal(err)
			}
			last := value[strings.LastIndex(value, " ")+1:]
			for what, kept := range map[string]string{"the report": text, "the store": stored(t, v.Store.Dir()), "the warnings": strings.Join(r.Warnings, " ")} {
				if strings.Contains(kept, last) {
					t.Errorf("%s holds %q", what, last)
				}
			}
		})
	}
}

func TestASecretThatAScriptBuildsLeavesNoBody(t *testing.T) {
	t.Parallel()
	browser(t)
	const header = "qyv8Lw3nTk"
	for name, text := range map[string]string{"a secret": "token " + planted, "a request header": "for " + header} {
		backwards := []byte(text)
		slices.Reverse(backwards)
		encoded := base64.StdEncoding.EncodeToString(backwards) // base64 alone is looked through
		page := probetest.HTTP(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, "<title>t</title><body><script>document.body.textContent = [...atob('%s')].reverse().join('')</script>", encoded)
		}))
		r := request(t, at("a", page.Addr))
		r.Settings = webPorts(r.Settings, page.Addr)
		r.Settings.Screenshots, r.Settings.RequestHeaders = true, map[string]string{"X-Pass": header}
		outcome := run(t, r)
		h := only(t, outcome).Observed.Ports[0].HTTP
		if h.BodyStart != "" || h.Screenshot == nil || h.Screenshot.File != "" || h.Screenshot.Text != "" || !strings.Contains(h.Screenshot.Reason, "so no picture") {
			t.Errorf("%s: body %q, screenshot %+v, warnings %q, want neither", name, h.BodyStart, h.Screenshot, outcome.Warnings)
		}
		if err := r.Store.Close(); err != nil {
			t.Fatal(err)
		}
		if kept := stored(t, r.Store.Dir()); strings.Contains(kept, encoded) || strings.Contains(kept, ".png") {
			t.Errorf("%s: the store holds the body or a picture", name)
		}
	}
}

func TestWhatCannotBeSearchedInTimeIsNotKept(t *testing.T) {
	scan.SearchFor(t, time.Nanosecond)
	server := probetest.HTTP(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Debug", "token="+planted)
		fmt.Fprintf(w, "<title>token %[1]s</title>token %[1]s", planted)
	}))
	r := request(t, at("a", server.Addr))
	r.Settings = webPorts(r.Settings, server.Addr)
	r.Settings.Screenshots, r.BrowserPath = true, filepath.Join(t.TempDir(), "must-not-start")
	outcome := run(t, r)
	h := only(t, outcome).Observed.Ports[0].HTTP
	if h.BodyStart != "" || h.Title != "" || h.Screenshot == nil || !strings.Contains(h.Screenshot.Reason, "could not be searched") {
		t.Errorf("title %q, body %q, screenshot %+v, want nothing", h.Title, h.BodyStart, h.Screenshot)
	}
	for _, header := range h.Headers {
		if header.Name == "X-Debug" && header.Value != "" {
			t.Errorf("header %s is %q, want it empty", header.Name, header.Value)
		}
	}
	if len(outcome.Warnings) > 0 {
		t.Errorf("warnings %q, want none: no browser is due", outcome.Warnings)
	}
}

// A browser that never answers stands for the start of a slow one.
func TestCancellingEndsTheStartOfABrowser(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the program is a shell script")
	}
	dir := t.TempDir()
	started := filepath.Join(dir, "started")
	slow := filepath.Join(dir, "browser")
	if err := os.WriteFile(slow, []byte("#!/bin/sh\n: > '"+started+"'\nexec sleep 30\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	page := probetest.HTTP(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") }))
	r := request(t, at("a", page.Addr))
	r.Settings = webPorts(r.Settings, page.Addr)
	r.Settings.Screenshots, r.BrowserPath = true, slow
	ctx, cancel := context.WithCancelCause(timeout(t, 10*time.Second))
	why := errors.New("enough")
	var ended time.Time
	go func() {
		for ctx.Err() == nil {
			if _, err := os.Stat(started); err == nil {
				ended = time.Now()
				cancel(why)
			}
			time.Sleep(time.Millisecond)
		}
	}()
	_, err := scan.Run(ctx, r)
	if !errors.Is(err, why) {
		t.Fatalf("Run = %v, want the cause", err)
	}
	if took := time.Since(ended); took > 5*time.Second {
		t.Errorf("Run took %v after it was cancelled, want it back soon", took)
	}
}
