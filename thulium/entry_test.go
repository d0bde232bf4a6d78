package thulium_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// entryWith is a response with one entry; an empty field is left out.
func entryWith(id, records, percent string) string {
	var fields []string
	for _, f := range [][2]string{{"id", id}, {"records_count", records}, {"completion_percent", percent}} {
		if f[1] != "" {
			fields = append(fields, fmt.Sprintf("%q:%s", f[0], f[1]))
		}
	}
	return "[{" + strings.Join(fields, ",") + "}]"
}

func TestIDs(t *testing.T) {
	for _, tt := range []struct {
		id   string
		want string
		says string // why it is rejected
	}{
		{`"00001"`, "00001", ""},
		{`"a b/ą"`, "a b/ą", ""},
		{`"\u0041\"\n"`, "A\"\n", ""},
		{"\"9\xff\"", "9\ufffd", ""},
		{`17`, "17", ""},
		{`12345678901234567890123`, "12345678901234567890123", ""},
		{`"` + strings.Repeat("9", 128) + `"`, strings.Repeat("9", 128), ""},
		{`"` + strings.Repeat("9", 129) + `"`, "", "id: longer than 128 bytes"},
		{strings.Repeat("9", 129), "", "id: longer than 128 bytes"},
		{"", "", "id: missing"},
		{`""`, "", "id: empty"},
		{"null", "", "id: null instead of a string"},
		{"true", "", "id: a boolean instead of a string"},
		{"-1", "", "id: a JSON number instead of a string"},
		{"1.5", "", "id: a JSON number instead of a string"},
		{"1e3", "", "id: a JSON number instead of a string"},
		{"{}", "", "id: a JSON object instead of a string"},
		{`["00001"]`, "", "id: a JSON array instead of a string"},
	} {
		answer, err := stats(t, responding(200, entryWith(tt.id, "1", "2")))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if len(answer.Campaigns) == 1 {
			got = answer.Campaigns[0].ID
		}
		if reason := reasonOf(answer); got != tt.want || reason != tt.says {
			t.Errorf("%s: %q, rejected because of %q; want %q, %q", tt.id, got, reason, tt.want, tt.says)
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, tt := range []struct {
		number string
		want   float64
		says   string // why it is rejected
	}{
		{"0", 0, ""},
		{"14.87", 14.87, ""},
		{"100", 100, ""},
		{"1e1", 10, ""},
		{"1E+1", 10, ""},
		{"1e-400", 0, ""},
		{"-0", 0, ""},
		{"-0.0", 0, ""},
		{`"14.87"`, 14.87, ""},
		{`"0014"`, 14, ""},
		{`"-0"`, 0, ""},
		{"", 0, "missing"},
		{"null", 0, "null instead of a number"},
		{"false", 0, "a boolean instead of a number"},
		{"{}", 0, "a JSON object instead of a number"},
		{"[1]", 0, "a JSON array instead of a number"},
		{"-1", 0, "not within 0 to 100: -1"},
		{"100.01", 0, "not within 0 to 100: 100.01"},
		{"1e400", 0, "too large: 1e400"},
		{`"-1e400"`, 0, "too large: -1e400"},
		{`""`, 0, `not a number: ""`},
		{`" 1"`, 0, `not a number: " 1"`},
		{`"1,5"`, 0, `not a number: "1,5"`},
		{`"23 %"`, 0, `not a number: "23 %"`},
		{`"0x10"`, 0, `not a number: "0x10"`},
		{`"0x1p4"`, 0, `not a number: "0x1p4"`},
		{`"1_0"`, 0, `not a number: "1_0"`},
		{`"NaN"`, 0, `not a number: "NaN"`},
		{`"Inf"`, 0, `not a number: "Inf"`},
		{`"-Infinity"`, 0, `not a number: "-Infinity"`},
		{`"e"`, 0, `not a number: "e"`},
		{`"."`, 0, `not a number: "."`},
		{`"1.2.3"`, 0, `not a number: "1.2.3"`},
		{`"\u0031"`, 0, `not a number: "\\u0031"`},
		{`"\n"`, 0, `not a number: "\\n"`},
		{`"` + strings.Repeat("a", 1000) + `"`, 0, `not a number: "` + strings.Repeat("a", 249) + "…"},
	} {
		answer, err := stats(t, responding(200, entryWith(`"00001"`, "1", tt.number)))
		if err != nil {
			t.Fatal(err)
		}
		says := strings.TrimPrefix(reasonOf(answer), "campaign 00001: completion_percent: ")
		if says != tt.says {
			t.Errorf("%s: rejected because of %q, want %q", tt.number, says, tt.says)
		}
		if len(answer.Campaigns) == 0 {
			continue
		}
		if got := answer.Campaigns[0].CompletionPercent; got != tt.want || math.Signbit(got) {
			t.Errorf("%s: %v, want %v", tt.number, got, tt.want)
		}
	}
}

func TestCounts(t *testing.T) {
	for _, tt := range []struct {
		number string
		want   float64
		says   string // why it is rejected
	}{
		{"0", 0, ""},
		{"1324", 1324, ""},
		{"1e3", 1000, ""},
		{"1324.0", 1324, ""},
		{`"1324"`, 1324, ""},
		{"9007199254740993", 9007199254740992, ""}, // what a float64 can hold
		{"-0", 0, ""},
		{"", 0, "missing"},
		{"null", 0, "null instead of a number"},
		{"true", 0, "a boolean instead of a number"},
		{"-1", 0, "not a count from 0 to 2^53: -1"},
		{"0.5", 0, "not a count from 0 to 2^53: 0.5"},
		{`"-5"`, 0, "not a count from 0 to 2^53: -5"},
		{"9007199254740994", 0, "not a count from 0 to 2^53: 9.007199254740994e+15"},
		{"1e307", 0, "not a count from 0 to 2^53: 1e+307"},
		{"1e999", 0, "too large: 1e999"},
	} {
		answer, err := stats(t, responding(200, entryWith(`"00001"`, tt.number, "2")))
		if err != nil {
			t.Fatal(err)
		}
		says := strings.TrimPrefix(reasonOf(answer), "campaign 00001: records_count: ")
		if says != tt.says {
			t.Errorf("%s: rejected because of %q, want %q", tt.number, says, tt.says)
		}
		if len(answer.Campaigns) == 0 {
			continue
		}
		if got := answer.Campaigns[0].Records; got != tt.want || math.Signbit(got) {
			t.Errorf("%s: %v, want %v", tt.number, got, tt.want)
		}
	}
}

// TestReasonsAreClean proves that a hostile ID cannot break a line of the log.
func TestReasonsAreClean(t *testing.T) {
	answer, err := stats(t, responding(200, entryWith(`"\u001b[2J\n\u202e1"`, "-1", "2")))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := reasonOf(answer), "campaign  [2J  1: records_count: not a count from 0 to 2^53: -1"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
