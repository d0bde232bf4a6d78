// Package statustest makes systems in every state, for tests and for pictures
// of the status page. Nothing in it depends on the real clock.
package statustest

import (
	"slices"
	"time"

	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"

	"thulium_exporter/collector"
	"thulium_exporter/internal/business"
	"thulium_exporter/internal/config"
	"thulium_exporter/internal/web/status"
)

// Now is the clock of all systems here: a Tuesday, 14:03:05 in Warsaw.
func Now() time.Time { return time.Date(2026, time.March, 10, 13, 3, 5, 0, time.UTC) }

// Systems are a fleet that does not run.
type Systems []status.System

// All returns the systems as they are.
func (s Systems) All() []status.System { return s }

// Get returns the system of that name, if there is one.
func (s Systems) Get(name string) (status.System, bool) {
	i := slices.IndexFunc(s, func(one status.System) bool { return one.Name == name })
	if i < 0 {
		return status.System{}, false
	}
	return s[i], true
}

// source has just one snapshot.
type source struct{ snapshot *collector.Snapshot }

// Latest returns the snapshot.
func (s source) Latest() *collector.Snapshot { return s.snapshot }

// System returns a system, polled every minute, of which a snapshot is known.
// It works from 8 to 20 o'clock in Warsaw.
func System(name string, snapshot *collector.Snapshot, names map[string]string) status.System {
	return system(name, snapshot, names, config.Calendars{})
}

func usualHours() *business.Calendar {
	calendar, err := business.New(business.Spec{})
	if err != nil {
		panic(err) // the default calendar is always good
	}
	return calendar
}

func system(name string, snapshot *collector.Snapshot, names map[string]string, calendars config.Calendars) status.System {
	draft := config.Draft{
		URL:          "https://" + name + ".thulium.com",
		HTTP:         commonconfig.HTTPClientConfig{BasicAuth: &commonconfig.BasicAuth{Username: "u", Password: "p"}},
		PollInterval: model.Duration(time.Minute),
		Campaigns:    make(map[config.ID]config.Campaign, len(names)),
	}
	for id, name := range names {
		draft.Campaigns[config.ID(id)] = config.Campaign{Name: name}
	}
	s, err := draft.Check(name, calendars)
	if err != nil {
		panic(err) // a test has given it a bad name
	}
	return status.System{System: &s, Source: source{snapshot}}
}
