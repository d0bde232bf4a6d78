package thulium_test

import (
	"encoding/json"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"thulium_exporter/thulium"
)

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
	var fields struct {
		ID      json.RawMessage `json:"id"`
		Records json.RawMessage `json:"records_count"`
		Percent json.RawMessage `json:"completion_percent"`
	}
	if json.Unmarshal(element, &fields) != nil {
		return c, false
	}
	if json.Unmarshal(fields.ID, &c.ID) != nil && regexp.MustCompile(`^\d+$`).Match(fields.ID) {
		c.ID = string(fields.ID)
	}
	records, isCount := referenceNumber(fields.Records)
	percent, isNumber := referenceNumber(fields.Percent)
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
