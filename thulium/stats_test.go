package thulium_test

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"thulium_exporter/thulium"
)

// TestShape sends whole responses that are not as documented.
func TestShape(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{"empty", "", "the response is empty instead of a JSON array"},
		{"white space", " \r\n\t", "the response is empty instead of a JSON array"},
		{"byte order mark", "\ufeff", "the response is empty instead of a JSON array"},
		{"null", "null", "the response is null instead of a JSON array"},
		{"true", "true", "the response is a boolean instead of a JSON array"},
		{"string", `"OK"`, "the response is a JSON string instead of a JSON array"},
		{"number", "17", "the response is a JSON number instead of a JSON array"},
		{"negative number", "-17", "the response is a JSON number instead of a JSON array"},
		{"HTML", "\n<!DOCTYPE html>", "the response is an HTML or XML page instead of a JSON array"},
		{"text", "Service OK", "the response is text that is not JSON instead of a JSON array"},
		{"invalid UTF-8", "\xff\xfe[\x00]\x00", "the response is text that is not JSON instead of a JSON array"},
		{"object", "{}", "the response is a JSON object with no keys instead of an array"},
		{"wrapped list", `{"count":2,"result":` + documented + `}`,
			`the response is a JSON object with the keys ["count" "result"] instead of an array`},
		{"many keys", `{"f":1,"e":1,"d":1,"c":1,"b":1,"a":1}`,
			`the response is a JSON object with the keys ["f" "e" "d" "c" "b"] instead of an array`},
		{"hostile key", `{"\u001b[31m\n":1}`,
			`the response is a JSON object with the keys ["\x1b[31m\n"] instead of an array`},
		{"cut array", "[", "the response is cut off: entry 1: unexpected EOF, byte 1"},
		{"cut entry", `[{"id":"000`, "the response is cut off: entry 1: unexpected EOF, byte 11"},
		{"cut behind an entry", `[{"id":"00001"}`, "the response is cut off: entry 2: unexpected EOF, byte 15"},
		{"cut behind a comma", `[{"id":"00001"},`, "the response is cut off: entry 2: unexpected EOF, byte 16"},
		{"cut object", `{"errors":`, "the response is cut off: unexpected EOF, byte 10"},
		{"no comma", "[{}{}]", `entry 2: invalid character '{' after array element (expecting ',' or ']'), byte 3`},
		{"two commas", "[{},,{}]", "entry 2: invalid character ',' at start of value, byte 4"},
		{"last comma", "[{},]", "entry 2: invalid character ',' at start of value, byte 3"},
		{"wrong bracket", "[{}}", "entry 2: invalid character '}' after array element (expecting ',' or ']'), byte 3"},
		{"bare NaN", `[{"id":"00001","records_count":NaN}]`, "entry 1: invalid character 'N' at start of value, byte 31"},
		{"single quotes", "[{'id':'00001'}]", `entry 1: invalid character '\'' at start of value, byte 2`},
		{"raw newline", "[{\"id\":\"\n\"}]", `entry 1: invalid character '\n' in string (expecting non-control character), byte 8`},
		{"second array", "[][]", "more data follows the end of the response"},
		{"second bracket", "[]]", "after the end of the response: invalid character ']' at start of value, byte 2"},
		{"comment", "[] // 12 ms", "after the end of the response: invalid character '/' at start of value, byte 3"},
		{"page behind the object", "{} <p>", "after the end of the response: invalid character '<' at start of value, byte 3"},
		{"deep", strings.Repeat("[", 100_000), "entry 1: exceeded max depth, byte 10000"},
		{"deep entry", `[{"id":` + strings.Repeat(`{"a":`, 100_000), "entry 1: exceeded max depth, byte 49997"},
		{"deep object", strings.Repeat(`{"a":`, 100_000), "exceeded max depth, byte 50000"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			answer, err := stats(t, responding(200, tt.body))
			e := failure(t, err, thulium.InvalidResponse)
			if answer != nil || e.Error() != tt.want || e.Status != 200 {
				t.Errorf("status %d, error %q; want 200, %q", e.Status, e, tt.want)
			}
		})
	}
}

// TestSingleShape sends objects to a client that requested one campaign.
func TestSingleShape(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		kept       int
		rejection  string
	}{
		{"campaign", `{"id":"00001","records_count":1,"completion_percent":2}`, 1, ""},
		{"another campaign", `{"id":"00002","records_count":1,"completion_percent":2}`, 0, `campaign 00001 was requested, the response has "00002" instead`},
		{"empty", "{}", 0, "id: missing"},
		{"wrapped list", `{"count":2,"result":[]}`, 0, "id: missing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			answer, err := stats(t, responding(200, tt.body), "00001")
			if err != nil || len(answer.Campaigns) != tt.kept {
				t.Fatalf("got %+v, %v; want %d campaigns", answer, err, tt.kept)
			}
			if reason := reasonOf(answer); reason != tt.rejection {
				t.Errorf("rejected because of %q, want %q", reason, tt.rejection)
			}
		})
	}
}

// TestAccepted sends responses that are unusual, and good.
func TestAccepted(t *testing.T) {
	one := []thulium.Campaign{{ID: "00001", Records: 1, CompletionPercent: 2}}
	for _, tt := range []struct {
		name, body string
		want       []thulium.Campaign
	}{
		{"no campaigns", "[]", nil},
		{"white space", " [ \n] ", nil},
		{"byte order mark", "\ufeff" + `[{"id":"00001","records_count":1,"completion_percent":2}]` + "\n", one},
		{"other order", `[{"completion_percent":2,"records_count":1,"id":"00001"}]`, one},
		{"escaped name", `[{"\u0069d":"00001","records_count":1,"completion_percent":2}]`, one},
		{"more fields", `[{"name":"Spring","id":"00001","records_count":1,"completion_percent":2,"more":{"a":[1]}}]`, one},
		{"deep field", `[{"more":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) +
			`,"id":"00001","records_count":1,"completion_percent":2}]`, one},
	} {
		t.Run(tt.name, func(t *testing.T) {
			answer, err := stats(t, responding(200, tt.body))
			if err != nil || answer.Rejected != 0 || !slices.Equal(answer.Campaigns, tt.want) {
				t.Errorf("got %+v, %v; want %v", answer, err, tt.want)
			}
		})
	}
}

// TestFieldsAreNotInherited proves that an entry has nothing of the one before.
func TestFieldsAreNotInherited(t *testing.T) {
	for _, second := range []string{
		"{}", "null", "17", "[]", `{"id":"00002"}`, `{"records_count":1,"completion_percent":2}`,
		`{"id":"00002","completion_percent":2}`, `{"id":"00002","records_count":1}`,
	} {
		answer, err := stats(t, responding(200, `[{"id":"00001","records_count":1,"completion_percent":2},`+second+`]`))
		if err != nil || len(answer.Campaigns) != 1 || answer.Rejected != 1 {
			t.Errorf("%s: got %+v, %v", second, answer, err)
		}
	}
}

func TestDuplicates(t *testing.T) {
	answer, err := stats(t, responding(200, `[`+
		`{"id":"17","records_count":1,"completion_percent":1},`+
		`{"id":17,"records_count":2,"completion_percent":2},`+
		`{"id":"00017","records_count":3,"completion_percent":3},`+
		`{"id":"\u0031\u0037","records_count":4,"completion_percent":4}]`))
	want := []thulium.Campaign{{ID: "17", Records: 1, CompletionPercent: 1}, {ID: "00017", Records: 3, CompletionPercent: 3}}
	if err != nil || answer.Rejected != 2 || !reflect.DeepEqual(answer.Campaigns, want) {
		t.Errorf("got %+v, %v; want %v, 2 rejected", answer, err, want)
	}
	if reason := reasonOf(answer); reason != "campaign 17: duplicate ID" {
		t.Errorf("rejected because of %q", reason)
	}
}

// TestDuplicatesOfLongerIDs: IDs ascend as numbers do, and then no more.
func TestDuplicatesOfLongerIDs(t *testing.T) {
	var entries, ids []string
	for _, id := range []string{"9", "10", "99999", "100000", "10", "9", "11", "100000", "99999"} {
		entries = append(entries, fmt.Sprintf(`{"id":%q,"records_count":1,"completion_percent":1}`, id))
	}
	response, err := stats(t, responding(200, "["+strings.Join(entries, ",")+"]"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range response.Campaigns {
		ids = append(ids, c.ID)
	}
	if got := strings.Join(ids, " "); got != "9 10 99999 100000 11" || response.Rejected != 4 {
		t.Errorf("got %s, %d rejected", got, response.Rejected)
	}
}

func reasonOf(answer *thulium.Stats) string {
	if answer.FirstRejection == nil {
		return ""
	}
	return answer.FirstRejection.Error()
}

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
