package screenshot_test

import (
	"os/exec"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/screenshot"
)

// eachBrowser calls test with every kind of browser that is installed.
func eachBrowser(t *testing.T, test func(t *testing.T, b *screenshot.Browser)) {
	t.Helper()
	requireBrowser(t)
	for _, name := range []string{"chromium-headless-shell", "chromium"} {
		t.Run(name, func(t *testing.T) {
			path, err := exec.LookPath(name)
			if err != nil {
				t.Skip(err)
			}
			test(t, launch(t, screenshot.Options{BrowserPath: path}))
		})
	}
}
