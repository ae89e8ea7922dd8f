package azure_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/azure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

const machine = `{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"x","outputs":{},"resources":[
{"mode":"managed","type":"azurerm_public_ip","name":"p","provider":"provider[\"registry.terraform.io/hashicorp/azurerm\"]","instances":[{"schema_version":0,"attributes":{"id":"/subscriptions/S1/resourceGroups/rg/providers/Microsoft.Network/publicIPAddresses/p","ip_address":"203.0.113.9","sku":"Standard"}}]},
{"mode":"managed","type":"azurerm_subnet","name":"s","provider":"provider[\"registry.terraform.io/hashicorp/azurerm\"]","instances":[{"schema_version":0,"attributes":{"id":"/subscriptions/S1/subnets/s","name":"s"}}]},
{"mode":"managed","type":"azurerm_network_security_group","name":"g","provider":"provider[\"registry.terraform.io/hashicorp/azurerm\"]","instances":[{"schema_version":0,"attributes":{"id":"/subscriptions/S1/nsg/g","name":"g","resource_group_name":"rg","security_rule":[{"name":"a","priority":100,"direction":"inbound","access":"allow","protocol":"TCP","destination_port_range":"22","source_address_prefix":"198.51.100.0/24","destination_address_prefix":"*"}]},"sensitive_attributes":[[{"type":"get_attr","value":"security_rule"}]]}]},
{"mode":"managed","type":"azurerm_network_interface_security_group_association","name":"a","provider":"provider[\"registry.terraform.io/hashicorp/azurerm\"]","instances":[{"schema_version":0,"attributes":{"network_interface_id":"/subscriptions/s1/NIC/n","network_security_group_id":"/SUBSCRIPTIONS/s1/nsg/G"}}]},
{"mode":"managed","type":"azurerm_network_interface","name":"n","provider":"provider[\"registry.terraform.io/hashicorp/azurerm\"]","instances":[{"schema_version":0,"attributes":{"id":"/subscriptions/S1/nic/n","name":"n","ip_configuration":[{"name":"i","private_ip_address":"10.0.0.4","subnet_id":"/subscriptions/S1/subnets/S","public_ip_address_id":"/subscriptions/S1/resourcegroups/RG/providers/microsoft.network/publicipaddresses/P"}]}}]}
]}`

func analyseMachine(t *testing.T) *reach.Analysis {
	t.Helper()
	in, err := tfstate.Parse("machine", []byte(machine))
	if err != nil {
		t.Fatal(err)
	}
	return reach.Analyze(in, azure.Cloud())
}

func TestIDsAreComparedWithoutRegardToCase(t *testing.T) {
	a := analyseMachine(t)
	if len(a.Endpoints) != 1 || a.Endpoints[0].Host != "203.0.113.9" || exposure.FormatPorts(a.Endpoints[0].Ports) != "22" {
		t.Fatalf("Analyze(machine) = %s, want one endpoint at 203.0.113.9:22", reachtest.Render(a))
	}
	if got := a.Endpoints[0].Identity; got.Account != "S1" || got.Cloud != "azure" {
		t.Errorf("Identity = %+v, want subscription S1 of azure", got)
	}
}

func TestSensitiveSourcesAreEvaluatedAndNotShown(t *testing.T) {
	a := analyseMachine(t)
	text := reachtest.Render(a)
	if a.Endpoints[0].Scope != exposure.ScopeRestricted || strings.Contains(text, "198.51.100") {
		t.Errorf("Analyze(machine) = %s, want a restricted scope without its prefixes", text)
	}
}

func TestAbsentAdminRulesAreARoutineAssumption(t *testing.T) {
	a := analyseMachine(t)
	e := a.Endpoints[0]
	if !slices.Contains(e.Assumptions, "azure.no_admin_rules") || a.Assumptions["azure.no_admin_rules"] == "" {
		t.Errorf("Assumptions = %v (%v), want azure.no_admin_rules with its statement", e.Assumptions, a.Assumptions)
	}
	if e.Confidence != exposure.Declared {
		t.Errorf("Confidence = %s, want %s", e.Confidence, exposure.Declared)
	}
}

func TestEveryTypeThatIsReadIsCovered(t *testing.T) {
	if a := analyseMachine(t); len(a.Uncovered) > 0 {
		t.Errorf("Uncovered = %v, want none", a.Uncovered)
	}
}
