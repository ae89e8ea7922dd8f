package azure

import (
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// Cloud returns what this package knows of Azure.
func Cloud() reach.Cloud {
	return reach.Cloud{
		Name:        "azure",
		Prefix:      "azurerm_",
		Covers:      func(resourceType string) bool { return slices.Contains(covered, resourceType) },
		Candidates:  func(g *reach.Graph) []reach.Candidate { return newEstate(g).candidates() },
		Assumptions: assumptions,
	}
}

// estate is one input while it is analysed, with what was worked out already.
type estate struct {
	g       *reach.Graph
	byValue map[reach.Join]map[string][]*tfstate.Resource // values in lower case
	reverse map[relation]map[*tfstate.Resource][]reach.Link
	used    map[*tfstate.Resource]bool // public addresses that something has
	faced   map[*tfstate.Resource]bool // network interfaces of a virtual machine
	admin   *adminRules                // nil until asked
}

func newEstate(g *reach.Graph) *estate {
	return &estate{
		g:       g,
		byValue: map[reach.Join]map[string][]*tfstate.Resource{},
		reverse: map[relation]map[*tfstate.Resource][]reach.Link{},
		used:    map[*tfstate.Resource]bool{},
		faced:   map[*tfstate.Resource]bool{},
	}
}

// candidates returns everything that may be exposed. Interfaces come after the
// machines that have them, and public addresses last: what is left over is
// judged on its own.
func (e *estate) candidates() []reach.Candidate {
	return slices.Concat(
		e.machines(),
		e.interfaces(),
		e.scaleSets(),
		e.loadBalancers(),
		e.addresses(),
	)
}

// The ids of the named assumptions.
const assumeNoAdminRules = "azure.no_admin_rules"

var assumptions = map[string]string{
	assumeNoAdminRules: "No security admin configuration of a network manager, which no input declares, applies to the virtual network.",
}

// covered lists the types that are understood as sources of endpoints or as
// parts of paths.
var covered = []string{
	"azurerm_application_security_group", "azurerm_lb", "azurerm_lb_backend_address_pool",
	"azurerm_lb_backend_address_pool_address", "azurerm_lb_nat_pool", "azurerm_lb_nat_rule",
	"azurerm_lb_outbound_rule", "azurerm_lb_probe", "azurerm_lb_rule", "azurerm_linux_virtual_machine",
	"azurerm_linux_virtual_machine_scale_set", "azurerm_nat_gateway", "azurerm_nat_gateway_public_ip_association",
	"azurerm_network_interface", "azurerm_network_interface_application_security_group_association",
	"azurerm_network_interface_backend_address_pool_association", "azurerm_network_interface_nat_rule_association",
	"azurerm_network_interface_security_group_association", "azurerm_network_manager_admin_rule",
	"azurerm_network_manager_admin_rule_collection", "azurerm_network_manager_network_group",
	"azurerm_network_manager_security_admin_configuration", "azurerm_network_manager_static_member",
	"azurerm_network_security_group", "azurerm_network_security_rule", "azurerm_orchestrated_virtual_machine_scale_set",
	"azurerm_public_ip", "azurerm_route", "azurerm_route_table", "azurerm_subnet",
	"azurerm_subnet_network_security_group_association", "azurerm_subnet_route_table_association",
	"azurerm_virtual_machine", "azurerm_virtual_machine_scale_set", "azurerm_virtual_network",
	"azurerm_windows_virtual_machine", "azurerm_windows_virtual_machine_scale_set",
}
