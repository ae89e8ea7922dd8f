package screenshot_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/screenshot"
)

// program makes an executable file and returns its path.
func program(t *testing.T, dir, name string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFindPrefersTheHeadlessShell(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	t.Setenv("PATH", first+string(filepath.ListSeparator)+second)
	chrome := program(t, first, "google-chrome")
	for _, at := range []struct{ dir, name string }{{first, "google-chrome"}, {first, "chromium"}, {second, "chromium-headless-shell"}} {
		want := program(t, at.dir, at.name)
		if got, err := screenshot.Find(""); err != nil || got != want {
			t.Errorf(`Find("") = %q, %v, want %q`, got, err, want)
		}
	}
	if got, err := screenshot.Find(chrome); err != nil || got != chrome {
		t.Errorf("Find(%q) = %q, %v, want the path itself", chrome, got, err)
	}
	if got, err := screenshot.Find("google-chrome"); err != nil || got != chrome {
		t.Errorf("Find(google-chrome) = %q, %v, want %q", got, err, chrome)
	}
}

func TestFindTakesNothingElseThanTheGivenPath(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	program(t, dir, "chromium")
	missing := filepath.Join(dir, "missing")
	if got, err := screenshot.Find(missing); err == nil || errors.Is(err, screenshot.ErrNoBrowser) || !strings.Contains(err.Error(), missing) {
		t.Errorf("Find(%q) = %q, %v, want an error that names the path", missing, got, err)
	}
}

func TestFindWithoutABrowserSaysWhatToInstall(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("a browser may be installed outside PATH")
	}
	dir := t.TempDir()
	t.Chdir(dir)
	program(t, dir, "chromium")
	if err := os.Mkdir(filepath.Join(dir, "bin"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "bin", "chromium"), nil, 0o600); err != nil { // not executable
		t.Fatal(err)
	}
	for _, path := range []string{"", ".", filepath.Join(dir, "bin")} {
		t.Setenv("PATH", path)
		got, err := screenshot.Find("")
		if !errors.Is(err, screenshot.ErrNoBrowser) || !strings.Contains(err.Error(), "install chromium-headless-shell or chromium") {
			t.Errorf(`with PATH=%q Find("") = %q, %v, want ErrNoBrowser`, path, got, err)
		}
	}
	if _, err := screenshot.Launch(t.Context(), screenshot.Options{}); !errors.Is(err, screenshot.ErrNoBrowser) {
		t.Errorf("Launch() = %v, want ErrNoBrowser", err)
	}
}

func TestInstalledKnowsSystemsThatDoNotUsePATH(t *testing.T) {
	env := func(values map[string]string) func(string) string {
		return func(name string) string { return values[name] }
	}
	if got := screenshot.Installed("linux", env(nil)); len(got) != 0 {
		t.Errorf("Installed(linux) = %q, want none", got)
	}
	want := []string{
		filepath.FromSlash("/Applications/Chromium.app/Contents/MacOS/Chromium"),
		filepath.FromSlash("/Users/ann/Applications/Chromium.app/Contents/MacOS/Chromium"),
		filepath.FromSlash("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
		filepath.FromSlash("/Users/ann/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
	}
	if runtime.GOOS != "windows" {
		if diff := cmp.Diff(want, screenshot.Installed("darwin", env(map[string]string{"HOME": "/Users/ann"}))); diff != "" {
			t.Errorf("Installed(darwin) differs (-want +got):\n%s", diff)
		}
	}
	got := screenshot.Installed("windows", env(map[string]string{"ProgramFiles": "C:"}))
	if want := filepath.Join("C:", "Google", "Chrome", "Application", "chrome.exe"); !slices.Contains(got, want) || len(got) != 2 {
		t.Errorf("Installed(windows) = %q, want two with %q", got, want)
	}
}

func TestArgumentsKeepTheBrowserToItself(t *testing.T) {
	for _, sandbox := range []bool{false, true} {
		got := screenshot.Arguments("/p", 1280, 800, sandbox)
		if slices.Contains(got, "--no-sandbox") == sandbox {
			t.Errorf("Arguments(sandbox=%t) = %q", sandbox, got)
		}
		for _, want := range []string{"--remote-debugging-pipe", "--user-data-dir=/p", "--proxy-bypass-list=<-loopback>", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"} {
			if !slices.Contains(got, want) {
				t.Errorf("Arguments(sandbox=%t) lacks %q", sandbox, want)
			}
		}
		for _, argument := range got {
			if strings.HasPrefix(argument, "--remote-debugging-port") {
				t.Errorf("Arguments(sandbox=%t) opens a port: %q", sandbox, argument)
			}
		}
	}
}

func TestLastLineTellsHowTheBrowserEnded(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "",
		"one\ntwo\n\n":               "two",
		"[1:FATAL:a.cc] why\nafter":  "[1:FATAL:a.cc] why",
		"\x1b[31mred\x1b[0m\u202e":   "\uFFFD[31mred\uFFFD[0m\uFFFD",
		strings.Repeat("é", 10_000):  strings.Repeat("é", 200),
		strings.Repeat("\n", 10_000): "",
	} {
		if got := screenshot.LastLine(text); got != want {
			t.Errorf("LastLine(%.20q) = %q, want %q", text, got, want)
		}
	}
}
