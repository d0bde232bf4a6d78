package status_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"thulium_exporter/collector"
	"thulium_exporter/internal/web/status"
	"thulium_exporter/internal/web/status/statustest"
	"thulium_exporter/thulium"
)

func newHandler(t testing.TB, systems statustest.Systems) http.Handler {
	t.Helper()
	h, err := status.New(status.Options{
		Systems: systems, TelemetryPath: "/stats", Now: statustest.Now,
		Started: statustest.Now().Add(-time.Hour), Flags: []status.Flag{{Name: "poll.interval", Value: "1m0s"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func ask(t testing.TB, systems statustest.Systems, target string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	newHandler(t, systems).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil))
	return w
}

// acme returns one system.
func acme(s *collector.Snapshot, campaigns ...statustest.Campaign) statustest.Systems {
	return statustest.Systems{statustest.System("acme", s, statustest.Names(campaigns))}
}

// centre returns one system that works.
func centre() statustest.Systems {
	campaigns := statustest.Centre()
	return acme(statustest.Up(campaigns), campaigns...)
}

// onScrape makes systems ask on each scrape.
func onScrape(systems statustest.Systems) statustest.Systems {
	for _, s := range systems {
		s.PollInterval, s.PollMaxAge = 0, 0
		s.Latest().Cached, s.Latest().Next = false, time.Time{}
	}
	return systems
}

// text returns a page without its tags, each run of spaces being one.
func text(page string) string {
	page = regexp.MustCompile(`(?s)<style>.*?</style>`).ReplaceAllString(page, "")
	page = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, " ")
	return strings.Join(strings.Fields(page), " ")
}

// TestMainPart compares the main part of a usual page with a golden file.
func TestMainPart(t *testing.T) {
	want, err := os.ReadFile("testdata/centre.html")
	if err != nil {
		t.Fatal(err)
	}
	got := regexp.MustCompile(`(?s)<main.*</main>`).FindString(ask(t, centre(), "/").Body.String())
	if got+"\n" != string(want) {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// TestPages: what a visitor reads in each state.
func TestPages(t *testing.T) {
	rateLimited := statustest.Down(&thulium.Error{Result: thulium.RateLimited, Err: os.ErrDeadlineExceeded})
	rateLimited.Next = statustest.Now().Add(10 * time.Minute)
	limited := onScrape(acme(rateLimited))
	limited[0].Latest().Next = rateLimited.LastFailure.At.Add(10 * time.Minute)
	old := onScrape(acme(statustest.Up(statustest.Centre())))
	old[0].Latest().LastSuccess = statustest.Now().Add(-3 * time.Hour)
	never := acme(statustest.Down(statustest.Refused()))
	never[0].Latest().LastSuccess = time.Time{}
	recovered := centre()
	recovered[0].Latest().LastFailure = &collector.Failure{At: statustest.Now().Add(-time.Hour), Err: statustest.Refused()}
	rejected := centre()
	rejected[0].Latest().Stats.Rejected, rejected[0].Latest().Stats.FirstRejection = 2, os.ErrInvalid
	fresh := acme(statustest.Up([]statustest.Campaign{{ID: "00001", Records: 1, Unseen: true}, {ID: "00002", Records: 1}}),
		statustest.Campaign{ID: "00001", Name: "Named"})
	nobody := onScrape(acme(&collector.Snapshot{Err: os.ErrNotExist}))

	for name, tt := range map[string]struct {
		systems statustest.Systems
		target  string
		status  int
		want    []string
		not     string
	}{
		"working": {centre(), "/", 200, []string{
			"Working The newest poll, 12 s ago, found 8 active campaigns.", "Last good answer 12 s ago 14:02:53",
			"Next poll In 48 s 14:03:53, every 1 min", "Business hours Open until 20:00 Europe/Warsaw",
			"Last error None Since the exporter started", "Overdue invoices 00004 Stalled 6 204 37.90 % 2 h 25 min ago (11:38)",
			"Winter tyres 00008 No move yet 1 518 4.28 % over 12 min ago (13:51)", "Started 10 Mar 2026 13:03:05 1 h ago",
			"Flags --poll.interval 1m0s",
		}, "What to do"},
		"scraped": {onScrape(centre()), "/", 200, []string{
			"The newest scrape, 12 s ago, found 8 active campaigns.", "14:02:53, from the newest good scrape", "With the next scrape",
		}, "poll,"},
		"credentials refused": {acme(statustest.Down(statustest.Refused())), "/", 200, []string{
			"Thulium refuses the credentials HTTP status 401 Unauthorized; Unauthorized (code 401). No campaigns are shown; the last good answer came 30 min ago.",
			"What to do: Check the username and the password", "Request id for Thulium's support: 53678450401cf", "every 1 min",
		}, "Satisfaction"},
		"never worked": {never, "/", 200, []string{"There has been no good answer since the exporter started.", "None yet"}, "1 Jan"},
		"cannot be reached": {acme(statustest.Down(statustest.Unreachable())), "/", 200, []string{
			"Thulium cannot be reached", "connection refused", "What to do: Check the host name",
		}, "Request id"},
		"degraded": {acme(statustest.Degraded(statustest.Centre(), statustest.Unreachable())), "/", 200, []string{
			"Working, but the newest poll failed The campaigns come from the last good answer, 1 min ago, and are served until it is 3 min old.",
			"14:02:53: dial tcp", "00004 Stalled",
		}, ""},
		"recovered": {recovered, "/", 200, []string{"Last error 1 h ago 13:03:05: HTTP status 401", "Check the username"}, "What to do"},
		"before the first poll": {acme(statustest.Waiting()), "/", 200, []string{
			"Waiting for the first poll It is due in 34 s.", "No campaigns are known yet.",
		}, ""},
		"before the first scrape": {nobody, "/", 200, []string{"Waiting for the first scrape"}, "Thulium lists"},
		"asked too often":         {limited, "/", 200, []string{"Thulium is asked too often", "Not before 14:12:53 Thulium asked to be left alone"}, ""},
		"nobody scrapes":          {old, "/", 200, []string{"Nobody scrapes The newest scrape, 3 h ago, went well."}, ""},
		"no campaigns":            {acme(statustest.Up(nil)), "/", 200, []string{"Working", "Thulium lists no active campaign"}, "Stalled"},
		"entries left out":        {rejected, "/", 200, []string{"Left out: 2 unusable entries. The first: invalid argument."}, ""},
		"no names":                {acme(statustest.Up(statustest.Centre())), "/", 200, []string{"Id State ", "Names of campaigns come from"}, "Campaign Id"},
		"new and nameless":        {fresh, "/", 200, []string{"Named 00001 No move yet 1 0.00 % not seen yet", "00002 00002 Moving 1 0.00 % just now (14:03)"}, "over just"},
		"only stalled":            {centre(), "/?show=stalled", 200, []string{"Campaigns 1–1 of 1", "Overdue invoices", "All 8"}, "Winter tyres"},
		"search":                  {centre(), "/?q=WINTER", 200, []string{"Campaigns 1–1 of 1", "Winter tyres", "Show all"}, "Overdue invoices"},
		"search in vain":          {centre(), "/?q=nothing", 200, []string{"No campaign matches."}, "Winter tyres"},
		"overview": {statustest.Fleet(40), "/", 200, []string{
			"40 systems 36 of them are working.", "centre-0008 centre-0008.thulium.com Thulium cannot be reached open now",
			"All 40 Failing 2 Degraded 1 Waiting 1 Working 36", "Waiting for the first poll open now none yet",
		}, "Satisfaction"},
		"one of many":      {statustest.Fleet(40), "/?system=centre-0003", 200, []string{"All systems", "centre-0003 centre-0003.thulium.com Working"}, "centre-0004"},
		"failing ones":     {statustest.Fleet(40), "/?show=failing", 200, []string{"Systems 1–2 of 2"}, "Waiting for"},
		"search a system":  {statustest.Fleet(40), "/?q=0040", 200, []string{"Systems 1–1 of 1"}, "centre-0039"},
		"no such system":   {statustest.Fleet(2), "/?system=%3Cb%3Enobody", 404, []string{"No system called “&lt;b&gt;nobody” is configured."}, "Working"},
		"no systems":       {nil, "/", 200, []string{"0 systems", "No system is configured."}, ""},
		"no system, named": {nil, "/?system=a", 404, []string{"No such system"}, ""},
		"nonsense":         {centre(), "/?page=-1&rows=x&sort=%00&show=&refresh=0", 200, []string{"Campaigns 1–8 of 8"}, ""},
		"far too far":      {centre(), "/?page=999999", 200, []string{"Campaigns 1–8 of 8"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := ask(t, tt.systems, tt.target)
			got := text(w.Body.String())
			if w.Code != tt.status {
				t.Errorf("status %d, want %d", w.Code, tt.status)
			}
			for _, want := range tt.want {
				if !strings.Contains(got, want) {
					t.Errorf("no %q", want)
				}
			}
			if tt.not != "" && strings.Contains(got, tt.not) {
				t.Errorf("there is %q", tt.not)
			}
			if t.Failed() {
				t.Log(got)
			}
		})
	}
}

// TestHeaders: nothing may run, and nothing comes from elsewhere.
func TestHeaders(t *testing.T) {
	for _, target := range []string{"/", "/?format=json", "/?system=nobody"} {
		w := ask(t, centre(), target)
		style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(ask(t, centre(), "/").Body.String())
		hash := sha256.Sum256([]byte(style[1]))
		policy := w.Header().Get("Content-Security-Policy")
		for _, part := range []string{
			"default-src 'none'", "style-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'",
			"form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
		} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: no %s in %s", target, part, policy)
			}
		}
		if strings.Contains(policy, "unsafe") || w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", target, w.Header())
		}
	}
}

// TestNothingFromElsewhere: the page needs no other, and no script.
func TestNothingFromElsewhere(t *testing.T) {
	for _, page := range []string{
		ask(t, centre(), "/").Body.String(),
		ask(t, statustest.Fleet(300), "/?refresh=30").Body.String(),
	} {
		for _, m := range regexp.MustCompile(`(?:href|src|action)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
			if !strings.HasPrefix(m[1], "?") && !strings.HasPrefix(m[1], "./") && !strings.HasPrefix(m[1], "#") && !strings.HasPrefix(m[1], "data:image/svg") {
				t.Errorf("a link to %s", m[1])
			}
		}
		for _, bad := range []string{"<script", "@import", "url(", " style=", "onclick", "ZgotmplZ"} {
			if strings.Contains(page, bad) {
				t.Errorf("there is %s", bad)
			}
		}
	}
}

func TestLinks(t *testing.T) {
	page := ask(t, centre(), "/").Body.String()
	for _, link := range []string{"./stats", "./probe?target=acme", "./sd", "./-/healthy", "./-/ready", "?format=json"} {
		if !strings.Contains(page, `href="`+link+`"`) {
			t.Errorf("no link to %s", link)
		}
	}
}

// TestHead: a server sends the headers of the page and nothing else.
func TestHead(t *testing.T) {
	server := httptest.NewServer(newHandler(t, centre()))
	defer server.Close()
	res, err := server.Client().Head(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("got %v", res)
	}
}

// TestHostile: names, ids and errors from outside are just text.
func TestHostile(t *testing.T) {
	campaigns := []statustest.Campaign{
		{ID: "00001", Name: `<script>alert(1)</script>`},
		{ID: "00002", Name: `" onmouseover="alert(1)`},
		{ID: "00003", Name: "abc\u202egnp.exe\u2066"},
		{ID: "00004", Name: strings.Repeat("long", 2500)},
		{ID: "<script>\x00\x1b[31m", Name: "</main></body>\n\r"},
		{ID: strings.Repeat("9", 128), Name: "{{.}}"},
	}
	systems := acme(statustest.Up(campaigns), campaigns...)
	systems[0].Latest().LastFailure = &collector.Failure{Err: &thulium.Error{
		Result: thulium.ServerError, RequestID: "<script>", Err: os.ErrInvalid,
		Problems: []thulium.Problem{{Code: "<script>", Message: "<script>"}},
	}}
	for _, target := range []string{"/", "/?q=%3Cscript%3E&show=%22%3E%3Cscript%3E", "/?system=%3Cscript%3E"} {
		page := ask(t, systems, target).Body.String()
		for _, bad := range []string{"<script", `" onmouseover="`, "\u202e", "\u2066", "\x00", "\x1b", "\xff", strings.Repeat("long", 25), strings.Repeat("9", 81)} {
			if strings.Contains(page, bad) {
				t.Errorf("%s: there is %q", target, bad)
			}
		}
		if strings.Count(page, "</main>") != 1 {
			t.Errorf("%s: the page is broken", target)
		}
	}
}

// TestSizes: large pages stay small, uncompressed.
func TestSizes(t *testing.T) {
	many := statustest.Many(1000)
	long := statustest.Many(1000)
	for i := range long {
		long[i].Name = strings.Repeat("ż<\"&", 2500)
	}
	for name, tt := range map[string]struct {
		systems statustest.Systems
		target  string
		rows    int
		limit   int
	}{
		"1,000 campaigns":                 {acme(statustest.Up(many), many...), "/", 100, 100_000},
		"1,000 campaigns on one page":     {acme(statustest.Up(many), many...), "/?rows=1000", 1000, 300_000},
		"1,000 campaigns with long names": {acme(statustest.Up(long), long...), "/", 100, 100_000},
		"1,000 systems":                   {statustest.Fleet(1000), "/", 100, 100_000},
		"1,000 systems on one page":       {statustest.Fleet(1000), "/?rows=1000", 1000, 500_000},
	} {
		page := ask(t, tt.systems, tt.target).Body.String()
		if rows := strings.Count(page, `<th scope="row">`); rows != tt.rows || len(page) > tt.limit {
			t.Errorf("%s: %d rows in %d bytes, want %d rows in %d bytes", name, rows, len(page), tt.rows, tt.limit)
		}
		t.Logf("%s: %d bytes", name, len(page))
	}
}
