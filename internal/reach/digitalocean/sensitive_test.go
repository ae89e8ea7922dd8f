package digitalocean_test

import (
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/digitalocean"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

func TestSensitiveValuesCountAndAreNotShown(t *testing.T) {
	const state = `{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"l","outputs":{},"resources":[
{"mode":"managed","type":"digitalocean_spaces_bucket","name":"b","provider":"provider[\"registry.terraform.io/digitalocean/digitalocean\"]","instances":[{"attributes":{"id":"b","name":"b","region":"nyc3","acl":"public-read"}}]},
{"mode":"managed","type":"digitalocean_spaces_bucket_policy","name":"b","provider":"provider[\"registry.terraform.io/digitalocean/digitalocean\"]","instances":[{"attributes":{"id":"p","bucket":"b","policy":"{\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:*\",\"Resource\":[\"arn:aws:s3:::b\",\"arn:aws:s3:::b/*\"],\"Condition\":{\"NotIpAddress\":{\"aws:SourceIp\":\"198.51.100.0/24\"}}}]}"},"sensitive_attributes":[[{"type":"get_attr","value":"policy"}]]}]},
{"mode":"managed","type":"digitalocean_droplet","name":"d","provider":"provider[\"registry.terraform.io/digitalocean/digitalocean\"]","instances":[{"attributes":{"id":"1","ipv4_address":"203.0.113.9"}}]},
{"mode":"managed","type":"digitalocean_firewall","name":"f","provider":"provider[\"registry.terraform.io/digitalocean/digitalocean\"]","instances":[{"attributes":{"id":"f","droplet_ids":[1],"inbound_rule":[{"protocol":"tcp","port_range":"22","source_addresses":["198.51.100.7"]}]},"sensitive_attributes":[[{"type":"get_attr","value":"inbound_rule"}]]}]}]}`
	in, err := tfstate.Parse("s", []byte(state))
	if err != nil {
		t.Fatal(err)
	}
	got := reachtest.Render(reach.Analyze(in, digitalocean.Cloud()))
	if strings.Contains(got, "198.51") {
		t.Errorf("the analysis shows a sensitive address:\n%s", got)
	}
	if restricted := strings.Count(got, "scope=restricted"); restricted != 2 {
		t.Errorf("%d endpoints are restricted, want the bucket and the droplet:\n%s", restricted, got)
	}
}
