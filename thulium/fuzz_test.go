package thulium_test

import (
	"encoding/json"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"slices"
	"strconv"
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

// checkReference compares the Stats of a body, nil if it is invalid, with those
// that encoding/json leads to.
func checkReference(t *testing.T, body string, got *thulium.Stats) {
	t.Helper()
	want := referenceStats(body)
	switch {
	case (got == nil) != (want == nil):
		t.Errorf("got %+v, encoding/json %+v", got, want)
	case got != nil && (got.Rejected != want.Rejected || !slices.Equal(got.Campaigns, want.Campaigns)):
		t.Errorf("got %+v, encoding/json %+v", got, want)
	}
}

// referenceStats decodes an array the slow and obvious way.
func referenceStats(body string) *thulium.Stats {
	dec := json.NewDecoder(strings.NewReader(strings.TrimLeft(body, " \t\r\n\ufeff")))
	var elements []json.RawMessage
	if dec.Decode(&elements) != nil || elements == nil {
		return nil
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil
	}
	stats := &thulium.Stats{}
	seen := map[string]bool{}
	for _, element := range elements {
		c, ok := referenceCampaign(element)
		if !ok || seen[c.ID] {
			stats.Rejected++
			continue
		}
		seen[c.ID] = true
		stats.Campaigns = append(stats.Campaigns, c)
	}
	return stats
}

func referenceCampaign(element json.RawMessage) (c thulium.Campaign, ok bool) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(element, &fields) != nil || fields == nil {
		return c, false
	}
	if id := fields["id"]; json.Unmarshal(id, &c.ID) != nil && regexp.MustCompile(`^\d+$`).Match(id) {
		c.ID = string(id)
	}
	records, isCount := referenceNumber(fields["records_count"])
	percent, isNumber := referenceNumber(fields["completion_percent"])
	c.Records, c.CompletionPercent = records, percent
	return c, isCount && isNumber && c.ID != "" && len(c.ID) <= 128 &&
		records >= 0 && records <= 1<<53 && records == math.Trunc(records) && percent >= 0 && percent <= 100
}

func referenceNumber(raw json.RawMessage) (float64, bool) {
	match := regexp.MustCompile(`^"?([-+.eE0-9]+)"?$`).FindSubmatch(raw)
	if match == nil {
		return 0, false
	}
	n, err := strconv.ParseFloat(string(match[1]), 64)
	return math.Abs(n), err == nil && (n >= 0 || n < 0 && math.Abs(n) == 0)
}

// oddArrays are arrays that are nearly as documented.
func oddArrays() []string {
	const good = `{"id":"00001","records_count":1324,"completion_percent":14.87}`
	return []string{
		`[]`, `[ ]`, `[`, `[,]`, `[]]`, `null`, "\ufeff" + `[` + good + `]`,
		`[` + good + `]`, `[` + good + `,` + good + `]`, ` [ ` + good + `, ]`, `[` + good + good + `]`, `[` + good, `[` + good + `,`,
		`[{ "id" : "1" , "records_count" : -0 , "completion_percent" : 100.00 }]`,
		`[{"id":7,"records_count":"12","completion_percent":"3.5"}]`,
		`[{"id":"1","id":"2","records_count":1,"completion_percent":1}]`,
		`[{"id":[],"id":"2","records_count":{},"records_count":1,"completion_percent":1}]`,
		`[{"id":"1","records_count":01,"completion_percent":1}]`, `[{"id":"1","records_count":1.,"completion_percent":1}]`,
		`[{"id":"1","records_count":1e3,"completion_percent":1}]`, `[{"id":"1","records_count":1e307,"completion_percent":1}]`,
		`[{"ID":"1","Records_Count":1,"completion_percent":1}]`, `[{"id":null,"records_count":1,"completion_percent":1}]`,
		`[{"id":"\u0031","records_count":"\u0031","completion_percent":1}]`, "[{\"id\":\"\xff\",\"records_count\":1,\"completion_percent\":1}]",
		"[{\"id\":\"a\nb\"}]", `[{}]`, `[{,}]`, `[{"id"}]`, `[1,` + good + `]`, `[` + good + `,1,` + good + `]`,
		`[{"id":"\ud800","more":{"id":"2"},"records_count":1,"completion_percent":1}]`,
	}
}
