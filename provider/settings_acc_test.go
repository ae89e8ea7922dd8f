package provider_test

import (
	"regexp"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

// inProcess serves the provider from the test's own process.
var inProcess = map[string]func() (tfprotov6.ProviderServer, error){
	"dynamicscan": providerserver.NewProtocol6WithError(provider.New("test")()),
}

func TestAccSettingsAreAValueInTheState(t *testing.T) {
	const address = "dynamicscan_settings.prod"
	planned := func(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: inProcess,
		Steps: []resource.TestStep{
			{
				Config: `resource "dynamicscan_settings" "prod" {
					scan_interval   = "12h"
					severity_policy = "strict"
					http_ports      = ["3000", "9000-9100"]
					scope           = { include_projects = ["shop-*"] }
					limits          = { connections = 8, connect_timeout = "2s" }
					request_headers = { "X-Scan" = "acme" }
				}`,
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(address, tfjsonpath.New("scan_interval"), knownvalue.StringExact("12h")),
					statecheck.ExpectKnownValue(address, tfjsonpath.New("limits").AtMapKey("connections"), knownvalue.Int64Exact(8)),
					statecheck.ExpectKnownValue(address, tfjsonpath.New("enabled"), knownvalue.Null()), // defaults stay out of the state
					statecheck.ExpectSensitiveValue(address, tfjsonpath.New("request_headers")),
				},
			},
			{
				Config:           `resource "dynamicscan_settings" "prod" { scan_interval = "6h" }`,
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(address, tfjsonpath.New("scan_interval"), knownvalue.StringExact("6h")),
					statecheck.ExpectKnownValue(address, tfjsonpath.New("scope"), knownvalue.Null()),
				},
			},
			{
				Config:           `resource "dynamicscan_settings" "prod" { scan_interval = "6h" }`,
				ConfigPlanChecks: planned(plancheck.ResourceActionNoop),
			},
			{
				// What only the apply knows is still refused before it is recorded.
				Config: `resource "terraform_data" "interval" { input = "soon" }
				resource "dynamicscan_settings" "prod" { scan_interval = terraform_data.interval.output }`,
				ExpectError: regexp.MustCompile(`"soon" is not a duration`),
			},
		},
	})
}

func TestAccImportedEndpointIsTheSameAsACreatedOne(t *testing.T) {
	web := serve(t, askPassword)
	config := watched(web.port, "")[len(header):]
	t.Setenv("DYNAMICSCAN_ALLOWED_NETWORKS", "127.0.0.0/8")
	t.Setenv("DYNAMICSCAN_STORE", t.TempDir())
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: inProcess,
		Steps: []resource.TestStep{
			{
				Config: config,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue("dynamicscan_endpoint.web", tfjsonpath.New("observed").AtMapKey("severity"), knownvalue.StringExact("high")),
					statecheck.ExpectKnownValue("dynamicscan_endpoint.web", tfjsonpath.New("observed").AtMapKey("authentication"),
						knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact("basic")})),
				},
			},
			{
				ResourceName:      "dynamicscan_endpoint.web",
				ImportState:       true,
				ImportStateVerify: true,
				// These come with the apply that follows an import.
				ImportStateVerifyIgnore: []string{"observed", "settings", "resource_address"},
			},
		},
	})
}
