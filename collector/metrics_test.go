package collector_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"thulium_exporter/collector"
	"thulium_exporter/internal/business"
	"thulium_exporter/thulium"
)

// calendar is open from noon on, in UTC.
type calendar struct{}

func (calendar) OpenAt(t time.Time) bool          { return t.UTC().Hour() >= 12 }
func (calendar) SecondsUntil(t time.Time) float64 { return float64(t.Unix()) / 2 }
func (calendar) After(t time.Time, seconds float64) (time.Time, bool) {
	return t.Add(time.Duration(2 * seconds * float64(time.Second))), true
}
func (calendar) Day(time.Time) business.Day { return business.Day{} }

// rendering is all metrics of a system at noon.
func rendering(m *collector.Metrics, s *collector.Snapshot, names map[string]string) prometheus.Collector {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	return several{
		m.Campaigns(s, func(id string) string { return names[id] }), m.Status(s), m.BusinessTime(calendar{}, noon),
	}
}

type several []prometheus.Collector

func (s several) Describe(ch chan<- *prometheus.Desc) {
	for _, c := range s {
		c.Describe(ch)
	}
}

func (s several) Collect(ch chan<- prometheus.Metric) {
	for _, c := range s {
		c.Collect(ch)
	}
}

// known returns the snapshot after a successful response.
func known(stats *thulium.Stats) *collector.Snapshot {
	return scripted(stats).Snapshot(context.Background())
}

// TestLint allows two findings: the contract asks for the one by name, and the
// other reads "hours" as a unit.
func TestLint(t *testing.T) {
	s := known(documented())
	problems, err := testutil.CollectAndLint(rendering(collector.NewMetrics(), s, map[string]string{"00001": "x"}))
	if err != nil {
		t.Fatal(err)
	}
	want := []promlint.Problem{
		{Metric: "thulium_campaign_records_total", Text: `non-counter metrics should not have "_total" suffix`},
		{Metric: "thulium_records_completed_outside_business_hours_total", Text: `use base unit "seconds" instead of "hours"`},
	}
	if !slices.Equal(problems, want) {
		t.Errorf("got %v, want only %v", problems, want)
	}
}

// TestConsistent has the pedantic registry check what Describe promises.
func TestConsistent(t *testing.T) {
	s := known(documented())
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(rendering(collector.NewMetrics(), s, map[string]string{"00002": "x"}))
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	if len(families) < 10 {
		t.Errorf("%d families, want 10 and more", len(families))
	}
}

// TestCreated: a counter says since when it counts if that is when the process
// began, and only then.
func TestCreated(t *testing.T) {
	registry := prometheus.NewRegistry()
	registry.MustRegister(rendering(collector.NewMetrics(), known(documented()), nil))
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		m := family.GetMetric()[0]
		switch family.GetName() {
		case "thulium_api_requests_total":
			if m.GetCounter().GetCreatedTimestamp() == nil {
				t.Error("requests say nothing of their start")
			}
		case "thulium_api_request_duration_seconds":
			if h := m.GetHistogram(); h.GetCreatedTimestamp() == nil || h.GetSchema() == 0 || len(h.GetBucket()) == 0 {
				t.Errorf("got %v, want a native histogram with classic buckets and a start", h)
			}
		case "thulium_business_seconds_total", "thulium_records_completed_outside_business_hours_total":
			if m.GetCounter().GetCreatedTimestamp() != nil {
				t.Errorf("%s did not start with the process", family.GetName())
			}
		}
	}
}

// FuzzExposition renders whatever the client may accept and reads it back.
func FuzzExposition(f *testing.F) {
	f.Add("00001", 1324.0, 14.87, "Spring renewals")
	f.Add("\x00\n\"\\", 0.0, 100.0, "<script>\u202e")
	f.Fuzz(func(t *testing.T, id string, records, percent float64, name string) {
		id, name = strings.ToValidUTF8(id, "?"), strings.ToValidUTF8(name, "?")
		if math.IsNaN(records) || math.IsNaN(percent) {
			return // the client rejects them
		}
		s := known(&thulium.Stats{Campaigns: []thulium.Campaign{
			{ID: id, Records: records, CompletionPercent: percent},
		}})
		text, err := testutil.CollectAndFormat(
			rendering(collector.NewMetrics(), s, map[string]string{id: name}), expfmt.TypeTextPlain,
			"thulium_campaign_records_total", "thulium_campaign_info")
		if err != nil {
			t.Fatal(err)
		}
		parser := expfmt.NewTextParser(model.UTF8Validation)
		families, err := parser.TextToMetricFamilies(strings.NewReader(string(text)))
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		got := families["thulium_campaign_records_total"].GetMetric()[0]
		if got.GetLabel()[0].GetValue() != id || got.GetGauge().GetValue() != records {
			t.Errorf("sent %q %v, read %v", id, records, got)
		}
		if name == "" {
			name = id
		}
		if info := families["thulium_campaign_info"]; info.GetMetric()[0].GetLabel()[1].GetValue() != name {
			t.Errorf("sent %q, read %v", name, info)
		}
	})
}
