package exposure_test

import (
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

func TestABrowserWarnsOfABadCertificate(t *testing.T) {
	at := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		change func(*exposure.TLS)
		want   bool
	}{
		"a good one":       {func(*exposure.TLS) {}, false},
		"none":             {func(t *exposure.TLS) { t.Chain = nil }, true},
		"of another host":  {func(t *exposure.TLS) { t.NameMatches = false }, true},
		"issued by itself": {func(t *exposure.TLS) { t.Chain[0].SelfSigned = true }, true},
		"over":             {func(t *exposure.TLS) { t.Chain[0].NotAfter = at.Add(-time.Second) }, true},
		"not yet begun":    {func(t *exposure.TLS) { t.Chain[0].NotBefore = at.Add(time.Second) }, true},
		"with its issuer":  {func(t *exposure.TLS) { t.Chain = append(t.Chain, exposure.Certificate{SelfSigned: true}) }, false},
	} {
		seen := exposure.TLS{NameMatches: true, Chain: []exposure.Certificate{{NotBefore: at.Add(-time.Hour), NotAfter: at.Add(time.Hour)}}}
		test.change(&seen)
		if got := seen.Warns(at); got != test.want {
			t.Errorf("%s: Warns() = %t, want %t", name, got, test.want)
		}
	}
}
