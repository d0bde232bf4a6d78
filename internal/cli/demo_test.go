package cli

import (
	"encoding/json"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
	"thulium_exporter/thulium/simulator"
)

// stagedDemo is a demo in a bubble, whose exporter is a tracker alone.
type stagedDemo struct {
	*simulator.Stage
	config  demo
	changed bool
	system  config.System
	tracker *progress.Tracker
	outside float64 // records completed outside business hours before the scene
}

// stage begins a demo that has run for a business day, and switches a scene on.
func stage(t *testing.T, scene string) *stagedDemo {
	t.Helper()
	time.Sleep(time.Until(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC))) // bubbles begin in 2000
	d := &stagedDemo{config: demo{speed: 60}}
	d.config.begin("http://127.0.0.1", "p")
	d.Stage = simulator.NewStage(simulator.New(simulator.Config{Speed: 60, Seed: demoSeed}), demoSeed, func() { d.changed = true })
	d.load(t)
	d.tracker = progress.New(d.system.Settings)
	d.outside = d.watch(t, 24*time.Minute).OutsideHours
	if scene != "" && d.call("PUT", "/scene/"+scene) != 200 {
		t.Fatalf("no scene %s", scene)
	}
	return d
}

func (d *stagedDemo) call(method, path string) int {
	w := httptest.NewRecorder()
	d.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w.Code
}

func (d *stagedDemo) load(t *testing.T) {
	t.Helper()
	var err error
	if d.system, err = d.config.system(d.Scene()); err != nil {
		t.Fatal(err)
	}
}

// watch observes the demo every 15 seconds and returns the report at the end.
func (d *stagedDemo) watch(t *testing.T, lasts time.Duration) *progress.Report {
	t.Helper()
	for end := time.Now().Add(lasts); time.Now().Before(end); {
		time.Sleep(15 * time.Second)
		if d.changed {
			d.changed = false
			d.load(t)
			d.tracker.Configure(d.system.Settings)
		}
		d.tracker.Update(time.Now(), d.list(t))
	}
	return d.tracker.Report()
}

// list returns what Thulium lists now.
func (d *stagedDemo) list(t *testing.T) []thulium.Campaign {
	t.Helper()
	w := httptest.NewRecorder()
	d.ServeHTTP(w, httptest.NewRequest("GET", simulator.Path, nil))
	var listed []struct {
		ID      string  `json:"id"`
		Records float64 `json:"records_count"`
		Percent float64 `json:"completion_percent"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &listed); err != nil {
		t.Fatal(err)
	}
	var campaigns []thulium.Campaign
	for _, c := range listed {
		campaigns = append(campaigns, thulium.Campaign{ID: c.ID, Records: c.Records, CompletionPercent: c.Percent})
	}
	return campaigns
}

// named returns what is known of the campaigns, by name.
func (d *stagedDemo) named(r *progress.Report) map[string]progress.Campaign {
	byName := map[string]progress.Campaign{}
	for c := range r.Campaigns() {
		byName[d.system.CampaignName(c.ID)] = c
	}
	return byName
}

// TestScenes: what the alert of each scene compares is soon true, and was not
// before.
func TestScenes(t *testing.T) {
	for scene, tt := range map[string]struct {
		within time.Duration
		shown  func(*stagedDemo, *progress.Report) bool
	}{
		"stall": {3 * time.Minute, func(d *stagedDemo, r *progress.Report) bool {
			return d.named(r)["Call-backs from the website"].State == progress.Stalled
		}},
		"all_stalled": {6 * time.Minute, func(_ *stagedDemo, r *progress.Report) bool {
			watched, stalled := 0, 0
			for c := range r.Campaigns() {
				if c.Threshold > 0 {
					watched++
				}
				if c.State == progress.Stalled {
					stalled++
				}
			}
			return stalled >= 2 && stalled == watched
		}},
		"not_started": {9 * time.Minute, func(d *stagedDemo, r *progress.Report) bool {
			c, ok := d.named(r)["Loyalty cards"]
			return ok && c.State == progress.Waiting && c.Idle >= 8*3600
		}},
		"late": {4 * time.Minute, func(d *stagedDemo, r *progress.Report) bool {
			c, ok := d.named(r)["Contract extensions"]
			return ok && c.Deadline > 0 && c.ExpectedFinish > c.Deadline
		}},
		"closed": {time.Minute, func(d *stagedDemo, r *progress.Report) bool {
			now, days := time.Now(), 6*24*time.Hour
			calendar := d.system.Calendar
			return r.OutsideHours > d.outside && calendar.SecondsUntil(now) == calendar.SecondsUntil(now.Add(days))
		}},
	} {
		t.Run(scene, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := stage(t, "")
				if tt.shown(d, d.watch(t, tt.within)) {
					t.Error("shown without the scene")
				}
				d = stage(t, scene)
				if !tt.shown(d, d.watch(t, tt.within)) {
					t.Errorf("not shown after %s", tt.within)
				}
				d.call("DELETE", "/scene")
				if tt.shown(d, d.watch(t, time.Minute)) {
					t.Error("still shown after the scene")
				}
			})
		})
	}
}

// TestDemoDeadlines: campaigns with a deadline meet it, unless in a scene.
func TestDemoDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := stage(t, "")
		seen := map[string]bool{}
		for range 60 {
			for c := range d.watch(t, time.Minute).Campaigns() {
				seen[c.ID] = c.Deadline > 0
				if c.Deadline > 0 && c.ExpectedFinish > c.Deadline {
					t.Errorf("%s will be finished at %d, after its deadline, %d", d.system.CampaignName(c.ID), c.ExpectedFinish, c.Deadline)
				}
			}
		}
		if !seen["00035"] || !seen["00008"] || seen["00001"] {
			t.Errorf("campaigns with deadlines: %v", seen)
		}
	})
}

// TestDemoNames: campaigns that follow others have a name, too.
func TestDemoNames(t *testing.T) {
	d := demo{speed: 60}
	names := d.campaigns(simulator.Demo(demoSeed), time.UTC)
	for id, want := range map[config.ID]string{
		"00001": "Satisfaction survey", "00005": "Spring renewals", "00015": "Spring renewals, wave 2", "00985": "Spring renewals, wave 99",
	} {
		if got := names[id].Name; got != want {
			t.Errorf("%s: got %q, want %q", id, got, want)
		}
	}
}

func TestFastCalendar(t *testing.T) {
	start := time.Date(2026, 5, 4, 8, 0, 0, 0, time.UTC)
	d := demo{start: start, speed: 60}
	_, calendar, err := d.business(false)
	if err != nil {
		t.Fatal(err)
	}
	for from, want := range map[time.Duration]float64{-time.Hour: 60, 0: 3600} {
		from, minute := start.Add(from), start.Add(from+time.Minute)
		if got := calendar.SecondsUntil(minute) - calendar.SecondsUntil(from); got != want {
			t.Errorf("%v s within a minute after %s, want %v", got, from, want)
		}
	}
	for at, want := range map[time.Duration]time.Duration{-time.Second: -8 * time.Minute, 0: 0, 479 * time.Second: 0, 8 * time.Minute: 8 * time.Minute} {
		if day := calendar.Day(start.Add(at)); !day.Start.Equal(start.Add(want)) || len(day.Open) != 1 || day.End.Sub(day.Start) != 8*time.Minute {
			t.Errorf("%s is part of %v", at, day)
		}
	}
	if at, ok := calendar.After(start, 3600); !ok || !at.Equal(start.Add(time.Minute)) {
		t.Errorf("an hour is over at %s, %t", at, ok)
	}
}
