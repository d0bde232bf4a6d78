package status_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"thulium_exporter/internal/web/status/statustest"
)

// facts are some of what the page says to programs.
type facts struct {
	Now      time.Time
	Exporter struct {
		Version string
		Started time.Time
		Flags   []struct{ Name, Value string }
	}
	Systems []struct {
		Name, URL, State, Summary, Details string
		Polled                             bool
		LastSuccess                        *time.Time `json:"last_success"`
		NextRequest                        *time.Time `json:"next_request"`
		BusinessOpen                       bool       `json:"business_open"`
		Campaigns                          int
		Stalled                            int `json:"stalled_campaigns"`
		LastFailure                        *struct {
			Result, Message, Hint string
			RequestID             string `json:"request_id"`
			Recovered             bool
		} `json:"last_failure"`
	}
	BusinessHours string `json:"business_hours"`
	Campaigns     []struct {
		ID, Name, State string
		Records         float64
		Percent         float64   `json:"completion_percent"`
		Since           time.Time `json:"unchanged_since"`
		Seen            bool      `json:"change_seen"`
	}
}

func askJSON(t *testing.T, systems statustest.Systems, target string) facts {
	t.Helper()
	w := ask(t, systems, target)
	var f facts
	if err := json.Unmarshal(w.Body.Bytes(), &f); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	if got := w.Header().Get("Content-Type"); got != "application/json" {
		t.Errorf("the type is %s", got)
	}
	return f
}

func TestJSON(t *testing.T) {
	f := askJSON(t, centre(), "/?format=json&sort=id")
	if len(f.Systems) != 1 || len(f.Campaigns) != 8 || !f.Now.Equal(statustest.Now()) || len(f.Exporter.Flags) != 1 {
		t.Fatalf("got %+v", f)
	}
	s, c := f.Systems[0], f.Campaigns[3]
	if s.State != "working" || !s.Polled || s.Campaigns != 8 || s.Stalled != 1 || !s.BusinessOpen || s.LastFailure != nil ||
		!s.LastSuccess.Equal(statustest.Now().Add(-12*time.Second)) || !s.NextRequest.Equal(statustest.Now().Add(48*time.Second)) {
		t.Errorf("got %+v", s)
	}
	if c.ID != "00004" || c.Name != "Overdue invoices" || c.State != "stalled" || c.Records != 6204 || c.Percent != 37.9 || !c.Seen ||
		!c.Since.Equal(statustest.Now().Add(-2*time.Hour-25*time.Minute)) {
		t.Errorf("got %+v", c)
	}
	if f.BusinessHours != "Open until 20:00" {
		t.Errorf("business hours are %q", f.BusinessHours)
	}
}

func TestJSONOfFailure(t *testing.T) {
	f := askJSON(t, acme(statustest.Down(statustest.Refused())), "/?format=json")
	s := f.Systems[0]
	if s.State != "failing" || s.LastFailure == nil || s.LastFailure.RequestID != "53678450401cf" || s.LastFailure.Result != "unauthorized" ||
		s.LastFailure.Recovered || !strings.HasPrefix(s.LastFailure.Hint, "Check the username") || f.Campaigns != nil {
		t.Errorf("got %+v", f)
	}
}

// TestJSONIsNotPaged: programs get all at once.
func TestJSONIsNotPaged(t *testing.T) {
	if f := askJSON(t, statustest.Fleet(1000), "/?format=json"); len(f.Systems) != 1000 {
		t.Errorf("%d systems", len(f.Systems))
	}
	if f := askJSON(t, acme(statustest.Up(statustest.Many(1000))), "/?format=json&page=2&q=0099"); len(f.Campaigns) != 11 {
		t.Errorf("%d campaigns match, want 00099 and 00990 to 00999", len(f.Campaigns))
	}
}
