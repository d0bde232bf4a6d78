package thulium_test

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"go.uber.org/goleak"

	"thulium_exporter/test/memnet"
	"thulium_exporter/thulium"
)

// documented is the example of Thulium's documentation.
const documented = `[{"id":"00001","records_count":1324,"completion_percent":14.87},` +
	`{"id":"00002","records_count":20,"completion_percent":23}]`

// client returns a client of a system at address.
func client(t testing.TB, address string, rt http.RoundTripper, options thulium.Options) *thulium.Client {
	t.Helper()
	base, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return thulium.New(base, rt, options)
}

// stats returns what a client makes of the responses of rt.
func stats(t testing.TB, rt http.RoundTripper, ids ...string) (*thulium.Stats, error) {
	t.Helper()
	return client(t, "https://acme.test", rt, thulium.Options{CampaignIDs: ids}).Stats(t.Context())
}

// failure returns the *thulium.Error that err must be, with the result wanted.
func failure(t testing.TB, err error, want thulium.Result) *thulium.Error {
	t.Helper()
	var e *thulium.Error
	if !errors.As(err, &e) || e.Result != want {
		t.Fatalf("result %v, error %v; want %v", result(err), err, want)
	}
	return e
}

// result returns what became of a request, or one that does not exist if err
// says nothing about that.
func result(err error) thulium.Result {
	var e *thulium.Error
	switch {
	case err == nil:
		return thulium.OK
	case errors.As(err, &e):
		return e.Result
	}
	return thulium.NumResults
}

// transport responds to requests without a network.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// responding sends every request the same response; header is keys and values.
func responding(status int, body string, header ...string) transport {
	return func(r *http.Request) (*http.Response, error) {
		res := &http.Response{
			StatusCode: status, Header: http.Header{}, Request: r,
			Body: io.NopCloser(strings.NewReader(body)),
		}
		for i := 0; i < len(header); i += 2 {
			res.Header.Set(header[i], header[i+1])
		}
		return res, nil
	}
}

// failing gives no request a response.
func failing(err error) transport {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// basicAuth adds credentials, as the transport of the exporter does.
type basicAuth struct {
	username, password string
	http.RoundTripper
}

func (a basicAuth) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.SetBasicAuth(a.username, a.password)
	return a.RoundTripper.RoundTrip(r)
}

// results collects what is observed.
type results struct {
	mu   sync.Mutex
	list []thulium.Result
}

func (r *results) observe(result thulium.Result, _ time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, result)
}

// onClose tells that a body was closed.
type onClose struct {
	io.Reader
	closed func()
}

func (c onClose) Close() error {
	c.closed()
	return nil
}

// isPrintable reports whether a text fits into one line of a log.
func isPrintable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// inMemory returns a transport to handler that needs no network.
func inMemory(t *testing.T, handler http.Handler) *http.Transport {
	t.Helper()
	listener := memnet.Serve(t, &http.Server{Handler: handler})
	rt := &http.Transport{DialContext: listener.Dial, DisableCompression: true}
	t.Cleanup(rt.CloseIdleConnections)
	return rt
}
