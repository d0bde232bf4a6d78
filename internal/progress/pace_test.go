package progress_test

import (
	"math"
	"testing"
	"time"

	"thulium_exporter/thulium"
)

// TestPace pins thresholds, paces and expected finishes of campaigns that progress
// evenly: the constants behind them were chosen with test/accuracy.
func TestPace(t *testing.T) {
	const minute, hour = time.Minute, time.Hour
	for name, tt := range map[string]struct {
		records, percent, step float64       // the first two as of the first response; how many percent are completed
		every                  time.Duration // in that time
		steps                  int           // after the first, which starts the clock
		slower                 int           // further steps, each in twice the time
		stalledAfter           time.Duration

		threshold float64 // seconds
		pace      float64 // records an hour
		finish    float64 // hours
	}{
		"unknown pace":                      {1000, 10, 0.1, minute, 0, 0, 2 * hour, 14400, 0, 0},
		"unknown pace, few records":         {499, 10, 0.21, minute, 0, 0, 2 * hour, 21600, 0, 0},
		"unknown pace, enough records":      {500, 10, 0.2, minute, 0, 0, 2 * hour, 14400, 0, 0},
		"two slow steps":                    {1000, 10, 0.1, 2 * hour, 2, 0, 2 * hour, 111233, 0, 0},
		"three slow steps":                  {1000, 10, 0.1, hour, 3, 0, 2 * hour, 60553, 0, 0},
		"six quick steps":                   {1000, 10, 0.1, minute, 6, 0, 2 * hour, 14400, 0, 0},
		"seven quick steps":                 {1000, 10, 0.1, minute, 7, 0, 2 * hour, 7200, 0, 0},
		"thirty an hour":                    {1000, 10, 0.1, 2 * minute, 90, 0, 2 * hour, 7200, 30, 26.9667},
		"thirty an hour for two hours less": {1000, 10, 0.1, 2 * minute, 59, 0, 2 * hour, 7200, 0, 0},
		"six an hour":                       {1000, 10, 0.1, 10 * minute, 60, 0, 2 * hour, 7200, 6, 139.834},
		"three an hour":                     {1000, 10, 0.1, 20 * minute, 60, 0, 2 * hour, 17321, 3, 279.667},
		"one an hour":                       {1000, 10, 0.1, hour, 40, 0, 2 * hour, 60725, 1, 859},
		"one an hour, past 80 %":            {1000, 80, 0.1, hour, 40, 0, 2 * hour, 62985, 1, 159},
		"one an hour, until 80 %":           {1000, 75.8, 0.1, hour, 40, 0, 2 * hour, 60725, 1, 201},
		"one an hour, the last at 80 %":     {1000, 75.9, 0.1, hour, 40, 0, 2 * hour, 61025, 1, 200},
		"three an hour, half an hour":       {1000, 10, 0.1, 20 * minute, 60, 0, 30 * minute, 20504, 3, 279.667},
		"six an hour, then three":           {1000, 10, 0.1, 10 * minute, 60, 12, 2 * hour, 11076, 4.60793, 179.473},
		"one an hour, then half of it":      {1000, 10, 0.1, hour, 40, 6, 2 * hour, 77783, 0.790501, 1079.06},
		"large steps":                       {1_000_000, 10, 0.02, hour, 40, 0, 2 * hour, 28001, 200, 4459},
		"bursts":                            {1_000_000, 10, 0.5, hour, 40, 0, 2 * hour, 11773, 5000, 139},
		"slower than the threshold":         {1000, 10, 0.1, 9 * hour, 5, 0, 2 * hour, 516237, 0.111111, 8046},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t)
			s.settings.Calendar, s.settings.StalledAfter = always(t), tt.stalledAfter
			c := thulium.Campaign{ID: "00001", Records: tt.records, CompletionPercent: tt.percent}
			s.hear(0, c)
			for n := range 1 + tt.steps + tt.slower {
				every := tt.every
				if n > tt.steps {
					every *= 2
				}
				c.CompletionPercent = math.Round(100*(c.CompletionPercent+tt.step)) / 100
				s.hear(every, c)
			}
			got := s.the()
			finish := 0.0
			if got.ExpectedFinish != 0 {
				finish = time.Unix(got.ExpectedFinish, 0).Sub(s.at).Hours()
			}
			if got.Threshold != tt.threshold || math.Abs(got.Pace-tt.pace) > 0.0005*tt.pace || math.Abs(finish-tt.finish) > 0.0005*tt.finish {
				t.Errorf("threshold %v, pace %.6g, finish in %.6g h", got.Threshold, got.Pace, finish)
			}
		})
	}
}

// TestPaceAndAbsence: what was completed while the campaign was off the list says
// nothing of its pace.
func TestPaceAndAbsence(t *testing.T) {
	s := newStory(t)
	s.settings.Calendar = always(t)
	done := float64(int(s.work(10_000, 0, 20, 11)))
	pace := s.the().Pace
	s.hear(time.Minute)
	s.hear(30*time.Minute, campaign(10_000, done+100))
	if got := s.the().Pace; got != pace {
		t.Errorf("%v records an hour after %v", got, pace)
	}
}

// TestStroke: a step of a large campaign is more than a record, and so is a burst.
func TestStroke(t *testing.T) {
	s := newStory(t)
	s.settings.Calendar = always(t)
	done := s.work(100_000, 0, 600, 11)
	s.hear(time.Minute, campaign(100_000, done+1000)) // 10 are explained, and 50 and 40 count
	if got := s.the().Pace; math.Abs(got-612.8) > 0.1 {
		t.Errorf("%v records an hour", got)
	}
}

// TestPaceAfter: what happens at a stroke, or unseen, does not change the pace of a
// campaign that completes 20 records an hour.
func TestPaceAfter(t *testing.T) {
	for name, tt := range map[string]struct {
		after     time.Duration
		records   float64
		low, high float64
	}{
		"an outage of four hours":       {4 * time.Hour, 80, 19, 21},
		"an outage of six hours":        {6 * time.Hour, 120, 19, 21},
		"an outage over two nights":     {36 * time.Hour, 720, 19, 21},
		"2,000 records at a stroke":     {time.Minute, 2000, 20, 21},
		"2,000 records after a while":   {time.Hour, 2000, 30, 33},
		"four records at a stroke":      {time.Minute, 4, 20.2, 21},
		"five times the pace for hours": {time.Hour, 100, 30, 33},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t)
			s.settings.Calendar = always(t)
			done := s.work(10_000, 0, 20, 11)
			if got := s.the().Pace; math.Abs(got-20) > 0.5 {
				t.Fatalf("%v records an hour at first", got)
			}
			s.hear(tt.after, campaign(10_000, float64(int(done))+tt.records))
			if got := s.the().Pace; got < tt.low || got > tt.high {
				t.Errorf("%v records an hour, want %v to %v", got, tt.low, tt.high)
			}
		})
	}
}
