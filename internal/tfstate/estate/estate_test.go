package estate_test

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate/estate"
)

func made(t *testing.T, write func(io.Writer, int) error, n int) []byte {
	t.Helper()
	var text bytes.Buffer
	if err := write(&text, n); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(text.Bytes()) {
		t.Fatalf("%d resources are no valid JSON", n)
	}
	return text.Bytes()
}

func TestAnEstateHasAsManyResourcesAsAskedFor(t *testing.T) {
	for name, write := range map[string]func(io.Writer, int) error{"state": estate.WriteState, "plan": estate.WritePlan} {
		for _, n := range []int{1, 7, 600} {
			in, err := tfstate.Parse(name, made(t, write, n))
			if err != nil {
				t.Fatalf("Parse(%s of %d) error: %v", name, n, err)
			}
			if len(in.Resources) != n || len(in.Incomplete) != 0 || string(in.Kind) != name {
				t.Errorf("Parse(%s of %d) = %s of %d resources, incomplete %q", name, n, in.Kind, len(in.Resources), in.Incomplete)
			}
		}
	}
}

func TestAnEstateIsTheSameEveryTime(t *testing.T) {
	for name, write := range map[string]func(io.Writer, int) error{"state": estate.WriteState, "plan": estate.WritePlan} {
		if !bytes.Equal(made(t, write, 600), made(t, write, 600)) {
			t.Errorf("two %ss of 600 resources differ", name)
		}
	}
}

func TestAResourceIsOfTheSizeOfRealOnes(t *testing.T) {
	if size := len(made(t, estate.WriteState, 1000)) / 1000; size < 1500 || size > 2500 {
		t.Errorf("a resource is %d bytes, want some 2000", size)
	}
}
