package thulium_test

import (
	"net/http"
	"runtime"
	"testing"
	"weak"

	"thulium_exporter/thulium"
)

// TestIDsOfThePreviousResponse are taken over where they are the same, and nowhere
// else.
func TestIDsOfThePreviousResponse(t *testing.T) {
	bodies := []string{
		documented,
		`[{"id":"00002","records_count":1,"completion_percent":2},{"id":"00001","records_count":3,"completion_percent":4}]`,
		`[]`,
		documented,
	}
	c := client(t, "https://acme.test", inTurn(bodies...), thulium.Options{})
	for _, body := range bodies {
		got, err := c.Stats(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want, err := stats(t, responding(200, body))
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Campaigns) != len(want.Campaigns) {
			t.Fatalf("%s: got %+v", body, got)
		}
		for i := range want.Campaigns {
			if got.Campaigns[i] != want.Campaigns[i] {
				t.Errorf("%s: got %+v, want %+v", body, got.Campaigns[i], want.Campaigns[i])
			}
		}
	}
}

// TestOldStatsAreForgotten: a client knows the latest response and no other.
func TestOldStatsAreForgotten(t *testing.T) {
	c := client(t, "https://acme.test", inTurn(documented, documented), thulium.Options{})
	ask := func() weak.Pointer[thulium.Stats] {
		answer, err := c.Stats(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return weak.Make(answer)
	}
	first, second := ask(), ask()
	runtime.GC()
	if first.Value() != nil {
		t.Error("the previous response is still there")
	}
	if second.Value() == nil {
		t.Error("the latest response is not there")
	}
	runtime.KeepAlive(c)
}

// inTurn gives one response after the other.
func inTurn(bodies ...string) transport {
	return func(r *http.Request) (*http.Response, error) {
		body := bodies[0]
		bodies = bodies[1:]
		return responding(200, body)(r)
	}
}
