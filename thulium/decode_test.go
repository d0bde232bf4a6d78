package thulium_test

import (
	"reflect"
	"strings"
	"testing"

	"thulium_exporter/thulium"
)

// TestShape sends whole answers that are not as documented.
func TestShape(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{"empty", "", "the answer is empty instead of a JSON array"},
		{"white space", " \r\n\t", "the answer is empty instead of a JSON array"},
		{"byte order mark", "\ufeff", "the answer is empty instead of a JSON array"},
		{"null", "null", "the answer is null instead of a JSON array"},
		{"true", "true", "the answer is a boolean instead of a JSON array"},
		{"string", `"OK"`, "the answer is a JSON string instead of a JSON array"},
		{"number", "17", "the answer is a JSON number instead of a JSON array"},
		{"negative number", "-17", "the answer is a JSON number instead of a JSON array"},
		{"HTML", "\n<!DOCTYPE html>", "the answer is an HTML or XML page instead of a JSON array"},
		{"text", "Service OK", "the answer is text that is not JSON instead of a JSON array"},
		{"invalid UTF-8", "\xff\xfe[\x00]\x00", "the answer is text that is not JSON instead of a JSON array"},
		{"object", "{}", "the answer is a JSON object with no keys instead of an array"},
		{"wrapped list", `{"count":2,"result":` + documented + `}`,
			`the answer is a JSON object with the keys ["count" "result"] instead of an array`},
		{"many keys", `{"f":1,"e":1,"d":1,"c":1,"b":1,"a":1}`,
			`the answer is a JSON object with the keys ["a" "b" "c" "d" "e"] instead of an array`},
		{"hostile key", `{"\u001b[31m\n":1}`,
			`the answer is a JSON object with the keys ["\x1b[31m\n"] instead of an array`},
		{"cut array", "[", "the answer is cut off: EOF"},
		{"cut entry", `[{"id":"000`, "the answer is cut off: unexpected EOF"},
		{"cut behind an entry", `[{"id":"00001"}`, "the answer is cut off: EOF"},
		{"cut behind a comma", `[{"id":"00001"},`, "the answer is cut off: EOF"},
		{"cut object", `{"errors":`, "the answer is cut off: unexpected EOF"},
		{"no comma", "[{}{}]", "expected comma after array element"},
		{"two commas", "[{},,{}]", "invalid character ',' looking for beginning of value"},
		{"last comma", "[{},]", "invalid character ']' looking for beginning of value"},
		{"wrong bracket", "[{}}", "invalid character '}' after array element"},
		{"bare NaN", `[{"id":"00001","records_count":NaN}]`, "invalid character 'N' looking for beginning of value"},
		{"single quotes", "[{'id':'00001'}]", `invalid character '\'' looking for beginning of object key string`},
		{"raw newline", "[{\"id\":\"\n\"}]", `invalid character '\n' in string literal`},
		{"second array", "[][]", "more data follows the end of the answer"},
		{"second bracket", "[]]", "after the end of the answer: invalid character ']' looking for beginning of value"},
		{"comment", "[] // 12 ms", "after the end of the answer: invalid character '/' looking for beginning of value"},
		{"page behind the object", "{} <p>", "after the end of the answer: invalid character '<' looking for beginning of value"},
		{"deep", strings.Repeat("[", 100_000), "invalid character '[' exceeded max depth"},
		{"deep entry", `[{"id":` + strings.Repeat(`{"a":`, 100_000), "invalid character '{' exceeded max depth"},
		{"deep object", strings.Repeat(`{"a":`, 100_000), "invalid character '{' exceeded max depth"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			answer, err := stats(t, answering(200, tt.body))
			e := failure(t, err, thulium.InvalidResponse)
			if answer != nil || e.Error() != tt.want || e.Status != 200 {
				t.Errorf("status %d, error %q; want 200, %q", e.Status, e, tt.want)
			}
		})
	}
}

// TestSingleShape sends objects to a client that asked for one campaign.
func TestSingleShape(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		kept       int
		rejection  string
	}{
		{"campaign", `{"id":"00001","records_count":1,"completion_percent":2}`, 1, ""},
		{"another campaign", `{"id":"00002","records_count":1,"completion_percent":2}`, 0, ""},
		{"empty", "{}", 0, "id: missing"},
		{"wrapped list", `{"count":2,"result":[]}`, 0, "id: missing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			answer, err := stats(t, answering(200, tt.body), "00001")
			if err != nil || len(answer.Campaigns) != tt.kept {
				t.Fatalf("got %+v, %v; want %d campaigns", answer, err, tt.kept)
			}
			if reason := reasonOf(answer); reason != tt.rejection {
				t.Errorf("rejected because of %q, want %q", reason, tt.rejection)
			}
		})
	}
}

// TestAccepted sends answers that are unusual, and good.
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
			answer, err := stats(t, answering(200, tt.body))
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
		answer, err := stats(t, answering(200, `[{"id":"00001","records_count":1,"completion_percent":2},`+second+`]`))
		if err != nil || len(answer.Campaigns) != 1 || answer.Rejected != 1 {
			t.Errorf("%s: got %+v, %v", second, answer, err)
		}
	}
}

func TestDuplicates(t *testing.T) {
	answer, err := stats(t, answering(200, `[`+
		`{"id":"17","records_count":1,"completion_percent":1},`+
		`{"id":17,"records_count":2,"completion_percent":2},`+
		`{"id":"00017","records_count":3,"completion_percent":3},`+
		`{"id":"\u0031\u0037","records_count":4,"completion_percent":4}]`))
	want := []thulium.Campaign{{ID: "17", Records: 1, CompletionPercent: 1}, {ID: "00017", Records: 3, CompletionPercent: 3}}
	if err != nil || answer.Rejected != 2 || !reflect.DeepEqual(answer.Campaigns, want) {
		t.Errorf("got %+v, %v; want %v, 2 rejected", answer, err, want)
	}
	if reason := reasonOf(answer); reason != "campaign 17: its id came twice" {
		t.Errorf("rejected because of %q", reason)
	}
}

func reasonOf(answer *thulium.Stats) string {
	if answer.FirstRejection == nil {
		return ""
	}
	return answer.FirstRejection.Error()
}
