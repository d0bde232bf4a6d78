package thulium_test

import (
	"fmt"
	"reflect"
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
		{"more fields", `[{"name":"Spring","id":"00001","records_count":1,"completion_percent":2,"more":{"a":[1]}}]`, one},
		{"deep field", `[{"more":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) +
			`,"id":"00001","records_count":1,"completion_percent":2}]`, one},
	} {
		t.Run(tt.name, func(t *testing.T) {
			answer, err := stats(t, responding(200, tt.body))
			if err != nil || answer.Rejected != 0 || !reflect.DeepEqual(answer.Campaigns, tt.want) {
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
