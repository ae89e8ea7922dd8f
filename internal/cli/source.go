package cli

import (
	"fmt"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfsource"
)

// readSource reads the configuration that --source names, or else what there is
// in the folder of the input, the working folder for standard input. Nobody
// asked for the latter, so that one that cannot be read is only told of.
func readSource(o options) (source *tfsource.Source, warning string, err error) {
	if o.source != "" {
		source, err = tfsource.Load(o.source)
		if err == nil && source.Empty() {
			err = fmt.Errorf("--source: %s holds no configuration", o.source)
		}
		return source, "", err
	}
	source, err = tfsource.Load(tfsource.FolderOf(o.input))
	if err != nil {
		return nil, "the report has no lines, and no comment accepts anything: " + strings.TrimSuffix(exposure.CleanLine(err.Error()), "."), nil
	}
	return source, "", nil
}
