package collector_test

import (
	"errors"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"thulium_exporter/collector"
	"thulium_exporter/thulium"
)

// calendar is open from noon on, in UTC.
type calendar struct{}

func (calendar) OpenAt(t time.Time) bool          { return t.UTC().Hour() >= 12 }
func (calendar) SecondsUntil(t time.Time) float64 { return float64(t.Unix()) / 2 }
func (calendar) Revision() uint32                 { return 1<<32 - 1 }

// rendering is all metrics of a system at noon.
func rendering(m *collector.Metrics, s *collector.Snapshot, names map[string]string) prometheus.Collector {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	return both{m.Campaigns(s, names), m.Status(s, calendar{}, noon)}
}

type both [2]prometheus.Collector

func (b both) Describe(ch chan<- *prometheus.Desc) {
	b[0].Describe(ch)
	b[1].Describe(ch)
}

func (b both) Collect(ch chan<- prometheus.Metric) {
	b[0].Collect(ch)
	b[1].Collect(ch)
}

func TestExposition(t *testing.T) {
	up := &collector.Snapshot{
		Stats: documented(), Duration: 125 * time.Millisecond, LastSuccess: time.UnixMilli(1_795_000_000_250),
	}
	up.Requests[thulium.OK] = 7
	cached := *up
	cached.Cached = true
	cached.Stats = &thulium.Stats{Rejected: 3}
	down := &collector.Snapshot{Err: errors.New("no answer")}
	names := map[string]string{"00001": `Spring "renewals"`, "00003": "not active"}
	for file, s := range map[string]*collector.Snapshot{"up": up, "cached": &cached, "down": down} {
		t.Run(file, func(t *testing.T) {
			golden, err := os.Open("testdata/" + file + ".prom")
			if err != nil {
				t.Fatal(err)
			}
			defer golden.Close()
			if err := testutil.CollectAndCompare(rendering(collector.NewMetrics(), s, names), golden); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestLint allows the one finding that the contract asks for by name.
func TestLint(t *testing.T) {
	s := &collector.Snapshot{Stats: documented(), Duration: 1, LastSuccess: time.Now()}
	problems, err := testutil.CollectAndLint(rendering(collector.NewMetrics(), s, map[string]string{"00001": "x"}))
	if err != nil {
		t.Fatal(err)
	}
	want := promlint.Problem{Metric: "thulium_campaign_records_total", Text: `non-counter metrics should not have "_total" suffix`}
	if len(problems) != 1 || problems[0] != want {
		t.Errorf("got %v, want only %v", problems, want)
	}
}

// TestConsistent has the pedantic registry check what Describe promises.
func TestConsistent(t *testing.T) {
	s := &collector.Snapshot{Stats: documented(), Duration: 1, LastSuccess: time.Now()}
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(rendering(collector.NewMetrics(), s, map[string]string{"00002": "x"}))
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	if len(families) != 11 {
		t.Errorf("%d families, want 11", len(families))
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
		s := &collector.Snapshot{Stats: &thulium.Stats{Campaigns: []thulium.Campaign{
			{ID: id, Records: records, CompletionPercent: percent},
		}}}
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
		if info := families["thulium_campaign_info"]; name != "" && info.GetMetric()[0].GetLabel()[1].GetValue() != name {
			t.Errorf("sent %q, read %v", name, info)
		}
	})
}
