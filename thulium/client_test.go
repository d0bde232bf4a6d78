package thulium_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"thulium_exporter/thulium"
	"thulium_exporter/thulium/simulator"
)

func TestRequest(t *testing.T) {
	for _, tt := range []struct {
		name, base string
		ids        []string
		want       string
	}{
		{"all", "https://acme.test", nil, "https://acme.test/api/outbounds/stats"},
		{"one", "https://acme.test", []string{"00001"}, "https://acme.test/api/outbounds/stats?id=00001"},
		{"id escaped", "https://acme.test", []string{"a&b=c d"}, "https://acme.test/api/outbounds/stats?id=a%26b%3Dc+d"},
		{"with /api", "https://acme.test/api", nil, "https://acme.test/api/outbounds/stats"},
		{"with /api/", "https://acme.test/api/", nil, "https://acme.test/api/outbounds/stats"},
		{"port and path", "https://acme.test:8443/eu/", nil, "https://acme.test:8443/eu/api/outbounds/stats"},
		{"escaped path", "https://acme.test/a%2Fb/api", nil, "https://acme.test/a%2Fb/api/outbounds/stats"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			base, err := thulium.ParseURL(tt.base, false)
			if err != nil {
				t.Fatal(err)
			}
			var got *http.Request
			rt := transport(func(r *http.Request) (*http.Response, error) {
				got = r
				return responding(200, "[]")(r)
			})
			options := thulium.Options{UserAgent: "thulium_exporter/1.2.3", CampaignIDs: tt.ids}
			if _, err := thulium.New(base, rt, options).Stats(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got.Method != http.MethodGet || got.URL.String() != tt.want {
				t.Errorf("%s %s, want GET %s", got.Method, got.URL, tt.want)
			}
			header := http.Header{
				"Accept":          {"application/json"},
				"Accept-Encoding": {"identity"},
				"User-Agent":      {"thulium_exporter/1.2.3"},
			}
			if !reflect.DeepEqual(got.Header, header) {
				t.Errorf("header %v, want %v", got.Header, header)
			}
		})
	}
}

// TestNoUserAgent proves that Go's own name is not sent in place of none.
func TestNoUserAgent(t *testing.T) {
	var sent bytes.Buffer
	_, err := stats(t, transport(func(r *http.Request) (*http.Response, error) {
		if err := r.Write(&sent); err != nil {
			return nil, err
		}
		return responding(200, "[]")(r)
	}))
	if err != nil || bytes.Contains(sent.Bytes(), []byte("User-Agent")) {
		t.Errorf("error %v, sent %q", err, sent.String())
	}
}

// TestCredentials proves that what a transport adds reaches the server.
func TestCredentials(t *testing.T) {
	sim := simulator.New(simulator.Config{Username: "exporter", Password: "secret", Campaigns: simulator.Documented()})
	server := httptest.NewServer(sim)
	defer server.Close()
	for password, want := range map[string]thulium.Result{"secret": thulium.OK, "wrong": thulium.Unauthorized} {
		rt := basicAuth{"exporter", password, server.Client().Transport}
		_, err := client(t, server.URL, rt, thulium.Options{}).Stats(t.Context())
		if got := result(err); got != want {
			t.Errorf("password %q: %v, want %v", password, err, want)
		}
	}
}

func TestDocumentedResponse(t *testing.T) {
	want := &thulium.Stats{Campaigns: []thulium.Campaign{
		{ID: "00001", Records: 1324, CompletionPercent: 14.87},
		{ID: "00002", Records: 20, CompletionPercent: 23},
	}}
	got, err := stats(t, responding(200, documented))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
}

func TestObserve(t *testing.T) {
	for _, tt := range []struct {
		name string
		rt   transport
		ids  []string
		want []thulium.Result
	}{
		{"good", responding(200, documented), nil, []thulium.Result{thulium.OK}},
		{"each ID", responding(200, documented), []string{"00001", "00002"}, []thulium.Result{thulium.OK, thulium.OK}},
		{"status", responding(403, ""), nil, []thulium.Result{thulium.Forbidden}},
		{"body", responding(200, "<html>"), nil, []thulium.Result{thulium.InvalidResponse}},
		{"connection", failing(errors.New("no route")), nil, []thulium.Result{thulium.Connection}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got results
			options := thulium.Options{CampaignIDs: tt.ids, Observe: got.observe}
			_, err := client(t, "https://acme.test", tt.rt, options).Stats(t.Context())
			if !reflect.DeepEqual(got.list, tt.want) {
				t.Errorf("observed %v, want %v; error %v", got.list, tt.want, err)
			}
		})
	}
}

// TestBodiesAreClosed proves it for successful and failed responses: an open one would
// hold its connection.
func TestBodiesAreClosed(t *testing.T) {
	for _, rt := range []transport{
		responding(200, documented),
		responding(200, "<html>"),
		responding(200, "not gzip", "Content-Encoding", "gzip"),
		responding(302, "", "Location", "/login"),
		responding(500, "oops"),
	} {
		closed := 0
		_, err := stats(t, transport(func(r *http.Request) (*http.Response, error) {
			res, err := rt(r)
			res.Body = onClose{res.Body, func() { closed++ }}
			return res, err
		}))
		if closed == 0 {
			t.Errorf("not closed; the error is %v", err)
		}
	}
}

func ExampleClient_Stats() {
	server := httptest.NewServer(simulator.New(simulator.Config{Campaigns: simulator.Documented()}))
	defer server.Close()
	base, err := thulium.ParseURL(server.URL, false)
	if err != nil {
		panic(err)
	}
	client := thulium.New(base, server.Client().Transport, thulium.Options{UserAgent: "example/1.0"})
	answer, err := client.Stats(context.Background())
	if err != nil {
		panic(err)
	}
	for _, c := range answer.Campaigns {
		fmt.Printf("%s: %v %% of %v records\n", c.ID, c.CompletionPercent, c.Records)
	}
	// Output:
	// 00001: 14.87 % of 1324 records
	// 00002: 23 % of 20 records
}

func TestParseURL(t *testing.T) {
	const (
		notURL      = "this is not a URL"
		incomplete  = "the URL needs a scheme and a host"
		credentials = "credentials in the URL are not supported"
		tooLong     = "the URL must end after its path"
		unencrypted = "http would send the password unencrypted"
	)
	for _, tt := range []struct {
		url       string
		allowHTTP bool
		want      string
		says      string // the start of the error
	}{
		{"https://acme.thulium.com", false, "https://acme.thulium.com", ""},
		{"https://acme.thulium.com/", false, "https://acme.thulium.com", ""},
		{"https://acme.thulium.com/api", false, "https://acme.thulium.com", ""},
		{"https://acme.thulium.com/api//", false, "https://acme.thulium.com", ""},
		{"https://acme.thulium.com/api/outbounds/stats", false, "https://acme.thulium.com", ""},
		{"https://acme.thulium.com/eu/api/outbounds/stats/", false, "https://acme.thulium.com/eu", ""},
		{"https://acme.thulium.com/outbounds/stats", false, "https://acme.thulium.com/outbounds/stats", ""},
		{" https://acme.thulium.com\n", false, "https://acme.thulium.com", ""},
		{"HTTPS://acme.thulium.com", false, "https://acme.thulium.com", ""},
		{"https://acme.thulium.com:8443/eu/api", false, "https://acme.thulium.com:8443/eu", ""},
		{"https://acme.thulium.com/myapi", false, "https://acme.thulium.com/myapi", ""},
		{"https://acme.thulium.com/a%2Fb/api", false, "https://acme.thulium.com/a%2Fb", ""},
		{"https://acme.thulium.com/%C4%85", false, "https://acme.thulium.com/%C4%85", ""},
		{"https://[2001:db8::1]:8443", false, "https://[2001:db8::1]:8443", ""},
		{"https://acme.thulium.com:/api", false, "https://acme.thulium.com", ""},
		{"http://localhost:8080", false, "http://localhost:8080", ""},
		{"http://LOCALHOST", false, "http://LOCALHOST", ""},
		{"http://127.0.0.1:8080/api", false, "http://127.0.0.1:8080", ""},
		{"http://127.9.9.9", false, "http://127.9.9.9", ""},
		{"http://[::1]:8080", false, "http://[::1]:8080", ""},
		{"http://acme.thulium.com", true, "http://acme.thulium.com", ""},

		{"http://acme.thulium.com", false, "", unencrypted},
		{"http://localhost.acme.test", false, "", unencrypted},
		{"http://127.0.0.1.acme.test", false, "", unencrypted},
		{"http://0.0.0.0", false, "", unencrypted},
		{"", false, "", incomplete},
		{"acme.thulium.com", false, "", incomplete},
		{"acme.thulium.com:443", false, "", incomplete},
		{"//acme.thulium.com", false, "", incomplete},
		{"https://", false, "", incomplete},
		{"https://:8443", false, "", incomplete},
		{"https:acme.thulium.com", false, "", incomplete},
		{"ftp://acme.thulium.com", true, "", incomplete},
		{"https://acme.thulium.com/?id=00001", false, "", tooLong},
		{"https://acme.thulium.com?", false, "", tooLong},
		{"https://acme.thulium.com/#top", false, "", tooLong},
		{"https://acme.thulium.com:port", false, "", notURL},
		{"https://acme thulium.com", false, "", notURL},
		{"https://[::1", false, "", notURL},
		{"https://acme.thulium.com/%zz", false, "", notURL},
		{"https://acme.thulium.com/\x1b", false, "", notURL},
		{"https://exporter:" + password + "@acme.thulium.com", false, "", credentials},
		{"https://exporter@acme.thulium.com", false, "", credentials},
		{"http://exporter:" + password + "@acme.thulium.com", false, "", credentials},
		{"https://exporter:" + password + "%@acme.thulium.com", false, "", notURL},
		{"https://exporter:" + password + "/@acme.thulium.com", false, "", notURL},
		{"exporter:" + password + "@acme.thulium.com", false, "", incomplete},
		{"http://" + password, false, "", unencrypted},
	} {
		t.Run(tt.url, func(t *testing.T) {
			got, err := thulium.ParseURL(tt.url, tt.allowHTTP)
			if tt.says != "" {
				if err == nil || !strings.HasPrefix(err.Error(), tt.says) || strings.Contains(err.Error(), password) {
					t.Errorf("got %v, error %v; want %q", got, err, tt.says)
				}
				return
			}
			if err != nil || got.String() != tt.want {
				t.Errorf("got %v, error %v; want %s", got, err, tt.want)
			}
		})
	}
}

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

// TestContext ends a request while it waits for the response, while it waits for
// the rest of a body, and while it decompresses one without an end.
func TestContext(t *testing.T) {
	ends := map[string]func(context.Context) (context.Context, context.CancelFunc){
		"deadline": func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 10*time.Second)
		},
		"cancelled": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			return ctx, stop(time.AfterFunc(10*time.Second, cancel))
		},
		"cancelled because of a deadline": func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancelCause(ctx)
			return ctx, stop(time.AfterFunc(10*time.Second, func() { cancel(context.DeadlineExceeded) }))
		},
	}
	for _, fault := range []simulator.Fault{simulator.Timeout, simulator.SlowBody, simulator.HangingBody} {
		for name, end := range ends {
			t.Run(string(fault)+"/"+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					sim := simulator.New(simulator.Config{Campaigns: simulator.Documented()})
					sim.SetFault(fault)
					var observed results
					c := client(t, "http://acme.test", inMemory(t, sim), thulium.Options{Observe: observed.observe})
					ctx, cancel := end(t.Context())
					defer cancel()
					begin := time.Now()
					_, err := c.Stats(ctx)
					if took := time.Since(begin); took != 10*time.Second {
						t.Errorf("took %v, want 10s", took)
					}
					if len(observed.list) != 0 {
						t.Errorf("observed %v, want nothing: whoever set the deadline counts it", observed.list)
					}
					if name != "cancelled" {
						failure(t, err, thulium.Timeout)
						return
					}
					if e := (*thulium.Error)(nil); !errors.Is(err, context.Canceled) || errors.As(err, &e) {
						t.Errorf("got %v, want context.Canceled", err)
					}
				})
			})
		}
	}
}

func stop(timer *time.Timer) func() { return func() { timer.Stop() } }

// TestDeadlineWhileDecoding proves that the deadline counts while a small body
// unpacks to a large one, although nothing is read from the network any more.
func TestDeadlineWhileDecoding(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	rt := responding(200, zip(t, "["+zeros(1<<20)+"0]"), "Content-Encoding", "gzip")
	_, err := client(t, "https://acme.test", transport(func(r *http.Request) (*http.Response, error) {
		res, err := rt(r)
		cancel(context.DeadlineExceeded)
		return res, err
	}), thulium.Options{}).Stats(ctx)
	failure(t, err, thulium.Timeout)
}

// TestNotBegun proves that with many IDs no request begins after the deadline.
func TestNotBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim := simulator.New(simulator.Config{})
		sim.SetFault(simulator.Timeout)
		c := client(t, "http://acme.test", inMemory(t, sim), thulium.Options{
			CampaignIDs: []string{"1", "2", "3", "4", "5", "6", "7", "8"},
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.Stats(ctx)
		if e := failure(t, err, thulium.Timeout); e.CampaignID == "" {
			t.Errorf("%v names no campaign", e)
		}
		if sim.Requests() != 4 {
			t.Errorf("%d requests, want 4", sim.Requests())
		}
	})
}
