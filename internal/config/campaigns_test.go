package config_test

import (
	"strings"
	"testing"
	"time"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/files"
)

const progressExample = `
defaults:
  basic_auth: {username: u, password: p}
  stalled_after: 3h
  business_hours: {time_zone: Europe/London, holidays: [none]}
systems:
  acme:
    url: https://acme.thulium.com
    stalled_until: 90
    campaigns:
      "1": {name: One}
      "2": {stalled_after: 30m, stalled_until: 95.5}
      "3": {stall_alert: false, deadline: 2026-12-18}
      "4": {deadline: 2026-07-18 18:00, business_hours: {time_zone: Europe/Warsaw}}
      "5": {name: Five}
      "6": {pool: renewals, order: 2}
      "7": {pool: renewals}
  globex:
    url: https://globex.thulium.com
    stall_alert: false
`

func load(t *testing.T, text string) []config.System {
	t.Helper()
	systems, _, err := config.LoadFile(t.Context(), files.NewReader(), write(t, "x.yml", text))
	if err != nil {
		t.Fatal(err)
	}
	return systems
}

// TestSettings: a campaign inherits from its system, and that from the defaults.
func TestSettings(t *testing.T) {
	systems := load(t, progressExample)
	london, warsaw := zone(t, "Europe/London"), zone(t, "Europe/Warsaw")
	acme := &systems[0]
	for id, want := range map[string]struct {
		name     string
		after    time.Duration
		until    float64
		alert    bool
		deadline time.Time
	}{
		"other": {"", 3 * time.Hour, 90, true, time.Time{}},
		"1":     {"One", 3 * time.Hour, 90, true, time.Time{}},
		"2":     {"", 30 * time.Minute, 95.5, true, time.Time{}},
		"3":     {"", 3 * time.Hour, 90, false, time.Date(2026, 12, 19, 0, 0, 0, 0, london)},
		"4":     {"", 3 * time.Hour, 90, true, time.Date(2026, 7, 18, 18, 0, 0, 0, warsaw)},
	} {
		got := acme.Settings(id)
		if got.StalledAfter != want.after || got.StalledUntil != want.until || got.StallAlert != want.alert ||
			!got.Deadline.Equal(want.deadline) || acme.CampaignName(id) != want.name {
			t.Errorf("%s: got %q %+v, want %+v", id, acme.CampaignName(id), *got, want)
		}
	}
	if six, seven := acme.Settings("6"), acme.Settings("7"); six.Pool != "renewals" || six.Order != 2 || seven.Pool != "renewals" || seven.Order != 0 {
		t.Errorf("got %+v and %+v", *six, *seven)
	}
	if got := systems[1].Settings("1"); got.StallAlert || got.StalledAfter != 3*time.Hour || got.StalledUntil != config.DefaultStalledUntil {
		t.Errorf("globex: got %+v", *got)
	}
}

// TestCalendarsAreShared: each takes much memory.
func TestCalendarsAreShared(t *testing.T) {
	systems := load(t, progressExample)
	acme := &systems[0]
	if systems[1].Calendar != acme.Calendar || acme.Settings("4").Calendar == acme.Settings("1").Calendar {
		t.Error("calendars are shared if and only if they are equal")
	}
}

// TestEffective lists what holds, the settings of all other campaigns first.
func TestEffective(t *testing.T) {
	all := load(t, progressExample)[0].Effective()
	var ids, own []string
	for _, c := range all {
		ids = append(ids, c.ID)
		if c.Business != nil {
			own = append(own, c.ID)
		}
		if c.Calendar == nil || c.StalledAfter == 0 {
			t.Errorf("campaign %q: %+v", c.ID, c)
		}
	}
	if strings.Join(ids, " ") != " 1 2 3 4 5 6 7" || strings.Join(own, " ") != "4" {
		t.Errorf("got %q, own hours %q", ids, own)
	}
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	location, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return location
}
