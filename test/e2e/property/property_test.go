// Package property proves that Prometheus can read what the exporter makes of any
// JSON. It is apart from the other end-to-end tests since
// it needs no built binary.
package property

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"thulium_exporter/thulium"
)

// campaign is an entry as it is sent.
type campaign struct {
	ID      string  `json:"id"`
	Records float64 `json:"records_count"`
	Percent float64 `json:"completion_percent"`
}

// TestGenerated sends campaigns with all kinds of IDs and numbers between
// invalid entries, and expects exactly the campaigns back.
func TestGenerated(t *testing.T) {
	e := newExporter(t)
	random := rand.New(rand.NewPCG(69, 10_069))
	for range 300 {
		body, want := generate(t, random)
		for _, f := range formats() {
			if got := e.served(t, body, f); !maps.Equal(got, want) {
				t.Fatalf("%s of %s\nis  %v\nnot %v", f.contentType, body, got, want)
			}
		}
	}
}

// FuzzBody sends anything. The client determines what must come back; its own
// tests prove that it is right.
func FuzzBody(f *testing.F) {
	e := newExporter(f)
	random := rand.New(rand.NewPCG(1, 2))
	for range 10 {
		body, _ := generate(f, random)
		f.Add(body)
	}
	for _, body := range []string{
		``, `null`, `{}`, `[]`, `[{}]`, `[{"id":"1","records_count":"1e308","completion_percent":"1e-300"}]`,
		"[{\"id\":\"\\u0000\\\\\\\"\\n\\r\u2028\xff\",\"records_count\":-0,\"completion_percent\":100}]",
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		want := decoded(t, e.thulium.URL, body)
		for _, f := range formats() {
			if got := e.served(t, body, f); !maps.Equal(got, want) {
				t.Errorf("%s is %v, not %v", f.contentType, got, want)
			}
		}
	})
}

// decoded returns the series of the campaigns that the client reads.
func decoded(t *testing.T, address, body string) map[series]float64 {
	t.Helper()
	base, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	stats, err := thulium.New(base, echo(body), thulium.Options{}).Stats(t.Context())
	if err != nil {
		return map[series]float64{{"thulium_up", ""}: 0}
	}
	want := map[series]float64{{"thulium_up", ""}: 1, {"thulium_rejected_campaigns", ""}: float64(stats.Rejected)}
	for _, c := range stats.Campaigns {
		add(want, campaign{c.ID, c.Records, c.CompletionPercent})
	}
	return want
}

// add adds the series of a campaign.
func add(all map[series]float64, c campaign) {
	all[series{"thulium_campaign_records_total", c.ID}] = c.Records
	all[series{"thulium_campaign_completion_percent", c.ID}] = c.Percent
}

// generate returns a response of Thulium and the series that it must become.
func generate(tb testing.TB, random *rand.Rand) (body string, want map[series]float64) {
	tb.Helper()
	want = map[series]float64{}
	var entries []string
	rejected := 0
	for range random.IntN(20) {
		c := anyCampaign(random)
		text, err := json.Marshal(c)
		if err != nil {
			tb.Fatal(err)
		}
		_, twice := want[series{"thulium_campaign_records_total", c.ID}]
		switch {
		case random.IntN(4) == 0:
			text = []byte(anyWaste(random))
			rejected++
		case twice:
			rejected++
		default:
			add(want, c)
		}
		entries = append(entries, string(text))
	}
	want[series{"thulium_up", ""}] = 1
	want[series{"thulium_rejected_campaigns", ""}] = float64(rejected)
	return "[" + strings.Join(entries, ",") + "]", want
}

func anyCampaign(random *rand.Rand) campaign {
	return campaign{
		ID:      anyID(random),
		Records: float64(random.Uint64N(1 << (1 + random.UintN(53)))), // more are rejected
		Percent: random.Float64() * 100,
	}
}

// anyID returns an ID of at least one rune: half of them are plain, with duplicates,
// the others have any runes.
func anyID(random *rand.Rand) string {
	if random.IntN(2) == 0 {
		return fmt.Sprintf("%05d", random.IntN(40))
	}
	var id strings.Builder
	for range 1 + random.IntN(20) {
		switch random.IntN(4) {
		case 0:
			id.WriteRune(rune(random.IntN(utf8.MaxRune + 1))) // a surrogate becomes U+FFFD
		case 1:
			id.WriteRune(rune(random.IntN(0x20))) // control characters
		default:
			id.WriteByte(`\"'{}=,# 0_`[random.IntN(11)])
		}
	}
	return id.String()
}

// anyWaste returns an invalid entry.
func anyWaste(random *rand.Rand) string {
	waste := []string{
		`null`, `17`, `"00001"`, `[]`, `{}`, `true`,
		`{"id":"","records_count":1,"completion_percent":1}`,
		`{"id":null,"records_count":1,"completion_percent":1}`,
		`{"id":-1,"records_count":1,"completion_percent":1}`,
		`{"id":"w","records_count":1.5,"completion_percent":1}`,
		`{"id":"w","records_count":-1,"completion_percent":1}`,
		`{"id":"w","records_count":"NaN","completion_percent":1}`,
		`{"id":"w","records_count":1e999,"completion_percent":1}`,
		`{"id":"w","records_count":1,"completion_percent":100.5}`,
		`{"id":"w","records_count":1,"completion_percent":"Inf"}`,
		`{"id":"w","records_count":{},"completion_percent":1}`,
	}
	return waste[random.IntN(len(waste))]
}
