package cli

import (
	"fmt"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfsource"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// readSources reads the configuration of each input: the one that --source
// names, or else what there is in the folder of the input, the working folder for
// standard input. Nobody asked for the latter, so that one that cannot be read is
// only told of.
func readSources(o options, inputs []*tfstate.Input) (subjects []scan.Subject, warnings []string, err error) {
	known := map[string]*tfsource.Source{} // by folder: inputs of one configuration share it
	for i, in := range inputs {
		folder := o.source
		if folder == "" {
			folder = tfsource.FolderOf(o.inputs[i])
		}
		source, done := known[folder]
		if !done {
			source, err = tfsource.Load(folder)
			switch {
			case err != nil && o.source == "":
				source = nil
				warnings = append(warnings, "the report has no lines, and no comment accepts anything: "+strings.TrimSuffix(exposure.CleanLine(err.Error()), "."))
			case err == nil && o.source != "" && source.Empty():
				return nil, nil, fmt.Errorf("--source: %s holds no configuration", o.source)
			case err != nil:
				return nil, nil, err
			}
			known[folder] = source
		}
		subjects = append(subjects, scan.Subject{Input: in, Source: source})
	}
	return subjects, warnings, nil
}
