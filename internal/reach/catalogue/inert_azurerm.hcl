# Types that have no host of their own and open none to the internet.
inert "azurerm" {
  types = [
    # Groups, permissions and policies.
    "azurerm_resource_group", "azurerm_role_assignment", "azurerm_role_definition",
    "azurerm_user_assigned_identity", "azurerm_federated_identity_credential",
    "azurerm_management_lock", "azurerm_management_group",
    "azurerm_management_group_policy_assignment",
    "azurerm_management_group_subscription_association", "azurerm_policy_definition",
    "azurerm_policy_set_definition", "azurerm_resource_group_policy_assignment",
    "azurerm_resource_policy_assignment", "azurerm_subscription",
    "azurerm_subscription_policy_assignment", "azurerm_consumption_budget_resource_group",
    "azurerm_consumption_budget_subscription",
    # What a vault holds. The vault itself has a host.
    "azurerm_key_vault_access_policy", "azurerm_key_vault_certificate", "azurerm_key_vault_key",
    "azurerm_key_vault_secret",
    # Watching.
    "azurerm_log_analytics_saved_search", "azurerm_log_analytics_solution",
    "azurerm_monitor_action_group", "azurerm_monitor_activity_log_alert",
    "azurerm_monitor_autoscale_setting", "azurerm_monitor_diagnostic_setting",
    "azurerm_monitor_log_profile", "azurerm_monitor_metric_alert",
    "azurerm_monitor_scheduled_query_rules_alert", "azurerm_monitor_scheduled_query_rules_alert_v2",
    "azurerm_network_watcher", "azurerm_network_watcher_flow_log",
    "azurerm_security_center_contact", "azurerm_security_center_subscription_pricing",
    # The housekeeping of machines.
    "azurerm_availability_set", "azurerm_proximity_placement_group", "azurerm_ssh_public_key",
    "azurerm_image", "azurerm_shared_image", "azurerm_shared_image_gallery",
    "azurerm_shared_image_version", "azurerm_disk_encryption_set",
    "azurerm_virtual_machine_data_disk_attachment", "azurerm_virtual_machine_extension",
    "azurerm_virtual_machine_scale_set_extension", "azurerm_backup_policy_vm",
    "azurerm_backup_protected_vm", "azurerm_maintenance_configuration",
    # Private names and links.
    "azurerm_private_dns_a_record", "azurerm_private_dns_aaaa_record",
    "azurerm_private_dns_cname_record", "azurerm_private_dns_mx_record",
    "azurerm_private_dns_ptr_record", "azurerm_private_dns_srv_record",
    "azurerm_private_dns_txt_record", "azurerm_private_dns_zone",
    "azurerm_private_dns_zone_virtual_network_link", "azurerm_private_endpoint",
    "azurerm_virtual_network_peering",
    # Settings and contents of database servers.
    "azurerm_mysql_configuration", "azurerm_mysql_database", "azurerm_mysql_flexible_database",
    "azurerm_mysql_flexible_server_configuration", "azurerm_postgresql_configuration",
    "azurerm_postgresql_database", "azurerm_postgresql_flexible_server_configuration",
    "azurerm_postgresql_flexible_server_database",
  ]
}
