package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// endpointAttributes are the attributes of an endpoint that a user declares.
var endpointAttributes = map[string]declared{
	"host":                    {kind: types.StringType, description: "Address or name to look at."},
	"ports":                   {kind: stringList, description: "Ports: `[\"443\"]`, `[\"8000-8100\"]`, `[\"all\"]`. Where there are more than 100, only the supported ones are probed."},
	"path":                    {kind: types.StringType, description: "Path of the GET. Defaults to `/`. A path with `*` or `{name}` gets none."},
	"project":                 {kind: types.StringType, description: "Project, for the scope of the settings."},
	"resource_address":        {kind: types.StringType, description: "Address of the resource that exposes the endpoint."},
	"resource_id":             {kind: types.StringType, description: "The cloud's own identity of the resource, such as its ARN."},
	"directly_exposed_bucket": {kind: types.BoolType, description: "Whether this is a storage bucket that anyone can read, list or write without a proxy in front."},
}

func (*validation) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The gate: validates the endpoints of a state, or endpoints given by reference, and fails on findings at or above `fail_on`.\n\n" +
			"A data source is read during the plan when everything it is given is known and nothing it refers to has pending changes, and else during the apply. " +
			"Refer to resources directly to gate the apply that creates them; a value that passes through a `local` or a module output is read in the plan, before the change.",
		Attributes: map[string]schema.Attribute{
			"state":  stateAttribute(false, "A state or plan whose endpoints are validated: what was there before this run."),
			"source": sourceAttribute(),
			"endpoints": schema.MapNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Endpoints by reference, by the address of the resource that exposes them.",
				NestedObject:        schema.NestedAttributeObject{Attributes: requireHostAndPorts(dataSourceAttributes(endpointAttributes))},
			},
			"settings": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: settingsDescription,
				Attributes:          dataSourceAttributes(settingsAttributes),
			},
			"fail_on":           schema.StringAttribute{Optional: true, MarkdownDescription: "Severity from which on a finding fails the gate: `critical`, `high`, `medium` or `low`. Defaults to `critical`."},
			"fail_on_unscanned": schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether endpoints left out on purpose (disabled, excluded, unsupported) fail the gate too. Those that could not be looked at always do. Defaults to `false`."},
			"enforcement":       schema.StringAttribute{Optional: true, MarkdownDescription: "`error` fails the run, `warn` only tells, `off` only reports. Defaults to `error`. The environment variable `DYNAMICSCAN_ENFORCEMENT` goes before it."},
			"waivers": schema.ListNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Accepted findings. They stay in every report, as waived.",
				NestedObject:        schema.NestedAttributeObject{Attributes: waiverAttributes()},
			},
			"report": schema.MapAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Reports to write, format to file: `{ json = \"exposure.json\", html = \"exposure.html\" }`. The formats are `text`, `json`, `sarif`, `junit` and `html`.",
			},
			"retry": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "For `endpoints` that were just created and need time to come up: " + retryDescription + " The wait is over, and the gate fails, when the time of `timeouts` is.",
				Attributes:          dataSourceAttributes(retryAttributes),
			},
			"passed":   schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether no finding fails the gate."},
			"summary":  schema.MapAttribute{Computed: true, ElementType: types.Int64Type, MarkdownDescription: "Counts: `exposed`, `restricted`, `unknown`, `not_exposed`, `scanned`, `open`, `not_scanned`, `findings`, `waived`, `failing`."},
			"results":  resultsAttribute(),
			"findings": findingsAttribute(),
		},
		Blocks: map[string]schema.Block{"timeouts": timeouts.BlockWithOpts(ctx, timeouts.Opts{ReadDescription: limitDescription("reading")})},
	}
}

func requireHostAndPorts(attributes map[string]schema.Attribute) map[string]schema.Attribute {
	attributes["host"] = schema.StringAttribute{Required: true, MarkdownDescription: endpointAttributes["host"].description}
	attributes["ports"] = schema.ListAttribute{Required: true, ElementType: types.StringType, MarkdownDescription: endpointAttributes["ports"].description}
	return attributes
}

func waiverAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"rule":     schema.StringAttribute{Optional: true, MarkdownDescription: "Id of the rule."},
		"resource": schema.StringAttribute{Optional: true, MarkdownDescription: "Glob of resource addresses; brackets stand for themselves."},
		"host":     schema.StringAttribute{Optional: true, MarkdownDescription: "Glob of hosts."},
		"ports":    schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Ports and ranges."},
		"severity": schema.StringAttribute{Optional: true, MarkdownDescription: "The worst severity that is accepted: `critical`, `high`, `medium` or `low`. A finding that is worse stays open. Any when omitted."},
		"reason":   schema.StringAttribute{Required: true, MarkdownDescription: "Why the risk is accepted."},
		"owner":    schema.StringAttribute{Required: true, MarkdownDescription: "Who accepts it."},
		"expires":  schema.StringAttribute{Required: true, MarkdownDescription: "Until when: a date, whose day is included in UTC, or an RFC 3339 time."},
	}
}

func resultsAttribute() schema.Attribute {
	return schema.ListNestedAttribute{
		Computed:            true,
		MarkdownDescription: "Every endpoint that somebody on the internet may reach, by resource address.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"resource_address":       schema.StringAttribute{Computed: true, MarkdownDescription: "Resource that exposes the endpoint."},
			"host":                   schema.StringAttribute{Computed: true, MarkdownDescription: "Address or name; empty when it is not known yet."},
			"ports":                  schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Ports and ranges that are reachable."},
			"transport":              schema.StringAttribute{Computed: true, MarkdownDescription: "`tcp` or `udp`."},
			"verdict":                schema.StringAttribute{Computed: true, MarkdownDescription: "`exposed`, `not_exposed` or `unknown`."},
			"source_scope":           schema.StringAttribute{Computed: true, MarkdownDescription: "`world`, `broad`, `provider`, `restricted` or `none`; null for an endpoint given by reference."},
			"severity":               schema.StringAttribute{Computed: true, MarkdownDescription: "`critical`, `high`, `medium`, `low` or `none`."},
			"port_status":            schema.StringAttribute{Computed: true, MarkdownDescription: "`open`, `closed`, `scanner_disabled`, `excluded_from_scan`, `unsupported_port` or `scan_failed`; null when nothing was sent."},
			"validated_open_ports":   schema.ListAttribute{Computed: true, ElementType: types.Int64Type, MarkdownDescription: "Ports that completed a handshake."},
			"resolved_addresses":     schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Addresses of the host, sorted: those that its name resolved to when it was looked at."},
			"http_status":            schema.StringAttribute{Computed: true, MarkdownDescription: "`1xx` to `5xx`, `unsupported_http_path`, `client_error`; null without a GET."},
			"http_status_code":       schema.Int64Attribute{Computed: true, MarkdownDescription: "Status code of the port that decides the severity."},
			"web_page_title":         schema.StringAttribute{Computed: true, MarkdownDescription: "Title of the page."},
			"technologies":           schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Technologies recognised."},
			"authentication":         schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Authentication that keeps strangers out: `basic`, `digest`, `ntlm`, `negotiate`, `form`, `bearer`, `client_certificate`, `sso`."},
			"authentication_details": schema.ListAttribute{Computed: true, ElementType: authenticationType, MarkdownDescription: authenticationDescription},
			"screenshot":             schema.StringAttribute{Computed: true, MarkdownDescription: "File of the screenshot."},
		}},
	}
}

func findingsAttribute() schema.Attribute {
	return schema.ListNestedAttribute{
		Computed:            true,
		MarkdownDescription: "Findings, worst first, waived ones too.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"rule":             schema.StringAttribute{Computed: true, MarkdownDescription: "Id of the rule."},
			"title":            schema.StringAttribute{Computed: true, MarkdownDescription: "What is wrong, in a phrase."},
			"severity":         schema.StringAttribute{Computed: true, MarkdownDescription: "Severity."},
			"resource_address": schema.StringAttribute{Computed: true, MarkdownDescription: "Resource that exposes the endpoint."},
			"host":             schema.StringAttribute{Computed: true, MarkdownDescription: "Host."},
			"port":             schema.Int64Attribute{Computed: true, MarkdownDescription: "Port; 0 when the finding concerns the endpoint as a whole."},
			"evidence":         schema.StringAttribute{Computed: true, MarkdownDescription: "What was seen."},
			"waived":           schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether a waiver accepts it."},
		}},
	}
}
