package logging_test

import (
	"bytes"
	"errors"
	stdlog "log"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"
	"github.com/go-kit/log/level"
	"go.uber.org/goleak"

	"thulium_exporter/internal/logging"
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
			`{"after":"1.5s","at":"1970-01-01T00:00:00.000Z","err":"no \"route\"","level":"warn","msg":"No response","nobody":null,"share":0.5,"system":"acme","systems":2,"tls":true,TS}`,
		},
		"slog": {
			func(l log.Logger) {
				logging.Slog(l).With("a", "<b>").WithGroup("g").Info("Listening on", "http2", false, "n", 1, "wait", time.Second)
			},
			`level=info msg="Listening on" a=<b> g.http2=false g.n=1 g.wait=1s`,
			`{"a":"<b>","g.http2":false,"g.n":1,"g.wait":"1s","level":"info","msg":"Listening on",TS}`,
		},
		"the standard library": {
			func(l log.Logger) { logging.Std(l).Printf("http: %s\n", "odd") },
			`level=debug msg="http: odd"`,
			`{"level":"debug","msg":"http: odd",TS}`,
		},
		"the standard library's default": {
			func(l log.Logger) {
				logging.CaptureStd(logging.Std(l))
				stdlog.Print("Unsolicited response")
			},
			`level=debug msg="Unsolicited response"`,
			`{"level":"debug","msg":"Unsolicited response",TS}`,
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			for format, want := range map[string]string{
				"logfmt": "ts=2000-01-01T00:00:00.000Z " + tt.logfmt + "\n",
				"json":   strings.Replace(tt.json, "TS", `"ts":"2000-01-01T00:00:00.000Z"`, 1) + "\n",
			} {
				var out bytes.Buffer
				tt.log(logging.New(&out, format, "debug"))
				if out.String() != want {
					t.Errorf("%s in %s: got\n%swant\n%s", name, format, out.String(), want)
				}
			}
		})
	}
}

func TestLevel(t *testing.T) {
	var out bytes.Buffer
	logger := logging.New(&out, "logfmt", "warn")
	_ = level.Info(logger).Log("msg", "info")
	logging.Slog(logger).Info("slog")
	logging.Std(logger).Print("std")
	_ = level.Error(logger).Log("msg", "error")
	if got := out.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "msg=error") {
		t.Errorf("got %s", got)
	}
}
