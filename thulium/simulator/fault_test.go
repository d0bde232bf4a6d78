package simulator_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"thulium_exporter/thulium/simulator"
)

// readLimit is more than any answer has that ends.
const readLimit = 1 << 20

// outcome is what a client sees that interprets nothing.
type outcome struct {
	*http.Response // nil if none came
	body           string
	err            error // of the request or of reading
}

type check func(*testing.T, outcome)

func get(client *http.Client, url string) outcome {
	resp, err := client.Get(url)
	if err != nil {
		return outcome{err: err}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, readLimit))
	return outcome{resp, string(body), err}
}

// checks has one for every fault but those that end with the client only.
func checks() map[simulator.Fault]check {
	return map[simulator.Fault]check{
		simulator.Unauthorized: refused(401, header("WWW-Authenticate", `Basic realm="Thulium API"`)),
		simulator.Forbidden:    refused(403),
		simulator.NotFound:     refused(404),
		simulator.RateLimited:  refused(429, header("Retry-After", "90")),
		simulator.RateLimitedUntil: refused(429,
			header("Retry-After", "Tue, 29 Feb 2028 23:01:30 GMT")),
		simulator.ClientError: twoErrors,
		simulator.ServerError: answered(500, "text/html; charset=utf-8", "<!DOCTYPE html>"),
		simulator.Unavailable: refused(503, header("Retry-After", "90")),
		simulator.Redirect: all(answered(302, "text/html; charset=utf-8", "<a"),
			header("Location", "http://example.com/login")),
		simulator.Connection: all(noResponse, failed(syscall.ECONNRESET)),

		simulator.ShortBody:   failed(io.ErrUnexpectedEOF),
		simulator.ResetBody:   failed(syscall.ECONNRESET),
		simulator.EndlessBody: all(endless, header("Content-Encoding", "")),
		simulator.GzipBomb:    all(bomb, header("Content-Encoding", "gzip")),
		simulator.BrokenGzip:  all(notGzip, header("Content-Encoding", "gzip")),

		simulator.HTML:      answered(200, "text/html; charset=utf-8", "<!DOCTYPE html>"),
		simulator.Empty:     exactly(200, ""),
		simulator.NoContent: exactly(204, ""),
		simulator.Null:      exactly(200, `null`),
		simulator.Object:    exactly(200, `{}`),
		simulator.Text:      exactly(200, `"OK"`),
		simulator.Wrapped:   exactly(200, `{"count":2,"result":`+documented+`}`),
		simulator.Envelope:  answered(200, "application/json", `{"request_id":"`),
		simulator.Truncated: exactly(200, documented[:len(documented)/2]),
		simulator.Trailing:  exactly(200, documented+"\n<!-- 12 ms -->"),
		simulator.NaN:       all(invalid, answered(200, "application/json", kept), contains(`:NaN`)),
		simulator.Single:    exactly(200, `{"id":"00001","records_count":1324,"completion_percent":14.87}`),

		simulator.NullFields:      added(2, `"records_count":null`, `"completion_percent":null`),
		simulator.MissingFields:   added(2, `{"id":"90001","completion_percent":10}`, `{"id":"90002","records_count":10}`),
		simulator.BooleanFields:   added(2, `"records_count":true`, `"completion_percent":false`),
		simulator.NumericStrings:  added(1, `"records_count":"10","completion_percent":"12.5"`),
		simulator.NaNString:       added(1, `"completion_percent":"NaN"`),
		simulator.NegativeCount:   added(1, `"records_count":-1`),
		simulator.PercentAbove100: added(1, `"completion_percent":100.01`),
		simulator.NoID:            added(3, `{"records_count":10,`, `"id":""`, `"id":null`),
		simulator.NumberID:        added(1, `"id":17`),
		simulator.DuplicateIDs:    added(2, `"90001","records_count":10`, `"90001","records_count":20`),
		simulator.NotObjects:      added(4, `,null,17,"00017",[]]`),
		simulator.HugeID:          added(1, `"id":"`+strings.Repeat("9", 10_000)+`"`),
		simulator.HostileID:       added(4, `\u0000`, "<script>", "\u202e", "\xff\xfe"),
	}
}

// kept is what every answer with odd entries begins with.
const kept = `[{"id":"00001","records_count":1324,"completion_percent":14.87},` +
	`{"id":"00002","records_count":20,"completion_percent":23},`

// TestFaults asks twice for each, because a fault must not wear off or grow.
func TestFaults(t *testing.T) {
	now := time.Date(2028, 2, 29, 23, 0, 0, 0, time.UTC)
	s := simulator.New(simulator.Config{
		Campaigns: simulator.Documented(), RetryAfter: 90 * time.Second,
		Now: func() time.Time { return now },
	})
	server := httptest.NewServer(s)
	defer server.Close()
	client := &http.Client{
		Transport:     &http.Transport{DisableCompression: true, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	checks := checks()
	for _, fault := range simulator.Faults() {
		if fault == simulator.Timeout || fault == simulator.SlowBody {
			continue // see TestUntilTheClientLeaves
		}
		t.Run(string(fault), func(t *testing.T) {
			check, ok := checks[fault]
			if !ok {
				t.Fatal("no check")
			}
			s.SetFault(fault)
			for range 2 {
				check(t, get(client, server.URL+simulator.Path))
			}
			s.SetFault(simulator.NoFault)
			exactly(200, documented)(t, get(client, server.URL+simulator.Path))
		})
	}
}

// TestFaultsWithoutCampaigns proves that no fault needs any.
func TestFaultsWithoutCampaigns(t *testing.T) {
	s := simulator.New(simulator.Config{})
	s.SetFault(simulator.DuplicateIDs)
	var entries []any
	if err := json.NewDecoder(ask(t, s, simulator.Path, nil).Body).Decode(&entries); err != nil || len(entries) != 2 {
		t.Errorf("%d entries, error %v; want 2", len(entries), err)
	}
	s.SetFault(simulator.Single)
	if got := text(t, ask(t, s, simulator.Path, nil).Body); got != "{}" {
		t.Errorf("got %s, want {}", got)
	}
}

func TestUntilTheClientLeaves(t *testing.T) {
	for fault, want := range map[simulator.Fault]string{
		simulator.Timeout:  "",
		simulator.SlowBody: strings.TrimSuffix(documented, "]"),
	} {
		t.Run(string(fault), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := simulator.New(simulator.Config{Campaigns: simulator.Documented()})
				s.SetFault(fault)
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				begin := time.Now()
				resp := ask(t, s, simulator.Path, func(r *http.Request) { *r = *r.WithContext(ctx) })
				if took := time.Since(begin); took != 10*time.Second {
					t.Errorf("took %v, want 10s", took)
				}
				if got := strings.TrimSpace(text(t, resp.Body)); got != want {
					t.Errorf("body %q, want %q", got, want)
				}
			})
		})
	}
}

func TestClose(t *testing.T) {
	s := simulator.New(simulator.Config{Campaigns: simulator.Documented()})
	server := httptest.NewServer(s)
	defer server.Close()
	s.SetFault(simulator.Timeout)
	s.Close()
	s.Close()
	failed(io.EOF)(t, get(server.Client(), server.URL+simulator.Path))
	s.SetFault(simulator.NoFault)
	exactly(200, documented)(t, get(server.Client(), server.URL+simulator.Path))
}

// TestResetTLS proves that a reset reaches through TLS and HTTP/2.
func TestResetTLS(t *testing.T) {
	for _, http2 := range []bool{false, true} {
		s := simulator.New(simulator.Config{Campaigns: simulator.Documented()})
		server := httptest.NewUnstartedServer(s)
		server.EnableHTTP2 = http2
		server.StartTLS()
		for _, fault := range []simulator.Fault{simulator.Connection, simulator.ResetBody} {
			s.SetFault(fault)
			if got := get(server.Client(), server.URL+simulator.Path); got.err == nil {
				t.Errorf("%s, HTTP/2 %v: no error", fault, http2)
			}
		}
		server.Close()
	}
}

func all(checks ...check) check {
	return func(t *testing.T, o outcome) {
		t.Helper()
		for _, check := range checks {
			check(t, o)
		}
	}
}

func header(name, want string) check {
	return func(t *testing.T, o outcome) {
		t.Helper()
		if o.Response == nil || o.Header.Get(name) != want {
			t.Errorf("not answered with %s %q: %+v", name, want, o.Response)
		}
	}
}

func answered(status int, contentType, start string) check {
	return all(header("Content-Type", contentType), func(t *testing.T, o outcome) {
		t.Helper()
		if o.err != nil || o.StatusCode != status || !strings.HasPrefix(o.body, start) {
			t.Errorf("status %d, error %v, body %q; want %d, %q", o.StatusCode, o.err, o.body, status, start)
		}
	})
}

func refused(status int, checks ...check) check {
	return all(answered(status, "application/json", `{"request_id":"`), all(checks...))
}

func exactly(status int, body string) check {
	return func(t *testing.T, o outcome) {
		t.Helper()
		if o.err != nil || o.StatusCode != status || o.body != body {
			t.Errorf("got %+v, want status %d, body %q", o, status, body)
		}
	}
}

func contains(want string) check {
	return func(t *testing.T, o outcome) {
		t.Helper()
		if !strings.Contains(o.body, want) {
			t.Errorf("body %q does not contain %q", o.body, want)
		}
	}
}

func failed(want error) check {
	return func(t *testing.T, o outcome) {
		t.Helper()
		if !errors.Is(o.err, want) {
			t.Errorf("error %v, want %v", o.err, want)
		}
	}
}

// added checks that odd entries with these parts follow the good ones.
func added(count int, parts ...string) check {
	return all(answered(200, "application/json", kept), func(t *testing.T, o outcome) {
		t.Helper()
		var entries []any
		if err := json.Unmarshal([]byte(o.body), &entries); err != nil || len(entries) != 2+count {
			t.Errorf("%d entries, error %v; want %d", len(entries), err, 2+count)
		}
		for _, part := range parts {
			contains(part)(t, o)
		}
	})
}

func noResponse(t *testing.T, o outcome) {
	t.Helper()
	if o.Response != nil {
		t.Errorf("a response came: %+v", o.Response)
	}
}

func invalid(t *testing.T, o outcome) {
	t.Helper()
	if json.Valid([]byte(o.body)) {
		t.Errorf("valid JSON: %s", o.body)
	}
}

func twoErrors(t *testing.T, o outcome) {
	t.Helper()
	refused(400)(t, o)
	if n := strings.Count(o.body, `"message"`); n != 2 {
		t.Errorf("%d messages, want 2: %s", n, o.body)
	}
}

// endless checks that a client that stopped had nothing but good entries.
func endless(t *testing.T, o outcome) {
	t.Helper()
	if o.err != nil || len(o.body) != readLimit {
		t.Fatalf("%d bytes, error %v; want %d", len(o.body), o.err, readLimit)
	}
	whole := o.body[:strings.LastIndex(o.body, "},")+1] + "]"
	if !json.Valid([]byte(whole)) {
		t.Error("not an array of entries")
	}
}

func bomb(t *testing.T, o outcome) {
	t.Helper()
	unzipped, err := gzip.NewReader(strings.NewReader(o.body))
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, io.LimitReader(unzipped, 64<<20))
	if err != nil || n != 64<<20 {
		t.Errorf("%d bytes from %d, error %v", n, len(o.body), err)
	}
}

func notGzip(t *testing.T, o outcome) {
	t.Helper()
	unzipped, err := gzip.NewReader(bytes.NewReader([]byte(o.body)))
	if err == nil {
		_, err = io.Copy(io.Discard, unzipped)
	}
	if err == nil {
		t.Error("gzip after all")
	}
}
