package collector_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"

	"thulium_exporter/collector"
	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

// logged returns a source of the API, and what it logs but for debugging.
func logged(api *fakeAPI) (*collector.OnScrape, *bytes.Buffer) {
	text := &bytes.Buffer{}
	logger := log.LoggerFunc(func(fields ...any) error {
		if strings.Contains(fmt.Sprint(fields...), "debug") {
			return nil
		}
		return log.NewLogfmtLogger(text).Log(fields...)
	})
	api.Record = collector.NewRecord(progress.New(settings), logger)
	return collector.NewOnScrape(api, time.Minute, api.Record), text
}

// TestRequestLog: an outage is two lines. The first has the request ID in a field,
// the second says how long it lasted.
func TestRequestLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &fakeAPI{}
		source, text := logged(api)
		step := func(failure *thulium.Error, times int) {
			api.fails.Store(failure)
			for range times {
				source.Snapshot(t.Context())
				time.Sleep(time.Minute)
			}
		}
		step(nil, 2)
		step(&thulium.Error{Result: thulium.ServerError, RequestID: "53678450401cf", Err: errors.New("HTTP status 500")}, 90)
		step(nil, 2)
		want := `level=warn msg="Request to Thulium failed" result=server_error err="HTTP status 500" request_id=53678450401cf ` +
			`hint="` + (&thulium.Error{Result: thulium.ServerError, RequestID: "53678450401cf"}).Hint() + `"
level=info msg="Requests to Thulium succeed again" outage=1h30m0s campaigns=2 rejected=0
`
		if text.String() != want {
			t.Errorf("got\n%swant\n%s", text, want)
		}
	})
}

// TestUnknownFailure: no name of a Go type is logged.
func TestUnknownFailure(t *testing.T) {
	text := &bytes.Buffer{}
	api := apiFunc(func(context.Context) (*thulium.Stats, error) { return nil, errors.New("broken") })
	record := collector.NewRecord(progress.New(settings), log.NewLogfmtLogger(text))
	collector.NewOnScrape(api, time.Minute, record).Snapshot(t.Context())
	if !strings.Contains(text.String(), " result=unknown err=broken\n") {
		t.Errorf("got %s", text)
	}
}
