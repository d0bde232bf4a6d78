package web_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
)

// TestProtobuf: the format has what text cannot carry, a native histogram and
// the time at which counters began.
func TestProtobuf(t *testing.T) {
	e := newExporter(t, 0, "a")
	w := e.serve(t, "/probe", "target=a", http.Header{"Accept": {
		"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
	}})
	families := map[string]*dto.MetricFamily{}
	decoder := expfmt.NewDecoder(bytes.NewReader(w.Body.Bytes()), expfmt.ResponseFormat(w.Header()))
	for {
		var family dto.MetricFamily
		err := decoder.Decode(&family)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		families[family.GetName()] = &family
	}
	requests := families["thulium_api_requests_total"]
	if requests == nil || requests.Metric[0].GetCounter().GetCreatedTimestamp() == nil {
		t.Errorf("no time at which the counter began: %v", requests)
	}
	durations := families["thulium_api_request_duration_seconds"]
	if durations == nil || len(durations.Metric[0].GetHistogram().GetPositiveSpan()) == 0 || len(durations.Metric[0].GetHistogram().GetBucket()) == 0 {
		t.Errorf("no native histogram with classic buckets: %v", durations)
	}
}
