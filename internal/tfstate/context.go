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
// apart from equal ones of the other. The references of a plan lead to its own
// resources, by such addresses.
func (in *Input) InContext() []Resource { return in.asContext(in.Resources) }

// PriorInContext is InContext for what there was before the change of a plan.
func (in *Input) PriorInContext() []Resource { return in.asContext(in.Prior) }

func (in *Input) asContext(list []Resource) []Resource {
	name := in.Label()
	resources := slices.Clone(list)
	for i := range resources {
		resources[i].Address = inContext(resources[i].Address, name)
		resources[i].Input = name
	}
	return resources
}

// Label is the name of the input as addresses and reports show it: one line,
// and not too long.
func (in *Input) Label() string { return exposure.Cut(exposure.CleanLine(in.Name), nameShown) }

func inContext(address, input string) string { return address + " (in " + input + ")" }

// OpenAll reads the inputs at paths, states and plans, and the states that
// answer questions about them, as OpenContext does. It refuses an input that is
// named twice.
func OpenAll(ctx context.Context, paths []string, stdin io.Reader, options ...Option) ([]*Input, error) {
	inputs := make([]*Input, 0, len(paths))
	for _, path := range paths {
		in, err := openNext(ctx, inputs, path, stdin, options)
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, in)
	}
	return inputs, nil
}

// openNext reads an input that is none of those before it.
func openNext(ctx context.Context, before []*Input, path string, stdin io.Reader, options []Option) (*Input, error) {
	if path == "-" && taken(standardInput, before) {
		return nil, errors.New("standard input can be read only once")
	}
	in, err := Open(ctx, path, stdin, options...)
	switch {
	case err != nil:
		return nil, err
	case taken(in.Name, before):
		return nil, fmt.Errorf("%s: the %s is given twice", exposure.CleanLine(path), in.Kind)
	}
	return in, nil
}

// OpenContext reads the states at paths, which are to answer questions about
// the subjects. It refuses a plan, whose resources are not there yet, and a state
// that is named twice or is a subject itself. Errors begin with the path, as
// those of Open.
func OpenContext(ctx context.Context, subjects []*Input, paths []string, stdin io.Reader, options ...Option) ([]*Input, error) {
	inputs := slices.Clone(subjects)
	for _, path := range paths {
		in, err := openNext(ctx, inputs, path, stdin, options)
		if err != nil {
			return nil, err
		}
		if in.Kind != State {
			return nil, fmt.Errorf("%s: this is a plan, and only a state can be context", exposure.CleanLine(path))
		}
		inputs = append(inputs, in)
	}
	return inputs[len(subjects):], nil
}

// taken reports whether an input of the name was read already, or one that
// could not be told from it.
func taken(name string, inputs []*Input) bool {
	like := Input{Name: name}
	return slices.ContainsFunc(inputs, func(in *Input) bool {
		return filepath.Clean(in.Name) == filepath.Clean(name) || in.Label() == like.Label()
	})
}
