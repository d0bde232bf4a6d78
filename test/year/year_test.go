package main

import (
	"testing"
	"time"

	"thulium_exporter/internal/business"
)

const rulesFile = "../../deploy/prometheus/thulium.rules.yml"

// TestEightWeeks is the year in small: one server and half the campaigns from
// before the spring clock change until after the May holidays, with fewer looks
// at night.
func TestEightWeeks(t *testing.T) {
	o := options{from: "2026-03-16", days: 8 * 7, nights: 4, rules: rulesFile}
	p, err := o.plan()
	if err != nil {
		t.Fatal(err)
	}
	p.seed, p.slots, p.prone = 4, slots/2, true
	r := live(t, p)
	for _, s := range newResult().scores {
		s.judge(r)
		if s.stalls == 0 {
			t.Errorf("%s: no stall to tell", s.severity)
		}
		// So few stalls that one miss is more than two in a hundred.
		if s.inexcusable > 0 || len(s.missedStalls) > 1 || len(s.outside) > 0 || s.meanDelay() > s.threshold/hour+0.1 {
			t.Errorf("%s: %d stalls, false %+v, missed %+v, %d begun outside business time, mean delay %.3f h",
				s.severity, s.stalls, s.wrongAlarms, s.missedStalls, len(s.outside), s.meanDelay())
		}
	}
}

// TestRestarts has a server restart all the time, on what it left on disk.
func TestRestarts(t *testing.T) {
	o := options{from: "2026-03-23", days: 3, nights: 1, rules: rulesFile}
	p, err := o.plan()
	if err != nil {
		t.Fatal(err)
	}
	once := live(t, p)
	p.restarts = true
	var a agreement
	a.add(once, live(t, p))
	if a.samples == 0 || a.same != a.samples {
		t.Errorf("verdicts agree in %d of %d samples", a.same, a.samples)
	}
}

// TestOutagesAtOnce has a server restart at night, on 28 April, while the API is
// away. What was told before is told on.
func TestOutagesAtOnce(t *testing.T) {
	o := options{from: "2026-01-01", days: 118, nights: 4, rules: rulesFile}
	p, err := o.plan()
	if err != nil {
		t.Fatal(err)
	}
	p.seed, p.prone, p.blind = 2, true, 115*24*60
	p.scrape, p.evaluate = 38, 55
	r := live(t, p)
	for _, s := range newResult().scores {
		s.judge(r)
		if s.told == 0 || len(s.outside) > 0 {
			t.Errorf("%s: %d told, begun outside business time: %+v", s.severity, s.told, s.outside)
		}
	}
}

// TestControlFails shows that the simulation is hard enough for the alert that
// everybody writes first.
func TestControlFails(t *testing.T) {
	o := options{from: "2026-03-23", days: 7, nights: 4}
	p, err := o.plan()
	if err != nil {
		t.Fatal(err)
	}
	p.files = []string{"naive.yml"}
	s := newResult().control
	s.judge(live(t, p))
	if s.precision() > 0.5 {
		t.Errorf("precision of the control: %.2f", s.precision())
	}
}

// TestWorldIsTheSame checks that a seed gives one year and no other, which is
// what lets two servers be compared.
func TestWorldIsTheSame(t *testing.T) {
	cal, err := business.New(business.Spec{})
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	a, b := newWorld(1, cal, from, slots), newWorld(1, cal, from, slots)
	for range 60 * 24 * 60 {
		a.step()
		b.step()
	}
	a.finish()
	b.finish()
	if len(a.stalls) == 0 || len(a.stalls) != len(b.stalls) {
		t.Fatalf("%d and %d stalls", len(a.stalls), len(b.stalls))
	}
	for i := range a.stalls {
		if a.stalls[i] != b.stalls[i] {
			t.Errorf("stall %d: %+v and %+v", i, a.stalls[i], b.stalls[i])
		}
	}
}

func live(t *testing.T, p plan) *record {
	t.Helper()
	cal, err := business.New(business.Spec{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.live(cal)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
