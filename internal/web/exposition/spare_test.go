package exposition

import (
	"slices"
	"testing"
)

// TestSpareTools: what is kept is bounded, in number and in length.
func TestSpareTools(t *testing.T) {
	w := NewWriter()
	var taken []*tools
	for range spareTools + 2 {
		taken = append(taken, w.take())
	}
	taken[0].text = make([]byte, 0, longestSpare+1)
	for _, used := range taken {
		w.give(used)
	}
	for range spareTools {
		if got := w.take(); !slices.Contains(taken, got) || got.text != nil {
			t.Errorf("got %+v, want tools that were given, without the long text", got)
		}
	}
	if got := w.take(); slices.Contains(taken, got) {
		t.Error("more tools were kept than allowed")
	}
}
