package main

import (
	"encoding/json"
	"time"

	"thulium_exporter/collector"
	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

// The watchers: trackers that know more and more.
const (
	neither  = iota // two numbers only
	pools           // pools and orders
	looks           // and what agents do
	watchers        // how many there are
)

const (
	stalledAfter = 2 * 60 // business minutes
	stalledUntil = 98.0

	// afterglow is for how many minutes after a stall an alarm may still begin: nobody
	// can know yet that it is over.
	afterglow = 15
)

// observer is a tracker, and what came of it.
type observer struct {
	tracker   *progress.Tracker
	diagnosis *collector.Diagnosis // nil: none
	settings  map[string]*progress.Settings
	lookup    progress.Lookup
	alarms    []*alarm
	overstay  int // alarms that outlasted progress
	watched   int // business minutes of campaigns with a threshold
}

func (y *year) newObserver(who int) *observer {
	o := &observer{settings: map[string]*progress.Settings{}}
	o.lookup = func(id string) *progress.Settings {
		s := o.settings[id]
		if s == nil {
			s = y.configure(id, who)
			o.settings[id] = s
		}
		return s
	}
	y.follow(who, o, progress.New(o.lookup))
	return o
}

// configure returns the settings of a configuration file that names every campaign.
func (y *year) configure(id string, who int) *progress.Settings {
	s := &progress.Settings{
		StalledAfter: stalledAfter * time.Minute, StalledUntil: stalledUntil, StallAlert: true, Calendar: y.hours,
	}
	if c := y.known[id]; c != nil && who != neither {
		s.Pool, s.Order = c.team.pool, c.order
		s.Diagnose = who == looks
	}
	return s
}

// restart restarts the exporter, with a state file.
func (y *year) restart(who int, o *observer) {
	var saved *progress.Saved
	must(0, json.Unmarshal(must(json.Marshal(o.tracker.Save())), &saved))
	y.follow(who, o, progress.Restore(saved, o.lookup))
}

func (y *year) follow(who int, o *observer, tracker *progress.Tracker) {
	o.tracker = tracker
	if who == looks {
		y.diagnose(o)
	}
}

// observe shows a response to a watcher.
func (y *year) observe(who int, entries []thulium.Campaign, listed []*campaign) {
	o := y.observers[who]
	report := o.tracker.Update(at(y.now), entries)
	if who == pools {
		y.system.judge(y.centre, report, listed)
	}
	i := 0
	for values := range report.Campaigns() {
		c := listed[i]
		i++
		if y.open && values.Threshold > 0 {
			o.watched++
			if c.spell != nil {
				c.spell.watched = true
			}
		}
		y.judgeAlarm(o, who, c, &values)
		if who == pools {
			c.finishes.note(y.centre, c, &values)
		}
	}
	if o.diagnosis != nil {
		y.look(o)
	}
}
