package status_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"thulium_exporter/internal/progress"
	"thulium_exporter/test/statustest"
)

// object is a JSON object whose numbers and texts are compared as they are.
type object map[string]any

func getJSON(t *testing.T, systems []statustest.System, target string) object {
	t.Helper()
	w := get(t, newHandler(t, systems), target, "pl")
	var o object
	if err := json.Unmarshal(w.Body.Bytes(), &o); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	if got := w.Header().Get("Content-Type"); got != "application/json" {
		t.Errorf("the type is %s", got)
	}
	return o
}

func (o object) list(key string) []object {
	var list []object
	all, _ := o[key].([]any)
	for _, one := range all {
		list = append(list, one.(map[string]any))
	}
	return list
}

// has reports what of an object is not as it should be.
func (o object) has(t *testing.T, want object) {
	t.Helper()
	for key, value := range want {
		if o[key] != value {
			t.Errorf("%s is %v, want %v", key, o[key], value)
		}
	}
}

// TestJSONKeys: programs depend on them. States and summaries are English, too.
func TestJSONKeys(t *testing.T) {
	o := getJSON(t, centre(), "/?format=json&lang=pl")
	for what, tt := range map[string]struct {
		object object
		want   string
	}{
		"the report":         {o, "business_hours campaigns exporter now systems urgent_campaigns"},
		"the exporter":       {o["exporter"].(map[string]any), "build_date flags go_version revision started version"},
		"a system":           {o.list("systems")[0], "business_open campaigns campaigns_as_of details done_records idle_business_seconds last_success name next_request polled records rejected_campaigns stall_threshold_business_seconds stalled_campaigns state summary time_zone url"},
		"a stalled campaign": {o.list("campaigns")[0], "completion_percent deadline half_hours id idle_business_seconds last_progress name records records_per_business_hour required_records_per_business_hour stall_threshold_business_seconds state system will_miss_deadline"},
		"an empty campaign":  {o.list("campaigns")[6], "completion_percent half_hours id name records state system will_miss_deadline"},
		"a late campaign":    {o.list("campaigns")[1], "completion_percent deadline earliest_finish expected_finish half_hours id idle_business_seconds last_progress latest_finish name records records_per_business_hour required_records_per_business_hour stall_threshold_business_seconds state system will_miss_deadline"},
		"half hours":         {o.list("campaigns")[1]["half_hours"].(map[string]any), "before today"},
	} {
		if got := strings.Join(slices.Sorted(maps.Keys(tt.object)), " "); got != tt.want {
			t.Errorf("%s has %s, want %s", what, got, tt.want)
		}
	}
}

func TestJSON(t *testing.T) {
	o := getJSON(t, centre(), "/?format=json")
	o.has(t, object{"now": "2026-03-10T13:03:05Z", "business_hours": "Open until 20:00"})
	o.list("systems")[0].has(t, object{
		"name": "acme", "state": "working", "summary": "Working", "polled": true, "campaigns": 8.0, "stalled_campaigns": 1.0,
		"business_open": true, "time_zone": "Europe/Warsaw", "last_success": "2026-03-10T13:02:53Z", "next_request": "2026-03-10T13:03:53Z",
	})
	o.list("campaigns")[0].has(t, object{
		"system": "acme", "id": "00004", "name": "Overdue invoices", "state": "stalled", "records": 6204.0, "completion_percent": 37.9,
		"stall_threshold_business_seconds": 7200.0, "deadline": "2026-03-31T22:00:00Z", "last_progress": "2026-03-10T10:38:05Z",
	})
	o.list("urgent_campaigns")[1].has(t, object{"id": "00002", "state": "active", "will_miss_deadline": true})
}

// TestJSONCause: what a look found, in the words of check --diagnose.
func TestJSONCause(t *testing.T) {
	campaigns := statustest.Centre()
	campaigns[3].Look = statustest.Looks()[progress.AllPaused]
	c := getJSON(t, []statustest.System{statustest.Up("acme", campaigns...)}, "/?format=json").list("campaigns")[0]
	c.has(t, object{"state": "stalled", "idle_cause": "paused"})
	object(c["agents"].(map[string]any)).has(t, object{"assigned": 12.0, "logged_out": 8.0, "logged_in": 4.0, "paused": 4.0, "on_call": 0.0, "unknown": 0.0})
}

// TestWithoutCause: with the option, too, nothing differs until a campaign is idle.
func TestWithoutCause(t *testing.T) {
	campaigns := statustest.Centre()
	campaigns[0].Look = statustest.Looks()[progress.NoAgents]
	looking := newHandler(t, []statustest.System{statustest.Up("acme", campaigns...)})
	for _, target := range []string{"/?lang=en", "/?lang=pl", "/?format=json"} {
		want := get(t, newHandler(t, centre()), target, "").Body.String()
		if got := get(t, looking, target, "").Body.String(); got != want || strings.Contains(got, "cause") || strings.Contains(got, `"agents"`) {
			t.Errorf("%s: got %s\nwant %s", target, got, want)
		}
	}
}

// TestJSONStates: "waiting" is a state of campaigns alone.
func TestJSONStates(t *testing.T) {
	up := statustest.Up("up", statustest.Campaign{ID: "00001", Records: 1, Unseen: true})
	getJSON(t, []statustest.System{up}, "/?format=json").list("campaigns")[0].has(t, object{"state": "waiting"})
	o := getJSON(t, []statustest.System{statustest.Waiting("polled"), statustest.OnScrape(statustest.Waiting("scraped"))}, "/?format=json")
	for _, s := range o.list("systems") {
		s.has(t, object{"state": "pending"})
	}
}

func TestJSONOfFailure(t *testing.T) {
	o := getJSON(t, []statustest.System{statustest.Down("acme", statustest.Refused(), statustest.Centre()...)}, "/?format=json")
	s := o.list("systems")[0]
	s.has(t, object{"state": "failing", "summary": "Thulium rejects the credentials", "campaigns_as_of": "2026-03-10T12:33:05Z", "campaigns": 8.0})
	object(s["last_failure"].(map[string]any)).has(t, object{
		"at": "2026-03-10T13:02:53Z", "result": "unauthorized", "request_id": "53678450401cf", "recovered": false,
	})
}

// TestJSONIsWhole: programs get everything at once.
func TestJSONIsWhole(t *testing.T) {
	o := getJSON(t, []statustest.System{statustest.Up("acme", statustest.Many(1100)...)}, "/?format=json")
	if n := len(o.list("campaigns")); n != 1100 {
		t.Errorf("%d campaigns", n)
	}
	o = getJSON(t, statustest.Fleet(1100), "/?format=json")
	if n := len(o.list("systems")); n != 1100 || o["campaigns"] != nil || len(o.list("urgent_campaigns")) < 500 {
		t.Errorf("%d systems, %d urgent campaigns", n, len(o.list("urgent_campaigns")))
	}
}
