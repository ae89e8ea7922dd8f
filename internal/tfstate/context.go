package tfstate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// nameShown bounds the name of an input within an address, in bytes.
const nameShown = 200

// InContext returns the resources of in as another input sees them. Their
// addresses name in, "aws_subnet.a (in network.tfstate)", so that they stay
// apart from equal ones of the other. References returns none of them, for a
// configuration knows bare addresses only.
func (in *Input) InContext() []Resource {
	name := exposure.Cut(exposure.CleanLine(in.Name), nameShown)
	resources := slices.Clone(in.Resources)
	for i := range resources {
		resources[i].Address += " (in " + name + ")"
		resources[i].Input = name
		resources[i].origin = nil
	}
	return resources
}

// OpenContext reads the states at paths, which are to answer questions about
// subject. It refuses a plan, whose resources are not there yet, and a state
// that is named twice or is the subject itself. Errors begin with the path, as
// those of Open.
func OpenContext(ctx context.Context, subject *Input, paths []string, stdin io.Reader, options ...Option) ([]*Input, error) {
	inputs := make([]*Input, 0, len(paths))
	for _, path := range paths {
		if path == "-" && taken(standardInput, subject, inputs) {
			return nil, errors.New("standard input can be read only once")
		}
		in, err := Open(ctx, path, stdin, options...)
		if err != nil {
			return nil, err
		}
		switch name := exposure.CleanLine(path); {
		case taken(in.Name, subject, inputs):
			return nil, fmt.Errorf("%s: the state is given twice", name)
		case in.Kind != State:
			return nil, fmt.Errorf("%s: this is a plan, and only a state can be context", name)
		}
		inputs = append(inputs, in)
	}
	return inputs, nil
}

// taken reports whether the input of the name was read already.
func taken(name string, subject *Input, inputs []*Input) bool {
	same := func(in *Input) bool { return filepath.Clean(in.Name) == filepath.Clean(name) }
	return same(subject) || slices.ContainsFunc(inputs, same)
}
