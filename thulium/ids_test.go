package thulium_test

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"thulium_exporter/thulium"
	"thulium_exporter/thulium/simulator"
)

// byID responds to the request for each ID with its own body.
func byID(bodies map[string]string) transport {
	return func(r *http.Request) (*http.Response, error) {
		body, ok := bodies[r.URL.Query().Get("id")]
		if !ok {
			return responding(404, "")(r)
		}
		return responding(200, body)(r)
	}
}

func TestCampaignIDs(t *testing.T) {
	const (
		first  = `{"id":"00001","records_count":1324,"completion_percent":14.87}`
		second = `{"id":"00002","records_count":20,"completion_percent":23}`
		bad    = `{"id":"00002","records_count":null,"completion_percent":23}`
	)
	for _, tt := range []struct {
		name     string
		bodies   map[string]string
		ids      []string
		want     []string
		rejected int
	}{
		{"arrays of one", map[string]string{"00001": "[" + first + "]", "00002": "[" + second + "]"},
			[]string{"00001", "00002"}, []string{"00001", "00002"}, 0},
		{"order of the IDs", map[string]string{"00001": "[" + first + "]", "00002": "[" + second + "]"},
			[]string{"00002", "00001"}, []string{"00002", "00001"}, 0},
		{"single objects", map[string]string{"00001": first, "00002": second},
			[]string{"00001", "00002"}, []string{"00001", "00002"}, 0},
		{"id ignored", map[string]string{"00001": documented, "00002": documented},
			[]string{"00001", "00002"}, []string{"00001", "00002"}, 0},
		{"id ignored, asked for one", map[string]string{"00002": documented},
			[]string{"00002"}, []string{"00002"}, 0},
		{"not active", map[string]string{"00001": "[]", "00002": second},
			[]string{"00001", "00002"}, []string{"00002"}, 0},
		{"asked for twice", map[string]string{"00001": first},
			[]string{"00001", "00001"}, []string{"00001"}, 1},
		{"rejected", map[string]string{"00001": first, "00002": "[" + bad + "]"},
			[]string{"00001", "00002"}, []string{"00001"}, 1},
		{"single object rejected", map[string]string{"00002": bad}, []string{"00002"}, nil, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			answer, err := stats(t, byID(tt.bodies), tt.ids...)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range answer.Campaigns {
				got = append(got, c.ID)
			}
			if !reflect.DeepEqual(got, tt.want) || answer.Rejected != tt.rejected {
				t.Errorf("got %v, %d rejected; want %v, %d", got, answer.Rejected, tt.want, tt.rejected)
			}
			if (answer.FirstRejection != nil) != (tt.rejected > 0) {
				t.Errorf("%d rejected because of %v", answer.Rejected, answer.FirstRejection)
			}
		})
	}
}

// TestFirstRejectionIsKept proves that merging responses keeps the first reason.
func TestFirstRejectionIsKept(t *testing.T) {
	answer, err := stats(t, byID(map[string]string{"1": "[]", "2": "[7]", "3": "[null]"}), "1", "2", "3")
	if err != nil || answer.Rejected != 2 || answer.FirstRejection.Error() != "a JSON number instead of an object" {
		t.Errorf("got %+v, error %v", answer, err)
	}
}

// TestOneIDFails proves that there is no partial response, that the error names
// the ID, and that the rest is cancelled.
func TestOneIDFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rt := func(r *http.Request) (*http.Response, error) {
			if r.URL.Query().Get("id") == "00003" {
				return responding(404, `{"errors":[{"message":"No such campaign.","code":404001}]}`)(r)
			}
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
		ids := []string{"00001", "00002", "00003", "00004", "00005", "00006"}
		var observed results
		c := client(t, "https://acme.test", transport(rt), thulium.Options{CampaignIDs: ids, Observe: observed.observe})
		answer, err := c.Stats(t.Context())
		e := failure(t, err, thulium.NotFound)
		const want = "campaign 00003: HTTP status 404 Not Found; No such campaign. (code 404001)"
		if answer != nil || e.CampaignID != "00003" || e.Error() != want {
			t.Errorf("answer %v, error %q; want %q", answer, e, want)
		}
		if want := []thulium.Result{thulium.NotFound}; !reflect.DeepEqual(observed.list, want) {
			t.Errorf("observed %v, want %v", observed.list, want)
		}
	})
}

// TestOneIDTimesOut proves that requests which are cancelled because another
// took too long are not counted as too long themselves.
func TestOneIDTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rt := func(r *http.Request) (*http.Response, error) {
			if r.URL.Query().Get("id") == "00001" {
				return nil, fmt.Errorf("dial: %w", dialTimeoutError{})
			}
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
		var observed results
		_, err := client(t, "https://acme.test", transport(rt), thulium.Options{
			CampaignIDs: []string{"00001", "00002", "00003"}, Observe: observed.observe,
		}).Stats(t.Context())
		failure(t, err, thulium.Timeout)
		if want := []thulium.Result{thulium.Timeout}; !reflect.DeepEqual(observed.list, want) {
			t.Errorf("observed %v, want %v", observed.list, want)
		}
	})
}

// dialTimeoutError is like the error of a net.Dialer whose time is up.
type dialTimeoutError struct{}

func (dialTimeoutError) Error() string        { return "i/o timeout" }
func (dialTimeoutError) Timeout() bool        { return true }
func (dialTimeoutError) Temporary() bool      { return true }
func (dialTimeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// TestIDsInFlight proves that IDs are requested four at a time: where each
// response takes a second, ten of them take three.
func TestIDsInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := simulator.New(simulator.Config{Campaigns: simulator.Many(10)})
		var inFlight, most atomic.Int32
		rt := inMemory(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			most.Store(max(most.Load(), inFlight.Add(1)))
			defer inFlight.Add(-1)
			time.Sleep(time.Second) //nolint:forbidigo // of the bubble's time
			sim.ServeHTTP(w, r)
		}))
		ids := strings.Fields("00001 00002 00003 00004 00005 00006 00007 00008 00009 00010")
		begin := time.Now()
		answer, err := client(t, "http://acme.test", rt, thulium.Options{CampaignIDs: ids}).Stats(t.Context())
		if err != nil || len(answer.Campaigns) != 10 {
			t.Fatalf("got %v, %v", answer, err)
		}
		if took := time.Since(begin); took != 3*time.Second || most.Load() != 4 {
			t.Errorf("took %v with %d in flight, want 3s, 4", took, most.Load())
		}
	})
}
