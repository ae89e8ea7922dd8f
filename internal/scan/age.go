package scan

import (
	"fmt"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// tooOld refuses to scan by an input that is older than the settings allow, or
// whose age nobody knows: an address in it may belong to somebody else by now.
// An analysis sends nothing and may read any state.
func (v Validation) tooOld() error {
	most := v.Settings.MaxStateAge
	if v.Offline || most == 0 {
		return nil
	}
	for _, s := range v.subjects() {
		name, written := exposure.CleanLine(s.Input.Name), s.Input.Written
		age := v.Now().Sub(written)
		switch {
		case written.IsZero():
			return fmt.Errorf("%s: nothing tells how old it is, and max_state_age is %s", name, most)
		case age > most:
			return fmt.Errorf("%s: it is %s old, and max_state_age is %s", name, age.Round(time.Minute), most)
		}
	}
	return nil
}
