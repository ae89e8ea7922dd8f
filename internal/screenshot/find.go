package screenshot

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
)

// ErrNoBrowser means that no browser is installed. Its message says what to install.
var ErrNoBrowser = errors.New("no browser found: install chromium-headless-shell or chromium, or set browser_path")

// names are looked for on PATH in this order: the headless shell needs a
// quarter of the time of the full browser and has no background traffic.
var names = []string{
	"chromium-headless-shell", "headless_shell", "chrome-headless-shell",
	"chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
}

// Find returns the executable to start. A path that is not empty is the only
// one considered: it is a file, or a name to look for on PATH. Otherwise the
// known names are looked for on PATH, then where macOS and Windows install
// them. Executables in the current folder are never taken by name.
//
// Without any browser the error is [ErrNoBrowser].
func Find(path string) (string, error) {
	if path != "" {
		found, err := exec.LookPath(path)
		if err != nil {
			return "", fmt.Errorf("find the browser: %w", err)
		}
		return found, nil
	}
	for _, candidate := range slices.Concat(names, installed(runtime.GOOS, os.Getenv)) {
		// LookPath takes names and whole paths alike, and answers ErrDot for
		// a name that PATH finds in the current folder only.
		if found, err := exec.LookPath(candidate); err == nil {
			return found, nil
		}
	}
	return "", ErrNoBrowser
}

// installed returns the paths at which an operating system without PATH
// conventions keeps its browsers.
func installed(goos string, getenv func(string) string) []string {
	var paths []string
	switch goos {
	case "darwin":
		for _, app := range []string{"Chromium", "Google Chrome"} {
			inside := filepath.Join("Applications", app+".app", "Contents", "MacOS", app)
			paths = append(paths, "/"+inside)
			if home := getenv("HOME"); home != "" {
				paths = append(paths, filepath.Join(home, inside))
			}
		}
	case "windows":
		for _, variable := range []string{"ProgramFiles", "ProgramFiles(x86)", "LocalAppData"} {
			if folder := getenv(variable); folder != "" {
				paths = append(paths,
					filepath.Join(folder, "Chromium", "Application", "chrome.exe"),
					filepath.Join(folder, "Google", "Chrome", "Application", "chrome.exe"))
			}
		}
	}
	return paths
}
