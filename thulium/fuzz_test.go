package thulium_test

import (
	"encoding/json"
	"math"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"thulium_exporter/thulium"
	"thulium_exporter/thulium/simulator"
)

const documentedError = `{"request_id": "53678450401cf", "errors": [{"message": "Wrong format of phone number.", "code": 111111}]}`

// FuzzDecode compares what the client makes of a body with what encoding/json
// does, and proves that every error fits into a log.
func FuzzDecode(f *testing.F) {
	for _, seed := range oddArrays() {
		f.Add(seed)
	}
	f.Add(documented)
	f.Add(documentedError)
	for _, body := range faultyBodies() {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		checkSingle(t, body)
		answer, err := stats(t, responding(200, body))
		if err != nil {
			checkText(t, failure(t, err, thulium.InvalidResponse))
		}
		checkReference(t, body, answer)
		if err != nil {
			return
		}
		checkPromises(t, answer)
		again, err := stats(t, responding(200, encode(t, answer)))
		if err != nil || again.Rejected != 0 || !reflect.DeepEqual(again.Campaigns, answer.Campaigns) {
			t.Errorf("decoded again: %+v, %v; want %+v", again, err, answer.Campaigns)
		}
	})
}

// faultyBodies are the short bodies that the Simulator has for its faults.
func faultyBodies() (bodies []string) {
	sim := simulator.New(simulator.Config{Campaigns: simulator.Documented()})
	for _, fault := range simulator.Faults() {
		switch fault {
		case simulator.Timeout, simulator.SlowBody, simulator.HangingBody, simulator.EndlessBody, simulator.GzipBomb,
			simulator.Connection, simulator.ResetBody, simulator.SwitchingProtocols:
			continue
		}
		sim.SetFault(fault)
		w := httptest.NewRecorder()
		sim.ServeHTTP(w, httptest.NewRequest(http.MethodGet, simulator.Path, nil))
		if body := w.Body.String(); len(body) < 1000 { // the fuzzer is slow with long ones
			bodies = append(bodies, body)
		}
	}
	return bodies
}

// checkSingle proves the same where one campaign was requested.
func checkSingle(t *testing.T, body string) {
	t.Helper()
	answer, err := stats(t, responding(200, body), "00001")
	if err != nil {
		checkText(t, failure(t, err, thulium.InvalidResponse))
		return
	}
	checkPromises(t, answer)
	if len(answer.Campaigns) > 1 || len(answer.Campaigns) == 1 && answer.Campaigns[0].ID != "00001" {
		t.Errorf("asked for 00001, got %+v", answer.Campaigns)
	}
}

func checkPromises(t *testing.T, answer *thulium.Stats) {
	t.Helper()
	seen := map[string]bool{}
	for _, c := range answer.Campaigns {
		if c.ID == "" || len(c.ID) > 128 || !utf8.ValidString(c.ID) || seen[c.ID] {
			t.Errorf("id %q is empty, long, not UTF-8 or there twice", c.ID)
		}
		seen[c.ID] = true
		if n := c.Records; n != math.Trunc(n) || n < 0 || math.IsInf(n, 0) || math.Signbit(n) {
			t.Errorf("%v records", n)
		}
		if p := c.CompletionPercent; math.IsNaN(p) || p < 0 || p > 100 || math.Signbit(p) {
			t.Errorf("%v percent", p)
		}
	}
	if (answer.Rejected == 0) != (answer.FirstRejection == nil) {
		t.Errorf("%d rejected because of %v", answer.Rejected, answer.FirstRejection)
	}
	if reason := reasonOf(answer); !isPrintable(reason) || len(reason) > 5000 {
		t.Errorf("reason %q", reason)
	}
}

// encode writes a response as Thulium does.
func encode(t *testing.T, answer *thulium.Stats) string {
	t.Helper()
	type entry struct {
		ID      string  `json:"id"`
		Records float64 `json:"records_count"`
		Percent float64 `json:"completion_percent"`
	}
	entries := []entry{}
	for _, c := range answer.Campaigns {
		entries = append(entries, entry{c.ID, c.Records, c.CompletionPercent})
	}
	text, err := json.Marshal(entries)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// FuzzEnvelope proves that whatever an error response says fits into one line.
func FuzzEnvelope(f *testing.F) {
	f.Add(400, documentedError)
	f.Add(200, documentedError)
	f.Add(503, `{"request_id":17,"errors":[{"message":"\u001b[31m\n","code":"\u202e"},"A.",null]}`)
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 200 || status > 999 {
			return
		}
		_, err := stats(t, responding(status, body))
		if err == nil {
			return
		}
		e := failure(t, err, result(err))
		checkText(t, e)
		if len(e.Problems) > 5 {
			t.Errorf("%d problems kept", len(e.Problems))
		}
		for _, p := range append(e.Problems, thulium.Problem{Message: e.RequestID}) {
			if !isPrintable(p.Message+p.Code) || utf8.RuneCountInString(p.Message) > 301 || utf8.RuneCountInString(p.Code) > 301 {
				t.Errorf("problem %+v", p)
			}
		}
	})
}

// FuzzRetryAfter proves that no header asks for less than nothing, or for ever.
func FuzzRetryAfter(f *testing.F) {
	for _, header := range []string{"", "120", "-1", "99999999999999999999", "Fri, 31 Dec 1999 23:59:59 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		if wait := retryAfter(t, 429, header); wait < 0 || wait > time.Hour {
			t.Errorf("%q: %v", header, wait)
		}
	})
}

// FuzzParseURL proves that what is accepted can be asked, and means the same
// with /api behind it.
func FuzzParseURL(f *testing.F) {
	for _, address := range []string{
		"https://acme.thulium.com", "https://acme.thulium.com/api/", "http://[::1]:8080/eu", "http://127.0.0.1",
		"https://exporter:secret@acme.thulium.com", "https://acme.thulium.com/a%2Fb/../api", "acme.thulium.com?id=1#top",
	} {
		f.Add(address, false)
		f.Add(address, true)
	}
	f.Fuzz(func(t *testing.T, address string, allowHTTP bool) {
		base, err := thulium.ParseURL(address, allowHTTP)
		if err != nil {
			if !isPrintable(err.Error()) || len(err.Error()) > 120 {
				t.Errorf("%q: error %q", address, err)
			}
			return
		}
		again, err := thulium.ParseURL(base.String()+"/api", allowHTTP)
		if err != nil || again.String() != base.String() {
			t.Errorf("%q is %q, with /api %v, %v", address, base, again, err)
		}
		rt := transport(func(r *http.Request) (*http.Response, error) {
			if r.URL.Host != base.Host || r.URL.User != nil || r.URL.RawQuery != "" ||
				!strings.HasSuffix(r.URL.Path, "/api/outbounds/stats") {
				t.Errorf("%q: asked %q", address, r.URL)
			}
			return responding(200, "[]")(r)
		})
		if _, err := thulium.New(base, rt, thulium.Options{}).Stats(t.Context()); err != nil {
			t.Errorf("%q: %v", address, err)
		}
	})
}
