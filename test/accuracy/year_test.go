package main

import (
	"strings"
	"testing"
)

// Eight weeks of one centre, with all that a year has.
func TestEightWeeks(t *testing.T) {
	r := years(1, 1, 56)
	var out strings.Builder
	r.print(&out)
	t.Log(out.String())
	s := &r.tallies[withState]
	if s.alarms < 50 || s.stalls < 50 || r.verdicts < 50_000 {
		t.Errorf("%d alarms, %d stalls, %d verdicts: nothing to judge", s.alarms, s.stalls, r.verdicts)
	}
	for _, l := range r.bar() {
		if !l.held && l.exact {
			t.Errorf("%s: %s, want %s", l.what, l.got, l.bar)
		}
	}
	if s.precision() < 95 || s.recall() < 98 {
		t.Errorf("precision %.2f %%, recall %.2f %%", s.precision(), s.recall())
	}
	if f := &r.tallies[fair]; f.precision() > 98 {
		t.Errorf("one expression has a precision of %.2f %%: the weeks are too easy", f.precision())
	}
}

// The same seed gives the same year.
func TestSeed(t *testing.T) {
	var first, second strings.Builder
	years(2, 1, 7).print(&first)
	years(2, 1, 7).print(&second)
	if first.String() != second.String() {
		t.Errorf("got\n%s\nand\n%s", first.String(), second.String())
	}
}
