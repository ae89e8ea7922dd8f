package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/policy"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
	"github.com/hashicorp/hcl/v2"
)

// configName is the configuration file that is found by itself.
const configName = ".dynamicscan.hcl"

// readConfig reads the configuration file, or the one that is found by itself,
// or returns the defaults. A custom policy and rules of the user are compiled
// here, because what is broken has to be told before anything is sent.
func readConfig(name string) (settings.File, error) {
	src, err := readLimited(cmp.Or(name, configName))
	if name == "" && errors.Is(err, fs.ErrNotExist) {
		return settings.File{Settings: settings.Default()}, nil
	}
	if err != nil {
		return settings.File{}, fmt.Errorf("read configuration: %w", err)
	}
	file, diags := settings.ParseFile(cmp.Or(name, configName), src, scan.WaivableRules)
	if diags.HasErrors() {
		return settings.File{}, firstProblem(diags)
	}
	if text := file.Settings.CustomPolicy; text != "" {
		if _, err := policy.Custom(text); err != nil {
			return settings.File{}, fmt.Errorf("%s: custom_policy: %w", file.Place("custom_policy"), err)
		}
	}
	if setting, err := scan.CheckHostRules(file.Settings.HostRules); err != nil {
		return settings.File{}, fmt.Errorf("%s: %s: %w", file.Place(setting[0]), strings.Join(setting, "."), err)
	}
	return file, nil
}

// configLimit is more than a configuration may have, so that one that is too
// large is told from one that ends there.
const configLimit = 1 << 20

func readLimited(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close() // opened for reading, so closing loses nothing
	return io.ReadAll(io.LimitReader(f, configLimit))
}

// firstProblem returns the first error of a configuration as one sentence with
// its place.
func firstProblem(diags hcl.Diagnostics) error {
	first := slices.IndexFunc(diags, func(d *hcl.Diagnostic) bool { return d.Severity == hcl.DiagError })
	d := diags[first]
	told := d.Summary + ": " + strings.TrimSuffix(d.Detail, ".")
	if d.Subject == nil {
		return errors.New(told)
	}
	return fmt.Errorf("%s: %s", settings.PlaceOf(*d.Subject), told)
}
