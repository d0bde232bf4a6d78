package main

import (
	"fmt"
	"os"
	"time"
)

// plan says which year to live through and how one server watches it.
type plan struct {
	seed     uint64
	from     int64
	minutes  int
	rules    string
	naive    string
	scrape   int64 // second of the minute of scrapes
	evaluate int64 // second of the minute of evaluations
	prone    bool  // the server has outages
	restarts bool  // the server restarts between evaluations
}

// alarm is one time in which an alert fired for a campaign. An interval in
// which the server did not run does not end it.
type alarm struct {
	name     string
	severity string
	campaign string
	began    int64
	idle     float64 // business seconds when it began
	open     bool    // began inside business time, as the newest scrape saw it
	last     int     // newest evaluation that had it
}

// record is what came of a plan.
type record struct {
	alarms  []alarm
	stalls  []stall
	born    int
	cost    map[string]cost
	verdict map[int64][]string // campaigns that fire, by evaluation
	listed  map[int64]int      // campaigns there were, by evaluation
	now     int
	open    map[string]int
}

// live runs a plan to its end.
func (p plan) live(cal clock) (*record, error) {
	dir, err := os.MkdirTemp("", "year")
	if err != nil {
		return nil, fmt.Errorf("make directory: %w", err)
	}
	defer os.RemoveAll(dir)
	s, err := newServer(dir, p.restarts, []string{"thulium-campaigns", "naive"}, p.files()...)
	if err != nil {
		return nil, err
	}
	defer s.close()
	return p.run(s, newWorld(p.seed, cal, p.from))
}

func (p plan) files() []string {
	if p.naive == "" {
		return []string{p.rules}
	}
	return []string{p.rules, p.naive}
}

func (p plan) run(s *server, w *world) (*record, error) {
	r := &record{verdict: map[int64][]string{}, listed: map[int64]int{}, open: map[string]int{}}
	off := newOutages(p.seed, p.prone)
	for range p.minutes {
		w.step()
		if off.down(w.now) {
			continue
		}
		if err := p.minute(s, w, r); err != nil {
			return nil, fmt.Errorf("%s: %w", at(w.now).Format(time.DateTime), err)
		}
	}
	w.finish()
	r.stalls, r.born, r.cost = w.stalls, w.born, s.cost
	return r, nil
}

// minute scrapes and evaluates once.
func (p plan) minute(s *server, w *world, r *record) error {
	if p.restarts && w.now/minute%(3*24*60) == 0 {
		if err := s.restart(); err != nil {
			return err
		}
	}
	if err := s.target.scrape(w, p.scrape); err != nil {
		return err
	}
	now := w.now - minute + p.evaluate
	if err := s.evaluate(now); err != nil {
		return err
	}
	r.note(s, w, now, p.scrape)
	return nil
}

// note writes down what fires now.
func (r *record) note(s *server, w *world, now, scrape int64) {
	r.now++
	r.listed[now/minute] = w.count()
	s.firing(func(name, severity, id string) {
		if name == "ThuliumCampaignStalled" && severity == "warning" {
			r.verdict[now/minute] = append(r.verdict[now/minute], id)
		}
		r.fired(alarm{name: name, severity: severity, campaign: id, began: now, last: r.now,
			idle: w.business(now), open: w.cal.OpenAt(at(w.now - minute + scrape))})
	})
}

// fired continues an alarm or begins one.
func (r *record) fired(a alarm) {
	key := a.name + a.severity + a.campaign
	if i, ok := r.open[key]; ok && r.alarms[i].last >= r.now-1 {
		r.alarms[i].last = r.now
		return
	}
	r.open[key] = len(r.alarms)
	r.alarms = append(r.alarms, a)
}

// count is the number of campaigns that are listed.
func (w *world) count() int {
	n := 0
	for range w.campaigns {
		n++
	}
	return n
}
