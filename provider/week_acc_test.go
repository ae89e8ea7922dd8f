package provider_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// watchedEstate watches what a state exposes, as a scheduled pipeline does.
const watchedEstate = header + `
variable "accepted" {
  type    = string
  default = "high"
}
data "dynamicscan_exposure" "estate" {
  state = { path = "estate.tfstate" }
}
resource "dynamicscan_endpoint" "each" {
  for_each         = data.dynamicscan_exposure.estate.endpoints
  host             = each.value.host
  ports            = each.value.ports
  resource_address = each.value.resource_address
  resource_id      = each.value.resource_id
  settings         = { scan_interval = "1m", screenshots = false, http_ports = ["1024-65535"] }
  baseline         = { port_status = "open", max_severity = var.accepted }
}
`

// estateOf is stateOf with several instances, by name and address.
func estateOf(t *testing.T, port int, addresses map[string]string) string {
	t.Helper()
	var state object
	if err := json.Unmarshal([]byte(stateOf(t, "192.0.2.1", port, "0.0.0.0/0")), &state); err != nil {
		t.Fatal(err)
	}
	resources := state["resources"].([]any)
	instance := resources[len(resources)-1].(object)
	state["resources"] = resources[:len(resources)-1]
	attributes := instance["instances"].([]any)[0].(object)["attributes"].(object)
	for name, address := range addresses {
		own := object{}
		for key, value := range attributes {
			own[key] = value
		}
		own["id"], own["arn"], own["public_ip"] = "i-"+name, "arn:aws:ec2:eu-central-1:111122223333:instance/i-"+name, address
		state["resources"] = append(state["resources"].([]any), managed("aws_instance", name, own))
	}
	text, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// at opens a server on an address of its own.
func at(t *testing.T, address string, port int, page http.HandlerFunc) *server {
	t.Helper()
	s := &server{t: t, address: fmt.Sprintf("%s:%d", address, port)}
	s.answer(page)
	s.open()
	t.Cleanup(s.close)
	return s
}

// locked answers with the status and the title, and asks for a password. Its
// body is another one each time.
func locked(status int, title string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", `Basic realm="Acme"`)
		w.Header().Set("X-Request-Id", strconv.FormatInt(requests.Add(1), 10))
		w.WriteHeader(status)
		fmt.Fprintf(w, "<!doctype html><title>%s</title><p>Answer %d</p>", title, requests.Add(1))
	}
}

// TestAccWeekOfScheduledPlans is a week as a pipeline sees it: twelve plans over
// one state of its own, each on a fresh runner without the results of the one
// before. -v prints what each of them answered.
func TestAccWeekOfScheduledPlans(t *testing.T) {
	t.Parallel()
	web := at(t, "127.0.21.1", 0, locked(401, "Acme"))
	w := newWorkspace(t, watchedEstate)
	w.write("estate.tfstate", estateOf(t, web.port, map[string]string{"web": "127.0.21.1"}))
	applied := func() { t.Helper(); w.apply().wantCode(t, 0) }
	applied()

	var second *server
	days := []struct {
		run    string
		change string // outside, since the run before
		do     func()
		want   int
		told   string // of the departure, in a warning
	}{
		{"Mon 03:00", "nothing", func() {}, 0, ""},
		{"Mon 15:00", "the body of the page, as with every request", func() { web.answer(locked(401, "Acme")) }, 0, ""},
		{"Tue 03:00", "the title of the page, which the baseline does not speak of", func() { web.answer(locked(401, "Acme, new")) }, 0, ""},
		{"Tue 15:00", "the status, from 401 to 403", func() { web.answer(locked(403, "Acme, new")) }, 0, ""},
		{"Wed 03:00", "the server closes", func() { web.close() }, 2, "its port status is closed and the baseline accepts only open"},
		{"Wed 15:00", "the server opens again", func() { web.open() }, 0, ""},
		{"Thu 03:00", "the password is gone", func() { web.answer(adminPage) }, 2, "its severity is critical and the baseline accepts none above high"},
		{"Thu 15:00", "the team accepts that: baseline and apply", func() {
			w.env = append(w.env, "TF_VAR_accepted=critical")
			applied()
		}, 0, ""},
		{"Fri 03:00", "a second server, opened by another team", func() {
			second = at(t, "127.0.21.2", web.port, adminPage)
			w.write("estate.tfstate", estateOf(t, web.port, map[string]string{"web": "127.0.21.1", "shop": "127.0.21.2"}))
		}, 2, ""},
		{"Fri 15:00", "the apply that takes it under watch", applied, 0, ""},
		{"Sat 03:00", "the second server moves to another address", func() {
			second.close()
			second = at(t, "127.0.21.3", web.port, adminPage)
			w.write("estate.tfstate", estateOf(t, web.port, map[string]string{"web": "127.0.21.1", "shop": "127.0.21.3"}))
		}, 2, ""},
		{"Sun 03:00", "the apply that follows it", applied, 0, ""},
	}
	var table strings.Builder
	fmt.Fprintf(&table, "%-9s  %4s  %4s  %s\n", "run", "want", "got", "what changed outside")
	for _, day := range days {
		w.later() // a fresh runner, for the apply as well
		day.do()
		w.later()
		before := web.accepted.Load()
		planned := w.plan()
		fmt.Fprintf(&table, "%-9s  %4d  %4d  %s\n", day.run, day.want, planned.code, day.change)
		if planned.code != day.want {
			t.Errorf("%s, %s: plan exited %d, want %d:\n%s", day.run, day.change, planned.code, day.want, planned.told())
		}
		planned.wantNone(t, "error")
		if day.told != "" {
			planned.wantDiagnostic(t, "warning", "departs from its baseline", day.told)
		} else {
			planned.wantNone(t, "warning")
		}
		if day.run != "Wed 03:00" && web.accepted.Load() == before {
			t.Errorf("%s: the plan did not look at the server", day.run)
		}
	}
	t.Logf("%s:\n%s", w.engine, table.String())
	w.destroy().wantCode(t, 0) // with both servers open to all
}
