package scan_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
)

// A script draws the secret; neither the answer nor the page's text has it.
func TestASecretInACanvasIsPossibleAndLeavesNoPicture(t *testing.T) {
	t.Parallel()
	browser(t)
	if _, err := exec.LookPath("tesseract"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	backwards := []byte(planted)
	slices.Reverse(backwards)
	encoded := base64.StdEncoding.EncodeToString(backwards) // base64 alone is looked through
	page := probetest.HTTP(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<title>t</title><body style="margin:0"><canvas id=c width=900 height=80 style="position:absolute;left:50px;top:90px"></canvas>
<script>const x = c.getContext("2d"); x.fillStyle = "#fff"; x.fillRect(0, 0, 900, 80); x.fillStyle = "#000"; x.font = "24px monospace";
x.fillText("token " + [...atob('%s')].reverse().join(''), 10, 45)</script>`, encoded)
	}))
	r := request(t, at("a", page.Addr))
	r.Settings = webPorts(r.Settings, page.Addr)
	r.Settings.Screenshots, r.Settings.DataScanning = true, true
	outcome := run(t, r)
	o := only(t, outcome).Observed
	if h := o.Ports[0].HTTP; h.BodyStart != "" || h.Screenshot == nil || h.Screenshot.File != "" || h.Screenshot.Text != "" || !strings.Contains(h.Screenshot.Reason, "holds a secret") {
		t.Errorf("body %q, screenshot %+v, warnings %q, want neither", h.BodyStart, h.Screenshot, outcome.Warnings)
	}
	if len(o.Leaks) != 1 || o.Leaks[0].Rule != "ocr-token" || o.Leaks[0].Place != "page text" || o.Leaks[0].Box == nil {
		t.Fatalf("leaks %+v, want one that is possible, with its place", o.Leaks)
	}
	if b := *o.Leaks[0].Box; b.X < 50 || b.Y < 90 || b.X+b.Width > 950 || b.Y+b.Height > 170 {
		t.Errorf("its box is %+v, want it in the canvas", b)
	}
	if err := r.Store.Close(); err != nil {
		t.Fatal(err)
	}
	if kept := stored(t, r.Store.Dir()); strings.Contains(kept, encoded) || strings.Contains(kept, ".png") || strings.Contains(kept, planted[:12]) {
		t.Error("the store holds the secret or a picture of it")
	}
}

func TestAPageWithABadCertificateHasAPictureThatSaysSo(t *testing.T) {
	t.Parallel()
	browser(t)
	page := probetest.HTTPS(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/a.js" {
			fmt.Fprint(w, `document.body.append("loaded beside")`)
			return
		}
		fmt.Fprint(w, `<title>t</title><body>hello <script src=/a.js></script>`)
	}))
	r := request(t, at("a", page.Addr))
	r.Settings = webPorts(r.Settings, page.Addr)
	r.Settings.Screenshots = true
	outcome := run(t, r)
	shot := only(t, outcome).Observed.Ports[0].HTTP.Screenshot
	if shot == nil || shot.File == "" || !strings.Contains(shot.Text, "loaded beside") || !slices.Equal(shot.Notes, []string{exposure.NoteCertificateError}) {
		t.Errorf("screenshot %+v, warnings %q, want a picture and the note of the certificate", shot, outcome.Warnings)
	}
}
