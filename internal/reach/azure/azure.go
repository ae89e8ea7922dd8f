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
		Reads:       []string{"azurerm_public_ip_prefix", "azurerm_route_server"},
		Candidates:  func(g *reach.Graph) []reach.Candidate { return newEstate(g).candidates() },
		Assumptions: assumptions,
		Routine:     []string{assumeNoAdminRules},
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
		e.applicationGateways(),
		e.gateways(),
		e.firewalls(),
		e.edges(),
		e.apps(),
		e.containers(),
		e.storage(),
		e.databases(),
		e.cosmosAccounts(),
		e.managedInstances(),
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
	"azurerm_app_service", "azurerm_app_service_custom_hostname_binding", "azurerm_app_service_environment",
	"azurerm_app_service_environment_v3", "azurerm_app_service_plan", "azurerm_app_service_slot",
	"azurerm_application_gateway", "azurerm_application_security_group", "azurerm_bastion_host",
	"azurerm_cdn_endpoint", "azurerm_cdn_endpoint_custom_domain", "azurerm_cdn_frontdoor_custom_domain",
	"azurerm_cdn_frontdoor_endpoint", "azurerm_cdn_frontdoor_route", "azurerm_container_app",
	"azurerm_container_app_custom_domain", "azurerm_container_app_environment", "azurerm_container_group",
	"azurerm_cosmosdb_account", "azurerm_firewall", "azurerm_firewall_nat_rule_collection", "azurerm_firewall_policy",
	"azurerm_firewall_policy_rule_collection_group", "azurerm_frontdoor", "azurerm_function_app",
	"azurerm_function_app_flex_consumption", "azurerm_function_app_slot", "azurerm_ip_group", "azurerm_ip_group_cidr", "azurerm_lb",
	"azurerm_lb_backend_address_pool", "azurerm_lb_backend_address_pool_address", "azurerm_lb_nat_pool",
	"azurerm_lb_nat_rule", "azurerm_lb_outbound_rule", "azurerm_lb_probe", "azurerm_lb_rule",
	"azurerm_linux_function_app", "azurerm_linux_function_app_slot", "azurerm_linux_virtual_machine",
	"azurerm_linux_virtual_machine_scale_set", "azurerm_linux_web_app", "azurerm_linux_web_app_slot",
	"azurerm_logic_app_standard", "azurerm_mariadb_firewall_rule", "azurerm_mariadb_server",
	"azurerm_mssql_firewall_rule", "azurerm_mssql_managed_instance", "azurerm_mssql_server",
	"azurerm_mssql_virtual_network_rule", "azurerm_mysql_firewall_rule", "azurerm_mysql_flexible_server",
	"azurerm_mysql_flexible_server_firewall_rule", "azurerm_mysql_server", "azurerm_nat_gateway",
	"azurerm_nat_gateway_public_ip_association", "azurerm_network_interface",
	"azurerm_network_interface_application_security_group_association",
	"azurerm_network_interface_backend_address_pool_association",
	"azurerm_network_interface_nat_rule_association", "azurerm_network_interface_security_group_association",
	"azurerm_network_manager_admin_rule", "azurerm_network_manager_admin_rule_collection",
	"azurerm_network_manager_network_group", "azurerm_network_manager_security_admin_configuration",
	"azurerm_network_manager_static_member", "azurerm_network_security_group", "azurerm_network_security_rule",
	"azurerm_orchestrated_virtual_machine_scale_set", "azurerm_postgresql_firewall_rule",
	"azurerm_postgresql_flexible_server", "azurerm_postgresql_flexible_server_firewall_rule",
	"azurerm_postgresql_server", "azurerm_public_ip", "azurerm_redis_cache", "azurerm_redis_firewall_rule",
	"azurerm_route", "azurerm_route_table", "azurerm_service_plan", "azurerm_sql_firewall_rule",
	"azurerm_sql_managed_instance", "azurerm_sql_server", "azurerm_storage_account",
	"azurerm_storage_account_network_rules", "azurerm_storage_account_static_website",
	"azurerm_storage_container", "azurerm_storage_data_lake_gen2_filesystem", "azurerm_storage_queue",
	"azurerm_storage_share", "azurerm_storage_table", "azurerm_subnet",
	"azurerm_subnet_network_security_group_association", "azurerm_subnet_route_table_association",
	"azurerm_virtual_machine", "azurerm_virtual_machine_scale_set", "azurerm_virtual_network",
	"azurerm_virtual_network_gateway", "azurerm_windows_function_app", "azurerm_windows_function_app_slot",
	"azurerm_windows_virtual_machine", "azurerm_windows_virtual_machine_scale_set", "azurerm_windows_web_app",
	"azurerm_windows_web_app_slot",
}
