package thulium

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// plainSeeds are arrays that are plain, nearly so, and not at all.
func plainSeeds() []string {
	const good = `{"id":"00001","records_count":1324,"completion_percent":14.87}`
	return []string{
		`[]`, `[ ]`, `[`, `[,]`, `[]]`,
		`[` + good + `]`, `[` + good + `,` + good + `]`, ` [ ` + good + `, ]`, `[` + good + good + `]`, `[` + good, `[` + good + `,`,
		`[{ "id" : "1" , "records_count" : -0 , "completion_percent" : 100.00 }]`,
		`[{"id":7,"records_count":"12","completion_percent":"3.5"}]`,
		`[{"id":"1","id":"2","records_count":1,"completion_percent":1}]`,
		`[{"id":"1","records_count":01,"completion_percent":1}]`, `[{"id":"1","records_count":1.,"completion_percent":1}]`,
		`[{"id":"1","records_count":1e3,"completion_percent":1}]`, `[{"id":"1","records_count":12 3,"completion_percent":1}]`,
		`[{"ID":"1","records_count":1,"completion_percent":1}]`, `[{"id":null,"records_count":1,"completion_percent":1}]`,
		`[{"id":"\u0031","records_count":1,"completion_percent":1}]`, "[{\"id\":\"\xff\",\"records_count\":1,\"completion_percent\":1}]",
		"[{\"id\":\"a\nb\"}]", `[{}]`, `[{,}]`, `[{"id"}]`, `[1,` + good + `]`, `[` + good + `,1,` + good + `]`,
		`[{"id":"` + strings.Repeat("x", maxPlain) + `","records_count":1,"completion_percent":1},` + good + `]`,
	}
}

// FuzzPlain: whatever comes, plain entries are what encoding/json says of them.
func FuzzPlain(f *testing.F) {
	for _, seed := range plainSeeds() {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if !strings.HasPrefix(body, "[") {
			return
		}
		var quick, slow builder
		err, wantErr := quick.decode(strings.NewReader(body), false), slow.decodeSlowly(body)
		again := newBuilder(&quick.answer) // takes ids over
		againErr := again.decode(strings.NewReader(body), false)
		if (err == nil) != (wantErr == nil) || (err == nil) != (againErr == nil) { // of broken JSON they may notice different things first
			t.Fatalf("got the errors %v and %v, want %v", err, againErr, wantErr)
		}
		if err == nil && (!same(&quick, &slow) || !same(again, &slow)) {
			t.Errorf("got %+v and %+v, want %+v", quick.answer, again.answer, slow.answer)
		}
	})
}

// same reports whether two builders have made the same answer.
func same(a, b *builder) bool {
	return slices.Equal(a.answer.Campaigns, b.answer.Campaigns) && a.answer.Rejected == b.answer.Rejected &&
		fmt.Sprint(a.answer.FirstRejection) == fmt.Sprint(b.answer.FirstRejection)
}

// decodeSlowly decodes an array with encoding/json alone.
func (b *builder) decodeSlowly(body string) error {
	dec := json.NewDecoder(strings.NewReader(body))
	if _, err := dec.Token(); err != nil {
		return invalid(err)
	}
	return b.decodeRest(dec)
}
