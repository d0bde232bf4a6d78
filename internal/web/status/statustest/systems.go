// Package statustest makes systems in every state, for tests and for pictures
// of the status page. Nothing in it depends on the real clock.
package statustest

import (
	"context"
	"net/url"
	"time"

	"thulium_exporter/collector"
	"thulium_exporter/internal/business"
	"thulium_exporter/internal/config"
	"thulium_exporter/internal/fleet"
)

// Now is the clock of all systems here: a Tuesday, 14:03:05 in Warsaw.
func Now() time.Time { return time.Date(2026, time.March, 10, 13, 3, 5, 0, time.UTC) }

// Systems are a fleet that does not run.
type Systems []*fleet.System

// All returns the systems as they are.
func (s Systems) All() []*fleet.System { return s }

// Get returns the system of that name; nil if there is none.
func (s Systems) Get(name string) *fleet.System {
	for _, system := range s {
		if system.Name == name {
			return system
		}
	}
	return nil
}

// source has just one snapshot.
type source struct{ snapshot *collector.Snapshot }

// Snapshot panics: whoever shows the page must not ask Thulium.
func (s source) Snapshot(context.Context) *collector.Snapshot { panic("statustest: Thulium was asked") }

// Latest returns the snapshot.
func (s source) Latest() *collector.Snapshot { return s.snapshot }

// Ready is always true.
func (s source) Ready() bool { return true }

// System returns a system, polled every minute, of which a snapshot is known.
// It works from 8 to 20 o'clock in Warsaw.
func System(name string, snapshot *collector.Snapshot, names map[string]string) *fleet.System {
	calendar, err := business.New(business.Spec{})
	if err != nil {
		panic(err) // the default calendar is always good
	}
	return &fleet.System{
		System: config.System{
			Name: name, URL: &url.URL{Scheme: "https", Host: name + ".thulium.com"},
			CampaignNames: names, Calendar: calendar,
			PollInterval: time.Minute, PollMaxAge: 3 * time.Minute,
		},
		Source: source{snapshot},
	}
}
