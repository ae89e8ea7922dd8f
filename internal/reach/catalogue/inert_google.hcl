# Types that have no host of their own and open none to the internet.
inert "google" {
  types = [
    # Projects, permissions, policies and keys.
    "google_project", "google_project_service", "google_project_iam_*",
    "google_project_organization_policy", "google_project_default_service_accounts",
    "google_folder", "google_folder_iam_*", "google_folder_organization_policy",
    "google_organization_*", "google_org_policy_policy", "google_service_account",
    "google_service_account_iam_*", "google_service_account_key", "google_kms_*",
    "google_secret_manager_*", "google_access_context_manager_*", "google_billing_*",
    "google_tags_*", "google_essential_contacts_contact",
    # Watching.
    "google_logging_*", "google_monitoring_*",
    # Disks, certificates and other parts that are not addressed.
    "google_compute_attached_disk", "google_compute_disk",
    "google_compute_disk_resource_policy_attachment", "google_compute_health_check",
    "google_compute_http_health_check", "google_compute_https_health_check", "google_compute_image",
    "google_compute_instance_iam_binding", "google_compute_instance_iam_member",
    "google_compute_instance_iam_policy", "google_compute_managed_ssl_certificate",
    "google_compute_project_metadata", "google_compute_project_metadata_item",
    "google_compute_region_disk", "google_compute_region_health_check",
    "google_compute_resource_policy", "google_compute_snapshot", "google_compute_ssl_certificate",
    "google_compute_ssl_policy",
    # Networks that carry private or outgoing traffic only.
    "google_compute_network_peering", "google_compute_network_peering_routes_config",
    "google_compute_router", "google_compute_router_nat", "google_compute_shared_vpc_host_project",
    "google_compute_shared_vpc_service_project", "google_service_networking_connection",
    "google_vpc_access_connector",
  ]
}
