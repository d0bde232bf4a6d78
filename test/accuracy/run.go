package main

import (
	"encoding/json"
	"time"

	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

// year is what came of one seed.
type year struct {
	*centre

	watchers [watchers]alarms
	settings map[string]*progress.Settings

	kept, restored, fresh *progress.Tracker // never restarted; with a state file; without
	down                  bool

	updates  int
	differ   int // verdicts that a restart with a state file changed
	verdicts int
	lively   int // minutes of campaigns with eight steps an hour, outside their tail
	usual    int // those with the configured threshold
}

// simulate lives through some days.
func simulate(seed uint64, from time.Time, days int) *year {
	y := &year{centre: newCentre(seed, from), settings: map[string]*progress.Settings{}}
	y.kept, y.restored, y.fresh = progress.New(y.lookup), progress.New(y.lookup), progress.New(y.lookup)
	for end := from.AddDate(0, 0, days).Unix(); y.now < end; {
		y.step()
		y.minute()
	}
	for _, c := range y.slot {
		if c != nil {
			y.close(c)
		}
	}
	return y
}

// lookup returns the settings of a campaign, as from a configuration file that
// names those which need their own.
func (y *year) lookup(id string) *progress.Settings {
	if s, ok := y.settings[id]; ok {
		return s
	}
	s := &progress.Settings{StalledAfter: 2 * time.Hour, StalledUntil: stalledUntil, StallAlert: true, Calendar: y.day}
	for _, c := range y.slot {
		if c != nil && c.id == id {
			s.Calendar, s.StallAlert = c.hours, !c.callback
		}
	}
	y.settings[id] = s
	return s
}

// minute shows the response of a minute to the watchers.
func (y *year) minute() {
	if y.changed {
		clear(y.settings)
		for _, t := range []*progress.Tracker{y.kept, y.restored, y.fresh} {
			t.Configure(y.lookup)
		}
		y.changed = false
	}
	if y.now < y.exporterUntil {
		y.down = true
		return
	}
	if y.down {
		y.restart()
	}
	if entries, ok := y.response(); ok {
		y.respond(entries)
	}
}

// restart begins with the state file, and without.
func (y *year) restart() {
	y.down = false
	y.fresh = progress.New(y.lookup)
	var saved *progress.Saved
	if err := json.Unmarshal(must(json.Marshal(y.restored.Save())), &saved); err != nil {
		panic(err)
	}
	y.restored = progress.Restore(saved, y.lookup)
}

func (y *year) respond(entries []thulium.Campaign) {
	y.updates++
	with := y.restored.Update(at(y.now), entries)
	without := y.fresh.Update(at(y.now), entries)
	kept := y.kept.Update(at(y.now), entries)
	if y.updates%10 == 0 { // what differs once differs for hours
		y.compare(with, kept)
	}
	i := 0
	for values := range with.Campaigns() {
		c := y.listed[i]
		i++
		y.judge(&y.watchers[withState], withState, c, values.State == progress.Stalled, values.Threshold)
		y.rules(c)
		y.threshold(c, &values)
		c.shown.note(c, y.now, &values)
	}
	i = 0
	for values := range without.Campaigns() {
		c := y.listed[i]
		i++
		y.judge(&y.watchers[withoutState], withoutState, c, values.State == progress.Stalled, values.Threshold)
	}
}

// rules shows a campaign to the controls.
func (y *year) rules(c *campaign) {
	firing := c.controls.naive(c.entry().CompletionPercent, y.now)
	y.judge(&y.watchers[naive], naive, c, firing, stalledAfter)
	y.judge(&y.watchers[fair], fair, c, c.controls.fair(c, y.now), stalledAfter)
}

// compare counts the verdicts that differ between two trackers.
func (y *year) compare(a, b *progress.Report) {
	if a.OutsideHours != b.OutsideHours {
		y.differ++
	}
	others := make([]progress.Campaign, 0, b.Len())
	for values := range b.Campaigns() {
		others = append(others, values)
	}
	for values := range a.Campaigns() {
		y.verdicts++
		if values != others[0] {
			y.differ++
		}
		others = others[1:]
	}
}

// threshold counts whether a lively campaign has the configured one.
func (y *year) threshold(c *campaign, values *progress.Campaign) {
	if values.Threshold == 0 || c.visible() < 8 || c.percent() >= c.tail || !c.hours.OpenAt(at(y.now)) {
		return
	}
	y.lively++
	if values.Threshold == stalledAfter {
		y.usual++
	}
}
