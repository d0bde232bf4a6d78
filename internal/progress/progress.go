// Package progress tracks how outbound campaigns progress: for how long each
// has been idle, from when on that is a stall, and when it will be finished.
//
// A [Tracker] is updated with each successful response of one system and its time
// of arrival, and reports what is known as of then. It is pure: there is no
// clock, no I/O and no Prometheus in it. Package statefile keeps trackers over a
// restart.
package progress

import (
	"time"

	"thulium_exporter/internal/business"
)

// Calendar counts business time. *business.Calendar implements it.
type Calendar interface {
	// OpenAt reports whether t is inside business hours.
	OpenAt(t time.Time) bool
	// SecondsUntil returns the seconds of business time from a fixed origin to t.
	SecondsUntil(t time.Time) float64
	// After returns the instant at which that many seconds of business time
	// will have passed since t; ok is false when the calendar never gets there.
	After(t time.Time, seconds float64) (_ time.Time, ok bool)
	// Day returns the day that contains t.
	Day(t time.Time) business.Day
}

// Settings are the configuration of a campaign. They are immutable.
type Settings struct {
	StalledAfter time.Duration // business time without progress; never 0
	StalledUntil float64       // percent; from there on no stall is reported
	StallAlert   bool
	Deadline     time.Time // zero: none
	Calendar     Calendar  // never nil

	// Campaigns of a pool share agents. A campaign is excused while another one of
	// its pool that comes before it progresses: one of a lower order, or any where
	// one of the two has none.
	Pool  string // empty: none
	Order int    // from 1 on; 0: none

	Diagnose bool // idle campaigns are looked at; see Look
}

// Lookup returns the settings of a campaign, and those of the system as a whole for
// an empty ID. Campaigns with equal settings should share them.
type Lookup func(id string) *Settings

// Campaign is what is known of an active campaign. What is absent is 0, but for
// Idle.
type Campaign struct {
	ID                string
	State             State
	Records           float64 // as of the response, like the next
	CompletionPercent float64
	Idle              float64 // business seconds since the latest progress; negative: absent
	Threshold         float64 // business seconds: from this idle time on the campaign counts as stalled

	WaitsFor         string  // the campaign of the pool but for whose progress this one would count as stalled
	WaitingThreshold float64 // business seconds: from this idle time on that is suspicious, as no order is configured

	Cause Cause // why it is idle
	Look  *Look // nil: there are no counts

	LastProgress int64 // Unix time in seconds, like the next
	Deadline     int64
	Pace         float64 // records per business hour
	RequiredPace float64 // the pace from now on that meets the deadline

	ExpectedFinish, EarliestFinish, LatestFinish int64 // Unix time in seconds
}

// Departed is a campaign that left the list before it was finished.
type Departed struct {
	ID   string
	Away float64 // business seconds since it left
}

// State is the state of a campaign.
type State uint8

// The states of a campaign, the most urgent first.
const (
	Stalled  State = iota // idle for at least its threshold
	Empty                 // no records
	Waiting               // never completed a record
	Active                // progressing, or idle for less than its threshold
	Tail                  // so far done that no stall is reported
	Finished              // 100 %
)

// String returns the state as programs read it.
func (s State) String() string {
	return [...]string{"stalled", "empty", "waiting", "active", "tail", "finished"}[s]
}

// MarshalText returns the state as programs read it.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
