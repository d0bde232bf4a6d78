package faults

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"thulium_exporter/thulium"
)

// scrape is what a scraper got.
type scrape struct {
	status int
	text   string
	took   time.Duration
}

// tally counts requests by result; a 0 is skipped.
type tally map[thulium.Result]float64

// scrapes are what all scrapers of a crowd got.
type scrapes []scrape

// show wants valid expositions of what the row says, and these counts. Where
// all leave at their own deadlines, only the last of them sees the end of the
// request that they share; so one of them must have the counts.
func (all scrapes) show(t *testing.T, want row, counts tally) {
	t.Helper()
	var got []tally
	for _, s := range all {
		if s.status != http.StatusOK {
			t.Errorf("the status is %d", s.status)
		}
		series := parse(t, s.text)
		want.check(t, series)
		got = append(got, tallyOf(t, series))
	}
	if len(all) > 0 && !slices.ContainsFunc(got, func(c tally) bool { return maps.Equal(c, counts) }) {
		t.Errorf("the requests are %v, want %v", got, counts)
	}
}

// tallyOf reads the counts of requests; all results must be there.
func tallyOf(t *testing.T, series map[string]float64) tally {
	t.Helper()
	counts := tally{}
	for result := range thulium.Result(thulium.NumResults) {
		value, found := series[`thulium_api_requests_total{result="`+result.String()+`"}`]
		if !found {
			t.Errorf("no count of %s", result)
		}
		if value != 0 {
			counts[result] = value
		}
	}
	return counts
}

// check wants the series of the row, and no other campaign.
func (r row) check(t *testing.T, series map[string]float64) {
	t.Helper()
	got := maps.Clone(series)
	maps.DeleteFunc(got, func(name string, _ float64) bool {
		return !isMandated(name) && name != "thulium_up" && name != "thulium_rejected_campaigns"
	})
	odd := dropOdd(got)
	if want := r.known(); odd != 2*r.odd || !maps.Equal(got, want) {
		t.Errorf("got %d series of odd campaigns and %v\nwant %d and %v", odd, got, 2*r.odd, want)
	}
}

// isMandated reports whether a series is absent when a request fails.
func isMandated(series string) bool {
	return strings.HasPrefix(series, "thulium_campaign_records_total{") ||
		strings.HasPrefix(series, "thulium_campaign_completion_percent{")
}

// known are the series whose values follow from the row.
func (r row) known() map[string]float64 {
	if r.result != thulium.OK {
		return map[string]float64{"thulium_up": 0}
	}
	return map[string]float64{
		"thulium_up":                                      1,
		"thulium_rejected_campaigns":                      float64(r.rejected),
		`thulium_campaign_records_total{id="00001"}`:      1324,
		`thulium_campaign_records_total{id="00002"}`:      20,
		`thulium_campaign_completion_percent{id="00001"}`: 14.87,
		`thulium_campaign_completion_percent{id="00002"}`: 23,
	}
}

// dropOdd takes out the campaigns that a fault added and returns the number of
// their series.
func dropOdd(series map[string]float64) int {
	before := len(series)
	maps.DeleteFunc(series, func(name string, _ float64) bool {
		return isMandated(name) &&
			!strings.HasSuffix(name, `{id="00001"}`) && !strings.HasSuffix(name, `{id="00002"}`)
	})
	return before - len(series)
}

// parse reads an exposition into its series.
func parse(t *testing.T, text string) map[string]float64 {
	t.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	series := map[string]float64{}
	for name, family := range families {
		samples, err := expfmt.ExtractSamples(&expfmt.DecodeOptions{}, family)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, sample := range samples {
			if _, twice := series[sample.Metric.String()]; twice {
				t.Errorf("%s is there twice", sample.Metric)
			}
			series[sample.Metric.String()] = float64(sample.Value)
		}
	}
	return series
}
