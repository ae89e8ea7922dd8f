package exposure_test

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// specifiedPorts reads the table the product was conceived with.
func specifiedPorts(t *testing.T) map[string][]uint16 {
	t.Helper()
	src, err := os.ReadFile("testdata/ports.json")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Protocols []struct {
			Protocol string
			Ports    []uint16
		}
	}
	if err := json.Unmarshal(src, &doc); err != nil {
		t.Fatal(err)
	}
	table := map[string][]uint16{}
	for _, row := range doc.Protocols {
		table[row.Protocol] = row.Ports
	}
	if len(table) == 0 {
		t.Fatal("testdata/ports.json has no protocols")
	}
	return table
}

func TestSupportedProtocolsAreThoseSpecified(t *testing.T) {
	got := map[string][]uint16{}
	for _, row := range exposure.SupportedProtocols() {
		if row.Title == "" {
			t.Errorf("SupportedProtocols(): %s has no title", row.Name)
		}
		got[row.Name] = row.Ports
	}
	if diff := cmp.Diff(specifiedPorts(t), got); diff != "" {
		t.Errorf("SupportedProtocols() (-want +got):\n%s", diff)
	}
}

func TestEveryPortIsSupportedExactlyWhenSpecified(t *testing.T) {
	specified := specifiedPorts(t)
	all := exposure.SupportedPorts()
	if !slices.IsSorted(all) || len(slices.Compact(slices.Clone(all))) != len(all) {
		t.Errorf("SupportedPorts() = %v, want each port once, ascending", all)
	}
	for p := range 65536 {
		port := uint16(p)
		rows := map[string]bool{}
		for protocol, ports := range specified {
			if slices.Contains(ports, port) {
				rows[protocol] = true
			}
		}
		if got, want := slices.Contains(all, port), len(rows) > 0; got != want {
			t.Errorf("SupportedPorts() has %d: %v, want %v", port, got, want)
		}
		if got, want := exposure.IsHTTP(port), rows["http"]; got != want {
			t.Errorf("IsHTTP(%d) = %v, want %v", port, got, want)
		}
		name, _, ok := exposure.Protocol(port)
		if ok != (len(rows) > 0) || ok && !rows[name] {
			t.Errorf("Protocol(%d) = %q, %v, want one of %v", port, name, ok, rows)
		}
	}
}

func TestProtocolAPortInTwoRowsIsTheMoreTelling(t *testing.T) {
	for _, port := range []uint16{6443, 10250} {
		if name, title, _ := exposure.Protocol(port); name != "kubernetes-api" || title != "Kubernetes API" {
			t.Errorf("Protocol(%d) = %q, %q, want the Kubernetes API", port, name, title)
		}
	}
}

func TestSupportedProtocolsAreACopy(t *testing.T) {
	exposure.SupportedProtocols()[0].Ports[0] = 1
	if got := exposure.SupportedProtocols()[0].Ports[0]; got != 21 {
		t.Errorf("SupportedProtocols()[0].Ports[0] = %d after a caller changed its copy, want 21", got)
	}
}
