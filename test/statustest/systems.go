// Package statustest makes systems in every condition, for tests and for pictures
// of the status page. Nothing in it depends on the real clock.
package statustest

import (
	"context"
	"errors"
	"fmt"
	"time"

	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"

	"thulium_exporter/collector"
	"thulium_exporter/internal/business"
	"thulium_exporter/internal/config"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/thulium"
)

// Now is the clock of all systems here: a Tuesday, 14:03:05 in Warsaw.
func Now() time.Time { return time.Date(2026, time.March, 10, 13, 3, 5, 0, time.UTC) }

// System is a system that does not run, and its latest snapshot.
type System struct {
	*config.System

	Snapshot *collector.Snapshot
}

// Running returns systems as those of a fleet.
func Running(systems []System) []*fleet.System {
	running := make([]*fleet.System, len(systems))
	for i, s := range systems {
		running[i] = &fleet.System{System: s.System, Source: source{s.Snapshot}}
	}
	return running
}

// source is a collector.Source that has one snapshot.
type source struct{ snapshot *collector.Snapshot }

func (s source) Snapshot(context.Context) *collector.Snapshot { return s.snapshot }
func (s source) Latest() *collector.Snapshot                  { return s.snapshot }
func (source) Ready() bool                                    { return true }

// Up returns a system that is polled every minute. The latest poll, twelve
// seconds ago, found these campaigns. Its business hours are 8:00 to 20:00 in Warsaw.
func Up(name string, campaigns ...Campaign) System {
	return up(name, Now().Add(-12*time.Second), campaigns)
}

func up(name string, at time.Time, campaigns []Campaign) System {
	s := configured(name, campaigns)
	return System{System: s, Snapshot: &collector.Snapshot{
		Stats: &thulium.Stats{Campaigns: response(campaigns, s, at)}, Progress: follow(campaigns, s, at),
		Cached: true, LastSuccess: at, Next: at.Add(time.Minute),
	}}
}

// Down returns a system whose latest poll failed twelve seconds ago; the latest
// success was half an hour ago.
func Down(name string, failure *thulium.Error, campaigns ...Campaign) System {
	s := up(name, Now().Add(-30*time.Minute), campaigns)
	fail(s.Snapshot, failure)
	s.Snapshot.Stats = nil
	return s
}

// Degraded returns a system whose latest poll failed while the campaigns of the
// one before are still fresh enough.
func Degraded(name string, failure *thulium.Error, campaigns ...Campaign) System {
	s := up(name, Now().Add(-72*time.Second), campaigns)
	fail(s.Snapshot, failure)
	return s
}

func fail(s *collector.Snapshot, failure *thulium.Error) {
	s.Err, s.Next = failure, Now().Add(4*time.Minute)
	s.LastFailure = &collector.Failure{At: Now().Add(-12 * time.Second), Err: failure}
}

// Waiting returns a system before its first poll.
func Waiting(name string) System {
	return System{System: configured(name, nil), Snapshot: &collector.Snapshot{
		Err: errors.New("the first poll has not finished yet"), Cached: true, Next: Now().Add(34 * time.Second),
	}}
}

// OnScrape makes a system one that is queried on each scrape.
func OnScrape(s System) System {
	s.PollInterval, s.PollMaxAge = 0, 0
	s.Snapshot.Cached, s.Snapshot.Next = false, time.Time{}
	return s
}

func configured(name string, campaigns []Campaign) *config.System {
	draft := config.Draft{
		URL:       "https://" + name + ".thulium.com",
		Campaigns: map[config.ID]config.Campaign{}, PollInterval: model.Duration(time.Minute),
	}
	draft.HTTP.BasicAuth = &commonconfig.BasicAuth{Username: "u", Password: "p"}
	for _, c := range campaigns {
		draft.Diagnose = draft.Diagnose || c.Look != nil
		if c.Name != "" && c.ID != "" {
			draft.Campaigns[config.ID(c.ID)] = config.Campaign{Name: c.Name, Deadline: c.Deadline, Pool: c.Pool}
		}
	}
	s, err := draft.Check(name, config.Calendars{})
	if err != nil {
		panic(err) // a mistake in the test
	}
	return &s
}

// Refused is the error of wrong credentials.
func Refused() *thulium.Error {
	return &thulium.Error{
		Result: thulium.Unauthorized, Status: 401, RequestID: "53678450401cf",
		Problems: []thulium.Problem{{Code: "401", Message: "Unauthorized"}},
		Err:      errors.New("HTTP status 401 Unauthorized"),
	}
}

// Unreachable is the error of a system that nothing can connect to.
func Unreachable() *thulium.Error {
	return &thulium.Error{
		Result: thulium.Connection,
		Err:    errors.New("dial tcp 192.0.2.10:443: connect: connection refused"),
	}
}

// Fleet returns n systems, most of which work.
func Fleet(n int) []System {
	const kinds = 40
	made := map[int]System{}
	all := make([]System, n)
	for i := range all {
		if i < kinds {
			made[i] = kind(i)
		}
		all[i] = made[i%kinds]
		named := *all[i].System
		named.Name = fmt.Sprintf("centre-%04d", i+1)
		all[i].System = &named
	}
	return all
}

func kind(i int) System {
	campaigns := Many(8 + i)
	switch i {
	case 7:
		return Down("centre", Unreachable(), campaigns...)
	case 17:
		return Degraded("centre", Unreachable(), campaigns...)
	case 27:
		return Waiting("centre")
	case 37:
		return Down("centre", Refused(), campaigns...)
	}
	if i%4 != 0 { // in most centres nothing is stalled
		campaigns = append(Centre()[:1:1], campaigns[4:7]...)
	}
	return Up("centre", campaigns...)
}

// Abroad returns Up without campaigns in another time zone.
func Abroad(name, zone string) System {
	s := Up(name)
	calendar, err := business.New(business.Spec{TimeZone: zone})
	if err != nil {
		panic(err) // a mistake in the test
	}
	s.Calendar = calendar
	return s
}
