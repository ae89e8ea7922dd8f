package gcp_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/gcp"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

const office = `
resource "google_compute_network" "main" {
  name = "main"
}
resource "google_compute_firewall" "office" {
  name          = "office"
  network       = google_compute_network.main.id
  source_ranges = ["198.51.100.0/24"]
  allow {
    protocol = "tcp"
    ports    = ["22"]
  }
}
resource "google_compute_instance" "vm" {
  name           = "vm"
  zone           = "europe-west1-b"
  DESIRED
  network_interface {
    network = google_compute_network.main.id
    access_config {
      nat_ip = "203.0.113.10"
    }
  }
}
`

func TestSensitiveSourcesCountAndAreNeverShown(t *testing.T) {
	document := read(t, []byte(strings.Replace(office, "DESIRED", "", 1))).state(t)
	for _, r := range document["resources"].([]any) {
		resource := r.(map[string]any)
		if resource["type"] == "google_compute_firewall" {
			instance := resource["instances"].([]any)[0].(map[string]any)
			instance["sensitive_attributes"] = []any{[]any{map[string]any{"type": "get_attr", "value": "source_ranges"}}}
		}
	}
	a := analyze(t, document)
	if len(a.Endpoints) != 1 || a.Endpoints[0].Scope != "restricted" {
		t.Fatalf("endpoints = %+v, want one that is restricted", a.Endpoints)
	}
	if text := reachtest.Render(a); strings.Contains(text, "198.51.100") {
		t.Errorf("a sensitive source is shown:\n%s", text)
	}
}

func TestStoppedMachinesAreDormant(t *testing.T) {
	for set, want := range map[string]bool{
		``:                                false,
		`desired_status = "RUNNING"`:      false,
		`desired_status = "TERMINATED"`:   true,
		`current_status = "SUSPENDED"`:    true,
		`current_status = "PROVISIONING"`: false,
	} {
		a := analyze(t, read(t, []byte(strings.Replace(office, "DESIRED", set, 1))).state(t))
		if len(a.Endpoints) != 1 || a.Endpoints[0].Dormant != want {
			t.Errorf("with %q: endpoints = %+v, want one with Dormant %v", set, a.Endpoints, want)
		}
	}
}

func TestAssumptionsAreExplained(t *testing.T) {
	a := analyze(t, read(t, []byte(`
resource "google_compute_instance" "vm" {
  name = "vm"
  network_interface {
    network = "default"
    access_config {
    }
  }
}`)).state(t))
	for _, e := range a.Endpoints {
		for _, id := range e.Assumptions {
			if a.Assumptions[id] == "" {
				t.Errorf("the assumption %s of %s has no statement", id, e.ResourceAddress)
			}
		}
	}
	if a.Assumptions["gcp.default_network"] == "" {
		t.Errorf("assumptions = %v, want gcp.default_network", a.Assumptions)
	}
}

func TestEveryTypeThatIsReadIsCovered(t *testing.T) {
	covers := gcp.Cloud().Covers
	for _, want := range []string{"google_compute_instance", "google_compute_region_url_map", "google_storage_bucket_iam_policy", "google_compute_vpn_tunnel"} {
		if !covers(want) {
			t.Errorf("Covers(%s) = false, want true", want)
		}
	}
	if covers("google_pubsub_topic") {
		t.Error("Covers(google_pubsub_topic) = true, want false")
	}
}

func analyze(t *testing.T, document map[string]any) *reach.Analysis {
	t.Helper()
	return reach.Analyze(parsed(t, document), gcp.Cloud())
}

func parsed(t *testing.T, document map[string]any) *tfstate.Input {
	t.Helper()
	text, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	in, err := tfstate.Parse("state", text)
	if err != nil {
		t.Fatalf("Parse(%s): %v", text, err)
	}
	return in
}
