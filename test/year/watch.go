package main

import (
	"fmt"
	"os"
	"slices"
	"time"
)

// plan says which time to live through and how one server watches it.
type plan struct {
	seed     uint64
	from     int64
	minutes  int
	blind    int // minutes before the server looks for the first time
	slots    int // campaigns side by side
	files    []string
	groups   []string // all when empty
	scrape   int64    // second of the minute of scrapes
	evaluate int64    // second of the minute of evaluations
	prone    bool     // the server has outages
	restarts bool     // the server restarts every hour, between evaluations
	nights   int64    // minutes between looks while the centre is closed
}

// alarm is one time in which an alert fired for a campaign. An interval in
// which the server did not run does not end it.
type alarm struct {
	name     string
	severity string
	campaign string
	began    int64
	business float64 // when it began, in business seconds
	open     bool    // began inside business time, as the newest scrape saw it
	agreed   bool    // for all campaigns at once: they really stood
	last     int     // newest minute that had it
}

// record is what came of a plan.
type record struct {
	alarms     []alarm
	stalls     []stall
	departures []departure
	campaigns  map[string]profile
	cost       map[string]cost
	fires      map[int64][]string // campaigns that are told to be stalled, by minute
	listed     map[int64]int      // campaigns there were, by minute
	minutes    int
	ongoing    map[string]int // alarms by what tells them apart
}

func newRecord() *record {
	return &record{fires: map[int64][]string{}, listed: map[int64]int{}, ongoing: map[string]int{}}
}

// live runs a plan to its end.
func (p plan) live(cal clock) (*record, error) {
	dir, err := os.MkdirTemp("", "year")
	if err != nil {
		return nil, fmt.Errorf("make directory: %w", err)
	}
	defer os.RemoveAll(dir)
	s, err := newServer(dir, p.restarts, p.groups, p.files...)
	if err != nil {
		return nil, err
	}
	defer s.close()
	return p.run(s, newWorld(p.seed, cal, p.from, p.slots))
}

func (p plan) run(s *server, w *world) (*record, error) {
	r, down := newRecord(), outages(p.seed, p.minutes, p.prone)
	for i := range p.minutes {
		w.step()
		if i < p.blind || down[i] || p.sleeps(w) && quiet(down, i) {
			continue
		}
		if err := p.minute(s, w, r); err != nil {
			return nil, fmt.Errorf("%s: %w", at(w.now).Format(time.DateTime), err)
		}
	}
	w.finish()
	r.stalls, r.departures, r.campaigns, r.cost = w.stalls, w.departures, w.profiles, s.cost
	return r, nil
}

// sleeps tells whether the server may leave this minute of a night out.
func (p plan) sleeps(w *world) bool {
	return (w.now/minute-1)%p.nights != 0 && !w.cal.OpenAt(at(w.now)) && !w.cal.OpenAt(at(w.now+10*minute))
}

// quiet tells whether the server runs all the time around a minute. Near an
// outage no minute is left out: both gaps together would be longer than the five
// minutes for which Prometheus takes a value as current.
func quiet(down []bool, i int) bool {
	const around = 10
	return !slices.Contains(down[max(0, i-around):min(len(down), i+around)], true)
}

// restartEvery is how many minutes lie between the restarts of a server that
// is there to show that they change nothing.
const restartEvery = 61

// minute scrapes and evaluates once.
func (p plan) minute(s *server, w *world, r *record) error {
	if p.restarts && w.now/minute%restartEvery == 0 {
		if err := s.restart(); err != nil {
			return err
		}
	}
	if err := s.target.scrape(w, p.scrape); err != nil {
		return err
	}
	now := w.now - minute + p.evaluate
	evaluated, err := s.evaluate(now)
	if err != nil || !evaluated {
		return err
	}
	r.note(s, w, now, p.scrape)
	return nil
}

// note writes down what fires now.
func (r *record) note(s *server, w *world, now, scrape int64) {
	r.minutes++
	r.listed[now/minute] = w.count()
	s.firing(func(name, severity, id string) {
		if name == stalled && severity == "warning" {
			r.fires[now/minute] = append(r.fires[now/minute], id)
		}
		r.fired(alarm{
			name: name, severity: severity, campaign: id, began: now, last: r.minutes,
			business: w.business(now), open: w.cal.OpenAt(at(w.now - minute + scrape)),
			agreed: w.allStand(allStalledAfter - slack),
		})
	})
}

// fired continues an alarm or begins one.
func (r *record) fired(a alarm) {
	key := a.name + a.severity + a.campaign
	if i, ok := r.ongoing[key]; ok && r.alarms[i].last >= r.minutes-1 {
		r.alarms[i].last = r.minutes
		return
	}
	r.ongoing[key] = len(r.alarms)
	r.alarms = append(r.alarms, a)
}
