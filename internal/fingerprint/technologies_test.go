package fingerprint_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/fingerprint"
)

func TestTechnologiesOfOneAnswer(t *testing.T) {
	r := exposure.Response{
		StatusCode: 200,
		Header: map[string][]string{
			"Server":     {"nginx/1.25.3"},
			"Set-Cookie": {"theme=a,b", "PHPSESSID=0123; Path=/; HttpOnly"},
		},
		Text: `<html><head><meta name="generator" content="WordPress 6.4.2"></head></html>`,
	}
	got, err := fingerprint.Technologies(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	want := []exposure.Technology{
		{Name: "MySQL", Categories: []string{"Databases"}, CPE: "cpe:2.3:a:mysql:mysql:*:*:*:*:*:*:*:*"},
		{Name: "Nginx", Version: "1.25.3", Categories: []string{"Reverse proxies", "Web servers"}, CPE: "cpe:2.3:a:f5:nginx:*:*:*:*:*:*:*:*"},
		{Name: "PHP", Categories: []string{"Programming languages"}, CPE: "cpe:2.3:a:php:php:*:*:*:*:*:*:*:*"},
		{Name: "WordPress", Version: "6.4.2", Categories: []string{"Blogs", "CMS"}, CPE: "cpe:2.3:a:wordpress:wordpress:*:*:*:*:*:*:*:*"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Technologies(WordPress on nginx) differs (-want +got):\n%s", diff)
	}
}

func TestTechnologiesOfAnEmptyAnswerAreEmptyNotNil(t *testing.T) {
	got, err := fingerprint.Technologies(t.Context(), exposure.Response{})
	if err != nil || got == nil || len(got) != 0 {
		t.Errorf("Technologies(empty) = %#v, %v; want an empty slice", got, err)
	}
}

func TestManyAnswersAreFingerprintedAtOnce(t *testing.T) {
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for name, r := range pages {
				if _, err := fingerprint.Technologies(context.Background(), r); err != nil {
					t.Errorf("Technologies(%s): %v", name, err)
				}
			}
		})
	}
	wg.Wait()
}

func TestTechnologiesStopWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got, err := fingerprint.Technologies(ctx, exposure.Response{Header: map[string][]string{"Server": {"nginx"}}})
	if err == nil || got == nil || len(got) != 0 {
		t.Errorf("Technologies(cancelled) = %#v, %v; want no technologies and an error", got, err)
	}
}

func TestVersionsAreCleanedAndCut(t *testing.T) {
	r := exposure.Response{Text: `<meta name="generator" content="Hugo 0.1` + "\x1b[31m" + strings.Repeat("9", 500) + `">`}
	got, err := fingerprint.Technologies(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	for _, technology := range got {
		if len([]rune(technology.Version)) > 64 || strings.ContainsRune(technology.Version, '\x1b') {
			t.Errorf("version %q of %s is neither clean nor short", technology.Version, technology.Name)
		}
	}
}
