package cli

import (
	"fmt"
	"io"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// enforcementVariable is the emergency exit that the provider has: with warn or
// off what a run finds changes nothing of its exit status. A run that could not
// even begin (bad usage, an input or a configuration that cannot be read) has
// nothing to be lenient about, nor has one that was interrupted.
const enforcementVariable = "DYNAMICSCAN_ENFORCEMENT"

// enforcement is the word of the variable: "error", "warn" or "off".
type enforcement string

func enforcementFrom(environment func(string) string) (enforcement, error) {
	switch word := environment(enforcementVariable); word {
	case "":
		return "error", nil
	case "error", "warn", "off":
		return enforcement(word), nil
	default:
		return "", fmt.Errorf("%s: %q is none of error, warn, off", enforcementVariable, exposure.CleanLine(word))
	}
}

// exit returns the exit status of a run that came to a verdict, and says when
// it is not the one that the verdict asks for. With off it says nothing.
func (e enforcement) exit(verdict int, stderr io.Writer) int {
	switch {
	case verdict == exitPassed || e == "error":
		return verdict
	case e == "warn":
		fmt.Fprintf(stderr, "Warning: %s is warn, so the exit status is %d and not %d.\n", enforcementVariable, exitPassed, verdict)
	}
	return exitPassed
}
