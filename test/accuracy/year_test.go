package main

import (
	"strings"
	"testing"
)

// Some weeks of each kind of centre.
func TestWeeks(t *testing.T) {
	r := years(1, len(kinds()), 42)
	var out strings.Builder
	r.print(&out)
	t.Log(out.String())
	for who := range r.scores {
		s := &r.scores[who]
		if s.hours < 5000 || sum(s.alarms[:]) < 15 || s.all().stalls < 15 {
			t.Errorf("watcher %d: %.0f hours, %d alarms, %d stalls: nothing to judge", who, s.hours, sum(s.alarms[:]), s.all().stalls)
		}
	}
	for _, l := range r.bar() {
		if !l.held && l.exact {
			t.Errorf("%s: %s, want %s", l.what, l.got, l.bar)
		}
	}
	for who := range watchers - 1 {
		if less, more := r.scores[who].precision(), r.scores[who+1].precision(); more < less {
			t.Errorf("precision %.1f %% of watcher %d, %.1f %% of one that knows more", less, who, more)
		}
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

// Records are neither lost nor found.
func TestRecords(t *testing.T) {
	w := newCentre(3, start())
	for range 20_000 {
		w.step()
		for _, c := range w.known {
			n := c.done
			for made, due := range c.due {
				n += due
				for quarter := range c.later {
					n += int(c.later[quarter][made])
				}
			}
			if n != c.records {
				t.Fatalf("campaign %s has %d records of %d", c.id, n, c.records)
			}
		}
	}
}
