package simulator_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"thulium_exporter/thulium/simulator"
)

// readLimit is more than any response has that ends.
const readLimit = 1 << 20

// outcome is what a client sees that interprets nothing.
type outcome struct {
	*http.Response // nil if none came
	body           string
	err            error // of the request or of reading
}

func get(client *http.Client, url string) outcome {
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return outcome{err: err}
	}
	req.SetBasicAuth("exporter", "secret")
	resp, err := client.Do(req)
	if err != nil {
		return outcome{err: err}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, readLimit))
	return outcome{resp, string(body), err}
}

// TestFaults compares what is sent with testdata/faults.txt. Each fault is tried
// twice, because it must not wear off or grow.
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
	var sent strings.Builder
	for _, d := range simulator.Table() {
		if d.Result == "timeout" || slices.Contains(ownTest(), d.Fault) {
			continue // see the other tests
		}
		s.SetFault(d.Fault)
		first := get(client, server.URL+simulator.Path)
		second := get(client, server.URL+simulator.Path)
		if withoutID(first.String()) != withoutID(second.String()) {
			t.Errorf("%s: %s and then %s", d.Fault, first, second)
		}
		fmt.Fprintf(&sent, "# %s: %s\n%s\n", d.Fault, d.Sends, withoutID(first.String()))
	}
	const file = "testdata/faults.txt"
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(file, []byte(sent.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if sent.String() != string(golden) {
		t.Errorf("%s differs (UPDATE_GOLDEN=1 writes it):\n%s", file, sent.String())
	}
}

// ownTest are faults whose outcome is not for a file.
func ownTest() []simulator.Fault {
	return []simulator.Fault{simulator.SwitchingProtocols, simulator.BadRedirect, simulator.GzipBomb, simulator.BrokenGzip}
}

// String is what is shown of an outcome in the golden file.
func (o outcome) String() string {
	if o.Response == nil {
		return "no response: reset " + strconv.FormatBool(errors.Is(o.err, syscall.ECONNRESET))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d", o.StatusCode)
	for _, name := range []string{"Content-Type", "Content-Encoding", "Location", "Retry-After", "WWW-Authenticate"} {
		if value := o.Header.Get(name); value != "" {
			fmt.Fprintf(&b, " %s: %s", name, value)
		}
	}
	fmt.Fprintf(&b, "\n%q", o.body[:min(len(o.body), 400)])
	switch {
	case o.err != nil:
		fmt.Fprintf(&b, "\nerror: unexpected end %t, reset %t",
			errors.Is(o.err, io.ErrUnexpectedEOF), errors.Is(o.err, syscall.ECONNRESET))
	case len(o.body) == readLimit:
		b.WriteString(" and so on")
	case len(o.body) > 400:
		fmt.Fprintf(&b, ", %d bytes", len(o.body))
	}
	return b.String()
}

// withoutID replaces the request ID, which differs each time.
func withoutID(text string) string {
	return regexp.MustCompile(`"request_id\\":\\"[0-9a-f]{13}`).ReplaceAllString(text, `"request_id\":\"…`)
}

// TestBrokenGzip reads a body whose bytes depend on Go's own gzip.
func TestBrokenGzip(t *testing.T) {
	s := simulator.New(simulator.Config{})
	s.SetFault(simulator.BrokenGzip)
	resp := ask(t, s, simulator.Path, nil)
	unzipped, err := gzip.NewReader(resp.Body)
	if err == nil {
		_, err = io.Copy(io.Discard, unzipped)
	}
	if err == nil || resp.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("read without an error: %v", resp.Header)
	}
}

// TestSizes reads the two large bodies.
func TestSizes(t *testing.T) {
	s := simulator.New(simulator.Config{})
	server := httptest.NewServer(s)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}
	s.SetFault(simulator.EndlessBody)
	endless(t, get(client, server.URL+simulator.Path))
	s.SetFault(simulator.GzipBomb)
	bomb(t, get(client, server.URL+simulator.Path))
}

// TestSwitchingProtocols proves that the connection stays open until the client
// leaves, or the Simulator is closed.
func TestSwitchingProtocols(t *testing.T) {
	s := simulator.New(simulator.Config{})
	s.SetFault(simulator.SwitchingProtocols)
	server := httptest.NewServer(s)
	defer server.Close()
	for _, end := range []func(*http.Response){
		func(resp *http.Response) { _ = resp.Body.Close() },
		func(*http.Response) { s.Close() },
	} {
		resp, err := server.Client().Get(server.URL + simulator.Path)
		if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
			t.Fatalf("got %v, %v", resp, err)
		}
		end(resp)
		_, _ = io.Copy(io.Discard, resp.Body) // would hang otherwise
		_ = resp.Body.Close()
	}
}

// TestBadRedirect reads the header that Go's client refuses.
func TestBadRedirect(t *testing.T) {
	s := simulator.New(simulator.Config{})
	s.SetFault(simulator.BadRedirect)
	resp := ask(t, s, simulator.Path, nil)
	if _, err := resp.Location(); resp.StatusCode != http.StatusFound || err == nil {
		t.Errorf("status %d, location %q", resp.StatusCode, resp.Header.Get("Location"))
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
		simulator.Timeout:     "",
		simulator.SlowBody:    strings.TrimSuffix(documented, "]"),
		simulator.HangingBody: "",
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
	if got := get(server.Client(), server.URL+simulator.Path); !errors.Is(got.err, io.EOF) {
		t.Errorf("got %v", got)
	}
	s.SetFault(simulator.NoFault)
	exactly(t, documented, get(server.Client(), server.URL+simulator.Path))
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

func exactly(t *testing.T, body string, o outcome) {
	t.Helper()
	if o.err != nil || o.StatusCode != http.StatusOK || o.body != body {
		t.Errorf("got %v, want 200, body %q", o, body)
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
