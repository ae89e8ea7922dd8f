package provider

import (
	"context"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/zclconf/go-cty/cty"
)

// stateAttribute is the argument that names a state.
func stateAttribute(required bool, description string) schema.Attribute {
	return schema.SingleNestedAttribute{
		Required:            required,
		Optional:            !required,
		MarkdownDescription: description + " Give `path` or `pull`.",
		Attributes: map[string]schema.Attribute{
			"path": schema.StringAttribute{Optional: true, MarkdownDescription: "A state, a plan as JSON, the output of `show -json`, or a folder with a `terraform.tfstate`."},
			"pull": schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether the state of this configuration is taken from its backend, as `state pull` prints it: by the terraform or tofu that `TERRAFORM_BINARY` names, or else the one on `PATH`. Works with every backend and with encrypted state, and takes no lock. It is the state before this run."},
			"context": schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "States that answer questions about it, such as that of the network or of DNS: files or folders as `path`, but no plans. Nothing in them is validated. " +
				"Of a resource that several hold the word of `path` counts, and then that of the first. Give states of the same accounts and clusters, for names, tags and labels are compared too."},
		},
	}
}

func sourceAttribute() schema.Attribute {
	return schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "Folder of the configuration, for the lines in diagnostics and reports, and for comments that accept findings: " +
			"`# dynamicscan:accept open-port 22 until=2030-12-31 owner=ops reason=\"jump host\"` on a resource or module block. Defaults to the folder of the state when that holds configuration, and else to the working folder.",
	}
}

// checkState says at the argument what is wrong with the known part of it.
func checkState(config cty.Value, diags *diag.Diagnostics) {
	state := attribute(config, "state")
	if !state.IsKnown() || state.IsNull() {
		return
	}
	fail := func(summary, detail string) { diags.AddAttributeError(path.Root("state"), summary, detail) }
	named, pulled := present(state, "path"), truth(state, "pull") || !known(state, "pull")
	switch {
	case named && truth(state, "pull"):
		fail("State named twice", "Give either path or pull, not both.")
	case named && known(state, "path") && text(state, "path") == "":
		fail("State without path", "The path is empty, so there is no state to validate.")
	case !named && !pulled:
		fail("State without path", "Give path, the file or folder of the state, or pull = true.")
	}
	for _, file := range texts(state, "context") {
		if file == "" {
			fail("Context without path", "A path of context is empty, so there is no state to read.")
			break
		}
	}
}

// inputOf reads the state that a configuration names, nil when it names none.
func (e *environment) inputOf(ctx context.Context, config cty.Value) (*tfstate.Input, error) {
	state, only := attribute(config, "state"), tfstate.Only(e.catalogue.Reads)
	if truth(state, "pull") {
		return tfstate.Pull(ctx, e.engine, only)
	}
	if file := text(state, "path"); file != "" {
		return tfstate.Open(ctx, file, nil, only)
	}
	return nil, nil
}

// contextOf reads the states that answer questions about input.
func (e *environment) contextOf(ctx context.Context, config cty.Value, input *tfstate.Input) ([]*tfstate.Input, error) {
	if input == nil {
		return nil, nil
	}
	return tfstate.OpenContext(ctx, []*tfstate.Input{input}, texts(attribute(config, "state"), "context"), nil, tfstate.Only(e.catalogue.Reads))
}
