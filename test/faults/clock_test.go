package faults

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestClockChanges polls through the nights in which clocks and calendars do
// something odd. Every scrape shows fresh values, and a centre that never
// closes gains as much business time as there is time.
func TestClockChanges(t *testing.T) {
	for name, midnight := range map[string]time.Time{
		"leap day":            time.Date(2028, time.February, 29, 0, 0, 0, 0, time.UTC),
		"day after leap day":  time.Date(2028, time.March, 1, 0, 0, 0, 0, time.UTC),
		"hour skipped":        time.Date(2027, time.March, 28, 0, 0, 0, 0, time.UTC),
		"hour repeated":       time.Date(2027, time.October, 31, 0, 0, 0, 0, time.UTC),
		"new year":            time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC),
		"end of 32-bit times": time.Date(2038, time.January, 19, 0, 0, 0, 0, time.UTC),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				wait(time.Until(midnight.Add(-3 * time.Hour)))
				s := newScene(t, time.Minute)
				wait(latency + time.Second)
				before := s.read(t)
				for range 7 * 60 / 5 {
					wait(5 * time.Minute)
					now := s.read(t)
					const seconds = "thulium_business_seconds_total"
					if now["thulium_up"] != 1 || now[seconds]-before[seconds] != 300 {
						t.Fatalf("%s: up is %v, business time grew by %v s in 5 minutes",
							time.Now().UTC(), now["thulium_up"], now[seconds]-before[seconds])
					}
					before = now
				}
			})
		})
	}
}

// read returns the series of one scrape.
func (s *scene) read(t *testing.T) map[string]float64 {
	t.Helper()
	return parse(t, s.scrape(t)[0].text)
}
