package harness

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Prometheus is a running Prometheus server with an empty database.
type Prometheus struct {
	*Process
	address string
}

// StartPrometheus starts one with the configuration, and flags.
func StartPrometheus(t *testing.T, config string, flags ...string) *Prometheus {
	t.Helper()
	return StartPrometheusFile(t, File(t, "prometheus.yml", config), flags...)
}

// StartPrometheusFile starts one with a configuration file, and those that it
// names.
func StartPrometheusFile(t *testing.T, config string, flags ...string) *Prometheus {
	t.Helper()
	p := start(t, nil, Tool(t, "prometheus"), append(flags,
		"--config.file="+config,
		"--storage.tsdb.path="+t.TempDir(),
		"--web.listen-address=127.0.0.1:0",
	)...)
	return &Prometheus{Process: p, address: p.address(t)}
}

// StartVmagent starts a vmagent with a scrape configuration. It writes to a Prometheus
// that receives, each series with the label collector="vmagent".
func StartVmagent(t *testing.T, config string, to *Prometheus) {
	t.Helper()
	start(t, nil, Tool(t, "vmagent"),
		"-promscrape.config="+File(t, "vmagent.yml", config),
		"-remoteWrite.url=http://"+to.address+"/api/v1/write",
		"-remoteWrite.forcePromProto",
		"-remoteWrite.label=collector=vmagent",
		"-remoteWrite.tmpDataPath="+t.TempDir(),
		"-httpListenAddr=127.0.0.1:0",
	)
}

// Scrape returns a configuration that scrapes one exporter at an interval, with
// the same timeout.
func Scrape(e *Exporter, interval time.Duration) string {
	return fmt.Sprintf(`
global:
  scrape_interval: %[1]s
  scrape_timeout: %[1]s
scrape_configs:
  - job_name: thulium
    static_configs:
      - targets: [%[2]q]
`, interval, e.Address)
}

// series is one element of a query's result.
type series struct {
	Metric map[string]string `json:"metric"`
	Value  sample            `json:"value"`  // of an instant
	Values []sample          `json:"values"` // of a range
}

// sample is a time and a value as Prometheus writes them.
type sample struct {
	time  float64
	value string
}

// UnmarshalJSON reads the pair [1700000000.123, "14.87"].
func (s *sample) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&s.time, &s.value})
}

// query evaluates an expression, now if at is zero.
func (p *Prometheus) query(ctx context.Context, expression string, at float64) ([]series, error) {
	parameters := url.Values{"query": {expression}}
	if at != 0 {
		parameters.Set("time", strconv.FormatFloat(at, 'f', 3, 64))
	}
	var data struct {
		Result []series `json:"result"`
	}
	err := p.request(ctx, "query", parameters, &data)
	return data.Result, err
}

// request puts the data of a response of the API into data, a pointer.
func (p *Prometheus) request(ctx context.Context, path string, parameters url.Values, data any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet,
		"http://"+p.address+"/api/v1/"+path+"?"+parameters.Encode(), http.NoBody)
	if err != nil {
		return err
	}
	response, err := newClient().Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	envelope := struct {
		Error string `json:"error"`
		Data  any    `json:"data"`
	}{Data: data}
	if err := json.NewDecoder(response.Body).Decode(&envelope); err != nil {
		return err
	}
	if envelope.Error != "" {
		return errors.New(envelope.Error)
	}
	return nil
}

// Expect waits until the expression has this result: a line per series with its
// labels and its value, in order. No lines are an empty result.
func (p *Prometheus) Expect(t *testing.T, expression string, want ...string) {
	t.Helper()
	Eventually(t, func() error { return p.compare(t.Context(), expression, 0, want) })
}

// ExpectAt is Expect at one moment of the past, where nothing changes.
func (p *Prometheus) ExpectAt(t *testing.T, at float64, expression string, want ...string) {
	t.Helper()
	if err := p.compare(t.Context(), expression, at, want); err != nil {
		t.Error(err)
	}
}

func (p *Prometheus) compare(ctx context.Context, expression string, at float64, want []string) error {
	result, err := p.query(ctx, expression, at)
	if err != nil {
		return fmt.Errorf("%s: %w", expression, err)
	}
	var got []string
	for _, s := range result {
		got = append(got, s.String())
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		return fmt.Errorf("%s is %q, not %q", expression, got, want)
	}
	return nil
}

// String returns the series like {id="00001"} 1324.
func (s series) String() string {
	var labels []string
	for name, value := range s.Metric {
		labels = append(labels, fmt.Sprintf("%s=%q", name, value))
	}
	slices.Sort(labels)
	return "{" + strings.Join(labels, ",") + "} " + s.Value.value
}

// ScrapeAfter waits for the nth scrape of the only target after a moment and
// returns its time.
func (p *Prometheus) ScrapeAfter(t *testing.T, moment time.Time, n int) (at float64) {
	t.Helper()
	Eventually(t, func() error {
		result, err := p.query(t.Context(), "up[5m]", 0)
		if err != nil {
			return err
		}
		var later []float64
		for _, s := range result {
			later = append(later, s.after(moment)...)
		}
		if len(later) < n {
			return fmt.Errorf("only %d scrapes of %d", len(later), n)
		}
		at = later[n-1]
		return nil
	})
	return at
}

// after returns the times of the samples after a moment.
func (s series) after(moment time.Time) []float64 {
	var times []float64
	for _, sample := range s.Values {
		if sample.time > float64(moment.UnixMilli())/1000 {
			times = append(times, sample.time)
		}
	}
	return times
}
