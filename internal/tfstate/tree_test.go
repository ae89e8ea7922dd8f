package tfstate_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// FuzzTree holds the tree against encoding/json, on everything that is JSON.
func FuzzTree(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,-2.5e+3,true,false,null,""],"a":{"b":{}}}`, ` [ [ ] , { } , "\u00e9\n\"\\" ] `, `"\ud800"`, "\"\xff\"", `0`, `{"":{"" : ""}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if !json.Valid(text) {
			t.Skip("not JSON")
		}
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		var want any
		if err := decoder.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, tfstate.TreeOf(text)); diff != "" {
			t.Errorf("treeOf(%q) (-encoding/json +treeOf):\n%s", text, diff)
		}
	})
}
