package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func (*endpointResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := resourceAttributes(endpointAttributes)
	attributes["host"] = schema.StringAttribute{Required: true, MarkdownDescription: endpointAttributes["host"].description}
	attributes["ports"] = schema.ListAttribute{Required: true, ElementType: types.StringType, MarkdownDescription: endpointAttributes["ports"].description}
	attributes["settings"] = schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: settingsDescription,
		Attributes:          resourceAttributes(settingsAttributes),
	}
	attributes["fail_on"] = schema.StringAttribute{Optional: true, MarkdownDescription: "Severity from which on a finding fails the apply: `critical`, `high`, `medium` or `low`. Defaults to `critical`. The environment variable `DYNAMICSCAN_ENFORCEMENT` turns failures into warnings (`warn`) or silence (`off`)."}
	attributes["baseline"] = baselineAttribute()
	attributes["retry"] = schema.SingleNestedAttribute{Optional: true, MarkdownDescription: "For what was just created and needs time to come up: " + retryDescription + " The wait is over, and the apply fails, when the time of `timeouts` is.", Attributes: resourceAttributes(retryAttributes)}
	attributes["id"] = schema.StringAttribute{Computed: true, MarkdownDescription: "Host and ports, as `import` takes them."}
	attributes["observed"] = observedAttribute()
	resp.Schema = schema.Schema{
		MarkdownDescription: "One endpoint under watch. Creating or changing it validates the endpoint, and fails on findings at or above `fail_on` that its `baseline` does not accept " +
			"and on anything else that departs from the baseline; then nothing is recorded. " +
			"Refreshing it validates again once `scan_interval` has passed, and never blocks a plan or a destroy.\n\n" +
			"Importing it sends nothing: settings, baseline and what is observed come with the apply that follows.",
		Version:    stateVersion,
		Attributes: attributes,
		Blocks: map[string]schema.Block{"timeouts": timeouts.Block(ctx, timeouts.Opts{
			Create: true, CreateDescription: limitDescription("creating"),
			Update: true, UpdateDescription: limitDescription("updating"),
		})},
	}
}

const retryDescription = "looks are repeated until one finds it: a port is open, and every open HTTP port gives an HTTP answer. " +
	"With `port_status = \"closed\"` in a baseline, until it is closed. Findings are no reason to look again."

func limitDescription(doing string) string {
	return "Time limit of " + doing + ", such as `90s` or `10m`. Defaults to `10m` with `retry`; without, there is none but those of a scan."
}

func observedAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Computed:            true,
		MarkdownDescription: "What was seen last. What changes with every request, such as times and bodies, is not in here.",
		Attributes: map[string]schema.Attribute{
			"port_status":            schema.StringAttribute{Computed: true, MarkdownDescription: "`open`, `closed`, `scanner_disabled`, `excluded_from_scan`, `unsupported_port` or `scan_failed`."},
			"validated_open_ports":   schema.ListAttribute{Computed: true, ElementType: types.Int64Type, MarkdownDescription: "Ports that completed a handshake."},
			"resolved_addresses":     schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Addresses of the host, sorted. While a name still resolves to one of them the list stays, so that answers in turn are no drift; when it resolves only elsewhere the list changes, and the plan warns."},
			"http_status":            schema.StringAttribute{Computed: true, MarkdownDescription: "`1xx` to `5xx`, `unsupported_http_path`, `client_error`; null without a GET."},
			"http_status_code":       schema.Int64Attribute{Computed: true, MarkdownDescription: "Status code of the port that decides the severity."},
			"web_page_title":         schema.StringAttribute{Computed: true, MarkdownDescription: "Title of the page."},
			"technologies":           schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Technologies recognised."},
			"authentication":         schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Authentication that keeps strangers out: `basic`, `digest`, `ntlm`, `negotiate`, `form`, `bearer`, `client_certificate`, `sso`."},
			"authentication_details": schema.ListAttribute{Computed: true, ElementType: authenticationType, MarkdownDescription: authenticationDescription},
			"severity":               schema.StringAttribute{Computed: true, MarkdownDescription: "The highest severity of its ports."},
		},
	}
}

func baselineAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "What is accepted; what it does not speak of is. While `observed` departs from it the plan shows a difference, so that `plan -detailed-exitcode` answers 2, and an apply looks again and fails. An endpoint that the settings leave out departs from nothing.",
		Attributes: map[string]schema.Attribute{
			"port_status":        schema.StringAttribute{Optional: true, MarkdownDescription: "The only accepted port status: `open`, `closed` or `scan_failed`."},
			"open_ports":         schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "The ports that may be open, such as `[\"443\"]`; none with `[]`."},
			"resolved_addresses": schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Addresses and networks in which the host may live, such as `[\"203.0.113.0/24\"]`. A name that resolves only elsewhere is not probed: its address may be somebody else's by now."},
			"max_severity":       schema.StringAttribute{Optional: true, MarkdownDescription: "The highest accepted severity. Findings up to it do not fail the apply."},
		},
	}
}
