package scan_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
)

func TestAwaitLooksUntilTheEndpointIsThereOftenEnough(t *testing.T) {
	t.Parallel()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := free.Addr().(*net.TCPAddr).AddrPort()
	_ = free.Close()
	r := request(t, at("a", addr))
	time.AfterFunc(1500*time.Millisecond, func() {
		l, err := net.Listen("tcp", addr.String())
		if err != nil {
			t.Error(err)
			return
		}
		t.Cleanup(func() { _ = l.Close() })
	})
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	began := time.Now()
	got, err := scan.Await(ctx, r, scan.Patience{Interval: time.Second, Successes: 2}, scan.Arrived(exposure.StatusOpen))
	if err != nil || len(got) != 1 || got[0].Observed.PortStatus != exposure.StatusOpen {
		t.Fatalf("Await = %v, %v, want the open port", got, err)
	}
	// Two looks that find it after 1.5 s, a second apart.
	if took := time.Since(began); took < 2500*time.Millisecond || took > 10*time.Second {
		t.Errorf("Await took %s, want two looks at least a second apart after the port opened", took)
	}
}

func TestAwaitEndsWithItsTimeAndSaysWhatWasSeenLast(t *testing.T) {
	t.Parallel()
	mute := probetest.Silent(t)
	refused := at("b", probetest.Refusing(t))
	r := request(t, at("a", mute.Addr), refused)
	r.Settings = webPorts(r.Settings, mute.Addr)
	r.Settings.Limits.HTTPTimeout = 200 * time.Millisecond
	ctx, cancel := context.WithTimeout(context.Background(), 1500*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err := scan.Await(ctx, r, scan.Patience{Interval: time.Hour, Successes: 1}, scan.Arrived(exposure.StatusOpen))
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("Await took %s, want it to end with its context", took)
	}
	var absent *scan.AbsentError
	if !errors.As(err, &absent) || len(absent.Pending) != 2 || absent.Pending[1].Endpoint.ID != refused.ID {
		t.Fatalf("Await = %v, want both endpoints absent", err)
	}
	for _, want := range []string{"was open and gave no HTTP answer: ", "it refused "} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("Await = %v, want %q in it", err, want)
		}
	}
}

func TestAwaitDoesNotWaitForWhatIsThereOrLeftOut(t *testing.T) {
	t.Parallel()
	web := probetest.HTTP(t, http.NotFoundHandler())
	r := request(t, at("a", web.Addr), declared("b", "127.0.0.1", exposure.PortRange{}))
	r.Settings = webPorts(r.Settings, web.Addr)
	got, err := scan.Await(t.Context(), r, scan.Patience{Interval: time.Hour, Successes: 1}, scan.Arrived(exposure.StatusOpen))
	if err != nil || len(got) != 2 || got[1].Observed.PortStatus != exposure.StatusUnsupportedPort {
		t.Errorf("Await = %v, %v, want both at once", got, err)
	}
	if n := web.Settle(t); n > 2 {
		t.Errorf("%d connections, want one look", n)
	}
}

func TestArrived(t *testing.T) {
	result := func(status exposure.PortStatus) exposure.Result {
		return exposure.Result{Observed: &exposure.Observation{PortStatus: status}}
	}
	for _, test := range []struct {
		status, want exposure.PortStatus
		arrived      bool
	}{
		{exposure.StatusOpen, exposure.StatusOpen, true}, {exposure.StatusClosed, exposure.StatusOpen, false},
		{exposure.StatusScanFailed, exposure.StatusOpen, false}, {exposure.StatusExcluded, exposure.StatusOpen, true},
		{exposure.StatusOpen, exposure.StatusClosed, false}, {exposure.StatusClosed, exposure.StatusClosed, true},
		{exposure.StatusScanFailed, exposure.StatusScanFailed, true}, {exposure.StatusScannerDisabled, exposure.StatusClosed, true},
	} {
		if got := scan.Arrived(test.want)(result(test.status)); got != test.arrived {
			t.Errorf("Arrived(%s) of %s = %v, want %v", test.want, test.status, got, test.arrived)
		}
	}
	if scan.Arrived(exposure.StatusOpen)(exposure.Result{}) {
		t.Error("an endpoint that nobody looked at has arrived")
	}
}
