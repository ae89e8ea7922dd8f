package tfstate

import (
	"sync"

	"github.com/zclconf/go-cty/cty"
)

// recentValues is how many values of an input are kept. Whoever reads a
// resource asks for the same few attributes over and over, and then goes on to
// the next: keeping every value would cost several times the file.
const recentValues = 2048

// recent holds values that were made of attributes lately. It is safe for
// concurrent use.
type recent struct {
	mu     sync.Mutex
	values [recentValues]recentValue
}

type recentValue struct {
	of    *object
	index int // of the attribute in the shape
	value cty.Value
}

// slot returns where the value of an attribute is kept, if it is.
func (r *recent) slot(of *object, index int) *recentValue {
	const spread = 0x9e3779b1 // so that neighbours do not share a slot
	return &r.values[(of.number*spread>>8+uint32(index))%recentValues]
}

func (r *recent) get(of *object, index int) (cty.Value, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.slot(of, index)
	return s.value, s.of == of && s.index == index
}

func (r *recent) put(of *object, index int, v cty.Value) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*r.slot(of, index) = recentValue{of, index, v}
}
