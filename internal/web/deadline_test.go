package web

import (
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

func TestWithDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for header, want := range map[string]time.Duration{
			"10":       9500 * time.Millisecond,
			"1":        500 * time.Millisecond,
			"0.75":     500 * time.Millisecond, // at least
			"0.01":     500 * time.Millisecond,
			"1e-3":     500 * time.Millisecond,
			"0":        0,
			"-1":       0,
			"NaN":      0,
			"Inf":      0,
			"1e300":    0,
			"10s":      0,
			"10, 10":   0,
			"١٠":       0,
			"00000010": 9500 * time.Millisecond,
		} {
			r := httptest.NewRequest("GET", "/metrics", nil)
			r.Header.Set(timeoutHeader, header)
			ctx, cancel, err := withDeadline(r)
			if want == 0 {
				if err == nil {
					t.Errorf("%q: no error", header)
				}
				continue
			}
			if err != nil {
				t.Errorf("%q: %v", header, err)
				continue
			}
			if deadline, _ := ctx.Deadline(); time.Until(deadline) != want {
				t.Errorf("%q: %s left, want %s", header, time.Until(deadline), want)
			}
			cancel()
		}
	})
}

func TestNoDeadline(t *testing.T) {
	ctx, cancel, err := withDeadline(httptest.NewRequest("GET", "/metrics", nil))
	if err != nil {
		t.Fatal(err)
	}
	defer cancel()
	if _, ok := ctx.Deadline(); ok {
		t.Error("there is a deadline, although nobody asked for one")
	}
}

func TestCheckPath(t *testing.T) {
	for path, ok := range map[string]bool{
		"/metrics": true, "/thulium/metrics": true,
		"": false, "/": false, "metrics": false, "/metrics/": false, "/a//b": false, "/{x}": false, "/m?x": false,
		"/probe": false, "/sd": false, "/-/ready": false, "/healthz": false, "/readyz": false,
	} {
		if err := CheckPath(path); (err == nil) != ok {
			t.Errorf("%q: %v", path, err)
		}
	}
}
