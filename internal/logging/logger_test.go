package logging

import (
	"bytes"
	"errors"
	stdlog "log"
	"math"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestFormat: whoever logs, a line begins with time, level and message, and its
// values have their types.
func TestFormat(t *testing.T) {
	for name, tt := range map[string]struct {
		log          func(log.Logger)
		logfmt, json string
	}{
		"own": {
			func(l log.Logger) {
				_ = level.Warn(log.With(l, "system", "acme")).Log("msg", "No response", "systems", 2, "share", 0.5, "tls", true,
					"after", 1500*time.Millisecond, "at", time.Unix(0, 0), "err", errors.New(`no "route"`), "nobody", error(nil))
			},
			`level=warn msg="No response" system=acme systems=2 share=0.5 tls=true after=1.5s at=1970-01-01T00:00:00.000Z err="no \"route\"" nobody=null`,
			`"level":"warn","msg":"No response","system":"acme","systems":2,"share":0.5,"tls":true,"after":"1.5s","at":"1970-01-01T00:00:00.000Z","err":"no \"route\"","nobody":null}`,
		},
		"slog": {
			func(l log.Logger) {
				Slog(l).With("a", "<b>").WithGroup("g").Info("Listening on", "http2", false, "n", 1, "wait", time.Second)
			},
			`level=info msg="Listening on" a=<b> g.http2=false g.n=1 g.wait=1s`,
			`"level":"info","msg":"Listening on","a":"<b>","g.http2":false,"g.n":1,"g.wait":"1s"}`,
		},
		"the standard library": {
			func(l log.Logger) { Std(l).Printf("http: %s\n", "odd") },
			`level=debug msg="http: odd"`,
			`"level":"debug","msg":"http: odd"}`,
		},
		"the standard library's default": {
			func(l log.Logger) {
				defer CaptureStd(Std(l))()
				stdlog.Print("Unsolicited response")
			},
			`level=debug msg="Unsolicited response"`,
			`"level":"debug","msg":"Unsolicited response"}`,
		},
		"odd values": {
			func(l log.Logger) {
				_ = level.Error(l).Log("url", (*url.URL)(nil), "n", math.Inf(1), "msg", "Odd")
			},
			`level=error msg=Odd url=null n=+Inf`,
			`"level":"error","msg":"Odd","url":"<nil>","n":"+Inf"}`,
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			for format, want := range map[string]string{
				"logfmt": "ts=2000-01-01T00:00:00.000Z " + tt.logfmt + "\n",
				"json":   `{"ts":"2000-01-01T00:00:00.000Z",` + tt.json + "\n",
			} {
				var out bytes.Buffer
				tt.log(New(&out, format, "debug"))
				if out.String() != want {
					t.Errorf("%s in %s: got\n%swant\n%s", name, format, out.String(), want)
				}
			}
		})
	}
}

func TestLevel(t *testing.T) {
	var out bytes.Buffer
	logger := New(&out, "logfmt", "warn")
	_ = level.Info(logger).Log("msg", "info")
	Slog(logger).Info("slog")
	Std(logger).Print("std")
	_ = level.Error(logger).Log("msg", "error")
	if got := out.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "msg=error") {
		t.Errorf("got %s", got)
	}
}

// TestStdIsBounded: a peer that makes the standard library write half a million
// lines costs some hundred.
func TestStdIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		std := Std(New(&out, "logfmt", "debug"))
		for range 50_000 {
			std.Print("Unsolicited response")
		}
		if got := strings.Count(out.String(), "\n"); got != stdBurst {
			t.Errorf("%d lines, want %d", got, stdBurst)
		}
		time.Sleep(time.Second)
		out.Reset()
		std.Print("later")
		if got := out.String(); !strings.Contains(got, "suppressed=49900 msg=later") && !strings.Contains(got, "msg=later suppressed=49900") {
			t.Errorf("got %s", got)
		}
	})
}
