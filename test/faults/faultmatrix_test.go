// Package faults proves that no fault of a Thulium brings the exporter
// down: each is tried in both modes, under all kinds of scrapers, and then
// mended. It holds a test and nothing else.
package faults

import (
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"thulium_exporter/thulium"
	"thulium_exporter/thulium/simulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// row says what becomes of a fault. The campaigns are served, and thulium_up is
// 1, where the result is ok; elsewhere there is no campaign at all.
type row struct {
	fault    simulator.Fault
	result   thulium.Result
	odd      int           // campaigns served beside the two good ones
	rejected int           // entries
	pause    time.Duration // without requests, even after a recovery
}

// matrix has a row for each fault of the simulator.
func matrix(t *testing.T) []row {
	t.Helper()
	var rows []row
	for _, d := range simulator.Table() {
		r := row{fault: d.Fault, result: resultOf(t, d.Result), odd: d.Kept, rejected: d.Rejected}
		if d.HasRetryAfter() {
			r.pause = simulator.DefaultRetryAfter
		}
		rows = append(rows, r)
	}
	return rows
}

func resultOf(t *testing.T, word string) thulium.Result {
	t.Helper()
	for r := range thulium.Result(thulium.NumResults) {
		if r.String() == word {
			return r
		}
	}
	t.Fatalf("no result %q", word)
	return 0
}

// mode is a way to fetch, and the walk through a fault that suits it.
type mode struct {
	name     string
	interval time.Duration
	walk     func(*testing.T, *scene, row, scrapers)
}

func modes() []mode {
	return []mode{{"on scrape", 0, walkOnScrape}, {"polled", time.Minute, walkPolled}}
}

// scrapers are what scrapes the exporter while Thulium has a fault.
type scrapers struct {
	name  string
	count int
	leave bool // in the middle of the request, if they have to wait for it
}

func crowds() []scrapers {
	return []scrapers{{"one scraper", 1, false}, {"ten that overlap", 10, false}, {"one that hangs up", 1, true}}
}

func TestFaultMatrix(t *testing.T) {
	for _, m := range modes() {
		for _, who := range crowds() {
			for _, r := range matrix(t) {
				t.Run(m.name+"/"+who.name+"/"+string(r.fault), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { m.walk(t, newScene(t, m.interval), r, who) })
				})
			}
		}
	}
}

// good is what a scrape shows while Thulium works.
func good() row { return row{result: thulium.OK} }

// leavesAfter is when a scraper hangs up: before the fault shows itself, or in
// the middle of one that lasts.
func leavesAfter(r row) time.Duration {
	if r.result == thulium.Timeout {
		return 2 * latency
	}
	return latency / 2
}

// walkOnScrape scrapes before, during and after a fault.
func walkOnScrape(t *testing.T, s *scene, r row, who scrapers) {
	t.Helper()
	counts := tally{thulium.OK: 1}
	s.scrape(t).show(t, good(), counts)

	s.setFault(r.fault)
	if !who.leave {
		counts[r.result]++ // once, however many share it
	}
	s.scrapeAll(t, who, leavesAfter(r)).show(t, r, counts)
	s.isQuiet(t)

	s.setFault(simulator.NoFault)
	if r.pause > 0 && !who.leave {
		s.scrape(t).show(t, r, counts) // Thulium works, and gets no request
		wait(r.pause)
	}
	counts[thulium.OK]++
	s.scrape(t).show(t, good(), counts)
}

// walkPolled looks while the poll that fails is under way, when the response
// before it is still fresh; after it, when that is too old; and after the next.
func walkPolled(t *testing.T, s *scene, r row, who scrapers) {
	t.Helper()
	wait(latency + time.Millisecond)
	counts := tally{thulium.OK: 1}
	s.scrape(t).show(t, good(), counts)

	s.setFault(r.fault)
	s.waitUntil(time.Minute + latency/2)
	s.scrapeAll(t, who, leavesAfter(r)).show(t, good(), counts)
	s.waitUntil(time.Minute + latency + fetchTimeout)
	counts[r.result]++
	s.scrapeAll(t, who, leavesAfter(r)).show(t, r, counts)
	s.isQuiet(t)

	s.setFault(simulator.NoFault)
	s.waitUntil(2*time.Minute + 2*fetchTimeout)
	counts[thulium.OK]++
	s.scrape(t).show(t, good(), counts)
}
