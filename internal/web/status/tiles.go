package status

// tile is a figure that stands out.
type tile struct{ Term, Value, Unit, Class string }

// total sums up campaigns.
type total struct {
	campaigns, stalled int
	records, done      float64
}

func (t *total) add(s *system) {
	t.campaigns += s.Total
	t.stalled += s.Stalled
	t.records += s.Records
	t.done += s.Done
}

// percent is how much of all records is done.
func (t total) percent() float64 {
	if t.records == 0 {
		return 0
	}
	return t.done / t.records * 100
}

// tiles shows a total.
func tiles(t total) []tile {
	all := []tile{
		{Term: "Campaigns", Value: thousands(float64(t.campaigns))},
		{Term: "Records", Value: thousands(t.records)},
		{Term: "Done", Value: percent(t.percent()), Unit: "%"},
		{Term: "Stalled", Value: thousands(float64(t.stalled))},
	}
	if t.stalled > 0 {
		all[3].Class = string(stalled)
	}
	return all
}
