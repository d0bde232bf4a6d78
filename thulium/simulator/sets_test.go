package simulator_test

import (
	"reflect"
	"testing"
	"time"

	"thulium_exporter/thulium/simulator"
)

func TestMany(t *testing.T) {
	entries := newTimeline(simulator.Many(10_000)...).at(t, 0)
	if len(entries) != 10_000 || len(unique(t, entries)) != 10_000 {
		t.Errorf("%d campaigns", len(entries))
	}
}

// TestDemo watches sixty days in steps that are no multiple of anything.
func TestDemo(t *testing.T) {
	for seed := range uint64(3) {
		demo := newTimeline(simulator.Demo(seed)...)
		seen := map[string]bool{}
		var empty, stalled, grown, left bool
		var before map[string]entry
		for elapsed := time.Duration(0); elapsed < 60*24*time.Hour; elapsed += 17 * time.Minute {
			entries := demo.at(t, elapsed)
			if len(entries) < 5 {
				t.Fatalf("seed %d, %v: only %v", seed, elapsed, entries)
			}
			now := unique(t, entries)
			for id, e := range now {
				seen[id] = true
				empty = empty || e.Records == 0
				stalled = stalled || id == "00004" && before[id] == e && e.Percent < 100
				grown = grown || before[id].Records > 0 && before[id].Records < e.Records
			}
			for id := range before {
				left = left || now[id].ID == ""
			}
			before = now
		}
		if len(seen) < 100 || !empty || !stalled || !grown || !left {
			t.Errorf("seed %d: %d IDs; empty %v, stalled %v, grown %v, left %v",
				seed, len(seen), empty, stalled, grown, left)
		}
	}
}

func TestDemoFollowsFromSeed(t *testing.T) {
	if !reflect.DeepEqual(simulator.Demo(1), simulator.Demo(1)) || reflect.DeepEqual(simulator.Demo(1), simulator.Demo(2)) {
		t.Error("the demo does not follow from its seed")
	}
}

// unique returns the entries by ID, and fails if two have the same.
func unique(t *testing.T, entries []entry) map[string]entry {
	t.Helper()
	byID := map[string]entry{}
	for _, e := range entries {
		if _, ok := byID[e.ID]; ok || len(e.ID) != 5 {
			t.Fatalf("id %s is there twice, or not five digits", e.ID)
		}
		byID[e.ID] = e
	}
	return byID
}
