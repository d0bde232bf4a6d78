package progress

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Saved is what a tracker knew in an earlier life of the process.
type Saved struct{ report *Report }

// Restore returns a tracker that knows what was saved. It may be nil or from
// before the first response: then the tracker knows nothing yet.
func Restore(saved *Saved, settings Lookup) *Tracker {
	t := New(settings)
	if saved != nil && saved.report != nil {
		t.latest = saved.report.with(settings)
	}
	return t
}

// At returns when the latest response arrived; zero if there was none.
func (s *Saved) At() time.Time {
	if s.report == nil {
		return time.Time{}
	}
	return s.report.At
}

// savedReport and the types below are what Tracker.AppendJSON writes.
type savedReport struct {
	At           time.Time       `json:"at"`
	OutsideHours float64         `json:"outside_hours"`
	Campaigns    []savedCampaign `json:"campaigns"`
	Absent       []savedCampaign `json:"absent"`
}

type savedCampaign struct {
	ID          string  `json:"id"`
	Records     float64 `json:"records"`
	Percent     float64 `json:"percent"`
	Done        float64 `json:"done"`
	Size        float64 `json:"size"`
	Since       int64   `json:"since"`
	Idle        float64 `json:"idle"`
	Progressed  int64   `json:"progressed"`
	PaceRecords float32 `json:"pace_records"`
	PaceSeconds float32 `json:"pace_seconds"`
	Steps       float32 `json:"steps"`
	StepSeconds float32 `json:"step_seconds"`
	Started     bool    `json:"started"`
	Left        int64   `json:"left"` // only of absent campaigns
}

// UnmarshalJSON reads what Tracker.AppendJSON has written. Values that no tracker
// writes are an error.
func (s *Saved) UnmarshalJSON(b []byte) error {
	var saved *savedReport
	if err := json.Unmarshal(b, &saved); err != nil || saved == nil {
		return err
	}
	if err := saved.validate(); err != nil {
		return err
	}
	r := &Report{At: saved.At, OutsideHours: saved.OutsideHours, campaigns: make([]tracked, len(saved.Campaigns))}
	for i, c := range saved.Campaigns {
		r.campaigns[i] = c.tracked(saved.At)
	}
	for _, c := range saved.Absent {
		r.absent = append(r.absent, absent{tracked: c.tracked(saved.At), left: min(c.Left, saved.At.Unix())})
	}
	s.report = r
	return nil
}

func (s *savedReport) validate() error {
	if s.At.IsZero() {
		return errors.New("there is no time of a response")
	}
	seen := make(map[string]bool, len(s.Campaigns)+len(s.Absent))
	for _, c := range slices.Concat(s.Campaigns, s.Absent) {
		if err := c.validate(); err != nil {
			return err
		}
		if seen[c.ID] {
			return fmt.Errorf("campaign %q occurs twice", c.ID)
		}
		seen[c.ID] = true
	}
	return nil
}

func (c *savedCampaign) validate() error {
	lowest := min(c.Records, c.Percent, c.Done, c.Size, c.Idle, float64(min(c.PaceRecords, c.PaceSeconds, c.Steps, c.StepSeconds)))
	if c.ID == "" || lowest < 0 || c.Percent > 100 {
		return fmt.Errorf("the values of campaign %q are out of range", c.ID)
	}
	return nil
}

// tracked returns the campaign as of a response. No instant is after that, even
// if the machine's clock was put back.
func (c *savedCampaign) tracked(at time.Time) tracked {
	return tracked{
		id: c.ID, records: c.Records, percent: c.Percent,
		reference: reference{c.Done, c.Size}, since: min(c.Since, at.Unix()), idle: c.Idle,
		started: c.Started, progressed: min(c.Progressed, at.Unix()),
		pace: pace{c.PaceRecords, c.PaceSeconds, c.Steps, c.StepSeconds},
	}
}
