package thulium_test

import (
	"context"
	"encoding/base64"
	"errors"
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

// outcome is what a client makes of a fault.
type outcome struct {
	fault    simulator.Fault
	result   thulium.Result
	kept     int    // entries beside the two good ones
	rejected int    // entries
	says     string // the start of the error, or the reason of the first rejection
}

// outcomes says what becomes of every fault.
func outcomes() []outcome {
	return []outcome{
		{simulator.Unauthorized, thulium.Unauthorized, 0, 0, "HTTP status 401 Unauthorized; Unauthorized. (code 401001) [request_id "},
		{simulator.Forbidden, thulium.Forbidden, 0, 0, "HTTP status 403 Forbidden; Forbidden. (code 403001) [request_id "},
		{simulator.NotFound, thulium.NotFound, 0, 0, "HTTP status 404 Not Found; Not Found. (code 404001) [request_id "},
		{simulator.RateLimited, thulium.RateLimited, 0, 0, "HTTP status 429 Too Many Requests; "},
		{simulator.RateLimitedUntil, thulium.RateLimited, 0, 0, "HTTP status 429 Too Many Requests; "},
		{simulator.ClientError, thulium.ClientError, 0, 0, "HTTP status 400 Bad Request; Wrong format of campaign identifier. (code 400001); Unknown parameter. (code 400002) [request_id "},
		{simulator.ServerError, thulium.ServerError, 0, 0, "HTTP status 500 Internal Server Error"},
		{simulator.Unavailable, thulium.ServerError, 0, 0, "HTTP status 503 Service Unavailable; "},
		{simulator.Redirect, thulium.Redirect, 0, 0, `HTTP status 302 Found to "http://example.com/login" refused`},
		{simulator.Timeout, thulium.Timeout, 0, 0, "no complete answer within the time allowed"},
		{simulator.Connection, thulium.Connection, 0, 0, "EOF"},

		{simulator.ShortBody, thulium.Connection, 0, 0, "unexpected EOF"},
		{simulator.ResetBody, thulium.Connection, 0, 0, "unexpected EOF"},
		{simulator.SlowBody, thulium.Timeout, 0, 0, "no complete answer within the time allowed"},
		{simulator.EndlessBody, thulium.InvalidResponse, 0, 0, "the response is larger than 100000 bytes"},
		{simulator.GzipBomb, thulium.InvalidResponse, 0, 0, "the response is larger than 100000 bytes"},
		{simulator.BrokenGzip, thulium.InvalidResponse, 0, 0, "flate: corrupt input before offset "},

		{simulator.HTML, thulium.InvalidResponse, 0, 0, "the response is an HTML or XML page instead of a JSON array"},
		{simulator.Empty, thulium.InvalidResponse, 0, 0, "the response is empty instead of a JSON array"},
		{simulator.NoContent, thulium.InvalidResponse, 0, 0, "the response is empty instead of a JSON array"},
		{simulator.Null, thulium.InvalidResponse, 0, 0, "the response is null instead of a JSON array"},
		{simulator.Object, thulium.InvalidResponse, 0, 0, "the response is a JSON object with no keys instead of an array"},
		{simulator.Text, thulium.InvalidResponse, 0, 0, "the response is a JSON string instead of a JSON array"},
		{simulator.Wrapped, thulium.InvalidResponse, 0, 0, `the response is a JSON object with the keys ["count" "result"] instead of an array`},
		{simulator.Envelope, thulium.InvalidResponse, 0, 0, "the API reported an error; Forbidden. (code 403001) [request_id "},
		{simulator.Truncated, thulium.InvalidResponse, 0, 0, "the response is cut off: entry 1: unexpected EOF, byte 61"},
		{simulator.Trailing, thulium.InvalidResponse, 0, 0, "after the end of the response: invalid character '<'"},
		{simulator.NaN, thulium.InvalidResponse, 0, 0, "entry 3: invalid character 'N' at start of value, byte 176"},
		{simulator.Single, thulium.InvalidResponse, 0, 0, `the response is a JSON object with the keys ["id" "records_count" "completion_percent"] instead of an array`},

		{simulator.NullFields, thulium.OK, 0, 2, "campaign 90001: records_count: null instead of a number"},
		{simulator.MissingFields, thulium.OK, 0, 2, "campaign 90001: records_count: missing"},
		{simulator.BooleanFields, thulium.OK, 0, 2, "campaign 90001: records_count: a boolean instead of a number"},
		{simulator.NumericStrings, thulium.OK, 1, 0, ""},
		{simulator.NaNString, thulium.OK, 0, 1, `campaign 90001: completion_percent: not a number: "NaN"`},
		{simulator.NegativeCount, thulium.OK, 0, 1, "campaign 90001: records_count: not a count from 0 to 2^53: -1"},
		{simulator.PercentAbove100, thulium.OK, 0, 1, "campaign 90001: completion_percent: not within 0 to 100: 100.01"},
		{simulator.NoID, thulium.OK, 0, 3, "id: missing"},
		{simulator.NumberID, thulium.OK, 1, 0, ""},
		{simulator.DuplicateIDs, thulium.OK, 1, 1, "campaign 90001: duplicate id"},
		{simulator.NotObjects, thulium.OK, 0, 4, "null instead of an object"},
		{simulator.HugeID, thulium.OK, 0, 1, "id: longer than 128 bytes"},
		{simulator.HostileID, thulium.OK, 4, 0, ""},
	}
}

func TestFaults(t *testing.T) {
	for _, want := range outcomes() {
		t.Run(string(want.fault), func(t *testing.T) {
			answer, err := askFaulty(t, want.fault)
			if got := result(err); got != want.result {
				t.Fatalf("result %v, error %v; want %v", got, err, want.result)
			}
			if err == nil {
				checkAnswer(t, answer, want)
				return
			}
			checkFailure(t, failure(t, err, want.result), want)
		})
	}
}

// askFaulty asks a system with a fault once, and once more without it.
func askFaulty(t *testing.T, fault simulator.Fault, ids ...string) (answer *thulium.Stats, err error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		sim := simulator.New(simulator.Config{
			Username: "exporter", Password: password, Campaigns: simulator.Documented(),
		})
		c := client(t, "http://acme.test", basicAuth{"exporter", password, inMemory(t, sim)},
			thulium.Options{CampaignIDs: ids, MaxBody: 100_000})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		sim.SetFault(fault)
		answer, err = c.Stats(ctx)
		sim.SetFault(simulator.NoFault)
		if _, err := c.Stats(t.Context()); err != nil {
			t.Errorf("no recovery: %v", err)
		}
	})
	return answer, err
}

func checkAnswer(t *testing.T, answer *thulium.Stats, want outcome) {
	t.Helper()
	if len(answer.Campaigns) != 2+want.kept || answer.Rejected != want.rejected {
		t.Fatalf("%+v: %d kept, %d rejected; want %d, %d", answer.Campaigns,
			len(answer.Campaigns)-2, answer.Rejected, want.kept, want.rejected)
	}
	if answer.Campaigns[0].Records != 1324 || answer.Campaigns[1].CompletionPercent != 23 {
		t.Errorf("the good entries are %+v", answer.Campaigns[:2])
	}
	if reason := answer.FirstRejection; (reason == nil) != (want.says == "") || reason != nil && reason.Error() != want.says {
		t.Errorf("rejected because of %v, want %s", reason, want.says)
	}
}

func checkFailure(t *testing.T, e *thulium.Error, want outcome) {
	t.Helper()
	text := e.Error()
	if !strings.HasPrefix(text, want.says) {
		t.Errorf("error %q, want %q", text, want.says)
	}
	if e.Hint() == "" || e.Err == nil {
		t.Errorf("hint %q, cause %v; want both", e.Hint(), e.Err)
	}
	if strings.ContainsFunc(text+e.Hint(), unicode.IsControl) {
		t.Errorf("control characters in %q", text)
	}
	token := base64.StdEncoding.EncodeToString([]byte("exporter:" + password))
	for err := error(e); err != nil; err = errors.Unwrap(err) {
		if said := err.Error() + e.Hint(); strings.Contains(said, password) || strings.Contains(said, token) {
			t.Errorf("%q gives the password away", said)
		}
	}
}

// TestAllFaultsAreTried keeps the table complete.
func TestAllFaultsAreTried(t *testing.T) {
	var tried []simulator.Fault
	for _, o := range outcomes() {
		tried = append(tried, o.fault)
	}
	if all := simulator.Faults(); !slices.Equal(tried, all) {
		t.Errorf("tried %v, want %v", tried, all)
	}
}

// TestSingle proves that one object is taken for a list if an id was asked for.
func TestSingle(t *testing.T) {
	answer, err := askFaulty(t, simulator.Single, "00001")
	if err != nil || len(answer.Campaigns) != 1 || answer.Campaigns[0].ID != "00001" {
		t.Errorf("got %+v, %v", answer, err)
	}
}

// TestOddIDs proves what ids become that are not as documented.
func TestOddIDs(t *testing.T) {
	for fault, want := range map[simulator.Fault][]string{
		simulator.NumberID:  {"17"},
		simulator.HostileID: {"\x00\x1b[31m\n\"", "<script>alert(1)</script>", "\u202e10009", "9\ufffd\ufffd"},
	} {
		answer, err := askFaulty(t, fault)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range answer.Campaigns[2:] {
			got = append(got, c.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: ids %q, want %q", fault, got, want)
		}
	}
}
