package thulium_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	"thulium_exporter/thulium"
	"thulium_exporter/thulium/simulator"
)

const password = "correct-horse"

// TestFaults compares what the client makes of each fault with the Simulator's
// table, and its words with testdata/faults.txt.
func TestFaults(t *testing.T) {
	var said strings.Builder
	for _, want := range simulator.Table() {
		t.Run(string(want.Fault), func(t *testing.T) {
			stats, err := getFaulty(t, want.Fault)
			if got := result(err); got.String() != want.Result {
				t.Fatalf("result %v, error %v; want %v", got, err, want.Result)
			}
			var text string
			if err == nil {
				checkStats(t, stats, want)
				text = reasonOf(stats)
			} else {
				e := failure(t, err, result(err))
				checkFailure(t, e)
				text = e.Error()
			}
			fmt.Fprintf(&said, "%s: %s\n", want.Fault, text)
		})
	}
	const file = "testdata/faults.txt"
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(file, []byte(said.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if said.String() != string(golden) {
		t.Errorf("%s differs (UPDATE_GOLDEN=1 writes it):\n%s", file, said.String())
	}
}

// getFaulty sends a request to a system with a fault, and another one without it.
func getFaulty(t *testing.T, fault simulator.Fault, ids ...string) (stats *thulium.Stats, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		sim := simulator.New(simulator.Config{
			Username: "exporter", Password: password, Campaigns: simulator.Documented(),
		})
		c := client(t, "http://acme.test", basicAuth{"exporter", password, inMemory(t, sim)},
			thulium.Options{CampaignIDs: ids})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		sim.SetFault(fault)
		stats, err = c.Stats(ctx)
		sim.SetFault(simulator.NoFault)
		if _, err := c.Stats(t.Context()); err != nil {
			t.Errorf("no recovery: %v", err)
		}
	})
	return stats, err
}

func checkStats(t *testing.T, stats *thulium.Stats, want simulator.Description) {
	t.Helper()
	if len(stats.Campaigns) != 2+want.Kept || stats.Rejected != want.Rejected {
		t.Fatalf("%+v: %d kept, %d rejected; want %d, %d", stats.Campaigns,
			len(stats.Campaigns)-2, stats.Rejected, want.Kept, want.Rejected)
	}
	if stats.Campaigns[0].Records != 1324 || stats.Campaigns[1].CompletionPercent != 23 {
		t.Errorf("the documented entries are %+v", stats.Campaigns[:2])
	}
}

func checkFailure(t *testing.T, e *thulium.Error) {
	t.Helper()
	text := e.Error()
	if e.Hint() == "" || e.Err == nil {
		t.Errorf("hint %q, cause %v; want both", e.Hint(), e.Err)
	}
	if strings.ContainsFunc(text+e.Hint(), unicode.IsControl) {
		t.Errorf("control characters in %q", text)
	}
	token := base64.StdEncoding.EncodeToString([]byte("exporter:" + password))
	for _, said := range []string{e.Error(), e.Err.Error(), e.Hint(), fmt.Sprint(e.Problems), e.RequestID} {
		if strings.Contains(said, password) || strings.Contains(said, token) {
			t.Errorf("%q gives the password away", said)
		}
	}
}

// TestSingle proves that one object is accepted if the request has an ID.
func TestSingle(t *testing.T) {
	stats, err := getFaulty(t, simulator.Single, "00001")
	if err != nil || len(stats.Campaigns) != 1 || stats.Campaigns[0].ID != "00001" {
		t.Errorf("got %+v, %v", stats, err)
	}
}

// TestOtherID proves that an ID without its zeros is not passed over silently.
func TestOtherID(t *testing.T) {
	stats, err := getFaulty(t, simulator.OtherID, "00001")
	if err != nil || len(stats.Campaigns) != 0 || stats.Rejected != 1 {
		t.Fatalf("got %+v, %v", stats, err)
	}
	if got, want := reasonOf(stats), `campaign 00001 was requested, the response has "1" instead`; got != want {
		t.Errorf("rejected because of %q, want %q", got, want)
	}
}

// TestOddIDs proves what becomes of IDs that are not as documented.
func TestOddIDs(t *testing.T) {
	for fault, want := range map[simulator.Fault][]string{
		simulator.NumberID:  {"17"},
		simulator.HostileID: {"\x00\x1b[31m\n\"", "<script>alert(1)</script>", "\u202e10009", "9\ufffd\ufffd"},
	} {
		stats, err := getFaulty(t, fault)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range stats.Campaigns[2:] {
			got = append(got, c.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: IDs %q, want %q", fault, got, want)
		}
	}
}
