package main

import "math"

// score compares the alarms of one rule with the truth.
type score struct {
	rule       string
	threshold  float64
	stalls     int // visible for long enough to be told
	told       int
	false_     int
	repeated   int // again in a stall that was told already
	outside    int // begun outside business time
	hard       int // false for campaigns the rule has no excuse for
	delay      float64
	missed     []stall
	falseOnes  []alarm
	evaluation cost
}

const (
	// slack is how much earlier than the threshold an alarm may come: the
	// last progress may have been less than a hundredth of a percent.
	slack = 5 * minute
	// lag is how much later than the end of a stall an alarm may come: a
	// scrape and an evaluation may lie between.
	lag = 4 * minute
	// visibleEnough is how long past the threshold, in minutes, a stall has
	// to be seen to count as missed.
	visibleEnough = 15
)

// judge scores the alarms of one name and severity.
func judge(r *record, name, severity string, threshold float64) *score {
	s := &score{rule: name + " " + severity, threshold: threshold}
	told := map[int]float64{}
	for _, a := range r.alarms {
		if a.name == name && a.severity == severity {
			s.alarm(r, a, told)
		}
	}
	for i, st := range r.stalls {
		if st.threshold == threshold {
			s.stall(st, told, i)
		}
	}
	return s
}

func (s *score) alarm(r *record, a alarm, told map[int]float64) {
	if !a.open {
		s.outside++
	}
	i := r.stallAt(a, s.threshold)
	if i < 0 {
		s.false_++
		s.falseOnes = append(s.falseOnes, a)
		return
	}
	if _, again := told[i]; again {
		s.repeated++
		return
	}
	told[i] = a.idle - r.stalls[i].began
}

// stallAt finds the stall that an alarm announces.
func (r *record) stallAt(a alarm, threshold float64) int {
	for i, s := range r.stalls {
		if s.campaign == a.campaign && s.threshold == threshold &&
			a.idle >= s.began+threshold-slack && a.began <= s.ended+lag {
			if a.idle-s.began < threshold+1000*hour && a.began >= s.due-24*3600*10 {
				return i
			}
		}
	}
	return -1
}

func (s *score) stall(st stall, told map[int]float64, i int) {
	delay, ok := told[i]
	switch {
	case ok:
		s.told++
		s.stalls++
		s.delay += delay
	case st.visible >= visibleEnough:
		s.stalls++
		s.missed = append(s.missed, st)
	}
}

func (s *score) precision() float64 { return share(s.told+s.repeated, s.told+s.repeated+s.false_) }
func (s *score) recall() float64    { return share(s.told, s.stalls) }
func (s *score) meanDelay() float64 { return s.delay / math.Max(1, float64(s.told)) / hour }

func share(part, whole int) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}
