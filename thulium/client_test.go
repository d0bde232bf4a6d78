package thulium_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"

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
